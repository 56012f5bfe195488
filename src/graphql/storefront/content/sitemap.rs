//! What front ends tell search engines.

use async_graphql::{Context, Interface, Object, SimpleObject};

use crate::content::{self, SitemapEntry, SitemapKind};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::DateTime;
use crate::graphql::storefront::code::{CountPrecision, SitemapType};
use crate::graphql::storefront::product::Count;
use crate::graphql::storefront::{context, text};

/// Everything of one kind that has an address.
#[derive(Clone, Copy, Debug)]
pub struct Sitemap(SitemapKind);

/// Everything of one kind that has an address, page by page.
#[Object]
impl Sitemap {
    /// How many pages there are.
    async fn pages_count(&self, ctx: &Context<'_>) -> Result<Option<Count>, ApiError> {
        let request = context::of(ctx)?;
        let count = content::count_sitemap_pages(request.app.db.reader(), request.now, self.0).await?;
        Ok(Some(Count { count: text::whole(count), precision: CountPrecision::Exact }))
    }

    /// A page of at most 250 things. Pages can be shorter, and even empty while others follow: each spans a range of keys.
    async fn resources(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which page, counted from 1.")] page: i32,
    ) -> Result<Option<PaginatedSitemapResources>, ApiError> {
        let Ok(number) = u32::try_from(page) else {
            return Ok(None);
        };
        let request = context::of(ctx)?;
        let found = content::list_sitemap_page(request.app.db.reader(), request.now, self.0, number).await?;
        let items = found.entries.into_iter().map(SitemapResourceInterface::of).collect();
        Ok(Some(PaginatedSitemapResources { has_next_page: found.has_next, items }))
    }
}

/// A page of a sitemap.
#[derive(SimpleObject)]
pub struct PaginatedSitemapResources {
    /// Whether pages follow.
    pub has_next_page: bool,
    /// What is on this one.
    pub items: Vec<SitemapResourceInterface>,
}

/// A thing in a sitemap.
#[derive(Interface)]
#[graphql(
    field(name = "handle", ty = "&String", desc = "Its name in addresses."),
    field(name = "updated_at", ty = "&DateTime", desc = "When it last changed.")
)]
pub enum SitemapResourceInterface {
    /// A thing of a kind that every shop has.
    SitemapResource(SitemapResource),
    /// A thing of a kind that the shop made up.
    SitemapResourceMetaobject(SitemapResourceMetaobject),
}

impl SitemapResourceInterface {
    fn of(entry: SitemapEntry) -> Self {
        let (handle, updated_at) = (entry.handle, DateTime(entry.updated_at));
        match entry.metaobject {
            Some((kind, pages)) => Self::SitemapResourceMetaobject(SitemapResourceMetaobject {
                handle,
                online_store_url_handle: Some(pages),
                kind,
                updated_at,
            }),
            None => Self::SitemapResource(SitemapResource {
                handle,
                image: entry.image.map(|image| SitemapImage {
                    alt: image.alt,
                    filepath: image.storage_key.map(|key| format!("/media/{key}")),
                    updated_at: DateTime(image.updated_at),
                }),
                title: entry.title,
                updated_at,
            }),
        }
    }
}

/// A thing in a sitemap, of a kind that every shop has.
#[derive(SimpleObject)]
pub struct SitemapResource {
    /// Its name in addresses.
    pub handle: String,
    /// Its picture.
    pub image: Option<SitemapImage>,
    /// Its name.
    pub title: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime,
}

/// A thing in a sitemap, of a kind that the shop made up.
#[derive(SimpleObject)]
pub struct SitemapResourceMetaobject {
    /// Its name in addresses.
    pub handle: String,
    /// The name of the kind in addresses.
    pub online_store_url_handle: Option<String>,
    /// The name of the kind.
    #[graphql(name = "type")]
    pub kind: String,
    /// When it last changed.
    pub updated_at: DateTime,
}

/// The picture of a thing in a sitemap.
#[derive(SimpleObject)]
pub struct SitemapImage {
    /// Words for those who cannot see it.
    pub alt: Option<String>,
    /// Its path on this server; null for one that lies elsewhere.
    pub filepath: Option<String>,
    /// When it last changed.
    pub updated_at: DateTime,
}

/// The root fields about the sitemap.
#[derive(Clone, Copy, Debug, Default)]
pub struct SitemapQuery;

/// The root fields about the sitemap.
#[Object]
impl SitemapQuery {
    /// Everything of one kind that has an address.
    async fn sitemap(&self, #[graphql(name = "type", desc = "Of which kind.")] kind: SitemapType) -> Sitemap {
        Sitemap(match kind {
            SitemapType::Article => SitemapKind::Article,
            SitemapType::Blog => SitemapKind::Blog,
            SitemapType::Collection => SitemapKind::Collection,
            SitemapType::Metaobject => SitemapKind::Metaobject,
            SitemapType::Page => SitemapKind::Page,
            SitemapType::Product => SitemapKind::Product,
        })
    }
}
