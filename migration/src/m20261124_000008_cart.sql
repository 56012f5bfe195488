-- Gift cards, lines of lines, bundles, places to pick up from, categories. Types with an @ differ by database; see the
-- module that runs this file.

CREATE TABLE gift_card (                                  -- Money that the shop owes to whoever knows the code.
  id                 @PK,
  code_hash          @BYTES NOT NULL,                     -- HMAC of the normalised code under the server's key; the code itself is never stored.
  last_characters    TEXT NOT NULL,                       -- The end of the code, by which its owner tells it from others.
  currency           TEXT NOT NULL,                       -- ISO 4217 code.
  initial_minor      BIGINT NOT NULL,                     -- What it was issued with.
  balance_minor      BIGINT NOT NULL,                     -- What is left: the sum of its ledger.
  expires_on         TEXT,                                -- The last day on which it is taken, as YYYY-MM-DD; empty for no end.
  disabled_at        @TIME,                               -- Since when it is not taken any more.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT gift_card_code_unique UNIQUE (code_hash),
  CONSTRAINT gift_card_currency_code CHECK (length(currency) = 3),
  CONSTRAINT gift_card_balance_within CHECK (balance_minor >= 0 AND balance_minor <= initial_minor)
);

CREATE TABLE gift_card_txn (                              -- Every change of a balance, append-only: a balance is the sum of its deltas.
  id                 @PK,
  gift_card_id       BIGINT NOT NULL REFERENCES gift_card (id),
  kind               TEXT NOT NULL,                       -- enum GiftCardTxnKind: issue debit give_back
  delta_minor        BIGINT NOT NULL,
  reference          TEXT NOT NULL,                       -- What caused it, such as attempt/7.
  created_at         @TIME NOT NULL,
  CONSTRAINT gift_card_txn_once UNIQUE (gift_card_id, kind, reference),
  CONSTRAINT gift_card_txn_direction CHECK (CASE WHEN kind = 'debit' THEN delta_minor < 0 ELSE delta_minor >= 0 END)
);
CREATE INDEX gift_card_txn_reference_idx ON gift_card_txn (reference);

CREATE TABLE cart_gift_card (                             -- A gift card that is to pay for a cart.
  cart_id            BIGINT NOT NULL REFERENCES cart (id) ON DELETE CASCADE, -- pk
  gift_card_id       BIGINT NOT NULL REFERENCES gift_card (id) ON DELETE CASCADE, -- pk
  position           INTEGER NOT NULL,                    -- The first pays first.
  CONSTRAINT cart_gift_card_pk PRIMARY KEY (cart_id, gift_card_id)
);
CREATE INDEX cart_gift_card_card_idx ON cart_gift_card (gift_card_id);

CREATE TABLE cart_code_miss (                             -- How often a cart was told codes of gift cards that do not exist.
  cart_id            BIGINT NOT NULL PRIMARY KEY REFERENCES cart (id) ON DELETE CASCADE, -- pk
  misses             INTEGER NOT NULL,
  since              @TIME NOT NULL                       -- When the counting began; after an hour it begins again.
);

ALTER TABLE cart_line ADD COLUMN parent_id BIGINT REFERENCES cart_line (id) ON DELETE CASCADE; -- The line that it belongs to.
CREATE INDEX cart_line_parent_idx ON cart_line (parent_id);

CREATE TABLE variant_component (                          -- A variant that is sold as others together: how many units of each.
  parent_id          BIGINT NOT NULL REFERENCES variant (id) ON DELETE CASCADE, -- pk The bundle.
  component_id       BIGINT NOT NULL REFERENCES variant (id) ON DELETE CASCADE, -- pk What is in it; never a bundle itself.
  quantity           INTEGER NOT NULL,                    -- Units in one bundle.
  position           INTEGER NOT NULL,
  CONSTRAINT variant_component_pk PRIMARY KEY (parent_id, component_id),
  CONSTRAINT variant_component_quantity_positive CHECK (quantity > 0),
  CONSTRAINT variant_component_not_itself CHECK (parent_id <> component_id)
);
CREATE INDEX variant_component_component_idx ON variant_component (component_id);

ALTER TABLE location ADD COLUMN address1 TEXT;            -- Street and number.
ALTER TABLE location ADD COLUMN address2 TEXT;            -- Flat, floor, building.
ALTER TABLE location ADD COLUMN city TEXT NOT NULL DEFAULT '';
ALTER TABLE location ADD COLUMN province TEXT;            -- Code of the state or province.
ALTER TABLE location ADD COLUMN zip TEXT;                 -- Postal code.
ALTER TABLE location ADD COLUMN phone TEXT;
ALTER TABLE location ADD COLUMN latitude_micro INTEGER;   -- Millionths of a degree north.
ALTER TABLE location ADD COLUMN longitude_micro INTEGER;  -- Millionths of a degree east.
ALTER TABLE location ADD COLUMN offers_pickup BOOLEAN NOT NULL DEFAULT FALSE; -- Whether buyers may fetch orders here.
ALTER TABLE location ADD COLUMN pickup_time TEXT NOT NULL DEFAULT ''; -- When an order is ready here, in words.

CREATE TABLE product_category (                           -- A place in a tree of kinds of products.
  id                 @PK,
  parent_id          BIGINT REFERENCES product_category (id), -- Empty at the top.
  name               TEXT NOT NULL,
  path               TEXT NOT NULL,                       -- The names from the top down, joined by " > ".
  created_at         @TIME NOT NULL,
  CONSTRAINT product_category_path_unique UNIQUE (path)
);
CREATE INDEX product_category_parent_idx ON product_category (parent_id);
ALTER TABLE product ADD COLUMN category_id BIGINT REFERENCES product_category (id); -- Of which kind it is.
CREATE INDEX product_category_idx ON product (category_id);
