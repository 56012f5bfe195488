//! Pages of the shop's own.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::PageId;
use entity::metafield::OwnerType;
use entity::page;
use entity::translation::ResourceType;
use futures_util::future::try_join_all;

use crate::content::{self, PageSort};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{DateTime, Html, UrlText};
use crate::graphql::storefront::code::PageSortKeys;
use crate::graphql::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield};
use crate::graphql::storefront::paging::{page_request, search_query};
use crate::graphql::storefront::seo::Seo;
use crate::graphql::storefront::{context, text, translation};

/// How many characters of its text a page's summary has at most.
const SUMMARY_CHARS: i32 = 150;

/// A text of the shop's own with an address.
#[derive(Clone, Debug)]
pub struct Page(pub Arc<page::Model>);

impl Page {
    /// The page with this key, as far as shoppers reach it.
    pub(crate) async fn find(ctx: &Context<'_>, id: PageId) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let page = request.loaders.content.pages.load(id).await?;
        Ok(page.filter(|page| content::is_published_page(page, request.now)).map(Self))
    }

    /// The page with this handle, as far as shoppers reach it.
    pub(crate) async fn find_by_handle(ctx: &Context<'_>, handle: String) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let page = request.loaders.content.pages_by_handle.load(handle).await?;
        Ok(page.filter(|page| content::is_published_page(page, request.now)).map(Self))
    }

    /// The pages with these keys in the same order; those that shoppers do not reach are left out.
    pub(crate) async fn find_all(ctx: &Context<'_>, ids: Vec<PageId>) -> Result<Vec<Self>, ApiError> {
        let found = try_join_all(ids.into_iter().map(|id| Self::find(ctx, id))).await?;
        Ok(found.into_iter().flatten().collect())
    }

    /// Its key.
    pub(crate) fn key(&self) -> PageId {
        self.0.id
    }

    /// Its path on the storefront.
    pub(super) fn path(&self) -> String {
        format!("/pages/{}", self.0.handle)
    }

    async fn text(&self, ctx: &Context<'_>, key: &str, original: &str) -> Result<String, ApiError> {
        translation::text(ctx, ResourceType::Page, self.0.id, key, original).await
    }
}

/// A text of the shop's own with an address, such as "About us".
#[Object]
impl Page {
    /// Its text.
    async fn body(&self, ctx: &Context<'_>) -> Result<Html, ApiError> {
        Ok(Html(self.text(ctx, "body_html", &self.0.body_html).await?))
    }

    /// The beginning of its text, without the markup.
    async fn body_summary(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        let body = self.text(ctx, "body_html", &self.0.body_html).await?;
        Ok(text::description(&body, Some(SUMMARY_CHARS)))
    }

    /// When it was written.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.created_at)
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        id::encode("Page", self.0.id)
    }

    /// The metafield with this key.
    pub(crate) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Page, self.0.id, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(crate) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Page, self.0.id, &identifiers).await
    }

    /// The address of the page; null while it is not on the storefront.
    pub(crate) async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        let request = context::of(ctx)?;
        let url = || UrlText(request.app.config.url_of(&self.path()));
        Ok(content::is_published_page(&self.0, request.now).then(url))
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Option<Seo>, ApiError> {
        let (title, description) = (self.0.seo_title.as_deref(), self.0.seo_description.as_deref());
        Seo::of(ctx, ResourceType::Page, self.0.id.0, title, description).await.map(Some)
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        self.text(ctx, "title", &self.0.title).await
    }

    /// What to add to links so that a recommendation can be traced; null outside of a search.
    pub(crate) async fn tracking_parameters(&self) -> Option<String> {
        None
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

/// The root fields about pages.
#[derive(Clone, Copy, Debug, Default)]
pub struct PageQuery;

/// The root fields about pages.
#[Object]
impl PageQuery {
    /// A page, by its id or else by its handle.
    async fn page(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in addresses.")] handle: Option<String>,
        #[graphql(desc = "Its global id.")] id: Option<ID>,
    ) -> Result<Option<Page>, ApiError> {
        match (id, handle) {
            (Some(id), _) => Page::find(ctx, PageId(id::decode("Page", &id)?)).await,
            (None, Some(handle)) => Page::find_by_handle(ctx, handle).await,
            (None, None) => Ok(None),
        }
    }

    /// A page, by its handle.
    #[graphql(deprecation = "Use `page(handle:)`.")]
    async fn page_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in addresses.")] handle: String,
    ) -> Result<Option<Page>, ApiError> {
        Page::find_by_handle(ctx, handle).await
    }

    /// The pages on the storefront.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn pages(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(
            desc = "Words of the title; fields: title, handle, id, created_at, updated_at, published_at."
        )]
        query: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "What they are sorted by.", default_with = "Some(PageSortKeys::Id)")]
        sort_key: Option<PageSortKeys>,
    ) -> Result<Connection<Page>, ApiError> {
        let sort = match sort_key.unwrap_or(PageSortKeys::Id) {
            PageSortKeys::Id | PageSortKeys::Relevance => PageSort::Id,
            PageSortKeys::Title => PageSort::Title,
            PageSortKeys::UpdatedAt => PageSort::UpdatedAt,
        };
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let page = page.sorted_by(sort.kind())?;
        let search = search_query(query.as_deref())?;
        let request = context::of(ctx)?;
        let found = content::list_pages(request.app.db.reader(), request.now, sort, &search, &page).await?;
        Ok(Connection(found.map(|row| Page(row.into()))))
    }
}
