-- Tax classes and rates, exemptions, and the answers of tax providers.

CREATE TABLE tax_class (                                  -- Goods that are taxed alike, and otherwise than the standard.
  id                 @PK,
  handle             TEXT NOT NULL,                       -- Its name for programs.
  name               TEXT NOT NULL,                       -- For staff.
  provider_code      TEXT,                                -- What a tax provider calls such goods.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT tax_class_handle_unique UNIQUE (handle)
);

CREATE TABLE tax_rate (                                   -- What is taken of goods of a class that go to a place.
  id                 @PK,
  country            TEXT NOT NULL,                       -- ISO 3166-1 alpha-2 code.
  province           TEXT NOT NULL DEFAULT '',            -- Empty for the whole country.
  postcode           TEXT NOT NULL DEFAULT '',            -- A postal code, the beginning of some with a star, or a range with two dots; empty for all.
  tax_class_id       BIGINT REFERENCES tax_class (id),    -- None for the standard.
  title              TEXT NOT NULL,                       -- For buyers.
  jurisdiction       TEXT NOT NULL,                       -- Who takes it.
  rate_e6            BIGINT NOT NULL,                     -- In millionths: 19 % is 190000.
  compound           BOOLEAN NOT NULL,                    -- Whether it is taken of the net and the simple taxes together.
  on_shipping        BOOLEAN NOT NULL,                    -- Whether it is taken of deliveries too.
  priority           INTEGER NOT NULL,                    -- Of rates with the same one the most specific holds; others add up.
  valid_from         @TIME,                               -- From when on it holds; none for since ever.
  valid_to           @TIME,                               -- Until when it holds.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT tax_rate_country_code CHECK (length(country) = 2),
  CONSTRAINT tax_rate_is_a_part CHECK (rate_e6 >= 0 AND rate_e6 <= 1000000),
  CONSTRAINT tax_rate_window CHECK (valid_from IS NULL OR valid_to IS NULL OR valid_to > valid_from)
);
CREATE INDEX tax_rate_place_idx ON tax_rate (country, province);
CREATE INDEX tax_rate_class_idx ON tax_rate (tax_class_id);

ALTER TABLE variant ADD COLUMN tax_class_id BIGINT REFERENCES tax_class (id); -- How it is taxed; none for the standard.
CREATE INDEX variant_tax_class_idx ON variant (tax_class_id);

ALTER TABLE customer ADD COLUMN tax_exempt BOOLEAN NOT NULL DEFAULT FALSE; -- Whether they pay no tax anywhere.
CREATE TABLE customer_tax_exemption (                     -- A place in which a customer pays no tax.
  customer_id        BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE, -- pk
  country            TEXT NOT NULL,                       -- pk ISO 3166-1 alpha-2 code.
  province           TEXT NOT NULL DEFAULT '',            -- pk Empty for the whole country.
  CONSTRAINT customer_tax_exemption_pk PRIMARY KEY (customer_id, country, province)
);

CREATE TABLE market_tax (                                 -- Where a market rounds taxes otherwise than the shop.
  market_id          BIGINT NOT NULL PRIMARY KEY REFERENCES market (id) ON DELETE CASCADE,
  rounding           TEXT NOT NULL                        -- enum TaxRoundingMode: line order
);

ALTER TABLE shop ADD COLUMN tax_rounding TEXT NOT NULL DEFAULT 'line'; -- enum TaxRoundingMode: line order
ALTER TABLE shop ADD COLUMN tax_provider TEXT NOT NULL DEFAULT 'none'; -- enum TaxProviderKind: none stripe_tax
ALTER TABLE shop ADD COLUMN tax_fallback TEXT NOT NULL DEFAULT 'refuse'; -- enum TaxFallback: table_rates refuse
ALTER TABLE shop ADD COLUMN tax_unmatched TEXT NOT NULL DEFAULT 'untaxed'; -- enum TaxUnmatched: untaxed refuse

CREATE TABLE tax_quote (                                  -- What a tax provider has answered.
  key                TEXT NOT NULL PRIMARY KEY,           -- SHA-256 of the question, in hexadecimal.
  answer             @JSON NOT NULL,
  created_at         @TIME NOT NULL,
  expires_at         @TIME NOT NULL
);
CREATE INDEX tax_quote_expiry_idx ON tax_quote (expires_at);
