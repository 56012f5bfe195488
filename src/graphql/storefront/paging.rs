//! Connections that tell more than their page.

use std::collections::HashMap;

use async_graphql::{Context, InputValueError, InputValueResult, Object, Scalar, ScalarType, Value};
use entity::id::ProductId;
use futures_util::try_join;

use super::collection::Collection;
use super::context;
use super::facet::Filter;
use super::product::Product;
use crate::catalog;
use crate::graphql::connection::{Edge, PageInfo};
use crate::graphql::error::ApiError;
use crate::page::{Page, PageRequest};
use crate::query::Query;
use crate::search::ProductQuery;

/// Reads the arguments that every connection has.
///
/// # Errors
/// `BAD_PAGE`.
pub(super) fn page_request(
    first: Option<i32>,
    after: Option<&str>,
    last: Option<i32>,
    before: Option<&str>,
    reverse: Option<bool>,
) -> Result<PageRequest, ApiError> {
    Ok(PageRequest::parse(first, after, last, before, reverse.unwrap_or(false))?)
}

/// Reads the search of a list; none where it is left out.
///
/// # Errors
/// `SEARCH_QUERY_TOO_LONG`.
pub(super) fn search_query(text: Option<&str>) -> Result<Query, ApiError> {
    let text = text.unwrap_or_default();
    check_search(text)?;
    Ok(Query::parse(text))
}

/// Refuses a search that would not be read as a whole.
///
/// # Errors
/// `SEARCH_QUERY_TOO_LONG`.
pub(super) fn check_search(text: &str) -> Result<(), ApiError> {
    Query::check(text).map_err(|error| ApiError::bad_input(error.code(), error.to_string()))
}

/// A whole number from zero on, written as a text so that no digit is lost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnsignedInt64(pub u64);

/// A whole number from zero on, written as a text so that no digit is lost.
#[Scalar]
impl ScalarType for UnsignedInt64 {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => Ok(Self(text.parse()?)),
            Value::Number(number) => {
                number.as_u64().map(Self).ok_or_else(|| InputValueError::expected_type(value))
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A page of products.
pub struct ProductConnection {
    page: Page<Product>,
    filters: Vec<Filter>,
}

impl ProductConnection {
    /// A page that the database listed.
    pub(super) fn listed(page: Page<Product>) -> Self {
        Self { page, filters: Vec::new() }
    }

    /// A page that the search found, with what it counted. Products that shoppers do not reach any more are left out.
    pub(super) async fn found(ctx: &Context<'_>, asked: ProductQuery) -> Result<Self, ApiError> {
        let request = context::of(ctx)?;
        let hits = request.app.search.products(&request.app, request.now, asked).await?;
        let ids = hits.page.items.iter().map(|(_, id)| *id).collect();
        let (products, filters) =
            try_join!(Product::find_all(ctx, ids), Filter::all_of(ctx, hits.facets, hits.total))?;
        let mut products: HashMap<ProductId, Product> =
            products.into_iter().map(|product| (product.row().id, product)).collect();
        let items = hits.page.items.into_iter();
        let items = items.filter_map(|(cursor, id)| products.remove(&id).map(|product| (cursor, product)));
        let (has_next, has_previous) = (hits.page.has_next, hits.page.has_previous);
        Ok(Self { page: Page { items: items.collect(), has_next, has_previous }, filters })
    }
}

/// A page of products.
#[Object(serial)]
impl ProductConnection {
    /// The products with their places.
    async fn edges(&self) -> Vec<Edge<Product>> {
        Edge::all_of(&self.page)
    }

    /// The filters that the list can be narrowed by, with the number of products for each value.
    async fn filters(&self) -> &[Filter] {
        &self.filters
    }

    /// The products.
    async fn nodes(&self) -> Vec<&Product> {
        self.page.items.iter().map(|(_, product)| product).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }
}

/// How the number of collections in a list is found.
pub(super) enum Total {
    /// The whole list was at hand.
    Known(usize),
    /// By counting those that a search finds, when somebody asks.
    Of(Query),
}

/// A page of collections.
pub struct CollectionConnection {
    pub(super) page: Page<Collection>,
    pub(super) total: Total,
}

/// A page of collections.
#[Object(serial)]
impl CollectionConnection {
    /// The collections with their places.
    async fn edges(&self) -> Vec<Edge<Collection>> {
        Edge::all_of(&self.page)
    }

    /// The collections.
    async fn nodes(&self) -> Vec<&Collection> {
        self.page.items.iter().map(|(_, collection)| collection).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// How many collections the whole list has.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<UnsignedInt64, ApiError> {
        let request = context::of(ctx)?;
        Ok(UnsignedInt64(match &self.total {
            Total::Known(count) => u64::try_from(*count).unwrap_or(u64::MAX),
            Total::Of(search) => {
                catalog::count_collections(request.app.db.reader(), request.now, search).await?
            }
        }))
    }
}
