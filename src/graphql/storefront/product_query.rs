//! Asking for products.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::ProductId;

use super::code::ProductSortKeys;
use super::context;
use super::paging::{ProductConnection, page_request};
use super::product::Product;
use crate::catalog::{self, PRODUCT_FIELDS, ProductSort, SearchQuery};
use crate::graphql::error::ApiError;
use crate::graphql::id;

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
            desc = "Words to find, and `title:`, `vendor:`, `product_type:`, `tag:`, `handle:` or `id:` before \
            a value; `-` or `NOT` before a term, `AND` between terms, `*` after a beginning."
        )]
        query: Option<String>,
        #[graphql(default_with = "Some(false)")] reverse: Option<bool>,
        #[graphql(desc = "What they are sorted by.", default_with = "Some(ProductSortKeys::Id)")]
        sort_key: Option<ProductSortKeys>,
    ) -> Result<ProductConnection, ApiError> {
        let page = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let search = SearchQuery::parse(query.as_deref().unwrap_or_default(), PRODUCT_FIELDS)?;
        let sort = sort_of(sort_key.unwrap_or(ProductSortKeys::Id));
        let page = page.sorted_by(sort.kind())?;
        let request = context::of(ctx)?;
        let found =
            catalog::list_products(request.app.db.reader(), request.now, sort, &search, &page).await?;
        let found = found.map(Arc::new);
        let known: Vec<_> = found.items.iter().map(|(_, row)| (row.id, Arc::clone(row))).collect();
        request.loaders.products.know(known).await;
        Ok(ProductConnection(found.map(Product)))
    }
}

fn sort_of(key: ProductSortKeys) -> ProductSort {
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
