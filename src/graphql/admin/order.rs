//! Orders for staff.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::id::OrderId;
use entity::order as order_row;

use super::allowed;
use crate::error::Fault;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CurrencyCode, DateTime, Decimal};
use crate::money::{Currency, Money};
use crate::order::{self, FinancialStatus, OrderView};
use crate::page::{PageRequest, SortKind};

/// The scope that reading orders needs.
const READ_ORDERS: &str = "read_orders";

/// An amount of money.
#[derive(Clone, SimpleObject)]
pub struct MoneyV2 {
    /// How much.
    pub amount: Decimal,
    /// In which currency.
    pub currency_code: CurrencyCode,
}

fn money(minor: i64, currency: &str) -> Result<MoneyV2, ApiError> {
    let currency = Currency::find(currency).ok_or_else(|| Fault::new("an order has an unknown currency"))?;
    Ok(MoneyV2 {
        amount: Decimal(Money::new(minor, currency).to_string()),
        currency_code: CurrencyCode(currency),
    })
}

/// How the money of an order stands.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderDisplayFinancialStatus {
    /// Promised, not taken.
    Authorized,
    /// Taken in full.
    Paid,
    /// Taken in part.
    PartiallyPaid,
    /// Given back in part.
    PartiallyRefunded,
    /// Awaited.
    Pending,
    /// Given back in full.
    Refunded,
    /// The promise was dropped.
    Voided,
}

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
        money(self.0.total_minor, &self.0.currency)
    }

    /// Whether it was paid through a test gateway.
    async fn test(&self) -> bool {
        self.0.test
    }
}

/// An order.
pub struct Order(OrderView);

/// An order.
#[Object]
impl Order {
    /// Its global id.
    async fn id(&self) -> ID {
        id::encode("Order", self.0.row.id)
    }

    /// Its number as people see it.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// The buyer's e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.row.email.as_deref()
    }

    /// A note of the buyer.
    async fn note(&self) -> Option<&str> {
        self.0.row.note.as_deref()
    }

    /// When it was placed.
    async fn processed_at(&self) -> DateTime {
        DateTime(self.0.row.processed_at)
    }

    /// How its money stands.
    async fn display_financial_status(&self) -> Option<OrderDisplayFinancialStatus> {
        Some(match order::financial_status(self.0.row.total_minor, &self.0.transactions) {
            FinancialStatus::Authorized => OrderDisplayFinancialStatus::Authorized,
            FinancialStatus::Paid => OrderDisplayFinancialStatus::Paid,
            FinancialStatus::PartiallyPaid => OrderDisplayFinancialStatus::PartiallyPaid,
            FinancialStatus::PartiallyRefunded => OrderDisplayFinancialStatus::PartiallyRefunded,
            FinancialStatus::Pending => OrderDisplayFinancialStatus::Pending,
            FinancialStatus::Refunded => OrderDisplayFinancialStatus::Refunded,
            FinancialStatus::Voided => OrderDisplayFinancialStatus::Voided,
        })
    }

    /// All lines.
    async fn subtotal_price(&self) -> Result<MoneyV2, ApiError> {
        money(self.0.row.subtotal_minor, &self.0.row.currency)
    }

    /// The delivery.
    async fn total_shipping_price(&self) -> Result<MoneyV2, ApiError> {
        money(self.0.row.shipping_minor, &self.0.row.currency)
    }

    /// What the buyer pays.
    async fn total_price(&self) -> Result<MoneyV2, ApiError> {
        money(self.0.row.total_minor, &self.0.row.currency)
    }

    /// Whether it was paid through a test gateway.
    async fn test(&self) -> bool {
        self.0.row.test
    }

    /// What was bought.
    async fn line_items(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round.")] reverse: bool,
    ) -> Result<Connection<LineItem>, ApiError> {
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let lines = self.0.lines.iter().map(|line| LineItem {
            title: line.title.clone(),
            variant_title: line.variant_title.clone(),
            sku: line.sku.clone(),
            quantity: line.quantity,
        });
        Ok(Connection(request.page_of_list(lines.collect())))
    }
}

/// A line of an order.
#[derive(Clone, SimpleObject)]
pub struct LineItem {
    /// The product's title then.
    pub title: String,
    /// The variant's title then.
    pub variant_title: String,
    /// Its stock keeping unit then.
    pub sku: Option<String>,
    /// Units.
    pub quantity: i32,
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
        Ok(found.map(Order))
    }

    /// The orders in the order in which they were placed. Needs the scope `read_orders`.
    #[allow(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
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
}
