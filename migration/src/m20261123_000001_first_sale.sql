-- The tables of the first release. Types with an @ differ by database; see the module that runs this file.
-- A comment behind a column is its meaning; "enum Name: a b" lists the words the column may hold.

-- shop -----------------------------------------------------------------------------------------

CREATE TABLE shop (                                       -- The one shop this database belongs to, and its settings.
  id                 BIGINT NOT NULL PRIMARY KEY,         -- Always 1.
  name               TEXT NOT NULL,                       -- What shoppers call the shop.
  description        TEXT NOT NULL DEFAULT '',            -- A few sentences about the shop.
  slogan             TEXT NOT NULL DEFAULT '',            -- One line under the name.
  currency           TEXT NOT NULL,                       -- ISO 4217 code of the base prices.
  country            TEXT NOT NULL,                       -- ISO 3166-1 alpha-2 code of the shop's seat.
  language           TEXT NOT NULL,                       -- Language of the untranslated texts, as in LanguageCode.
  email              TEXT NOT NULL DEFAULT '',            -- Where shoppers reach the shop.
  taxes_included     BOOLEAN NOT NULL,                    -- Whether base prices already hold the tax.
  order_prefix       TEXT NOT NULL DEFAULT '#',           -- Stands before the number in an order's name.
  is_demo            BOOLEAN NOT NULL DEFAULT FALSE,      -- Whether the shop was laid by the demo command.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT shop_single CHECK (id = 1),
  CONSTRAINT shop_currency_code CHECK (length(currency) = 3)
);

@POSTGRES CREATE SEQUENCE order_number START 1001;

CREATE TABLE staff (                                      -- A person who works in the back office.
  id                 @PK,
  email              TEXT NOT NULL,                       -- Normalised to lower case.
  name               TEXT NOT NULL,
  password_hash      TEXT NOT NULL,                       -- argon2id in PHC form.
  state              TEXT NOT NULL,                       -- enum StaffState: active disabled
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT staff_email_unique UNIQUE (email)
);

CREATE TABLE access_token (                               -- A bearer secret of a front end or of a back-office program.
  id                 @PK,
  kind               TEXT NOT NULL,                       -- enum AccessTokenKind: storefront admin
  name               TEXT NOT NULL,                       -- What the token is for, in the owner's words.
  token_hash         @BYTES NOT NULL,                     -- SHA-256 of the secret; the secret itself is never stored.
  scopes             @JSON NOT NULL,                      -- List of scope names.
  expires_at         @TIME,
  revoked_at         @TIME,
  created_at         @TIME NOT NULL,
  CONSTRAINT access_token_hash_unique UNIQUE (token_hash)
);

-- catalogue ------------------------------------------------------------------------------------

CREATE TABLE media (                                      -- A picture (later also video and 3D) and where its bytes are.
  id                 @PK,
  kind               TEXT NOT NULL,                       -- enum MediaKind: image video external_video model_3d
  status             TEXT NOT NULL,                       -- enum MediaStatus: uploaded processing ready failed
  storage_key        TEXT,                                -- Name in the media store, for bytes that we hold.
  source_url         TEXT,                                -- Address elsewhere, for bytes that we do not hold.
  sha256             TEXT,                                -- Digest of the bytes in hexadecimal.
  content_type       TEXT,
  byte_size          BIGINT,
  width              INTEGER,                             -- Pixels.
  height             INTEGER,                             -- Pixels.
  alt                TEXT,                                -- Words for those who cannot see it.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT media_somewhere CHECK (storage_key IS NOT NULL OR source_url IS NOT NULL)
);

CREATE TABLE product (                                    -- Something the shop sells, in one or more variants.
  id                 @PK,
  handle             TEXT NOT NULL,                       -- Name in addresses.
  title              TEXT NOT NULL,
  title_sort         TEXT @SORT NOT NULL,                 -- Lower-case title, compared byte by byte on each database.
  description_html   TEXT NOT NULL DEFAULT '',
  vendor             TEXT @SORT NOT NULL DEFAULT '',
  product_type       TEXT @SORT NOT NULL DEFAULT '',
  status             TEXT NOT NULL,                       -- enum ProductStatus: draft active archived unlisted
  is_gift_card       BOOLEAN NOT NULL DEFAULT FALSE,
  seo_title          TEXT,
  seo_description    TEXT,
  published_at       @TIME,                               -- Empty while the product is not on the storefront.
  min_price_minor    BIGINT NOT NULL DEFAULT 0,           -- Lowest base price of a variant, for sorting lists.
  sold_quantity      BIGINT NOT NULL DEFAULT 0,           -- Units sold; a projection of order events.
  import_digest      TEXT,                                -- Digest of the rows last imported, to skip what did not change.
  version            BIGINT NOT NULL DEFAULT 1,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT product_handle_unique UNIQUE (handle)
);
CREATE INDEX product_title_idx ON product (title_sort, id);
CREATE INDEX product_vendor_idx ON product (vendor, id);
CREATE INDEX product_type_idx ON product (product_type, id);
CREATE INDEX product_created_idx ON product (created_at, id);
CREATE INDEX product_updated_idx ON product (updated_at, id);
CREATE INDEX product_price_idx ON product (min_price_minor, id);
CREATE INDEX product_sold_idx ON product (sold_quantity, id);

CREATE TABLE product_tag (                                -- A tag on a product.
  product_id         BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE, -- pk
  tag_norm           TEXT NOT NULL,                       -- pk Lower-case tag, for comparing.
  tag                TEXT NOT NULL,                       -- As written.
  CONSTRAINT product_tag_pk PRIMARY KEY (product_id, tag_norm)
);
CREATE INDEX product_tag_norm_idx ON product_tag (tag_norm, product_id);

CREATE TABLE product_option (                             -- A way in which a product's variants differ, such as size.
  id                 @PK,
  product_id         BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
  name               TEXT NOT NULL,
  position           INTEGER NOT NULL,                    -- From 1.
  CONSTRAINT product_option_name_unique UNIQUE (product_id, name)
);

CREATE TABLE option_value (                               -- One choice of an option, such as Large.
  id                 @PK,
  option_id          BIGINT NOT NULL REFERENCES product_option (id) ON DELETE CASCADE,
  name               TEXT NOT NULL,
  position           INTEGER NOT NULL,                    -- From 1.
  swatch_color       TEXT,                                -- #RRGGBB.
  swatch_media_id    BIGINT REFERENCES media (id) ON DELETE SET NULL,
  CONSTRAINT option_value_name_unique UNIQUE (option_id, name)
);
CREATE INDEX option_value_swatch_media_idx ON option_value (swatch_media_id);

CREATE TABLE inventory_item (                             -- The stock side of a variant.
  id                 @PK,
  sku                TEXT,
  tracked            BOOLEAN NOT NULL,                    -- Whether the shop counts it.
  requires_shipping  BOOLEAN NOT NULL,
  weight_grams       BIGINT NOT NULL DEFAULT 0,
  cost_minor         BIGINT,                              -- What a unit costs the shop.
  cost_currency      TEXT,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT inventory_item_weight_not_negative CHECK (weight_grams >= 0),
  CONSTRAINT inventory_item_cost_not_negative CHECK (cost_minor >= 0)
);
CREATE INDEX inventory_item_sku_idx ON inventory_item (sku);

CREATE TABLE variant (                                    -- One thing that can be put in a cart.
  id                 @PK,
  product_id         BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE,
  inventory_item_id  BIGINT NOT NULL REFERENCES inventory_item (id),
  position           INTEGER NOT NULL,                    -- From 1.
  title              TEXT NOT NULL,                       -- Its option values, joined.
  sku                TEXT,
  barcode            TEXT,
  taxable            BOOLEAN NOT NULL DEFAULT TRUE,
  inventory_policy   TEXT NOT NULL,                       -- enum InventoryPolicy: deny continue
  option_signature   TEXT NOT NULL,                       -- Its option values in a form that is equal when they are.
  media_id           BIGINT REFERENCES media (id) ON DELETE SET NULL, -- Its own picture.
  deleted_at         @TIME,                               -- Tombstone: orders and ledgers still point here.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT variant_inventory_item_unique UNIQUE (inventory_item_id)
);
CREATE UNIQUE INDEX variant_option_signature_unique ON variant (product_id, option_signature) WHERE deleted_at IS NULL;
CREATE INDEX variant_sku_idx ON variant (sku);
CREATE INDEX variant_barcode_idx ON variant (barcode);
CREATE INDEX variant_media_idx ON variant (media_id);

CREATE TABLE variant_option (                             -- Which value a variant has for an option.
  variant_id         BIGINT NOT NULL REFERENCES variant (id) ON DELETE CASCADE, -- pk
  option_id          BIGINT NOT NULL REFERENCES product_option (id) ON DELETE CASCADE, -- pk
  value_id           BIGINT NOT NULL REFERENCES option_value (id) ON DELETE CASCADE,
  CONSTRAINT variant_option_pk PRIMARY KEY (variant_id, option_id)
);
CREATE INDEX variant_option_option_idx ON variant_option (option_id);
CREATE INDEX variant_option_value_idx ON variant_option (value_id);

CREATE TABLE product_media (                              -- A product's pictures in their order.
  product_id         BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE, -- pk
  media_id           BIGINT NOT NULL REFERENCES media (id) ON DELETE CASCADE, -- pk
  position           INTEGER NOT NULL,                    -- From 1.
  CONSTRAINT product_media_pk PRIMARY KEY (product_id, media_id)
);
CREATE INDEX product_media_media_idx ON product_media (media_id);

CREATE TABLE collection (                                 -- A group of products with a page of its own.
  id                 @PK,
  handle             TEXT NOT NULL,
  title              TEXT NOT NULL,
  title_sort         TEXT @SORT NOT NULL,                 -- Lower-case title, compared byte by byte on each database.
  description_html   TEXT NOT NULL DEFAULT '',
  sort_order         TEXT NOT NULL,                       -- enum CollectionSortOrder: manual best_selling title price created
  media_id           BIGINT REFERENCES media (id) ON DELETE SET NULL,
  seo_title          TEXT,
  seo_description    TEXT,
  published_at       @TIME,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT collection_handle_unique UNIQUE (handle)
);
CREATE INDEX collection_title_idx ON collection (title_sort, id);
CREATE INDEX collection_updated_idx ON collection (updated_at, id);
CREATE INDEX collection_media_idx ON collection (media_id);

CREATE TABLE collection_member (                          -- A product's place in a collection.
  collection_id      BIGINT NOT NULL REFERENCES collection (id) ON DELETE CASCADE, -- pk
  product_id         BIGINT NOT NULL REFERENCES product (id) ON DELETE CASCADE, -- pk
  position           BIGINT NOT NULL,                     -- From 1.
  source             TEXT NOT NULL,                       -- enum MemberSource: manual rule
  CONSTRAINT collection_member_pk PRIMARY KEY (collection_id, product_id)
);
CREATE INDEX collection_member_position_idx ON collection_member (collection_id, position, product_id);
CREATE INDEX collection_member_product_idx ON collection_member (product_id, collection_id);

-- prices ---------------------------------------------------------------------------------------

CREATE TABLE price_list (                                 -- A named set of prices; list 0 holds the base prices.
  id                 @PK,
  name               TEXT NOT NULL,
  currency           TEXT NOT NULL,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL
);

CREATE TABLE price (                                      -- What one unit of a variant costs, from a quantity and a moment on.
  variant_id         BIGINT NOT NULL REFERENCES variant (id) ON DELETE CASCADE, -- pk
  price_list_id      BIGINT NOT NULL REFERENCES price_list (id) ON DELETE CASCADE, -- pk
  currency           TEXT NOT NULL,                       -- pk
  min_quantity       INTEGER NOT NULL DEFAULT 1,          -- pk
  valid_from         @TIME NOT NULL,                      -- pk
  valid_to           @TIME,
  amount_minor       BIGINT NOT NULL,                     -- Minor units of the currency.
  compare_at_minor   BIGINT,                              -- The price it is compared with while on sale.
  CONSTRAINT price_pk PRIMARY KEY (variant_id, price_list_id, currency, min_quantity, valid_from),
  CONSTRAINT price_not_negative CHECK (amount_minor >= 0 AND (compare_at_minor IS NULL OR compare_at_minor >= 0)),
  CONSTRAINT price_min_quantity_positive CHECK (min_quantity >= 1),
  CONSTRAINT price_window_forward CHECK (valid_to IS NULL OR valid_to > valid_from)
);
CREATE INDEX price_list_idx ON price (price_list_id);

-- inventory ------------------------------------------------------------------------------------

CREATE TABLE location (                                   -- A place where stock lies.
  id                 @PK,
  name               TEXT NOT NULL,
  country            TEXT NOT NULL,
  active             BOOLEAN NOT NULL,
  fulfills_online    BOOLEAN NOT NULL,                    -- Whether online orders take stock from here.
  position           INTEGER NOT NULL,                    -- The first with enough stock serves an order.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL
);

CREATE TABLE inventory_level (                            -- How many units of an item a location has, by state.
  item_id            BIGINT NOT NULL REFERENCES inventory_item (id) ON DELETE CASCADE, -- pk
  location_id        BIGINT NOT NULL REFERENCES location (id), -- pk
  on_hand            BIGINT NOT NULL DEFAULT 0,
  available          BIGINT NOT NULL DEFAULT 0,
  committed          BIGINT NOT NULL DEFAULT 0,
  reserved           BIGINT NOT NULL DEFAULT 0,
  damaged            BIGINT NOT NULL DEFAULT 0,
  safety             BIGINT NOT NULL DEFAULT 0,
  quality_control    BIGINT NOT NULL DEFAULT 0,
  incoming           BIGINT NOT NULL DEFAULT 0,
  backorder          BOOLEAN NOT NULL DEFAULT FALSE,      -- Whether it may be sold past zero.
  updated_at         @TIME NOT NULL,
  CONSTRAINT inventory_level_pk PRIMARY KEY (item_id, location_id),
  CONSTRAINT inventory_level_no_oversell CHECK (available >= 0 OR backorder),
  CONSTRAINT inventory_level_states_not_negative CHECK (committed >= 0 AND reserved >= 0 AND damaged >= 0 AND safety >= 0 AND quality_control >= 0 AND incoming >= 0),
  CONSTRAINT inventory_level_adds_up CHECK (on_hand = available + committed + reserved + damaged + safety + quality_control)
);
CREATE INDEX inventory_level_location_idx ON inventory_level (location_id);

CREATE TABLE inventory_ledger (                           -- Every change of a level, append-only: a state is the sum of its deltas.
  id                 @PK,
  item_id            BIGINT NOT NULL REFERENCES inventory_item (id),
  location_id        BIGINT NOT NULL REFERENCES location (id),
  state              TEXT NOT NULL,                       -- enum StockState: available committed reserved damaged safety quality_control incoming
  delta              BIGINT NOT NULL,
  reason             TEXT NOT NULL,                       -- enum LedgerReason: import correction reserve release claim
  reference          TEXT NOT NULL DEFAULT '',            -- What caused it, such as attempt/7.
  created_at         @TIME NOT NULL
);
CREATE INDEX inventory_ledger_item_idx ON inventory_ledger (item_id, location_id, id);
CREATE INDEX inventory_ledger_location_idx ON inventory_ledger (location_id);

-- customers ------------------------------------------------------------------------------------

CREATE TABLE customer (                                   -- A person who buys, with or without an account.
  id                 @PK,
  email_norm         TEXT,                                -- Lower case, for comparing.
  email              TEXT,                                -- As written.
  phone              TEXT,
  first_name         TEXT,
  last_name          TEXT,
  state              TEXT NOT NULL,                       -- enum CustomerState: guest invited enabled disabled erased
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT customer_email_unique UNIQUE (email_norm)
);

-- delivery -------------------------------------------------------------------------------------

CREATE TABLE delivery_profile (                           -- A set of zones and methods; the default one covers every product.
  id                 @PK,
  name               TEXT NOT NULL,
  is_default         BOOLEAN NOT NULL
);

CREATE TABLE delivery_zone (                              -- Countries that are served at the same rates.
  id                 @PK,
  profile_id         BIGINT NOT NULL REFERENCES delivery_profile (id) ON DELETE CASCADE,
  name               TEXT NOT NULL,
  position           INTEGER NOT NULL
);
CREATE INDEX delivery_zone_profile_idx ON delivery_zone (profile_id);

CREATE TABLE delivery_zone_country (                      -- A country, or one province of it, in a zone.
  zone_id            BIGINT NOT NULL REFERENCES delivery_zone (id) ON DELETE CASCADE, -- pk
  country            TEXT NOT NULL,                       -- pk
  province           TEXT NOT NULL DEFAULT '',            -- pk Empty for the whole country.
  CONSTRAINT delivery_zone_country_pk PRIMARY KEY (zone_id, country, province)
);
CREATE INDEX delivery_zone_country_idx ON delivery_zone_country (country);

CREATE TABLE delivery_method (                            -- A way to deliver within a zone, and what it costs.
  id                 @PK,
  zone_id            BIGINT NOT NULL REFERENCES delivery_zone (id) ON DELETE CASCADE,
  handle             TEXT NOT NULL,
  title              TEXT NOT NULL,
  description        TEXT NOT NULL DEFAULT '',
  currency           TEXT NOT NULL,
  rate_minor         BIGINT NOT NULL,
  free_from_minor    BIGINT,                              -- Subtotal from which it is free.
  min_subtotal_minor BIGINT,
  max_subtotal_minor BIGINT,
  min_weight_grams   BIGINT,
  max_weight_grams   BIGINT,
  position           INTEGER NOT NULL,
  active             BOOLEAN NOT NULL DEFAULT TRUE,
  CONSTRAINT delivery_method_handle_unique UNIQUE (zone_id, handle),
  CONSTRAINT delivery_method_rate_not_negative CHECK (rate_minor >= 0)
);

-- carts ----------------------------------------------------------------------------------------

CREATE TABLE cart (                                       -- What a shopper intends to buy.
  id                 @PK,
  token_hash         @BYTES NOT NULL,                     -- SHA-256 of the token in the cart's public id.
  state              TEXT NOT NULL,                       -- enum CartState: open completed
  currency           TEXT NOT NULL,
  country            TEXT NOT NULL,                       -- The buyer's country.
  language           TEXT NOT NULL,
  customer_id        BIGINT REFERENCES customer (id) ON DELETE SET NULL,
  email              TEXT,
  phone              TEXT,
  note               TEXT,
  attributes         @JSON NOT NULL,                      -- List of {key, value}.
  preferences        @JSON,                               -- What the buyer prefers for delivery and wallets.
  billing_address    @JSON,
  payment            @JSON,                               -- How the buyer means to pay.
  revision           BIGINT NOT NULL DEFAULT 1,           -- Grows with each change.
  expires_at         @TIME NOT NULL,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT cart_token_unique UNIQUE (token_hash)
);
CREATE INDEX cart_customer_idx ON cart (customer_id);
CREATE INDEX cart_expires_idx ON cart (expires_at);

CREATE TABLE cart_line (                                  -- A variant in a cart, and how many.
  id                 @PK,
  cart_id            BIGINT NOT NULL REFERENCES cart (id) ON DELETE CASCADE,
  variant_id         BIGINT NOT NULL REFERENCES variant (id) ON DELETE CASCADE,
  quantity           INTEGER NOT NULL,
  attributes         @JSON NOT NULL,                      -- List of {key, value}.
  merge_signature    TEXT NOT NULL,                       -- Equal for lines that are one line.
  created_at         @TIME NOT NULL,
  CONSTRAINT cart_line_merge_unique UNIQUE (cart_id, merge_signature),
  CONSTRAINT cart_line_quantity_positive CHECK (quantity > 0)
);
CREATE INDEX cart_line_variant_idx ON cart_line (variant_id);

CREATE TABLE cart_address (                               -- A delivery address of a cart.
  id                 @PK,
  cart_id            BIGINT NOT NULL REFERENCES cart (id) ON DELETE CASCADE,
  address            @JSON NOT NULL,                      -- The fields of a postal address.
  selected           BOOLEAN NOT NULL,
  one_time_use       BOOLEAN NOT NULL DEFAULT FALSE,      -- Whether it stays out of the customer's address book.
  strict             BOOLEAN NOT NULL DEFAULT FALSE       -- Whether it was checked field by field.
);
CREATE INDEX cart_address_cart_idx ON cart_address (cart_id);
CREATE UNIQUE INDEX cart_address_one_selected ON cart_address (cart_id) WHERE selected;

CREATE TABLE cart_delivery_choice (                       -- The delivery method chosen for a group of lines.
  cart_id            BIGINT NOT NULL REFERENCES cart (id) ON DELETE CASCADE, -- pk
  group_key          TEXT NOT NULL,                       -- pk Which group, as the delivery rules name it.
  method_handle      TEXT NOT NULL,
  CONSTRAINT cart_delivery_choice_pk PRIMARY KEY (cart_id, group_key)
);

CREATE TABLE cart_code (                                  -- A discount code typed into a cart.
  cart_id            BIGINT NOT NULL REFERENCES cart (id) ON DELETE CASCADE, -- pk
  code               TEXT NOT NULL,                       -- pk
  position           INTEGER NOT NULL,
  CONSTRAINT cart_code_pk PRIMARY KEY (cart_id, code)
);

-- orders ---------------------------------------------------------------------------------------

CREATE TABLE orders (                                     -- A placed order: what was bought, at the prices of that moment.
  id                 @PK,
  number             BIGINT NOT NULL,
  name               TEXT NOT NULL,                       -- The number as people see it.
  cart_id            BIGINT REFERENCES cart (id) ON DELETE SET NULL,
  customer_id        BIGINT REFERENCES customer (id) ON DELETE SET NULL,
  email              TEXT,
  phone              TEXT,
  currency           TEXT NOT NULL,
  country            TEXT NOT NULL,
  language           TEXT NOT NULL,
  subtotal_minor     BIGINT NOT NULL,
  discount_minor     BIGINT NOT NULL,
  shipping_minor     BIGINT NOT NULL,
  tax_minor          BIGINT NOT NULL,
  total_minor        BIGINT NOT NULL,
  taxes_included     BOOLEAN NOT NULL,
  note               TEXT,
  attributes         @JSON NOT NULL,
  source_identifier  TEXT,                                -- The order's name in the system that sent it.
  test               BOOLEAN NOT NULL,                    -- Paid through a test gateway.
  processed_at       @TIME NOT NULL,
  cancelled_at       @TIME,
  closed_at          @TIME,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT orders_number_unique UNIQUE (number),
  CONSTRAINT orders_cart_unique UNIQUE (cart_id),
  CONSTRAINT orders_not_negative CHECK (subtotal_minor >= 0 AND discount_minor >= 0 AND shipping_minor >= 0 AND tax_minor >= 0 AND total_minor >= 0),
  CONSTRAINT orders_adds_up CHECK (total_minor = subtotal_minor - discount_minor + shipping_minor + CASE WHEN taxes_included THEN 0 ELSE tax_minor END)
);
CREATE INDEX orders_customer_idx ON orders (customer_id, id);
CREATE INDEX orders_processed_idx ON orders (processed_at, id);

CREATE TABLE order_line (                                 -- A line of an order: copies, so that later edits of a product change nothing.
  id                 @PK,
  order_id           BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  position           INTEGER NOT NULL,
  product_id         BIGINT REFERENCES product (id) ON DELETE SET NULL,
  variant_id         BIGINT REFERENCES variant (id) ON DELETE SET NULL,
  title              TEXT NOT NULL,
  variant_title      TEXT NOT NULL,
  sku                TEXT,
  vendor             TEXT NOT NULL,
  image_url          TEXT,
  options            @JSON NOT NULL,                      -- List of {name, value}.
  attributes         @JSON NOT NULL,
  requires_shipping  BOOLEAN NOT NULL,
  taxable            BOOLEAN NOT NULL,
  quantity           INTEGER NOT NULL,
  unit_minor         BIGINT NOT NULL,
  subtotal_minor     BIGINT NOT NULL,
  discount_minor     BIGINT NOT NULL,
  total_minor        BIGINT NOT NULL,
  CONSTRAINT order_line_quantity_positive CHECK (quantity > 0),
  CONSTRAINT order_line_adds_up CHECK (unit_minor >= 0 AND discount_minor >= 0 AND total_minor >= 0 AND subtotal_minor = unit_minor * quantity AND total_minor = subtotal_minor - discount_minor)
);
CREATE INDEX order_line_order_idx ON order_line (order_id, position);
CREATE INDEX order_line_product_idx ON order_line (product_id);
CREATE INDEX order_line_variant_idx ON order_line (variant_id);

CREATE TABLE order_address (                              -- An order's own copy of an address.
  id                 @PK,
  order_id           BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  kind               TEXT NOT NULL,                       -- enum OrderAddressKind: shipping billing
  address            @JSON NOT NULL,
  CONSTRAINT order_address_kind_unique UNIQUE (order_id, kind)
);

CREATE TABLE order_shipping_line (                        -- A delivery that the order pays for.
  id                 @PK,
  order_id           BIGINT NOT NULL REFERENCES orders (id) ON DELETE CASCADE,
  title              TEXT NOT NULL,
  method_handle      TEXT NOT NULL,
  amount_minor       BIGINT NOT NULL,
  CONSTRAINT order_shipping_line_not_negative CHECK (amount_minor >= 0)
);
CREATE INDEX order_shipping_line_order_idx ON order_shipping_line (order_id);

CREATE TABLE completion_attempt (                         -- A try to turn a cart into an order, and how far it came.
  id                 @PK,
  cart_id            BIGINT NOT NULL REFERENCES cart (id) ON DELETE CASCADE,
  token              TEXT NOT NULL,                       -- The caller's name for the attempt: the same one gives the same order.
  state              TEXT NOT NULL,                       -- enum AttemptState: accepted holding paying committing returning done failed
  quote              @JSON NOT NULL,                      -- The priced cart that the shopper agreed to.
  amount_minor       BIGINT NOT NULL,                     -- What is to be paid.
  currency           TEXT NOT NULL,
  provider           TEXT NOT NULL,                       -- Which payment provider.
  provider_token     TEXT,                                -- What the provider's own front end handed over.
  idempotency_key    TEXT NOT NULL,                       -- Sent with the provider call; stored before the call.
  provider_reference TEXT,                                -- The provider's name for the payment.
  captured           BOOLEAN NOT NULL DEFAULT FALSE,      -- Whether money was taken, not only promised.
  errors             @JSON NOT NULL,                      -- List of {code, message} once failed.
  order_id           BIGINT REFERENCES orders (id) ON DELETE SET NULL,
  lease_until        @TIME,                               -- Until when one driver has the attempt for itself.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT completion_attempt_token_unique UNIQUE (cart_id, token),
  CONSTRAINT completion_attempt_key_unique UNIQUE (idempotency_key),
  CONSTRAINT completion_attempt_amount_not_negative CHECK (amount_minor >= 0)
);
CREATE UNIQUE INDEX completion_attempt_one_live ON completion_attempt (cart_id) WHERE state NOT IN ('done', 'failed');
CREATE INDEX completion_attempt_open_idx ON completion_attempt (lease_until) WHERE state NOT IN ('done', 'failed');
CREATE INDEX completion_attempt_order_idx ON completion_attempt (order_id);

CREATE TABLE reservation (                                -- Stock held for an attempt for a while.
  id                 @PK,
  item_id            BIGINT NOT NULL REFERENCES inventory_item (id),
  location_id        BIGINT NOT NULL REFERENCES location (id),
  attempt_id         BIGINT NOT NULL REFERENCES completion_attempt (id) ON DELETE CASCADE,
  quantity           BIGINT NOT NULL,
  state              TEXT NOT NULL,                       -- enum ReservationState: held converted released expired
  expires_at         @TIME NOT NULL,
  created_at         @TIME NOT NULL,
  CONSTRAINT reservation_quantity_positive CHECK (quantity > 0)
);
CREATE INDEX reservation_item_idx ON reservation (item_id, location_id) WHERE state = 'held';
CREATE INDEX reservation_expiry_idx ON reservation (expires_at) WHERE state = 'held';
CREATE INDEX reservation_attempt_idx ON reservation (attempt_id);
CREATE INDEX reservation_location_idx ON reservation (location_id);

CREATE TABLE order_transaction (                          -- Money that moved, or was promised, for an order; append-only.
  id                 @PK,
  order_id           BIGINT NOT NULL REFERENCES orders (id),
  parent_id          BIGINT REFERENCES order_transaction (id),
  kind               TEXT NOT NULL,                       -- enum TransactionKind: authorization capture sale void refund
  status             TEXT NOT NULL,                       -- enum TransactionStatus: pending success failure
  gateway            TEXT NOT NULL,                       -- The provider's name.
  amount_minor       BIGINT NOT NULL,
  currency           TEXT NOT NULL,
  provider_reference TEXT,
  idempotency_key    TEXT NOT NULL,
  created_at         @TIME NOT NULL,
  CONSTRAINT order_transaction_key_unique UNIQUE (idempotency_key, kind),
  CONSTRAINT order_transaction_not_negative CHECK (amount_minor >= 0)
);
CREATE INDEX order_transaction_order_idx ON order_transaction (order_id);
CREATE INDEX order_transaction_parent_idx ON order_transaction (parent_id);

-- platform -------------------------------------------------------------------------------------

CREATE TABLE event (                                      -- What happened, written in the transaction that did it.
  seq                @PK,
  tx_id              @TXID,                               -- Orders events by the transactions that wrote them.
  entity             TEXT NOT NULL,                       -- The kind of thing, such as order.
  entity_id          BIGINT NOT NULL,
  entity_seq         BIGINT NOT NULL,                     -- From 1 for each thing: a consumer can drop what is stale.
  kind               TEXT NOT NULL,                       -- What happened, such as order.placed.
  payload            @JSON NOT NULL,
  created_at         @TIME NOT NULL,
  CONSTRAINT event_entity_seq_unique UNIQUE (entity, entity_id, entity_seq)
);
CREATE INDEX event_order_idx ON event (tx_id, seq);

CREATE TABLE event_consumer (                             -- How far a consumer has read the events.
  name               TEXT NOT NULL PRIMARY KEY,
  tx_id              BIGINT NOT NULL,
  seq                BIGINT NOT NULL,
  updated_at         @TIME NOT NULL
);

CREATE TABLE job (                                        -- Work that can wait, fail and be tried again.
  id                 @PK,
  kind               TEXT NOT NULL,
  unique_key         TEXT,                                -- At most one job with this key.
  payload            @JSON NOT NULL,
  state              TEXT NOT NULL,                       -- enum JobState: waiting dead
  run_at             @TIME NOT NULL,
  lease_until        @TIME,
  attempts           INTEGER NOT NULL DEFAULT 0,
  last_error         TEXT,
  created_at         @TIME NOT NULL,
  CONSTRAINT job_unique_key UNIQUE (unique_key)
);
CREATE INDEX job_due_idx ON job (run_at) WHERE state = 'waiting';

CREATE TABLE idempotency_key (                            -- The answer already given under a caller's key.
  scope              TEXT NOT NULL,                       -- pk Whose key, and for what.
  key                TEXT NOT NULL,                       -- pk
  request_hash       @BYTES NOT NULL,                     -- The same key with another request is an error.
  response           @JSON,
  expires_at         @TIME NOT NULL,
  created_at         @TIME NOT NULL,
  CONSTRAINT idempotency_key_pk PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_key_expires_idx ON idempotency_key (expires_at);
