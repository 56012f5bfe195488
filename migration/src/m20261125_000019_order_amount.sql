-- What an order keeps of discounts and taxes, what a cart was agreed to cost, and the wish to pay with store credit.

CREATE TABLE order_discount_application (                 -- A discount that took something off an order: a copy, like all of it.
  id                 @PK,
  order_id           BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  position           INTEGER NOT NULL,                    -- From 1.
  discount_id        BIGINT REFERENCES discount (id) ON DELETE SET NULL,
  code               TEXT,                                -- As typed in, where it has one.
  title              TEXT NOT NULL,
  method             TEXT NOT NULL,                       -- enum DiscountMethod: automatic code
  class              TEXT NOT NULL,                       -- enum DiscountClass: product order shipping
  value_kind         TEXT NOT NULL,                       -- enum DiscountValueKind: percentage amount price
  value_bp           INTEGER,                             -- Of a percentage: hundredths of a percent.
  value_minor        BIGINT,                              -- Of an amount or a price: minor units of the order's currency.
  spread             TEXT NOT NULL,                       -- enum DiscountSpread: each across
  selection          TEXT NOT NULL,                       -- enum TargetSelection: all entitled explicit
  amount_minor       BIGINT NOT NULL,                     -- What it took off in all.
  CONSTRAINT order_discount_application_position_unique UNIQUE (order_id, position),
  CONSTRAINT order_discount_application_positive CHECK (amount_minor > 0),
  CONSTRAINT order_discount_application_one_value CHECK (
    CASE WHEN value_kind = 'percentage' THEN value_bp IS NOT NULL AND value_minor IS NULL
         ELSE value_minor IS NOT NULL AND value_bp IS NULL END)
);
CREATE INDEX order_discount_application_discount_idx ON order_discount_application (discount_id);

CREATE TABLE order_line_discount (                        -- What of a discount fell on a line.
  order_line_id      BIGINT NOT NULL REFERENCES order_line (id) ON DELETE CASCADE, -- pk
  application_id     BIGINT NOT NULL REFERENCES order_discount_application (id) ON DELETE CASCADE, -- pk
  amount_minor       BIGINT NOT NULL,
  CONSTRAINT order_line_discount_pk PRIMARY KEY (order_line_id, application_id),
  CONSTRAINT order_line_discount_positive CHECK (amount_minor > 0)
);
CREATE INDEX order_line_discount_application_idx ON order_line_discount (application_id);

CREATE TABLE order_shipping_discount (                    -- What of a discount fell on a delivery.
  shipping_line_id   BIGINT NOT NULL REFERENCES order_shipping_line (id) ON DELETE CASCADE, -- pk
  application_id     BIGINT NOT NULL REFERENCES order_discount_application (id) ON DELETE CASCADE, -- pk
  amount_minor       BIGINT NOT NULL,
  CONSTRAINT order_shipping_discount_pk PRIMARY KEY (shipping_line_id, application_id),
  CONSTRAINT order_shipping_discount_positive CHECK (amount_minor > 0)
);
CREATE INDEX order_shipping_discount_application_idx ON order_shipping_discount (application_id);

CREATE TABLE order_tax_line (                             -- A tax of a line or of a delivery.
  id                 @PK,
  order_id           BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  order_line_id      BIGINT REFERENCES order_line (id) ON DELETE CASCADE,
  shipping_line_id   BIGINT REFERENCES order_shipping_line (id) ON DELETE CASCADE,
  title              TEXT NOT NULL,
  jurisdiction       TEXT NOT NULL,                       -- Who takes it.
  rate_e6            BIGINT NOT NULL,                     -- In millionths: 190000 is 19 %.
  amount_minor       BIGINT NOT NULL,
  CONSTRAINT order_tax_line_of_one CHECK ((order_line_id IS NULL) <> (shipping_line_id IS NULL)),
  CONSTRAINT order_tax_line_not_negative CHECK (rate_e6 >= 0 AND amount_minor >= 0)
);
CREATE INDEX order_tax_line_order_idx ON order_tax_line (order_id);
CREATE INDEX order_tax_line_line_idx ON order_tax_line (order_line_id);
CREATE INDEX order_tax_line_shipping_idx ON order_tax_line (shipping_line_id);

-- The discount of an order holds what is taken off deliveries, so that its sum adds up as it always did.
ALTER TABLE orders ADD COLUMN shipping_discount_minor BIGINT NOT NULL DEFAULT 0
  CONSTRAINT orders_shipping_discount_within CHECK (
    shipping_discount_minor >= 0 AND shipping_discount_minor <= shipping_minor AND shipping_discount_minor <= discount_minor
    AND discount_minor - shipping_discount_minor <= subtotal_minor); -- What of the discount was taken off deliveries.
ALTER TABLE orders ADD COLUMN market_id BIGINT REFERENCES market (id) ON DELETE SET NULL; -- Where it was sold.
ALTER TABLE orders ADD COLUMN fx_rate_e9 BIGINT;          -- What a unit of the shop's currency was worth in the order's, in billionths.
ALTER TABLE orders ADD COLUMN tax_fallback BOOLEAN NOT NULL DEFAULT FALSE; -- Whether the tax provider did not answer and the shop's own rates stood in.
ALTER TABLE orders ADD COLUMN delivery_fallback BOOLEAN NOT NULL DEFAULT FALSE; -- Whether a carrier did not answer and a fixed rate stood in.
CREATE INDEX orders_market_idx ON orders (market_id);

ALTER TABLE order_line ADD COLUMN tax_minor BIGINT NOT NULL DEFAULT 0
  CONSTRAINT order_line_tax_not_negative CHECK (tax_minor >= 0); -- All its taxes.

ALTER TABLE order_shipping_line ADD COLUMN position INTEGER NOT NULL DEFAULT 1; -- From 1.
ALTER TABLE order_shipping_line ADD COLUMN discount_minor BIGINT NOT NULL DEFAULT 0
  CONSTRAINT order_shipping_line_discount_within CHECK (discount_minor >= 0 AND discount_minor <= amount_minor); -- What is taken off.
ALTER TABLE order_shipping_line ADD COLUMN tax_minor BIGINT NOT NULL DEFAULT 0
  CONSTRAINT order_shipping_line_tax_not_negative CHECK (tax_minor >= 0); -- All its taxes.

ALTER TABLE cart ADD COLUMN store_credit_minor BIGINT
  CONSTRAINT cart_store_credit_positive CHECK (store_credit_minor IS NULL OR store_credit_minor > 0); -- What store credit is to pay at most.
ALTER TABLE cart ADD COLUMN store_credit_currency TEXT;   -- In which currency that is.
ALTER TABLE cart ADD COLUMN agreed @JSON;                 -- What the buyer was told that it costs.
