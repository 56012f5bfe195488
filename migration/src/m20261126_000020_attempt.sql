-- What an attempt waits for, and what payment providers told.

ALTER TABLE completion_attempt ADD COLUMN capture TEXT NOT NULL DEFAULT 'automatic'; -- enum CaptureMode: automatic manual
ALTER TABLE completion_attempt ADD COLUMN action @JSON;   -- What the buyer has to do: {url, client_secret}.
ALTER TABLE completion_attempt ADD COLUMN action_until @TIME; -- Until when that is waited for.
ALTER TABLE completion_attempt ADD COLUMN ask_at @TIME;   -- When the provider is asked next; empty: soon.
ALTER TABLE completion_attempt ADD COLUMN asks INTEGER NOT NULL DEFAULT 0; -- How often a driver took it up.
CREATE INDEX completion_attempt_reference_idx ON completion_attempt (provider, provider_reference) WHERE provider_reference IS NOT NULL;

CREATE TABLE provider_event (                             -- What a payment provider told by a webhook, without its content.
  id                 @PK,
  gateway            TEXT NOT NULL,                       -- The provider's name.
  event_id           TEXT NOT NULL,                       -- The provider's name for the event.
  kind               TEXT NOT NULL,                       -- In the provider's words.
  meaning            TEXT NOT NULL,                       -- enum ProviderEventMeaning: payment refund dispute other
  reference          TEXT,                                -- The provider's name for the payment that it is about.
  attempt_key        TEXT,                                -- Our key, where the provider carries it along.
  received_at        @TIME NOT NULL,
  handled_at         @TIME,                               -- When the provider had been asked about it.
  CONSTRAINT provider_event_unique UNIQUE (gateway, event_id)
);
CREATE INDEX provider_event_open_idx ON provider_event (received_at) WHERE handled_at IS NULL;
CREATE INDEX provider_event_received_idx ON provider_event (received_at);
