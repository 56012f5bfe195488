-- What happens to an order's money after it was placed.

ALTER TABLE orders ADD COLUMN cancel_reason TEXT;         -- enum CancelReason: customer declined fraud inventory other staff
ALTER TABLE orders ADD COLUMN staff_note TEXT;            -- Why it was cancelled, for staff.

CREATE TABLE refund (                                     -- What a buyer got back at one time, and for what.
  id                 @PK,
  order_id           BIGINT NOT NULL REFERENCES orders (id),
  note               TEXT,
  currency           TEXT NOT NULL,
  shipping_minor     BIGINT NOT NULL DEFAULT 0,           -- For deliveries, with their taxes.
  notify             BOOLEAN NOT NULL DEFAULT FALSE,      -- Whether the buyer is told by mail.
  created_at         @TIME NOT NULL,
  CONSTRAINT refund_shipping_not_negative CHECK (shipping_minor >= 0)
);
CREATE INDEX refund_order_idx ON refund (order_id);

CREATE TABLE refund_line (                                -- Units of a line that came back or were never sent.
  id                 @PK,
  refund_id          BIGINT NOT NULL REFERENCES refund (id),
  order_line_id      BIGINT NOT NULL REFERENCES order_line (id),
  quantity           INTEGER NOT NULL,
  subtotal_minor     BIGINT NOT NULL,                     -- Their share of the line after discounts.
  tax_minor          BIGINT NOT NULL,                     -- Their share of the line's taxes.
  restock            TEXT NOT NULL,                       -- enum Restock: no_restock cancel return
  location_id        BIGINT REFERENCES location (id),     -- Where they lie again.
  CONSTRAINT refund_line_some CHECK (quantity > 0)
);
CREATE INDEX refund_line_refund_idx ON refund_line (refund_id);
CREATE INDEX refund_line_order_line_idx ON refund_line (order_line_id);
CREATE INDEX refund_line_location_idx ON refund_line (location_id);

ALTER TABLE order_transaction ADD COLUMN used_minor BIGINT NOT NULL DEFAULT 0 CONSTRAINT order_transaction_used_within CHECK (used_minor >= 0 AND used_minor <= amount_minor); -- Of a promise what was taken or let go, of what was taken what goes back; also while that is under way.
ALTER TABLE order_transaction ADD COLUMN refund_id BIGINT REFERENCES refund (id);
ALTER TABLE order_transaction ADD COLUMN ask_at @TIME;    -- When its provider is asked next; empty: nobody is asked.
ALTER TABLE order_transaction ADD COLUMN asks INTEGER NOT NULL DEFAULT 0; -- How often it was asked.
ALTER TABLE order_transaction ADD COLUMN lease_until @TIME; -- Until when one node has it for itself.
CREATE INDEX order_transaction_refund_idx ON order_transaction (refund_id);
CREATE INDEX inventory_ledger_restock_idx ON inventory_ledger (reference) WHERE reason = 'restock';
CREATE INDEX order_transaction_ask_idx ON order_transaction (ask_at) WHERE ask_at IS NOT NULL;
