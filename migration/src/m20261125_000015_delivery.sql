-- Delivery: profiles for some products, groups of locations, zones by postal code, tiers, carriers, and what carriers said.

CREATE UNIQUE INDEX delivery_profile_one_default ON delivery_profile (is_default) WHERE is_default;

CREATE TABLE delivery_profile_product (                   -- A product that another profile than the default one delivers.
  product_id         BIGINT NOT NULL PRIMARY KEY REFERENCES product (id) ON DELETE CASCADE,
  profile_id         BIGINT NOT NULL REFERENCES delivery_profile (id) ON DELETE CASCADE
);
CREATE INDEX delivery_profile_product_profile_idx ON delivery_profile_product (profile_id);

CREATE TABLE delivery_profile_variant (                   -- A variant that another profile than its product's delivers.
  variant_id         BIGINT NOT NULL PRIMARY KEY REFERENCES variant (id) ON DELETE CASCADE,
  profile_id         BIGINT NOT NULL REFERENCES delivery_profile (id) ON DELETE CASCADE
);
CREATE INDEX delivery_profile_variant_profile_idx ON delivery_profile_variant (profile_id);

CREATE TABLE delivery_location_group (                    -- Locations that a profile delivers from to the same zones at the same rates.
  id                 @PK,
  profile_id         BIGINT NOT NULL REFERENCES delivery_profile (id) ON DELETE CASCADE,
  position           INTEGER NOT NULL,
  all_locations      BOOLEAN NOT NULL,                    -- Whether every location is in it, later ones too.
  CONSTRAINT delivery_location_group_place_unique UNIQUE (profile_id, position)
);
INSERT INTO delivery_location_group (profile_id, position, all_locations) SELECT id, 1, TRUE FROM delivery_profile;

CREATE TABLE delivery_group_location (                    -- A location in a group of them.
  group_id           BIGINT NOT NULL REFERENCES delivery_location_group (id) ON DELETE CASCADE, -- pk
  location_id        BIGINT NOT NULL REFERENCES location (id) ON DELETE CASCADE, -- pk
  CONSTRAINT delivery_group_location_pk PRIMARY KEY (group_id, location_id)
);
CREATE INDEX delivery_group_location_location_idx ON delivery_group_location (location_id);

ALTER TABLE delivery_zone ADD COLUMN group_id BIGINT REFERENCES delivery_location_group (id) ON DELETE CASCADE;
UPDATE delivery_zone SET group_id =
  (SELECT g.id FROM delivery_location_group g WHERE g.profile_id = delivery_zone.profile_id);
CREATE INDEX delivery_zone_group_idx ON delivery_zone (group_id);

ALTER TABLE delivery_zone_country ADD COLUMN postcodes @JSON NOT NULL DEFAULT '[]';

CREATE TABLE carrier_service (                            -- Somebody outside who says what a delivery costs.
  id                 @PK,
  name               TEXT NOT NULL,                       -- For staff.
  kind               TEXT NOT NULL,                       -- enum CarrierKind: callback shipengine
  callback_url       TEXT,                                -- Where a callback is asked.
  key_version        INTEGER NOT NULL DEFAULT 1,          -- Which of the keys derived for it signs: grows when a key is replaced.
  timeout_ms         INTEGER NOT NULL,
  fallback_minor     BIGINT,                              -- What it costs without an answer, in the shop's currency.
  active             BOOLEAN NOT NULL DEFAULT TRUE,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT carrier_service_name_unique UNIQUE (name),
  CONSTRAINT carrier_service_is_reachable CHECK ((kind = 'callback') = (callback_url IS NOT NULL)),
  CONSTRAINT carrier_service_is_patient CHECK (timeout_ms > 0 AND timeout_ms <= 10000),
  CONSTRAINT carrier_service_fallback_not_negative CHECK (fallback_minor >= 0)
);

ALTER TABLE delivery_method ADD COLUMN carrier_service_id BIGINT REFERENCES carrier_service (id);
ALTER TABLE delivery_method ADD COLUMN markup_bp INTEGER NOT NULL DEFAULT 0;
ALTER TABLE delivery_method ADD COLUMN markup_minor BIGINT NOT NULL DEFAULT 0;
ALTER TABLE delivery_method ADD COLUMN fallback_minor BIGINT;
CREATE INDEX delivery_method_carrier_idx ON delivery_method (carrier_service_id);

CREATE TABLE delivery_method_rate (                       -- A tier of a method: the first that a parcel fits says what it costs.
  method_id          BIGINT NOT NULL REFERENCES delivery_method (id) ON DELETE CASCADE, -- pk
  position           INTEGER NOT NULL,                    -- pk
  rate_minor         BIGINT NOT NULL,
  min_subtotal_minor BIGINT,
  max_subtotal_minor BIGINT,
  min_weight_grams   BIGINT,
  max_weight_grams   BIGINT,
  CONSTRAINT delivery_method_rate_pk PRIMARY KEY (method_id, position),
  CONSTRAINT delivery_method_rate_not_negative CHECK (rate_minor >= 0)
);

CREATE TABLE delivery_quote (                             -- What a carrier said, or that it said nothing, for as long as that holds.
  key                TEXT NOT NULL PRIMARY KEY,           -- SHA-256 of the request, in hexadecimal.
  carrier_service_id BIGINT NOT NULL REFERENCES carrier_service (id) ON DELETE CASCADE,
  rates              @JSON NOT NULL,                      -- Its rates, in minor units of the currency that was asked for.
  is_fallback        BOOLEAN NOT NULL,                    -- Whether there was no answer.
  expires_at         @TIME NOT NULL,
  created_at         @TIME NOT NULL
);
CREATE INDEX delivery_quote_carrier_idx ON delivery_quote (carrier_service_id);
CREATE INDEX delivery_quote_expires_idx ON delivery_quote (expires_at);

ALTER TABLE location ADD COLUMN pickup_instructions TEXT NOT NULL DEFAULT '';
