//! Asking for products.

use async_graphql::{Context, ID, Object};
use entity::id::ProductId;

use super::code::ProductSortKeys;
use super::context;
use super::paging::{ProductConnection, page_request, search_query};
use super::product::Product;
use crate::catalog::{self, ProductSort};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::page::PageRequest;
use crate::query::Query;
use crate::search::{self, SearchSort};

/// The root fields about products.
#[derive(Clone, Copy, Debug, Default)]
pub struct ProductQuery;

/// The root fields about products.
#[Object]
impl ProductQuery {
    /// A product, by its id or else by its handle.
    async fn product(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in addresses.")] handle: Option<String>,
        #[graphql(desc = "Its global id.")] id: Option<ID>,
    ) -> Result<Option<Product>, ApiError> {
        match (id, handle) {
            (Some(id), _) => Product::find(ctx, ProductId(id::decode("Product", &id)?)).await,
            (None, Some(handle)) => Product::find_by_handle(ctx, handle).await,
            (None, None) => Ok(None),
        }
    }

    /// A product, by its handle.
    #[graphql(deprecation = "Use `product(handle:)`.")]
    async fn product_by_handle(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its name in addresses.")] handle: String,
    ) -> Result<Option<Product>, ApiError> {
        Product::find_by_handle(ctx, handle).await
    }

    /// The tags that products on the storefront have, in the order of their letters.
    async fn product_tags(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: i32,
    ) -> Result<Connection<String>, ApiError> {
        let page = page_request(Some(first), None, None, None, None)?;
        let request = context::of(ctx)?;
        Ok(Connection(catalog::list_product_tags(request.app.db.reader(), request.now, &page).await?))
    }

    /// The types that products on the storefront have, in the order of their letters.
    async fn product_types(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: i32,
    ) -> Result<Connection<String>, ApiError> {
        let page = page_request(Some(first), None, None, None, None)?;
        let request = context::of(ctx)?;
        Ok(Connection(catalog::list_product_types(request.app.db.reader(), request.now, &page).await?))
    }

    /// The products on the storefront.
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn products(
        &self,
        ctx: &Context<'_>,
        first: Option<i32>,
        after: Option<String>,
        last: Option<i32>,
        before: Option<String>,
        #[graphql(
            desc = "Words to find, and fields such as `title:`, `tag:` or `price:>` before a value, joined by \
            `AND`, `OR`, `NOT` or `-` and parentheses; `*` ends a beginning, quotation marks hold words together."
        )]
        query: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "What they are sorted by.", default_with = "Some(ProductSortKeys::Id)")]
        sort_key: Option<ProductSortKeys>,
    ) -> Result<ProductConnection, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let query = search_query(query.as_deref())?;
        let key = sort_key.unwrap_or(ProductSortKeys::Id);
        let facets = ctx.look_ahead().field("filters").exists();
        if query.is_empty() && !facets {
            return listed(ctx, list_sort(key), page).await;
        }
        let sort = search_sort(key, &query);
        let page = page.sorted_by(sort.kind())?;
        let asked =
            search::ProductQuery { query: Some(query), sort, facets, ..search::ProductQuery::all(page) };
        ProductConnection::found(ctx, asked).await
    }
}

/// Without a search the database lists.
async fn listed(
    ctx: &Context<'_>,
    sort: ProductSort,
    page: PageRequest,
) -> Result<ProductConnection, ApiError> {
    let request = context::of(ctx)?;
    let page = page.sorted_by(sort.kind())?;
    let found = catalog::list_products(&request.app, request.now, sort, &page).await?;
    Ok(ProductConnection::listed(request.loaders.products_of(&request.app, found).await?))
}

/// Relevance is said of a search; without one it is the key.
fn search_sort(key: ProductSortKeys, query: &Query) -> SearchSort {
    match key {
        ProductSortKeys::BestSelling => SearchSort::BestSelling,
        ProductSortKeys::CreatedAt => SearchSort::CreatedAt,
        ProductSortKeys::Id => SearchSort::Id,
        ProductSortKeys::Price => SearchSort::Price,
        ProductSortKeys::ProductType => SearchSort::ProductType,
        ProductSortKeys::Relevance if query.is_empty() => SearchSort::Id,
        ProductSortKeys::Relevance => SearchSort::Relevance,
        ProductSortKeys::Title => SearchSort::Title,
        ProductSortKeys::UpdatedAt => SearchSort::UpdatedAt,
        ProductSortKeys::Vendor => SearchSort::Vendor,
    }
}

fn list_sort(key: ProductSortKeys) -> ProductSort {
    match key {
        ProductSortKeys::BestSelling => ProductSort::BestSelling,
        ProductSortKeys::CreatedAt => ProductSort::CreatedAt,
        ProductSortKeys::Id | ProductSortKeys::Relevance => ProductSort::Id,
        ProductSortKeys::Price => ProductSort::Price,
        ProductSortKeys::ProductType => ProductSort::ProductType,
        ProductSortKeys::Title => ProductSort::Title,
        ProductSortKeys::UpdatedAt => ProductSort::UpdatedAt,
        ProductSortKeys::Vendor => ProductSort::Vendor,
    }
}
