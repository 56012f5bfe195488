//! The orders of a customer.

use std::collections::HashMap;

use entity::id::{CustomerId, OrderId};
use entity::{order, order_address, order_line, order_shipping_line, order_transaction};
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

/// A page of the orders of a customer that a search finds, loaded whole. Five statements.
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

/// Loads orders whole whose rows are at hand, in the same order. Four statements, however many they are.
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
        .order_by_asc(order_shipping_line::Column::Id)
        .all(db)
        .await?;
    let transactions = order_transaction::Entity::find()
        .filter(order_transaction::Column::OrderId.is_in(ids))
        .order_by_asc(order_transaction::Column::Id)
        .all(db)
        .await?;
    let mut lines = grouped(lines, |line| line.order_id);
    let mut addresses = grouped(addresses, |address| address.order_id);
    let mut shipping = grouped(shipping, |line| line.order_id);
    let mut transactions = grouped(transactions, |transaction| transaction.order_id);
    let view = |row: order::Model| OrderView {
        lines: lines.remove(&row.id).unwrap_or_default(),
        addresses: addresses.remove(&row.id).unwrap_or_default(),
        shipping: shipping.remove(&row.id).unwrap_or_default(),
        transactions: transactions.remove(&row.id).unwrap_or_default(),
        row,
    };
    Ok(rows.into_iter().map(view).collect())
}

fn grouped<T>(rows: Vec<T>, owner: impl Fn(&T) -> OrderId) -> HashMap<OrderId, Vec<T>> {
    let mut groups: HashMap<OrderId, Vec<T>> = HashMap::new();
    for row in rows {
        groups.entry(owner(&row)).or_default().push(row);
    }
    groups
}
