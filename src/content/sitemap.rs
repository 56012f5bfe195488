//! What front ends tell search engines: everything with an address of its own, page by page.
//!
//! A page of a sitemap is a range of keys: page 3 holds what shoppers reach among the keys 501 to 750. So each page is
//! found by its keys alone, however many products there are, and a thing never moves to another page; in return a page
//! holds fewer things than fit where some were deleted or are not published, and can even be empty.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use sea_orm::{ConnectionTrait, QueryResult, Statement, Value};

use crate::error::Fault;

/// How many keys a page spans.
pub const SITEMAP_PAGE_SIZE: i64 = 250;

/// What kind of things a sitemap holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SitemapKind {
    /// Articles.
    Article,
    /// Blogs.
    Blog,
    /// Collections.
    Collection,
    /// Things of the shop's own kinds that have a page.
    Metaobject,
    /// Pages.
    Page,
    /// Products.
    Product,
}

/// A thing in a sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapEntry {
    /// Its name in addresses.
    pub handle: String,
    /// Its name for shoppers.
    pub title: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Its picture.
    pub image: Option<SitemapImage>,
    /// For a thing of the shop's own kinds: the name of the kind and that of its pages in addresses.
    pub metaobject: Option<(String, String)>,
}

/// The picture of a thing in a sitemap.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SitemapImage {
    /// Words for those who cannot see it.
    pub alt: Option<String>,
    /// Its name in the media store, for one that we hold.
    pub storage_key: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
}

/// A page of a sitemap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SitemapPage {
    /// What is on it, by key.
    pub entries: Vec<SitemapEntry>,
    /// Whether there are further pages.
    pub has_next: bool,
}

impl SitemapKind {
    /// Tables and condition of what shoppers reach; `t` is the thing itself, `$1` the moment. Each uses the moment, so
    /// that all take the same values.
    fn reached(self) -> (&'static str, &'static str) {
        match self {
            Self::Article => ("article t", "t.published_at <= $1"),
            Self::Blog => ("blog t", "t.created_at <= $1"),
            Self::Collection => ("collection t", "t.published_at <= $1"),
            Self::Metaobject => (
                "metaobject t JOIN metaobject_definition d ON d.id = t.definition_id",
                "t.status = 'active' AND d.storefront_access = 'public_read' AND d.url_handle IS NOT NULL \
                 AND t.created_at <= $1",
            ),
            Self::Page => ("page t", "t.published_at <= $1"),
            Self::Product => ("product t", "t.status = 'active' AND t.published_at <= $1"),
        }
    }

    /// The columns of an entry beside its key, handle and moment: title, kind and name of its pages.
    fn columns(self) -> &'static str {
        match self {
            Self::Metaobject => "t.display_name AS title, d.type AS kind, d.url_handle AS pages",
            Self::Article | Self::Blog | Self::Collection | Self::Page | Self::Product => {
                "t.title AS title, NULL AS kind, NULL AS pages"
            }
        }
    }

    /// Where the pictures of such things are, for kinds that have some: `id` of the thing, `media_id`, of which the one with
    /// the lowest place counts.
    fn pictures(self) -> Option<&'static str> {
        match self {
            Self::Article => Some("(SELECT id, media_id, 1 AS place FROM article) t"),
            Self::Collection => Some("(SELECT id, media_id, 1 AS place FROM collection) t"),
            Self::Product => {
                Some("(SELECT product_id AS id, media_id, position AS place FROM product_media) t")
            }
            Self::Blog | Self::Metaobject | Self::Page => None,
        }
    }
}

/// How many pages a sitemap has.
///
/// # Errors
/// The database's own.
pub async fn count_sitemap_pages<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    kind: SitemapKind,
) -> Result<i64, Fault> {
    let (tables, condition) = kind.reached();
    // The greatest key is found from the end of the primary key.
    let sql = format!("SELECT t.id FROM {tables} WHERE {condition} ORDER BY t.id DESC LIMIT 1");
    let last = db.query_one_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, [now.into()]));
    let last: i64 = last.await?.map_or(Ok(0), |row| row.try_get("", "id"))?;
    Ok(last.saturating_add(SITEMAP_PAGE_SIZE - 1).div_euclid(SITEMAP_PAGE_SIZE))
}

/// A page of a sitemap, counted from 1; one that is not there is empty.
///
/// # Errors
/// The database's own.
pub async fn list_sitemap_page<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    kind: SitemapKind,
    number: u32,
) -> Result<SitemapPage, Fault> {
    let Some(before) = number.checked_sub(1) else {
        return Ok(SitemapPage::default());
    };
    let after = i64::from(before) * SITEMAP_PAGE_SIZE;
    let (first, last) = (after + 1, after + SITEMAP_PAGE_SIZE);
    let (tables, condition) = kind.reached();
    let sql = format!(
        "SELECT t.id AS id, t.handle AS handle, t.updated_at AS updated_at, {} FROM {tables} \
         WHERE t.id BETWEEN $2 AND $3 AND {condition} ORDER BY t.id",
        kind.columns()
    );
    let values: Vec<Value> = vec![now.into(), first.into(), last.into()];
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let mut pictures = pictures(db, kind, first, last).await?;
    let entries = rows.iter().map(|row| entry(row, &mut pictures)).collect::<Result<_, _>>()?;
    let further = format!("SELECT t.id FROM {tables} WHERE t.id > $2 AND {condition} ORDER BY t.id LIMIT 1");
    let further =
        Statement::from_sql_and_values(db.get_database_backend(), further, [now.into(), last.into()]);
    let has_next = db.query_one_raw(further).await?.is_some();
    Ok(SitemapPage { entries, has_next })
}

fn entry(row: &QueryResult, pictures: &mut HashMap<i64, SitemapImage>) -> Result<SitemapEntry, Fault> {
    let id: i64 = row.try_get("", "id")?;
    let kind: Option<String> = row.try_get("", "kind")?;
    let pages: Option<String> = row.try_get("", "pages")?;
    Ok(SitemapEntry {
        handle: row.try_get("", "handle")?,
        title: row.try_get("", "title")?,
        updated_at: row.try_get("", "updated_at")?,
        image: pictures.remove(&id),
        metaobject: kind.zip(pages),
    })
}

/// The first picture of each thing on a page.
async fn pictures<C: ConnectionTrait>(
    db: &C,
    kind: SitemapKind,
    first: i64,
    last: i64,
) -> Result<HashMap<i64, SitemapImage>, Fault> {
    let Some(places) = kind.pictures() else {
        return Ok(HashMap::new());
    };
    let sql = format!(
        "SELECT t.id AS id, m.alt AS alt, m.storage_key AS storage_key, m.updated_at AS updated_at FROM {places} \
         JOIN media m ON m.id = t.media_id \
         WHERE t.id BETWEEN $1 AND $2 AND m.kind = 'image' AND m.status = 'ready' ORDER BY t.id, t.place DESC"
    );
    let values: Vec<Value> = vec![first.into(), last.into()];
    let rows =
        db.query_all_raw(Statement::from_sql_and_values(db.get_database_backend(), sql, values)).await?;
    let picture = |row: &QueryResult| {
        Ok((
            row.try_get("", "id")?,
            SitemapImage {
                alt: row.try_get("", "alt")?,
                storage_key: row.try_get("", "storage_key")?,
                updated_at: row.try_get("", "updated_at")?,
            },
        ))
    };
    rows.iter().map(picture).collect()
}
