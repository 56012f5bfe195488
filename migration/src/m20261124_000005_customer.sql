-- Customers' accounts: passwords, access tokens, one-time tokens, addresses, consent, limits, mails; and what finding a
-- customer's orders needs.

-- accounts -------------------------------------------------------------------------------------

ALTER TABLE customer ADD COLUMN accepts_marketing BOOLEAN NOT NULL DEFAULT FALSE; -- The last word of consent_event.
ALTER TABLE customer ADD COLUMN email_verified_at @TIME;   -- When somebody last proved to read mails to the address.
ALTER TABLE customer ADD COLUMN language TEXT;             -- In which they signed up, as in LanguageCode.
ALTER TABLE customer ADD COLUMN multipass_identifier TEXT; -- Their name in the merchant's own sign-in.
CREATE UNIQUE INDEX customer_multipass_unique ON customer (multipass_identifier) WHERE multipass_identifier IS NOT NULL;

CREATE TABLE customer_credential (                        -- A customer's password.
  customer_id        BIGINT NOT NULL PRIMARY KEY REFERENCES customer (id) ON DELETE CASCADE, -- pk
  password_hash      TEXT NOT NULL,                       -- argon2id in PHC form.
  changed_at         @TIME NOT NULL,                      -- When the password was last chosen.
  updated_at         @TIME NOT NULL                       -- When it was last hashed: with better parameters, for one.
);

CREATE TABLE customer_access_token (                      -- A signed-in customer's bearer secret.
  id                 @PK,
  customer_id        BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  token_hash         @BYTES NOT NULL,                     -- SHA-256 of the secret; the secret itself is never stored.
  expires_at         @TIME NOT NULL,
  revoked_at         @TIME,
  created_at         @TIME NOT NULL,
  CONSTRAINT customer_access_token_hash_unique UNIQUE (token_hash)
);
CREATE INDEX customer_access_token_customer_idx ON customer_access_token (customer_id, id);
CREATE INDEX customer_access_token_expires_idx ON customer_access_token (expires_at);

CREATE TABLE one_time_token (                             -- A secret in a mailed link, good for one use.
  id                 @PK,
  customer_id        BIGINT REFERENCES customer (id) ON DELETE CASCADE, -- Empty for an unknown address: then it opens nothing.
  purpose            TEXT NOT NULL,                       -- enum OneTimePurpose: activation recovery
  nonce              @BYTES NOT NULL,                     -- The secret is derived from it with the server's key.
  token_hash         @BYTES NOT NULL,                     -- SHA-256 of the secret.
  expires_at         @TIME NOT NULL,
  used_at            @TIME,
  revoked_at         @TIME,
  created_at         @TIME NOT NULL,
  CONSTRAINT one_time_token_hash_unique UNIQUE (token_hash)
);
CREATE INDEX one_time_token_customer_idx ON one_time_token (customer_id);
CREATE INDEX one_time_token_expires_idx ON one_time_token (expires_at);

CREATE TABLE customer_address (                           -- An address in a customer's address book.
  id                 @PK,
  customer_id        BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  address            @JSON NOT NULL,                      -- The fields of a postal address.
  digest             TEXT NOT NULL,                       -- Equal for equal addresses.
  is_default         BOOLEAN NOT NULL,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT customer_address_unique UNIQUE (customer_id, digest)
);
CREATE UNIQUE INDEX customer_address_one_default ON customer_address (customer_id) WHERE is_default;

CREATE TABLE customer_tag (                               -- A word by which the merchant groups customers.
  customer_id        BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE, -- pk
  tag_norm           TEXT NOT NULL,                       -- pk Lower-case tag, for comparing.
  tag                TEXT NOT NULL,                       -- As written.
  CONSTRAINT customer_tag_pk PRIMARY KEY (customer_id, tag_norm)
);
CREATE INDEX customer_tag_norm_idx ON customer_tag (tag_norm);

CREATE TABLE consent_event (                              -- A customer's word on being written to; append-only.
  id                 @PK,
  customer_id        BIGINT NOT NULL REFERENCES customer (id) ON DELETE CASCADE,
  topic              TEXT NOT NULL,                       -- enum ConsentTopic: email_marketing
  granted            BOOLEAN NOT NULL,
  source             TEXT NOT NULL,                       -- enum ConsentSource: sign_up profile multipass
  created_at         @TIME NOT NULL
);
CREATE INDEX consent_event_customer_idx ON consent_event (customer_id, id);

CREATE TABLE attempt_counter (                            -- How often something was tried that is limited.
  key_hash           @BYTES NOT NULL PRIMARY KEY,         -- pk Keyed digest of what is tried and by or on whom.
  count              BIGINT NOT NULL,
  resets_at          @TIME NOT NULL                       -- From when on it counts from zero.
);
CREATE INDEX attempt_counter_resets_idx ON attempt_counter (resets_at);

CREATE TABLE multipass_use (                              -- A multipass token that was used up.
  token_hash         @BYTES NOT NULL PRIMARY KEY,         -- pk SHA-256 of the sealed bytes.
  expires_at         @TIME NOT NULL                       -- From when on the token is refused for its age anyway.
);
CREATE INDEX multipass_use_expires_idx ON multipass_use (expires_at);

-- carts and orders -----------------------------------------------------------------------------

ALTER TABLE cart ADD COLUMN customer_token_id BIGINT REFERENCES customer_access_token (id) ON DELETE SET NULL; -- By which the customer was named.
CREATE INDEX cart_customer_token_idx ON cart (customer_token_id);

ALTER TABLE orders ADD COLUMN email_norm TEXT;            -- Lower case, for finding the orders of an address.
UPDATE orders SET email_norm = lower(email) WHERE email IS NOT NULL;
CREATE INDEX orders_guest_email_idx ON orders (email_norm) WHERE customer_id IS NULL;
CREATE INDEX orders_customer_processed_idx ON orders (customer_id, processed_at, id);
CREATE INDEX orders_customer_total_idx ON orders (customer_id, total_minor, id);

-- mails ----------------------------------------------------------------------------------------

CREATE TABLE mail (                                       -- A mail to be made and sent. Its words are made when it is sent or shown.
  id                 @PK,
  kind               TEXT NOT NULL,                       -- enum MailKind: activation recovery
  token_id           BIGINT NOT NULL REFERENCES one_time_token (id) ON DELETE CASCADE, -- What its link opens.
  state              TEXT NOT NULL,                       -- enum MailState: waiting sent kept failed dropped
  attempts           INTEGER NOT NULL DEFAULT 0,
  run_at             @TIME NOT NULL,                      -- When it is tried next.
  lease_until        @TIME,                               -- Until when one node has it for itself.
  last_error         TEXT,                                -- The mail server's code, never its words.
  sent_at            @TIME,
  created_at         @TIME NOT NULL,
  CONSTRAINT mail_token_unique UNIQUE (token_id)
);
CREATE INDEX mail_due_idx ON mail (run_at) WHERE state = 'waiting';
