//! The orders of a customer.

use std::collections::HashMap;

use entity::id::{CustomerId, OrderDiscountApplicationId, OrderId, RefundId};
use entity::{
    order, order_address, order_discount_application, order_line, order_line_discount,
    order_shipping_discount, order_shipping_line, order_tax_line, order_transaction, refund, refund_line,
};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder, Select};

use super::queries::OrderView;
use crate::error::Fault;
use crate::page::{Page, PageRequest, SortKind, SortValue};
use crate::query::{self, Field, FieldKind, Query};

/// What orders are sorted by; the key breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderSort {
    /// The key alone.
    Id,
    /// When they were placed.
    ProcessedAt,
    /// What the buyer pays. Within a currency it says something; across currencies it is an order all the same.
    TotalPrice,
}

impl OrderSort {
    /// What kind of value that is, and the name of the order.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Id => SortKind::Key,
            Self::ProcessedAt => SortKind::Time("processed"),
            Self::TotalPrice => SortKind::Number("total"),
        }
    }
}

/// What a search for orders can name.
fn fields() -> [Field; 6] {
    use order::Column;
    [
        Field::default("name", FieldKind::TextEqual(Column::Name.into_expr())),
        Field::named("id", FieldKind::Id(Column::Id.into_expr())),
        Field::named("order_number", FieldKind::Number(Column::Number.into_expr())),
        Field::named("processed_at", FieldKind::Time(Column::ProcessedAt.into_expr())),
        Field::named("created_at", FieldKind::Time(Column::CreatedAt.into_expr())),
        Field::named("updated_at", FieldKind::Time(Column::UpdatedAt.into_expr())),
    ]
}

fn orders_of(customer: CustomerId, search: &Query) -> Select<order::Entity> {
    order::Entity::find()
        .filter(order::Column::CustomerId.eq(customer))
        .filter(query::condition(search, &fields()))
}

/// A page of the orders of a customer that a search finds, loaded whole. Five statements; more as
/// [`find_order`](super::find_order) has it.
///
/// # Errors
/// The database's own.
pub async fn list_customer_orders<C: ConnectionTrait>(
    db: &C,
    customer: CustomerId,
    sort: OrderSort,
    search: &Query,
    page: &PageRequest,
) -> Result<Page<OrderView>, Fault> {
    let value = match sort {
        OrderSort::Id => None,
        OrderSort::ProcessedAt => Some(order::Column::ProcessedAt.into_expr()),
        OrderSort::TotalPrice => Some(order::Column::TotalMinor.into_expr()),
    };
    let select = page.apply(orders_of(customer, search), value, order::Column::Id.into_expr());
    let rows = page.page_of(select.all(db).await?, |row| {
        let value = match sort {
            OrderSort::Id => None,
            OrderSort::ProcessedAt => Some(SortValue::Time(row.processed_at)),
            OrderSort::TotalPrice => Some(SortValue::Number(row.total_minor)),
        };
        sort.kind().cursor(value, row.id.0)
    });
    let (cursors, orders): (Vec<_>, Vec<_>) = rows.items.into_iter().unzip();
    let views = load_all(db, orders).await?;
    let items = cursors.into_iter().zip(views).collect();
    Ok(Page { items, has_next: rows.has_next, has_previous: rows.has_previous })
}

/// How many orders of a customer a search finds.
///
/// # Errors
/// The database's own.
pub async fn count_customer_orders<C: ConnectionTrait>(
    db: &C,
    customer: CustomerId,
    search: &Query,
) -> Result<u64, Fault> {
    Ok(orders_of(customer, search).count(db).await?)
}

/// Loads orders whole whose rows are at hand, in the same order. Four statements, however many they are; one more where
/// any of them is taxed, and three more where anything was taken off.
pub(super) async fn load_all<C: ConnectionTrait>(
    db: &C,
    rows: Vec<order::Model>,
) -> Result<Vec<OrderView>, Fault> {
    if rows.is_empty() {
        return Ok(Vec::new());
    }
    let ids: Vec<OrderId> = rows.iter().map(|row| row.id).collect();
    let lines = order_line::Entity::find()
        .filter(order_line::Column::OrderId.is_in(ids.iter().copied()))
        .order_by_asc(order_line::Column::Position)
        .all(db)
        .await?;
    let addresses = order_address::Entity::find()
        .filter(order_address::Column::OrderId.is_in(ids.iter().copied()))
        .all(db)
        .await?;
    let shipping = order_shipping_line::Entity::find()
        .filter(order_shipping_line::Column::OrderId.is_in(ids.iter().copied()))
        .order_by_asc(order_shipping_line::Column::Position)
        .all(db)
        .await?;
    let transactions = order_transaction::Entity::find()
        .filter(order_transaction::Column::OrderId.is_in(ids))
        .order_by_asc(order_transaction::Column::Id)
        .all(db)
        .await?;
    let (refunds, mut refund_lines) = refunds_of(db, &rows, &transactions).await?;
    let mut refunds = grouped(refunds, |refund| refund.order_id);
    let mut lines = grouped(lines, |line| line.order_id);
    let mut addresses = grouped(addresses, |address| address.order_id);
    let mut shipping = grouped(shipping, |line| line.order_id);
    let mut transactions = grouped(transactions, |transaction| transaction.order_id);
    let mut discounts = discounts_of(db, &rows).await?;
    let mut taxes = taxes_of(db, &rows).await?;
    let view = |row: order::Model| {
        let discounts = discounts.remove(&row.id).unwrap_or_default();
        OrderView {
            lines: lines.remove(&row.id).unwrap_or_default(),
            addresses: addresses.remove(&row.id).unwrap_or_default(),
            shipping: shipping.remove(&row.id).unwrap_or_default(),
            applications: discounts.applications,
            line_discounts: discounts.of_lines,
            shipping_discounts: discounts.of_deliveries,
            taxes: taxes.remove(&row.id).unwrap_or_default(),
            transactions: transactions.remove(&row.id).unwrap_or_default(),
            refunds: refunds.remove(&row.id).unwrap_or_default(),
            refund_lines: refund_lines.remove(&row.id).unwrap_or_default(),
            row,
        }
    };
    Ok(rows.into_iter().map(view).collect())
}

type LinesOfOrders = HashMap<OrderId, Vec<refund_line::Model>>;

/// Refunds and their lines. No statement where no money went back and nothing was cancelled.
async fn refunds_of<C: ConnectionTrait>(
    db: &C,
    rows: &[order::Model],
    transactions: &[order_transaction::Model],
) -> Result<(Vec<refund::Model>, LinesOfOrders), Fault> {
    // An order that nobody touched since it was placed has none.
    let gave_back =
        |id: OrderId| transactions.iter().any(|row| row.order_id == id && row.refund_id.is_some());
    let may_have = rows
        .iter()
        .filter(|row| row.cancelled_at.is_some() || row.updated_at > row.created_at || gave_back(row.id));
    let ids: Vec<OrderId> = may_have.map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok((Vec::new(), HashMap::new()));
    }
    let refunds = refund::Entity::find()
        .filter(refund::Column::OrderId.is_in(ids))
        .order_by_asc(refund::Column::Id)
        .all(db)
        .await?;
    if refunds.is_empty() {
        return Ok((refunds, HashMap::new()));
    }
    let orders: HashMap<RefundId, OrderId> =
        refunds.iter().map(|refund| (refund.id, refund.order_id)).collect();
    let lines = refund_line::Entity::find()
        .filter(refund_line::Column::RefundId.is_in(orders.keys().copied()))
        .order_by_asc(refund_line::Column::Id)
        .all(db)
        .await?;
    let mut found = LinesOfOrders::new();
    for line in lines {
        if let Some(order) = orders.get(&line.refund_id) {
            found.entry(*order).or_default().push(line);
        }
    }
    Ok((refunds, found))
}

/// What discounts took off an order.
#[derive(Default)]
struct Discounts {
    applications: Vec<order_discount_application::Model>,
    of_lines: Vec<order_line_discount::Model>,
    of_deliveries: Vec<order_shipping_discount::Model>,
}

async fn discounts_of<C: ConnectionTrait>(
    db: &C,
    rows: &[order::Model],
) -> Result<HashMap<OrderId, Discounts>, Fault> {
    let ids: Vec<OrderId> = rows.iter().filter(|row| row.discount_minor > 0).map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let applications = order_discount_application::Entity::find()
        .filter(order_discount_application::Column::OrderId.is_in(ids))
        .order_by_asc(order_discount_application::Column::Position)
        .all(db)
        .await?;
    let keys = || applications.iter().map(|application| application.id);
    let of_lines = order_line_discount::Entity::find()
        .filter(order_line_discount::Column::ApplicationId.is_in(keys()))
        .order_by_asc(order_line_discount::Column::ApplicationId)
        .all(db)
        .await?;
    let of_deliveries = order_shipping_discount::Entity::find()
        .filter(order_shipping_discount::Column::ApplicationId.is_in(keys()))
        .order_by_asc(order_shipping_discount::Column::ApplicationId)
        .all(db)
        .await?;
    let orders: HashMap<OrderDiscountApplicationId, OrderId> =
        applications.iter().map(|application| (application.id, application.order_id)).collect();
    let mut found: HashMap<OrderId, Discounts> = HashMap::new();
    for application in applications {
        found.entry(application.order_id).or_default().applications.push(application);
    }
    for row in of_lines {
        if let Some(of_order) = orders.get(&row.application_id).and_then(|order| found.get_mut(order)) {
            of_order.of_lines.push(row);
        }
    }
    for row in of_deliveries {
        if let Some(of_order) = orders.get(&row.application_id).and_then(|order| found.get_mut(order)) {
            of_order.of_deliveries.push(row);
        }
    }
    Ok(found)
}

async fn taxes_of<C: ConnectionTrait>(
    db: &C,
    rows: &[order::Model],
) -> Result<HashMap<OrderId, Vec<order_tax_line::Model>>, Fault> {
    let ids: Vec<OrderId> = rows.iter().filter(|row| row.tax_minor > 0).map(|row| row.id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let taxes = order_tax_line::Entity::find()
        .filter(order_tax_line::Column::OrderId.is_in(ids))
        .order_by_asc(order_tax_line::Column::Id)
        .all(db)
        .await?;
    Ok(grouped(taxes, |tax| tax.order_id))
}

fn grouped<T>(rows: Vec<T>, owner: impl Fn(&T) -> OrderId) -> HashMap<OrderId, Vec<T>> {
    let mut groups: HashMap<OrderId, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(owner(&row)).or_default().push(row);
    }
    groups
}
