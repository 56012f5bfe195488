//! What was given back of an order at one time.

use std::sync::Arc;

use async_graphql::{Enum, ID, Object};
use entity::id::{OrderLineId, RefundLineId};
use entity::refund as row;
use entity::refund_line;

use super::line::LineItem;
use super::transaction::OrderTransaction;
use super::{Order, Shared};
use crate::graphql::admin::money::MoneyBag;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::DateTime;
use crate::order::{RefundLineInput, Restock};
use crate::page::PageRequest;

/// Whether units that are given back go on the shelf.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum RefundLineItemRestockType {
    /// They were never sent: they go back.
    Cancel,
    /// They are not sold again.
    NoRestock,
    /// They came back and are sold again.
    Return,
}

impl From<Restock> for RefundLineItemRestockType {
    fn from(restock: Restock) -> Self {
        match restock {
            Restock::Cancel => Self::Cancel,
            Restock::NoRestock => Self::NoRestock,
            Restock::Return => Self::Return,
        }
    }
}

impl From<RefundLineItemRestockType> for Restock {
    fn from(restock: RefundLineItemRestockType) -> Self {
        match restock {
            RefundLineItemRestockType::Cancel => Self::Cancel,
            RefundLineItemRestockType::NoRestock => Self::NoRestock,
            RefundLineItemRestockType::Return => Self::Return,
        }
    }
}

/// What was given back at one time, and for what.
#[derive(Clone)]
pub struct Refund {
    order: Shared,
    row: row::Model,
}

impl Refund {
    pub(super) fn new(order: &Shared, row: &row::Model) -> Self {
        Self { order: Arc::clone(order), row: row.clone() }
    }

    fn rows(&self) -> impl Iterator<Item = &entity::order_transaction::Model> {
        self.order.view.transactions.iter().filter(|row| row.refund_id == Some(self.row.id))
    }
}

/// What was given back of an order at one time, and for what.
#[Object]
impl Refund {
    /// Its global id.
    async fn id(&self) -> ID {
        id::encode("Refund", self.row.id)
    }

    /// Why, as staff noted.
    async fn note(&self) -> Option<&str> {
        self.row.note.as_deref()
    }

    /// When it was made.
    async fn created_at(&self) -> Option<DateTime> {
        Some(DateTime(self.row.created_at))
    }

    /// When it was last changed: what was given back stays as it is.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// The order.
    async fn order(&self) -> Order {
        Order::from(&self.order)
    }

    /// The money of it that has moved; what a provider has not answered is not in it.
    async fn total_refunded_set(&self) -> Result<MoneyBag, ApiError> {
        let minor = self.order.view.refunded_of_minor(self.row.id);
        Ok(self.order.currencies.bag(minor)?)
    }

    /// The units that it is for.
    async fn refund_line_items(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round.")] reverse: bool,
    ) -> Result<Connection<RefundLineItem>, ApiError> {
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let lines = self.order.view.refund_lines.iter().filter(|line| line.refund_id == self.row.id);
        let lines = lines.map(|line| RefundLineItem::made(&self.order, line)).collect();
        Ok(Connection(request.page_of_list(lines)))
    }

    /// The money that moves for it.
    async fn transactions(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round.")] reverse: bool,
    ) -> Result<Connection<OrderTransaction>, ApiError> {
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let rows = self.rows().map(|row| OrderTransaction::new(&self.order, row)).collect();
        Ok(Connection(request.page_of_list(rows)))
    }
}

/// Units of a line that were given back, or could be.
#[derive(Clone)]
pub struct RefundLineItem {
    order: Shared,
    id: Option<RefundLineId>,
    line: OrderLineId,
    quantity: i32,
    restock: Restock,
    is_restocked: bool,
    subtotal_minor: i64,
    tax_minor: i64,
}

impl RefundLineItem {
    fn made(order: &Shared, row: &refund_line::Model) -> Self {
        let waits = order.view.refunds.iter().any(|refund| refund.id == row.refund_id && refund.waits);
        Self {
            order: Arc::clone(order),
            id: Some(row.id),
            line: row.order_line_id,
            quantity: row.quantity,
            restock: row.restock,
            is_restocked: row.location_id.is_some() && !waits,
            subtotal_minor: row.subtotal_minor,
            tax_minor: row.tax_minor,
        }
    }

    /// One that is suggested, with what its units are worth.
    pub(super) fn suggested(order: &Shared, line: &RefundLineInput, worth: (i64, i64)) -> Self {
        let (subtotal_minor, tax_minor) = worth;
        Self {
            order: Arc::clone(order),
            id: None,
            line: line.line,
            quantity: line.quantity,
            restock: line.restock,
            is_restocked: false,
            subtotal_minor,
            tax_minor,
        }
    }
}

/// Units of a line that were given back, or could be.
#[Object]
impl RefundLineItem {
    /// Its global id; none for one that is suggested.
    async fn id(&self) -> Option<ID> {
        self.id.map(|id| id::encode("RefundLineItem", id))
    }

    /// The line.
    async fn line_item(&self) -> Result<LineItem, ApiError> {
        LineItem::find(&self.order, self.line)
    }

    /// How many units.
    async fn quantity(&self) -> i32 {
        self.quantity
    }

    /// Whether they go on the shelf.
    async fn restock_type(&self) -> RefundLineItemRestockType {
        self.restock.into()
    }

    /// Whether they lie on a shelf again.
    async fn restocked(&self) -> bool {
        self.is_restocked
    }

    /// What they cost after discounts.
    async fn subtotal_set(&self) -> Result<MoneyBag, ApiError> {
        Ok(self.order.currencies.bag(self.subtotal_minor)?)
    }

    /// Their taxes.
    async fn total_tax_set(&self) -> Result<MoneyBag, ApiError> {
        Ok(self.order.currencies.bag(self.tax_minor)?)
    }
}
