//! Connections that tell more than their page.

use async_graphql::{Context, InputValueError, InputValueResult, Object, Scalar, ScalarType, Value};

use super::collection::Collection;
use super::context;
use super::filter::Filter;
use super::product::Product;
use crate::catalog::{self, SearchQuery, UnsupportedSearch};
use crate::graphql::connection::{Edge, PageInfo};
use crate::graphql::error::ApiError;
use crate::page::{Page, PageRequest};

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

impl From<UnsupportedSearch> for ApiError {
    fn from(error: UnsupportedSearch) -> Self {
        Self::bad_input("UNSUPPORTED_SEARCH_QUERY", error.to_string())
    }
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
pub struct ProductConnection(pub Page<Product>);

/// A page of products.
#[Object]
impl ProductConnection {
    /// The products with their places.
    async fn edges(&self) -> Vec<Edge<Product>> {
        Edge::all_of(&self.0)
    }

    /// The filters that shoppers are offered for this list; the shop offers none yet.
    async fn filters(&self) -> Vec<Filter> {
        Vec::new()
    }

    /// The products.
    async fn nodes(&self) -> Vec<&Product> {
        self.0.items.iter().map(|(_, product)| product).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.0)
    }
}

/// How the number of collections in a list is found.
pub(super) enum Total {
    /// The whole list was at hand.
    Known(usize),
    /// By counting those that a search finds, when somebody asks.
    Of(SearchQuery),
}

/// A page of collections.
pub struct CollectionConnection {
    pub(super) page: Page<Collection>,
    pub(super) total: Total,
}

/// A page of collections.
#[Object]
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
