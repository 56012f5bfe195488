-- Price lists of segments, and the history of prices.

ALTER TABLE price_list ADD COLUMN segment_id BIGINT REFERENCES segment (id); -- Whom it is for; none for everybody.
CREATE INDEX price_list_segment_idx ON price_list (segment_id);

-- By these the prices are found whose time has come, or is over.
CREATE INDEX price_begins_idx ON price (valid_from);
CREATE INDEX price_ends_idx ON price (valid_to) WHERE valid_to IS NOT NULL;

CREATE TABLE price_history (                              -- Each change of a price; only ever added to.
  id                 @PK,
  variant_id         BIGINT NOT NULL CONSTRAINT price_history_variant_fk REFERENCES variant (id) ON DELETE CASCADE,
  price_list_id      BIGINT NOT NULL,                     -- No foreign key: what a list's prices were outlives it.
  currency           TEXT NOT NULL,
  min_quantity       INTEGER NOT NULL,
  valid_from         @TIME NOT NULL,
  valid_to           @TIME,
  amount_minor       BIGINT,                              -- Minor units of the currency; none where the price was taken away.
  compare_at_minor   BIGINT,
  reason             TEXT NOT NULL,                       -- enum PriceReason: set scheduled removed imported rule reverted
  pricing_run_id     BIGINT,                              -- The run of a pricing rule that did it, or that was undone.
  actor              TEXT NOT NULL,                       -- Who did it: system, or the key of a token.
  recorded_at        @TIME NOT NULL,
  CONSTRAINT price_history_not_negative CHECK (
    (amount_minor IS NULL OR amount_minor >= 0) AND (compare_at_minor IS NULL OR compare_at_minor >= 0))
);
CREATE INDEX price_history_variant_idx ON price_history (variant_id, id);
-- By this a rule finds when it last changed a price, and by how much on a day.
CREATE INDEX price_history_recorded_idx ON price_history (recorded_at);

-- What is known of the time before: the prices that there are, since their variant was last changed.
INSERT INTO price_history (variant_id, price_list_id, currency, min_quantity, valid_from, valid_to, amount_minor,
    compare_at_minor, reason, actor, recorded_at)
  SELECT price.variant_id, price.price_list_id, price.currency, price.min_quantity, price.valid_from, price.valid_to,
    price.amount_minor, price.compare_at_minor, 'set', 'system', variant.updated_at
  FROM price JOIN variant ON variant.id = price.variant_id;

CREATE TABLE price_list_history (                         -- Each state of a price list; only ever added to.
  id                 @PK,
  price_list_id      BIGINT NOT NULL,                     -- No foreign key: what a list said outlives it.
  market_id          BIGINT,
  segment_id         BIGINT,
  parent_adjust_bp   INTEGER,
  compare_at_mode    TEXT NOT NULL,                       -- enum CompareAtMode: adjusted hidden
  priority           INTEGER NOT NULL,
  starts_at          @TIME,
  ends_at            @TIME,
  removed            BOOLEAN NOT NULL,                    -- Whether the list is no more.
  recorded_at        @TIME NOT NULL
);
INSERT INTO price_list_history (price_list_id, market_id, parent_adjust_bp, compare_at_mode, priority, starts_at,
    ends_at, removed, recorded_at)
  SELECT id, market_id, parent_adjust_bp, compare_at_mode, priority, starts_at, ends_at, FALSE, updated_at
  FROM price_list WHERE market_id IS NOT NULL;

CREATE TABLE price_boundary (                             -- Until when it was told that prices begin and end.
  id                 BIGINT NOT NULL PRIMARY KEY,
  passed_at          @TIME NOT NULL,
  CONSTRAINT price_boundary_single CHECK (id = 1)
);
