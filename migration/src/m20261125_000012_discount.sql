-- Discounts, their codes, whom and what they are for, and who used them.

CREATE TABLE discount (                                   -- What is taken off prices, for whom, when and how often.
  id                 @PK,
  title              TEXT NOT NULL,                       -- For buyers; of a code discount the code is shown instead.
  method             TEXT NOT NULL,                       -- enum DiscountMethod: automatic code
  class              TEXT NOT NULL,                       -- enum DiscountClass: product order shipping
  kind               TEXT NOT NULL,                       -- enum DiscountKind: basic buy_x_get_y free_shipping
  status             TEXT NOT NULL,                       -- enum DiscountStatus: active disabled
  value_kind         TEXT,                                -- enum DiscountValueKind: percentage amount price; none of free shipping.
  value_bp           INTEGER,                             -- Of a percentage: hundredths of a percent.
  value_minor        BIGINT,                              -- Of an amount or a price: minor units of the shop's currency, like all amounts here.
  spread             TEXT,                                -- enum DiscountSpread: each across; of a basic discount.
  entitles_all       BOOLEAN NOT NULL,                    -- Whether a basic discount is for all merchandise.
  buys_all           BOOLEAN NOT NULL,                    -- Whether any merchandise counts as bought.
  gets_all           BOOLEAN NOT NULL,                    -- Whether any merchandise is got.
  buy_quantity       INTEGER,                             -- Units to be bought for one use.
  buy_minor          BIGINT,                              -- Or what they must cost together.
  get_quantity       INTEGER,                             -- Units that are got with one use, at most.
  uses_per_order     INTEGER,                             -- Uses in one cart at most.
  countries          @JSON,                               -- Of free shipping: a list of ISO 3166-1 codes; none for all.
  max_cost_minor     BIGINT,                              -- Of free shipping: what a delivery may cost at most.
  required_minor     BIGINT,                              -- What the entitled things in a cart must cost at least.
  required_quantity  BIGINT,                              -- How many of them there must be at least.
  combines_with_product  BOOLEAN NOT NULL,
  combines_with_order    BOOLEAN NOT NULL,
  combines_with_shipping BOOLEAN NOT NULL,
  customers          TEXT NOT NULL,                       -- enum DiscountCustomers: all named segments
  in_all_markets     BOOLEAN NOT NULL,                    -- Else in those of its context.
  starts_at          @TIME NOT NULL,
  ends_at            @TIME,
  usage_limit        BIGINT,                              -- How often it may be used by all buyers together.
  usage_count        BIGINT NOT NULL DEFAULT 0,           -- How often it was, or is being used.
  once_per_customer  BOOLEAN NOT NULL,
  deleted_at         @TIME,                               -- It stays for the orders that name it.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT discount_within_limit CHECK (usage_count >= 0 AND (usage_limit IS NULL OR usage_count <= usage_limit)),
  CONSTRAINT discount_ends_after_start CHECK (ends_at IS NULL OR ends_at > starts_at),
  CONSTRAINT discount_percentage_in_range CHECK (value_bp IS NULL OR (value_bp > 0 AND value_bp <= 10000)),
  CONSTRAINT discount_amounts_not_negative CHECK (
    (value_minor IS NULL OR value_minor >= 0) AND (buy_minor IS NULL OR buy_minor > 0)
    AND (max_cost_minor IS NULL OR max_cost_minor >= 0) AND (required_minor IS NULL OR required_minor > 0))
);
CREATE INDEX discount_used_up_idx ON discount (id) WHERE usage_count >= usage_limit;

CREATE TABLE discount_code (                              -- What buyers type in to have a discount.
  id                 @PK,
  discount_id        BIGINT NOT NULL REFERENCES discount (id),
  code               TEXT NOT NULL,                       -- As the shop writes it.
  code_norm          TEXT NOT NULL,                       -- For comparing: without case and surrounding space.
  usage_count        BIGINT NOT NULL DEFAULT 0,
  created_at         @TIME NOT NULL,
  CONSTRAINT discount_code_unique UNIQUE (code_norm),
  CONSTRAINT discount_code_count_not_negative CHECK (usage_count >= 0)
);
CREATE INDEX discount_code_discount_idx ON discount_code (discount_id);

CREATE TABLE discount_target (                            -- Merchandise that a discount names.
  discount_id        BIGINT NOT NULL REFERENCES discount (id), -- pk
  role               TEXT NOT NULL,                       -- pk enum DiscountRole: entitled buys gets
  kind               TEXT NOT NULL,                       -- pk enum DiscountTargetKind: product variant collection
  target_id          BIGINT NOT NULL,                     -- pk
  CONSTRAINT discount_target_pk PRIMARY KEY (discount_id, role, kind, target_id)
);

CREATE TABLE discount_context (                           -- Whom and where a discount is for, unless it is for all.
  discount_id        BIGINT NOT NULL REFERENCES discount (id), -- pk
  kind               TEXT NOT NULL,                       -- pk enum DiscountContextKind: customer segment market
  target_id          BIGINT NOT NULL,                     -- pk
  CONSTRAINT discount_context_pk PRIMARY KEY (discount_id, kind, target_id)
);

CREATE TABLE discount_redemption (                        -- A use of a discount by an attempt to buy.
  id                 @PK,
  discount_id        BIGINT NOT NULL REFERENCES discount (id),
  code_id            BIGINT REFERENCES discount_code (id) ON DELETE SET NULL, -- By which code.
  reference          TEXT NOT NULL,                       -- The attempt, such as attempt/7.
  customer_id        BIGINT REFERENCES customer (id) ON DELETE SET NULL, -- Who was signed in.
  email_digest       TEXT,                                -- Of the normalised e-mail address, under the server's key.
  is_once            BOOLEAN NOT NULL,                    -- Whether the buyer may use the discount this once.
  state              TEXT NOT NULL,                       -- enum RedemptionState: claimed redeemed released
  order_id           BIGINT REFERENCES orders (id) ON DELETE SET NULL,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT discount_redemption_reference_unique UNIQUE (discount_id, reference)
);
CREATE UNIQUE INDEX discount_redemption_once_by_customer ON discount_redemption (discount_id, customer_id)
  WHERE is_once AND state <> 'released';
CREATE UNIQUE INDEX discount_redemption_once_by_email ON discount_redemption (discount_id, email_digest)
  WHERE is_once AND state <> 'released';
CREATE INDEX discount_redemption_reference_idx ON discount_redemption (reference);
CREATE INDEX discount_redemption_customer_idx ON discount_redemption (customer_id);
CREATE INDEX discount_redemption_email_idx ON discount_redemption (email_digest);
CREATE INDEX discount_redemption_code_idx ON discount_redemption (code_id);
CREATE INDEX discount_redemption_order_idx ON discount_redemption (order_id);

ALTER TABLE cart_code ADD COLUMN code_norm TEXT NOT NULL DEFAULT ''; -- For finding the discount: as in discount_code.
UPDATE cart_code SET code_norm = LOWER(TRIM(code));
