-- Metafields and their definitions, metaobjects, translations and the shop's languages.

-- metafields -----------------------------------------------------------------------------------

CREATE TABLE metafield_definition (                       -- What a metafield of one kind of owner means and may hold.
  id                 @PK,
  owner_type         TEXT NOT NULL,                       -- enum OwnerType: product variant collection page blog article shop cart order customer location market company company_location selling_plan
  namespace          TEXT NOT NULL,                       -- The group of fields it belongs to.
  key                TEXT NOT NULL,                       -- Its name within the group.
  name               TEXT NOT NULL,                       -- What the shop calls it.
  description        TEXT,                                -- What it is for.
  type               TEXT NOT NULL,                       -- Name of the type, such as number_integer or list.color.
  validations        @JSON NOT NULL,                      -- What its values keep to: least, most, pattern, choices.
  storefront_access  TEXT NOT NULL,                       -- enum StorefrontAccess: none public_read
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT metafield_definition_key_unique UNIQUE (owner_type, namespace, key)
);

CREATE TABLE metafield (                                  -- A free field of one thing.
  id                 @PK,
  owner_type         TEXT NOT NULL,                       -- enum OwnerType: as in metafield_definition
  owner_id           BIGINT NOT NULL,                     -- Key of the owner in its own table.
  namespace          TEXT NOT NULL,                       -- The group of fields it belongs to.
  key                TEXT NOT NULL,                       -- Its name within the group.
  type               TEXT NOT NULL,                       -- Name of the type.
  value_text         TEXT NOT NULL,                       -- The value in its normal form.
  value_num          BIGINT,                              -- The value in millionths, where it is a number; for filters.
  value_time         @TIME,                               -- The value as a moment, where it is one; for filters.
  ref_id             BIGINT,                              -- Key of the thing that the value names, where it names one.
  digest             TEXT NOT NULL,                       -- SHA-256 of the value in hexadecimal; for filters by equality.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT metafield_key_unique UNIQUE (owner_type, owner_id, namespace, key)
);
CREATE INDEX metafield_value_idx ON metafield (owner_type, namespace, key, digest);
CREATE INDEX metafield_number_idx ON metafield (owner_type, namespace, key, value_num);

-- metaobjects ----------------------------------------------------------------------------------

CREATE TABLE metaobject_definition (                      -- A kind of thing that the shop itself made up.
  id                 @PK,
  type               TEXT NOT NULL,                       -- Name of the kind, such as maker.
  name               TEXT NOT NULL,                       -- What the shop calls it.
  description        TEXT,                                -- What it is for.
  fields             @JSON NOT NULL,                      -- List of {key, name, description, type, required, validations}.
  display_key        TEXT,                                -- The field that an entry is called by.
  storefront_access  TEXT NOT NULL,                       -- enum StorefrontAccess: none public_read
  publishable        BOOLEAN NOT NULL,                    -- Whether an entry may be a draft.
  url_handle         TEXT,                                -- Name of its pages in addresses, where entries have a page.
  seo_title_key      TEXT,                                -- The field that search engines take for the title.
  seo_description_key TEXT,                               -- The field that search engines take for the description.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT metaobject_definition_type_unique UNIQUE (type)
);

CREATE TABLE metaobject (                                 -- One thing of such a kind.
  id                 @PK,
  definition_id      BIGINT NOT NULL REFERENCES metaobject_definition (id) ON DELETE CASCADE,
  handle             TEXT NOT NULL,                       -- Its name among those of its kind.
  status             TEXT NOT NULL,                       -- enum MetaobjectStatus: draft active
  display_name       TEXT NOT NULL,                       -- What the shop calls it; from the display field.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT metaobject_handle_unique UNIQUE (definition_id, handle)
);
CREATE INDEX metaobject_updated_idx ON metaobject (definition_id, updated_at, id);

CREATE TABLE metaobject_field (                           -- A value of a metaobject.
  metaobject_id      BIGINT NOT NULL REFERENCES metaobject (id) ON DELETE CASCADE, -- pk
  key                TEXT NOT NULL,                       -- pk The field's name within its kind.
  type               TEXT NOT NULL,                       -- Name of the type.
  value_text         TEXT NOT NULL,                       -- The value in its normal form.
  value_num          BIGINT,                              -- The value in millionths, where it is a number.
  value_time         @TIME,                               -- The value as a moment, where it is one.
  ref_id             BIGINT,                              -- Key of the thing that the value names, where it names one.
  digest             TEXT NOT NULL,                       -- SHA-256 of the value in hexadecimal.
  CONSTRAINT metaobject_field_pk PRIMARY KEY (metaobject_id, key)
);

-- languages ------------------------------------------------------------------------------------

CREATE TABLE shop_locale (                                -- A language that the shop speaks besides its own.
  locale             TEXT NOT NULL PRIMARY KEY,           -- As in LanguageCode.
  published          BOOLEAN NOT NULL,                    -- Whether shoppers can ask for it.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL
);

CREATE TABLE translation (                                -- A text of a thing in another language.
  id                 @PK,
  resource_type      TEXT NOT NULL,                       -- enum ResourceType: see the entity
  resource_id        BIGINT NOT NULL,                     -- Key of the thing in its own table.
  key                TEXT NOT NULL,                       -- Which of its texts, such as title or body_html.
  locale             TEXT NOT NULL,                       -- As in LanguageCode.
  value              TEXT NOT NULL,
  source_digest      TEXT,                                -- SHA-256 of the text it was made from; tells when that changed.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT translation_key_unique UNIQUE (resource_type, resource_id, locale, key)
);
