-- How far below zero shelves may be sold, and what was opened with payment providers before a cart was submitted.

ALTER TABLE inventory_level ADD COLUMN backorder_limit BIGINT CONSTRAINT inventory_level_backorder_cap CHECK (backorder_limit >= 0 AND available >= -backorder_limit); -- Units below zero that may be promised where that is allowed; empty: any number.

CREATE TABLE payment_session (                            -- A payment that a provider's own front end was given before the cart was submitted.
  id                 @PK,
  cart_id            BIGINT REFERENCES cart (id) ON DELETE SET NULL,
  provider           TEXT NOT NULL,                       -- The provider's name.
  session_key        TEXT NOT NULL,                       -- Sent with the call that opened it.
  reference          TEXT NOT NULL,                       -- The provider's name for the payment.
  amount_minor       BIGINT NOT NULL,
  currency           TEXT NOT NULL,
  capture            TEXT NOT NULL,                       -- enum CaptureMode: automatic manual
  state              TEXT NOT NULL,                       -- enum PaymentSessionState: open claimed closed
  opened_at          @TIME NOT NULL,
  look_at            @TIME NOT NULL,                      -- From when on it is closed unless an attempt has claimed it.
  ended_at           @TIME,                               -- When it was claimed or closed.
  CONSTRAINT payment_session_unique UNIQUE (provider, reference)
);
CREATE INDEX payment_session_open_idx ON payment_session (look_at) WHERE state = 'open';
CREATE INDEX payment_session_ended_idx ON payment_session (ended_at) WHERE ended_at IS NOT NULL;
CREATE INDEX payment_session_cart_idx ON payment_session (cart_id);
