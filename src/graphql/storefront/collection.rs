//! Collections of products.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::collection;
use entity::id::CollectionId;
use entity::metafield::OwnerType;
use entity::translation::ResourceType;

use super::code::{CollectionSortKeys, ProductCollectionSortKeys};
use super::filter::{self, ProductFilter};
use super::image::Image;
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use super::paging::{CollectionConnection, ProductConnection, Total, page_request, search_query};
use super::seo::Seo;
use super::{context, text, translation};
use crate::catalog::{self, CollectionSort, MemberRequest, MemberSort, ProductSort};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{DateTime, Html, UrlText};
use crate::search::{ProductQuery, SearchSort};

/// A group of products with a page of its own.
#[derive(Clone, Debug)]
pub struct Collection(pub Arc<collection::Model>);

impl Collection {
    /// The collection with this key, as far as shoppers reach it.
    pub(super) async fn find(ctx: &Context<'_>, id: CollectionId) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let collection = request.loaders.collections.load(id).await?;
        Ok(collection.filter(|collection| catalog::is_published(collection, request.now)).map(Self))
    }

    /// The collection with this handle, as far as shoppers reach it.
    pub(super) async fn find_by_handle(ctx: &Context<'_>, handle: String) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        let collection = request.loaders.collections_by_handle.load(handle).await?;
        Ok(collection.filter(|collection| catalog::is_published(collection, request.now)).map(Self))
    }

    async fn translated(&self, ctx: &Context<'_>, key: &str, original: &str) -> Result<String, ApiError> {
        translation::text(ctx, ResourceType::Collection, self.0.id, key, original).await
    }

    fn sort_of(&self, key: ProductCollectionSortKeys) -> MemberSort {
        match key {
            ProductCollectionSortKeys::CollectionDefault => MemberSort::default_of(self.0.sort_order),
            ProductCollectionSortKeys::Manual => MemberSort::Manual,
            ProductCollectionSortKeys::BestSelling => MemberSort::By(ProductSort::BestSelling),
            ProductCollectionSortKeys::Created => MemberSort::By(ProductSort::CreatedAt),
            ProductCollectionSortKeys::Id | ProductCollectionSortKeys::Relevance => {
                MemberSort::By(ProductSort::Id)
            }
            ProductCollectionSortKeys::Price => MemberSort::By(ProductSort::Price),
            ProductCollectionSortKeys::Title => MemberSort::By(ProductSort::Title),
        }
    }
}

/// A group of products with a page of its own.
#[Object]
impl Collection {
    /// The description without its markup.
    async fn description(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many characters at most.")] truncate_at: Option<i32>,
    ) -> Result<String, ApiError> {
        let html = self.translated(ctx, "body_html", &self.0.description_html).await?;
        Ok(text::description(&html, truncate_at))
    }

    /// The description.
    async fn description_html(&self, ctx: &Context<'_>) -> Result<Html, ApiError> {
        Ok(Html(self.translated(ctx, "body_html", &self.0.description_html).await?))
    }

    /// Its name in addresses.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Collection", self.0.id)
    }

    /// Its picture.
    async fn image(&self, ctx: &Context<'_>) -> Result<Option<Image>, ApiError> {
        match self.0.media_id {
            Some(picture) => Ok(context::of(ctx)?.loaders.media.load(picture).await?.map(Image)),
            None => Ok(None),
        }
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Collection, self.0.id, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Collection, self.0.id, &identifiers).await
    }

    /// The address of its page; null while it is not on the storefront.
    pub(super) async fn online_store_url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        let request = context::of(ctx)?;
        let url = || UrlText(request.app.config.url_of(&format!("/collections/{}", self.0.handle)));
        Ok(catalog::is_published(&self.0, request.now).then(url))
    }

    /// The products in it.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn products(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(
            desc = "What they are sorted by.",
            default_with = "Some(ProductCollectionSortKeys::CollectionDefault)"
        )]
        sort_key: Option<ProductCollectionSortKeys>,
        #[graphql(desc = "Only products with these properties.")] filters: Option<Vec<ProductFilter>>,
    ) -> Result<ProductConnection, ApiError> {
        let request = context::of(ctx)?;
        let sort = self.sort_of(sort_key.unwrap_or(ProductCollectionSortKeys::CollectionDefault));
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let page = page.sorted_by(sort.kind())?;
        let filters = filter::decoded(filters, &request.prices)?;
        let facets = ctx.look_ahead().field("filters").exists();
        if filters.is_empty() && !facets {
            let key = MemberRequest { collection: self.0.id, sort, page };
            return Ok(ProductConnection::listed(request.loaders.collection_products.get(key).await?));
        }
        let collection = Some(self.0.id);
        let asked =
            ProductQuery { filters, collection, sort: sort.into(), facets, ..ProductQuery::all(page) };
        ProductConnection::found(ctx, asked).await
    }

    /// What search engines are told.
    async fn seo(&self, ctx: &Context<'_>) -> Result<Seo, ApiError> {
        let (title, description) = (self.0.seo_title.as_deref(), self.0.seo_description.as_deref());
        Seo::of(ctx, ResourceType::Collection, self.0.id.0, title, description).await
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        self.translated(ctx, "title", &self.0.title).await
    }

    /// What to add to links so that a recommendation can be traced; no tracing happens.
    pub(super) async fn tracking_parameters(&self) -> Option<String> {
        None
    }

    /// When it last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at)
    }
}

/// The search sorts a collection as the database lists it.
impl From<MemberSort> for SearchSort {
    fn from(sort: MemberSort) -> Self {
        match sort {
            MemberSort::Manual => Self::Manual,
            MemberSort::By(ProductSort::Id) => Self::Id,
            MemberSort::By(ProductSort::Title) => Self::Title,
            MemberSort::By(ProductSort::Vendor) => Self::Vendor,
            MemberSort::By(ProductSort::ProductType) => Self::ProductType,
            MemberSort::By(ProductSort::CreatedAt) => Self::CreatedAt,
            MemberSort::By(ProductSort::UpdatedAt) => Self::UpdatedAt,
            MemberSort::By(ProductSort::Price) => Self::Price,
            MemberSort::By(ProductSort::BestSelling) => Self::BestSelling,
        }
    }
}

/// The root fields about collections.
#[derive(Clone, Copy, Debug, Default)]
pub struct CollectionQuery;

/// The root fields about collections.
#[Object]
impl CollectionQuery {
    /// A collection, by its id or else by its handle.
    async fn collection(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in addresses.")] handle: Option<String>,
        #[graphql(desc = "Its global id.")] id: Option<ID>,
    ) -> Result<Option<Collection>, ApiError> {
        match (id, handle) {
            (Some(id), _) => Collection::find(ctx, CollectionId(id::decode("Collection", &id)?)).await,
            (None, Some(handle)) => Collection::find_by_handle(ctx, handle).await,
            (None, None) => Ok(None),
        }
    }

    /// A collection, by its handle.
    #[graphql(deprecation = "Use `collection(handle:)`.")]
    async fn collection_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in addresses.")] handle: String,
    ) -> Result<Option<Collection>, ApiError> {
        Collection::find_by_handle(ctx, handle).await
    }

    /// The collections on the storefront.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn collections(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(
            desc = "Words of the title to find, and `title:`, `handle:`, `id:` or `updated_at:` before a value, \
            joined by `AND`, `OR`, `NOT` or `-` and parentheses."
        )]
        query: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "What they are sorted by.", default_with = "Some(CollectionSortKeys::Id)")] sort_key: Option<
            CollectionSortKeys,
        >,
    ) -> Result<CollectionConnection, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let search = search_query(query.as_deref())?;
        let sort = match sort_key.unwrap_or(CollectionSortKeys::Id) {
            CollectionSortKeys::Id | CollectionSortKeys::Relevance => CollectionSort::Id,
            CollectionSortKeys::Title => CollectionSort::Title,
            CollectionSortKeys::UpdatedAt => CollectionSort::UpdatedAt,
        };
        let page = page.sorted_by(sort.kind())?;
        let request = context::of(ctx)?;
        let found =
            catalog::list_collections(request.app.db.reader(), request.now, sort, &search, &page).await?;
        Ok(CollectionConnection { page: found.map(|row| Collection(row.into())), total: Total::Of(search) })
    }
}
