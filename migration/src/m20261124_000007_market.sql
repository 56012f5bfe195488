-- Markets: countries that are sold to alike, the prices made for them, the rates between currencies, unit prices and
-- quantity rules.

CREATE TABLE market (                                     -- Countries that are sold to alike: one currency, one way to round.
  id                 @PK,
  handle             TEXT NOT NULL,
  name               TEXT NOT NULL,                       -- For staff.
  status             TEXT NOT NULL,                       -- enum MarketStatus: active draft
  is_primary         BOOLEAN NOT NULL,                    -- Whether it serves whom no other market serves.
  base_currency      TEXT NOT NULL,                       -- ISO 4217 code of all prices in it.
  tax_inclusive      BOOLEAN NOT NULL,                    -- Whether its prices already hold the tax.
  rounding_mode      TEXT NOT NULL,                       -- enum RoundingMode: nearest up down
  rounding_step_minor   BIGINT NOT NULL,                  -- Distance between two amounts that prices are rounded to.
  rounding_ending_minor BIGINT NOT NULL,                  -- What these amounts leave when divided by the step.
  price_adjust_bp    INTEGER NOT NULL,                    -- Added to base prices, in hundredths of a percent.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT market_handle_unique UNIQUE (handle),
  CONSTRAINT market_currency_code CHECK (length(base_currency) = 3),
  CONSTRAINT market_rounding_makes_sense CHECK (
    rounding_step_minor >= 1 AND rounding_ending_minor >= 0 AND rounding_ending_minor < rounding_step_minor),
  CONSTRAINT market_price_not_negative CHECK (price_adjust_bp >= -10000)
);
CREATE UNIQUE INDEX market_one_primary ON market (is_primary) WHERE is_primary;

CREATE TABLE market_region (                              -- A country, or one province of it, in a market.
  market_id          BIGINT NOT NULL REFERENCES market (id) ON DELETE CASCADE, -- pk
  country            TEXT NOT NULL,                       -- pk ISO 3166-1 alpha-2 code.
  province           TEXT NOT NULL DEFAULT '',            -- pk Empty for the whole country.
  active             BOOLEAN NOT NULL,                    -- Whether its market is active.
  CONSTRAINT market_region_pk PRIMARY KEY (market_id, country, province)
);
CREATE UNIQUE INDEX market_region_one_active ON market_region (country, province) WHERE active;

CREATE TABLE market_locale (                              -- A language of the shop that is spoken in a market; without any, all are.
  market_id          BIGINT NOT NULL REFERENCES market (id) ON DELETE CASCADE, -- pk
  locale             TEXT NOT NULL,                       -- pk As in LanguageCode.
  CONSTRAINT market_locale_pk PRIMARY KEY (market_id, locale)
);

ALTER TABLE price_list ADD COLUMN market_id BIGINT REFERENCES market (id) ON DELETE CASCADE; -- Where it holds; none for the base prices.
ALTER TABLE price_list ADD COLUMN parent_adjust_bp INTEGER; -- Added to base prices, in hundredths of a percent; none where it only has prices of its own.
ALTER TABLE price_list ADD COLUMN compare_at_mode TEXT NOT NULL DEFAULT 'adjusted'; -- enum CompareAtMode: adjusted hidden
ALTER TABLE price_list ADD COLUMN priority INTEGER NOT NULL DEFAULT 0; -- The higher one is asked first.
ALTER TABLE price_list ADD COLUMN starts_at @TIME;        -- From when on it holds.
ALTER TABLE price_list ADD COLUMN ends_at @TIME;          -- Until when it holds.
CREATE INDEX price_list_market_idx ON price_list (market_id);

CREATE TABLE quantity_rule (                              -- How many units of a variant are sold at once.
  price_list_id      BIGINT NOT NULL REFERENCES price_list (id) ON DELETE CASCADE, -- pk
  variant_id         BIGINT NOT NULL REFERENCES variant (id) ON DELETE CASCADE, -- pk
  minimum            INTEGER NOT NULL,
  maximum            INTEGER,
  increment          INTEGER NOT NULL,                    -- The step between two quantities.
  CONSTRAINT quantity_rule_pk PRIMARY KEY (price_list_id, variant_id),
  CONSTRAINT quantity_rule_makes_sense CHECK (
    minimum >= 1 AND increment >= 1 AND (maximum IS NULL OR maximum >= minimum))
);
CREATE INDEX quantity_rule_variant_idx ON quantity_rule (variant_id);

CREATE TABLE fx_rate (                                    -- What a unit of one currency is worth in another from a moment on.
  from_currency      TEXT NOT NULL,                       -- pk
  to_currency        TEXT NOT NULL,                       -- pk
  effective_at       @TIME NOT NULL,                      -- pk
  rate_e9            BIGINT NOT NULL,                     -- In billionths: 1.08 is 1080000000.
  CONSTRAINT fx_rate_pk PRIMARY KEY (from_currency, to_currency, effective_at),
  CONSTRAINT fx_rate_positive CHECK (rate_e9 > 0)
);

CREATE TABLE variant_unit_price (                         -- How much a variant holds, and for how much of it its price is told besides.
  variant_id         BIGINT NOT NULL PRIMARY KEY REFERENCES variant (id) ON DELETE CASCADE,
  measured_type      TEXT NOT NULL,                       -- enum MeasuredType: area count length volume weight
  quantity_milli     BIGINT NOT NULL,                     -- Thousandths of the unit: 0.75 l is 750.
  quantity_unit      TEXT NOT NULL,                       -- enum MeasuredUnit: see the entity
  reference_value    INTEGER NOT NULL,                    -- Whole units.
  reference_unit     TEXT NOT NULL,                       -- enum MeasuredUnit: see the entity
  CONSTRAINT variant_unit_price_positive CHECK (quantity_milli > 0 AND reference_value > 0)
);

ALTER TABLE shop ADD COLUMN market_version BIGINT NOT NULL DEFAULT 0; -- Grows with each change of markets, price lists and rates.

-- A shop that was there before is one market: its own country, in its own currency.
INSERT INTO market (handle, name, status, is_primary, base_currency, tax_inclusive, rounding_mode, rounding_step_minor,
    rounding_ending_minor, price_adjust_bp, created_at, updated_at)
  SELECT lower(country), 'Home', 'active', TRUE, currency, taxes_included, 'nearest', 1, 0, 0, updated_at, updated_at
  FROM shop;
INSERT INTO market_region (market_id, country, province, active)
  SELECT market.id, shop.country, '', TRUE FROM market, shop;
