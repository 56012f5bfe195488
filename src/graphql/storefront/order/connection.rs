//! A page of a customer's orders.

use async_graphql::{Context, Object};
use entity::id::CustomerId;

use super::Order;
use crate::graphql::connection::{Edge, PageInfo};
use crate::graphql::error::ApiError;
use crate::graphql::storefront::context;
use crate::graphql::storefront::paging::UnsignedInt64;
use crate::order;
use crate::page::Page;
use crate::query::Query;

/// A page of a customer's orders.
pub struct OrderConnection {
    pub(in crate::graphql::storefront) page: Page<Order>,
    pub(in crate::graphql::storefront) customer: CustomerId,
    pub(in crate::graphql::storefront) search: Query,
}

/// A page of a customer's orders.
#[Object]
impl OrderConnection {
    /// The orders with their places.
    async fn edges(&self) -> Vec<Edge<Order>> {
        Edge::all_of(&self.page)
    }

    /// The orders.
    async fn nodes(&self) -> Vec<&Order> {
        self.page.items.iter().map(|(_, order)| order).collect()
    }

    /// Where the page stands in the list.
    async fn page_info(&self) -> PageInfo {
        PageInfo::of(&self.page)
    }

    /// How many orders the whole list has.
    async fn total_count(&self, ctx: &Context<'_>) -> Result<UnsignedInt64, ApiError> {
        let db = context::of(ctx)?.app.db.fresh();
        Ok(UnsignedInt64(order::count_customer_orders(db, self.customer, &self.search).await?))
    }
}
