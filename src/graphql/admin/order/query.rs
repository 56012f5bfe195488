//! Asking for orders.

use async_graphql::{Context, ID, Object};
use entity::id::{OrderId, RefundId};
use entity::order as order_row;

use super::payload::Job;
use super::refund::Refund;
use super::{Order, told};
use crate::error::Fault;
use crate::graphql::admin::money::MoneyV2;
use crate::graphql::admin::{READ_ORDERS, allowed};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::DateTime;
use crate::money::{Currency, Money};
use crate::order;
use crate::page::{PageRequest, SortKind};

/// An order in a list.
#[derive(Clone)]
pub struct OrderSummary(order_row::Model);

/// An order in a list.
#[Object(name = "OrderSummary")]
impl OrderSummary {
    /// Its global id.
    async fn id(&self) -> ID {
        id::encode("Order", self.0.id)
    }

    /// Its number as people see it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The buyer's e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// When it was placed.
    async fn processed_at(&self) -> DateTime {
        DateTime(self.0.processed_at)
    }

    /// What the buyer pays.
    async fn total_price(&self) -> Result<MoneyV2, ApiError> {
        let currency = Currency::find(&self.0.currency);
        let currency = currency.ok_or_else(|| Fault::new("an order has an unknown currency"))?;
        Ok(Money::new(self.0.total_minor, currency).into())
    }

    /// Whether it was paid through a test gateway.
    async fn test(&self) -> bool {
        self.0.test
    }
}

/// Queries about orders.
#[derive(Default)]
pub struct OrderQuery;

/// Queries about orders.
#[Object]
impl OrderQuery {
    /// An order. Needs the scope `read_orders`.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<Order>, ApiError> {
        let app = allowed(ctx, READ_ORDERS)?;
        let found = order::find_order(app.db.reader(), OrderId(id::decode("Order", &id)?)).await?;
        match found {
            Some(view) => Ok(Some(Order::from(&told(app, view).await?))),
            None => Ok(None),
        }
    }

    /// What was given back of an order at one time. Needs the scope `read_orders`.
    async fn refund(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<Refund>, ApiError> {
        let app = allowed(ctx, READ_ORDERS)?;
        let refund = order::find_refund(app.db.reader(), RefundId(id::decode("Refund", &id)?)).await?;
        let Some(refund) = refund else { return Ok(None) };
        let found = order::find_order(app.db.reader(), refund.row.order_id).await?;
        let view = found.ok_or_else(|| Fault::new("a refund has no order"))?;
        Ok(Some(Refund::new(&told(app, view).await?, &refund.row)))
    }

    /// The orders in the order in which they were placed. Needs the scope `read_orders`.
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round: the newest first.")] reverse: bool,
    ) -> Result<Connection<OrderSummary>, ApiError> {
        let app = allowed(ctx, READ_ORDERS)?;
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let request = request.sorted_by(SortKind::Key)?;
        let page = order::list_orders(app.db.reader(), &request).await?;
        Ok(Connection(page.map(OrderSummary)))
    }

    /// Work that was begun, such as cancelling an order; none for an unknown one. Needs the scope `read_orders`.
    async fn job(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<Job>, ApiError> {
        let app = allowed(ctx, READ_ORDERS)?;
        let found = order::find_order(app.db.fresh(), OrderId(id::decode("Job", &id)?)).await?;
        Ok(found.filter(|order| order.row.cancelled_at.is_some()).as_ref().map(Job::of))
    }
}
