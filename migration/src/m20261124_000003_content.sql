-- Pages, blogs, menus, policies, redirects and the brand.

-- pages ----------------------------------------------------------------------------------------

CREATE TABLE page (                                       -- A text of the shop's own with an address.
  id                 @PK,
  handle             TEXT NOT NULL,                       -- Name in addresses.
  title              TEXT NOT NULL,
  title_sort         TEXT @SORT NOT NULL,                 -- Lower-case title, compared byte by byte on each database.
  body_html          TEXT NOT NULL DEFAULT '',
  seo_title          TEXT,
  seo_description    TEXT,
  published_at       @TIME,                               -- Empty while the page is not on the storefront.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT page_handle_unique UNIQUE (handle)
);
CREATE INDEX page_title_idx ON page (title_sort, id);
CREATE INDEX page_updated_idx ON page (updated_at, id);

-- blogs ----------------------------------------------------------------------------------------

CREATE TABLE blog (                                       -- A series of articles.
  id                 @PK,
  handle             TEXT @SORT NOT NULL,                 -- Name in addresses.
  title              TEXT NOT NULL,
  title_sort         TEXT @SORT NOT NULL,                 -- Lower-case title, compared byte by byte on each database.
  seo_title          TEXT,
  seo_description    TEXT,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT blog_handle_unique UNIQUE (handle)
);
CREATE INDEX blog_title_idx ON blog (title_sort, id);

CREATE TABLE article_author (                             -- Somebody who writes articles.
  id                 @PK,
  name               TEXT NOT NULL,                       -- As readers see it.
  name_sort          TEXT @SORT NOT NULL,                 -- Lower-case name, compared byte by byte on each database.
  first_name         TEXT NOT NULL DEFAULT '',
  last_name          TEXT NOT NULL DEFAULT '',
  email              TEXT NOT NULL DEFAULT '',            -- An address that readers may write to.
  bio                TEXT,                                -- A few words about them.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT article_author_name_unique UNIQUE (name)
);
CREATE INDEX article_author_sort_idx ON article_author (name_sort, id);

CREATE TABLE article (                                    -- A text in a blog.
  id                 @PK,
  blog_id            BIGINT NOT NULL REFERENCES blog (id) ON DELETE CASCADE,
  author_id          BIGINT NOT NULL REFERENCES article_author (id),
  handle             TEXT NOT NULL,                       -- Name in addresses, behind that of the blog.
  title              TEXT NOT NULL,
  title_sort         TEXT @SORT NOT NULL,                 -- Lower-case title, compared byte by byte on each database.
  body_html          TEXT NOT NULL DEFAULT '',
  summary_html       TEXT,                                -- What lists show of it.
  media_id           BIGINT REFERENCES media (id) ON DELETE SET NULL,
  seo_title          TEXT,
  seo_description    TEXT,
  published_at       @TIME,                               -- Empty while the article is not on the storefront.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT article_handle_unique UNIQUE (blog_id, handle)
);
CREATE INDEX article_author_idx ON article (author_id, id);
CREATE INDEX article_media_idx ON article (media_id);
CREATE INDEX article_title_idx ON article (title_sort, id);
CREATE INDEX article_published_idx ON article (published_at, id);
CREATE INDEX article_blog_published_idx ON article (blog_id, published_at, id);
CREATE INDEX article_updated_idx ON article (updated_at, id);

CREATE TABLE article_tag (                                -- A tag on an article.
  article_id         BIGINT NOT NULL REFERENCES article (id) ON DELETE CASCADE, -- pk
  tag_norm           TEXT NOT NULL,                       -- pk Lower-case tag, for comparing.
  tag                TEXT NOT NULL,                       -- As written.
  CONSTRAINT article_tag_pk PRIMARY KEY (article_id, tag_norm)
);
CREATE INDEX article_tag_norm_idx ON article_tag (tag_norm, article_id);

CREATE TABLE article_comment (                            -- What a reader wrote below an article.
  id                 @PK,
  article_id         BIGINT NOT NULL REFERENCES article (id) ON DELETE CASCADE,
  author_name        TEXT NOT NULL,
  author_email       TEXT NOT NULL,                       -- For the shop's eyes only.
  body               TEXT NOT NULL,                       -- As written, without markup.
  status             TEXT NOT NULL,                       -- enum CommentStatus: pending approved spam removed
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL
);
CREATE INDEX article_comment_article_idx ON article_comment (article_id, id);

-- menus ----------------------------------------------------------------------------------------

CREATE TABLE menu (                                       -- A tree of links, such as the main menu.
  id                 @PK,
  handle             TEXT NOT NULL,                       -- By which front ends ask for it.
  title              TEXT NOT NULL,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT menu_handle_unique UNIQUE (handle)
);

CREATE TABLE menu_item (                                  -- A link in a menu.
  id                 @PK,
  menu_id            BIGINT NOT NULL REFERENCES menu (id) ON DELETE CASCADE,
  parent_id          BIGINT REFERENCES menu_item (id) ON DELETE CASCADE, -- The item above, empty at the top.
  position           INTEGER NOT NULL,                    -- From 1 among its siblings.
  title              TEXT NOT NULL,
  kind               TEXT NOT NULL,                       -- enum MenuItemKind: frontpage collections catalog search customer_account_page collection product page blog article shop_policy metaobject http
  resource_id        BIGINT,                              -- Key of the thing it leads to, in the table that the kind names.
  url                TEXT,                                -- Where a link of kind http leads.
  tags               @JSON NOT NULL,                      -- List of tags that narrow down a collection.
  CONSTRAINT menu_item_target CHECK ((kind IN ('collection', 'product', 'page', 'blog', 'article', 'shop_policy', 'metaobject')) = (resource_id IS NOT NULL)),
  CONSTRAINT menu_item_url CHECK ((kind = 'http') = (url IS NOT NULL))
);
CREATE INDEX menu_item_menu_idx ON menu_item (menu_id, position);
CREATE INDEX menu_item_parent_idx ON menu_item (parent_id);

-- policies, redirects, brand -------------------------------------------------------------------

CREATE TABLE shop_policy (                                -- What the shop promises and demands, in one field of law.
  id                 @PK,
  kind               TEXT NOT NULL,                       -- enum PolicyKind: contact_information legal_notice privacy refund shipping subscription terms_of_sale terms_of_service
  body_html          TEXT NOT NULL,
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT shop_policy_kind_unique UNIQUE (kind)
);

CREATE TABLE url_redirect (                               -- An address that has moved.
  id                 @PK,
  path               TEXT @SORT NOT NULL,                 -- The old path; begins with a slash.
  target             TEXT @SORT NOT NULL,                 -- The new path, or a whole address elsewhere.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT url_redirect_path_unique UNIQUE (path)
);
CREATE INDEX url_redirect_path_lower_idx ON url_redirect (lower(path));

CREATE TABLE brand (                                      -- How the shop presents itself; one row at most.
  id                 BIGINT NOT NULL PRIMARY KEY,         -- Always 1.
  short_description  TEXT,                                -- A sentence or two.
  logo_media_id      BIGINT REFERENCES media (id) ON DELETE SET NULL,
  square_logo_media_id BIGINT REFERENCES media (id) ON DELETE SET NULL, -- For places that are square.
  cover_media_id     BIGINT REFERENCES media (id) ON DELETE SET NULL, -- A large picture that stands for the shop.
  colors             @JSON NOT NULL,                      -- {primary, secondary}: lists of {background, foreground}, each #RRGGBB.
  created_at         @TIME NOT NULL,
  updated_at         @TIME NOT NULL,
  CONSTRAINT brand_single CHECK (id = 1)
);
CREATE INDEX brand_logo_idx ON brand (logo_media_id);
CREATE INDEX brand_square_logo_idx ON brand (square_logo_media_id);
CREATE INDEX brand_cover_idx ON brand (cover_media_id);
