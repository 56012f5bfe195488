//! Reading orders.

use entity::id::OrderId;
use entity::order_address::OrderAddressKind;
use entity::order_transaction::{TransactionKind, TransactionStatus};
use entity::{
    order, order_address, order_discount_application, order_line, order_line_discount,
    order_shipping_discount, order_shipping_line, order_tax_line, order_transaction, refund, refund_line,
};
use sea_orm::sea_query::Expr;
use sea_orm::{ConnectionTrait, EntityTrait, QuerySelect};

use super::customer_orders::load_all;
use crate::app::App;
use crate::error::Fault;
use crate::market::Address;
use crate::money::Currency;
use crate::page::{Cursor, Page, PageRequest};

/// For which purpose the key of an order is derived.
const PURPOSE: &str = "order";

/// An order, loaded whole.
#[derive(Clone, Debug)]
pub struct OrderView {
    /// The row.
    pub row: order::Model,
    /// Its lines in their order.
    pub lines: Vec<order_line::Model>,
    /// Its addresses.
    pub addresses: Vec<order_address::Model>,
    /// Its deliveries.
    pub shipping: Vec<order_shipping_line::Model>,
    /// The discounts that took something off, in their order.
    pub applications: Vec<order_discount_application::Model>,
    /// What of them fell on which line.
    pub line_discounts: Vec<order_line_discount::Model>,
    /// What of them fell on which delivery.
    pub shipping_discounts: Vec<order_shipping_discount::Model>,
    /// The taxes of its lines and deliveries.
    pub taxes: Vec<order_tax_line::Model>,
    /// Its money.
    pub transactions: Vec<order_transaction::Model>,
    /// What went back, oldest first.
    pub refunds: Vec<refund::Model>,
    /// The units that went back.
    pub refund_lines: Vec<refund_line::Model>,
}

impl OrderView {
    /// Where it goes.
    ///
    /// # Errors
    /// A fault where the copy cannot be read.
    pub fn shipping_address(&self) -> Result<Option<Address>, Fault> {
        self.address(OrderAddressKind::Shipping)
    }

    /// Where the bill goes.
    ///
    /// # Errors
    /// A fault where the copy cannot be read.
    pub fn billing_address(&self) -> Result<Option<Address>, Fault> {
        self.address(OrderAddressKind::Billing)
    }

    /// All lines after discounts, in minor units.
    #[must_use]
    pub fn discounted_subtotal_minor(&self) -> i64 {
        self.row.subtotal_minor - (self.row.discount_minor - self.row.shipping_discount_minor)
    }

    /// The deliveries after discounts, in minor units.
    #[must_use]
    pub fn discounted_shipping_minor(&self) -> i64 {
        self.row.shipping_minor - self.row.shipping_discount_minor
    }

    /// What was given back, in minor units.
    #[must_use]
    pub fn refunded_minor(&self) -> i64 {
        let refunds = self.transactions.iter().filter(|transaction| {
            transaction.kind == TransactionKind::Refund && transaction.status == TransactionStatus::Success
        });
        refunds.map(|refund| refund.amount_minor).sum()
    }

    fn address(&self, kind: OrderAddressKind) -> Result<Option<Address>, Fault> {
        let row = self.addresses.iter().find(|row| row.kind == kind);
        Ok(row.map(|row| serde_json::from_value(row.address.clone())).transpose()?)
    }
}

/// The key with which an order can be read without an account.
///
/// # Errors
/// Never in practice.
pub fn key_of(app: &App, id: OrderId) -> Result<String, Fault> {
    app.secret_key.derive(PURPOSE, id.0)
}

/// The page of an order, with the key that opens it.
///
/// # Errors
/// As [`key_of`].
pub fn status_url(app: &App, id: OrderId) -> Result<String, Fault> {
    Ok(app.config.url_of(&format!("/orders/{id}?key={}", key_of(app, id)?)))
}

/// An order by its number in the database, for staff. Five statements; one more where it is taxed, and three
/// more where anything was taken off.
///
/// # Errors
/// The database's own.
pub async fn find_order<C: ConnectionTrait>(db: &C, id: OrderId) -> Result<Option<OrderView>, Fault> {
    let Some(row) = order::Entity::find_by_id(id).one(db).await? else {
        return Ok(None);
    };
    Ok(load_all(db, vec![row]).await?.pop())
}

/// The currency that an order is in. One statement.
///
/// # Errors
/// The database's own, and a fault for a currency that there is not.
pub async fn find_currency<C: ConnectionTrait>(db: &C, id: OrderId) -> Result<Option<Currency>, Fault> {
    let code: Option<String> = order::Entity::find_by_id(id)
        .select_only()
        .column(order::Column::Currency)
        .into_tuple()
        .one(db)
        .await?;
    let unknown = || Fault::new("an order has an unknown currency");
    code.map(|code| Currency::find(&code).ok_or_else(unknown)).transpose()
}

/// An order for somebody who knows its key; `None` for a wrong key as for an unknown order.
///
/// # Errors
/// The database's own.
pub async fn find_order_by_key(app: &App, id: OrderId, key: &str) -> Result<Option<OrderView>, Fault> {
    if !app.secret_key.verify(PURPOSE, id.0, key)? {
        return Ok(None);
    }
    find_order(app.db.fresh(), id).await
}

/// A page of all orders by key, for staff.
///
/// # Errors
/// The database's own.
pub async fn list_orders<C: ConnectionTrait>(
    db: &C,
    request: &PageRequest,
) -> Result<Page<order::Model>, Fault> {
    let rows = request.apply(order::Entity::find(), None, Expr::col(order::Column::Id)).all(db).await?;
    Ok(request.page_of(rows, |row| Cursor::of_key(row.id.0)))
}
