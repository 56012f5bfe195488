-- Shipping labels and how far parcels are.

CREATE TABLE shipping_label (                             -- A label that was asked for, and the parcel that it is on.
  id                 @PK,
  order_id           BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  location_id        BIGINT REFERENCES location (id) ON DELETE SET NULL, -- Where the parcel leaves.
  provider           TEXT NOT NULL,                       -- Who sells it.
  state              TEXT NOT NULL,                       -- enum LabelState: requested unknown bought failed voided
  request_key        TEXT NOT NULL,                       -- The caller's name for the purchase: the same one gives the same label.
  request_digest     TEXT NOT NULL,                       -- Of what was asked for under that name.
  external_key       TEXT NOT NULL,                       -- Our name for the shipment at the provider; stored before the call.
  rate_reference     TEXT,                                -- The provider's name for the rate it is bought at.
  carrier_reference  TEXT,                                -- The provider's name for the carrier's account.
  carrier_code       TEXT,                                -- The carrier, as the provider writes it.
  service_code       TEXT,                                -- The carrier's service.
  provider_label_id  TEXT,                                -- The provider's name for the label.
  tracking_number    TEXT,                                -- The carrier's number of the parcel.
  tracking_url       TEXT,                                -- The carrier's page about it.
  label_url          TEXT,                                -- Where staff fetch the label itself.
  cost_minor         BIGINT,                              -- What the shop pays; empty where the provider told it in no way we read.
  currency           CHAR(3),
  weight_grams       BIGINT NOT NULL,
  failure            TEXT,                                -- The provider's codes, why there is no label.
  parcel_status      TEXT NOT NULL,                       -- enum ParcelStatus: unknown announced accepted in_transit attempted exception at_pickup_point delivered
  parcel_moved_at    @TIME,                               -- When that came to be.
  ask_at             @TIME,                               -- When the provider is asked next, for the label or the parcel; empty: never.
  asks               INTEGER NOT NULL DEFAULT 0,          -- How often it was asked since there was news.
  bought_at          @TIME,
  voided_at          @TIME,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT shipping_label_request_unique UNIQUE (request_key),
  CONSTRAINT shipping_label_external_unique UNIQUE (external_key),
  CONSTRAINT shipping_label_cost_positive CHECK (cost_minor >= 0),
  CONSTRAINT shipping_label_weight_positive CHECK (weight_grams > 0),
  CONSTRAINT shipping_label_cost_has_currency CHECK ((cost_minor IS NULL) = (currency IS NULL)),
  CONSTRAINT shipping_label_bought_is_named CHECK (state NOT IN ('bought', 'voided') OR provider_label_id IS NOT NULL)
);
CREATE INDEX shipping_label_order_idx ON shipping_label (order_id, id);
CREATE INDEX shipping_label_location_idx ON shipping_label (location_id);
CREATE INDEX shipping_label_tracking_idx ON shipping_label (tracking_number);
CREATE INDEX shipping_label_ask_idx ON shipping_label (ask_at) WHERE ask_at IS NOT NULL;
-- A rate is good for one label.
CREATE UNIQUE INDEX shipping_label_rate_unique ON shipping_label (provider, rate_reference) WHERE rate_reference IS NOT NULL AND state <> 'failed';
CREATE UNIQUE INDEX shipping_label_provider_unique ON shipping_label (provider, provider_label_id) WHERE provider_label_id IS NOT NULL;

CREATE TABLE parcel_event (                               -- What a carrier told of a parcel; append-only.
  id                 @PK,
  label_id           BIGINT NOT NULL REFERENCES shipping_label (id) ON DELETE CASCADE,
  provider_event_key TEXT NOT NULL,                       -- Digest of what was told: carriers give their events no names.
  status             TEXT NOT NULL,                       -- enum ParcelStatus
  occurred_at        @TIME NOT NULL,
  description        TEXT NOT NULL,                       -- In the carrier's words.
  place              TEXT NOT NULL,                       -- City, state, country.
  created_at         @TIME NOT NULL,
  CONSTRAINT parcel_event_unique UNIQUE (label_id, provider_event_key)
);
CREATE INDEX parcel_event_label_idx ON parcel_event (label_id, occurred_at);

CREATE TABLE webhook_receipt (                            -- Messages that providers sent, so that none has its effect twice.
  provider           TEXT NOT NULL,                       -- pk
  event_key          TEXT NOT NULL,                       -- pk The provider's name for the message, or the digest of its signed text.
  received_at        @TIME NOT NULL,
  CONSTRAINT webhook_receipt_pk PRIMARY KEY (provider, event_key)
);
CREATE INDEX webhook_receipt_received_idx ON webhook_receipt (received_at);
