//! Placing an order.

use chrono::{DateTime, Utc};
use entity::id::{CartId, CustomerId, MarketId, OrderId, OrderLineId};
use entity::order_address::OrderAddressKind;
use entity::order_transaction::{TransactionKind, TransactionStatus};
use entity::{market, order, order_address, order_line, order_shipping_line, order_transaction};
use sea_orm::sea_query::{Alias, Expr, Query, SimpleExpr, SubQueryStatement};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, DbBackend, EntityTrait,
};

use super::amounts::{self, Written, in_their_order};
use super::draft::{DraftLine, DraftShipping, OrderDraft, taken_off, taxed};
use crate::db::Tx;
use crate::error::Fault;
use crate::event;

/// Money of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// The provider's name.
    pub gateway: String,
    /// How much, in minor units of the order's currency.
    pub amount_minor: i64,
    /// The provider's name for the payment.
    pub reference: Option<String>,
    /// The key under which it was asked for.
    pub idempotency_key: String,
    /// Whether it was taken, not only promised.
    pub captured: bool,
    /// Whether no real money moved.
    pub test: bool,
}

/// The first order's number on SQLite; PostgreSQL has a sequence.
const FIRST_NUMBER: i64 = 1001;

/// Places an order: the row, its lines, addresses, deliveries and money, and what is told of it. Six statements at most; one more
/// where it is taxed, and three more where discounts took something off lines and deliveries.
///
/// # Errors
/// The database's own; among them the refusal of a second order for a cart and of amounts that do not add up.
pub async fn place_in(
    tx: &Tx,
    now: DateTime<Utc>,
    cart_id: CartId,
    customer_id: Option<CustomerId>,
    draft: &OrderDraft,
    paid: &[Paid],
) -> Result<OrderId, Fault> {
    let id = insert_row(tx, now, cart_id, customer_id, draft, paid.iter().any(|paid| paid.test)).await?;
    let lines = insert_lines(tx, id, draft).await?;
    insert_addresses(tx, id, draft).await?;
    let shipping = insert_deliveries(tx, id, draft).await?;
    amounts::write_in(tx, draft, &Written { order: id, lines, shipping }).await?;
    insert_transactions(tx, now, id, draft, paid).await?;
    let sold: Vec<(i64, i32)> = draft.lines.iter().map(|line| (line.product_id.0, line.quantity)).collect();
    let mut events = vec![("order.placed", serde_json::json!({ "sold": sold }))];
    let taken = paid.iter().filter(|paid| paid.captured).map(|paid| paid.amount_minor);
    if taken.sum::<i64>() >= draft.total_minor {
        events.push(("order.paid", serde_json::json!({})));
    }
    event::record_in_turn(tx, now, "order", id, &events).await?;
    Ok(id)
}

/// Inserts the row with the next number, drawn in the same statement: from a sequence on PostgreSQL, where orders are
/// placed side by side, and after the highest on SQLite, where they are placed one by one.
async fn insert_row(
    tx: &Tx,
    now: DateTime<Utc>,
    cart_id: CartId,
    customer_id: Option<CustomerId>,
    draft: &OrderDraft,
    test: bool,
) -> Result<OrderId, Fault> {
    let (number, name) = match tx.get_database_backend() {
        DbBackend::Postgres => (
            Expr::cust("nextval('order_number')"),
            Expr::cust("(SELECT order_prefix FROM shop) || currval('order_number')"),
        ),
        _ => {
            let next = format!("COALESCE((SELECT MAX(number) + 1 FROM orders), {FIRST_NUMBER})");
            (Expr::cust(next.clone()), Expr::cust(format!("(SELECT order_prefix FROM shop) || {next}")))
        }
    };
    let values: Vec<(order::Column, SimpleExpr)> = vec![
        (order::Column::Number, number),
        (order::Column::Name, name),
        (order::Column::CartId, Expr::val(cart_id)),
        (order::Column::CustomerId, Expr::val(customer_id)),
        (order::Column::Email, Expr::val(draft.email.clone())),
        (order::Column::EmailNorm, Expr::val(draft.email.to_lowercase())),
        (order::Column::Phone, Expr::val(draft.phone.clone())),
        (order::Column::Currency, Expr::val(draft.currency.clone())),
        (order::Column::Country, Expr::val(draft.country.clone())),
        (order::Column::Language, Expr::val(draft.language.clone())),
        (order::Column::SubtotalMinor, Expr::val(draft.subtotal_minor)),
        (order::Column::DiscountMinor, Expr::val(draft.discount_minor)),
        (order::Column::ShippingMinor, Expr::val(draft.shipping_minor)),
        (order::Column::TaxMinor, Expr::val(draft.tax_minor)),
        (order::Column::TotalMinor, Expr::val(draft.total_minor)),
        (order::Column::TaxesIncluded, Expr::val(draft.taxes_included)),
        (order::Column::ShippingDiscountMinor, Expr::val(draft.shipping_discount_minor)),
        (order::Column::MarketId, standing_market(draft.market)),
        (order::Column::FxRateE9, Expr::val(draft.fx_rate_e9)),
        (order::Column::TaxFallback, Expr::val(draft.tax_fallback)),
        (order::Column::DeliveryFallback, Expr::val(draft.delivery_fallback)),
        (order::Column::Note, Expr::val(draft.note.clone())),
        (order::Column::Attributes, Expr::val(serde_json::to_value(&draft.attributes)?)),
        (order::Column::SourceIdentifier, Expr::val(draft.source_identifier.clone())),
        (order::Column::Test, Expr::val(test)),
        (order::Column::ProcessedAt, Expr::val(now)),
        (order::Column::CreatedAt, Expr::val(now)),
        (order::Column::UpdatedAt, Expr::val(now)),
    ];
    let (columns, values): (Vec<_>, Vec<_>) = values.into_iter().unzip();
    let mut insert = Query::insert();
    insert.into_table(order::Entity).columns(columns).values(values).map_err(Fault::new)?;
    insert.returning(Query::returning().column(Alias::new("id")));
    let row = tx.query_one(&insert).await?.ok_or_else(|| Fault::new("the order was not written"))?;
    Ok(row.try_get("", "id")?)
}

/// Returns the keys of the lines in their order.
async fn insert_lines(tx: &Tx, order_id: OrderId, draft: &OrderDraft) -> Result<Vec<OrderLineId>, Fault> {
    let rows = draft
        .lines
        .iter()
        .zip(1..)
        .map(|(line, position)| line_of(order_id, position, line))
        .collect::<Result<Vec<_>, Fault>>()?;
    let rows = order_line::Entity::insert_many(rows).exec_with_returning(tx).await?;
    let keys = rows.into_iter().map(|line| (line.position, line.id)).collect();
    in_their_order(&keys, draft.lines.len())
}

async fn insert_addresses(tx: &Tx, order_id: OrderId, draft: &OrderDraft) -> Result<(), Fault> {
    let addresses = [
        (OrderAddressKind::Shipping, &draft.shipping_address),
        (OrderAddressKind::Billing, &draft.billing_address),
    ];
    let rows = addresses
        .into_iter()
        .filter_map(|(kind, address)| address.as_ref().map(|address| (kind, address)))
        .map(|(kind, address)| {
            let address = Set(serde_json::to_value(address)?);
            Ok(order_address::ActiveModel { id: NotSet, order_id: Set(order_id), kind: Set(kind), address })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    if !rows.is_empty() {
        order_address::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Returns the keys of the deliveries in their order.
async fn insert_deliveries(tx: &Tx, order_id: OrderId, draft: &OrderDraft) -> Result<Vec<i64>, Fault> {
    if draft.shipping.is_empty() {
        return Ok(Vec::new());
    }
    let rows =
        draft.shipping.iter().zip(1..).map(|(delivery, position)| delivery_of(order_id, position, delivery));
    let rows = order_shipping_line::Entity::insert_many(rows).exec_with_returning(tx).await?;
    let keys = rows.into_iter().map(|row| (row.position, row.id)).collect();
    in_their_order(&keys, draft.shipping.len())
}

async fn insert_transactions(
    tx: &Tx,
    now: DateTime<Utc>,
    order_id: OrderId,
    draft: &OrderDraft,
    paid: &[Paid],
) -> Result<(), Fault> {
    let rows = paid.iter().map(|paid| {
        // Money that nobody holds has no name: it is awaited. What a provider holds is promised.
        let (kind, status) = match (paid.captured, &paid.reference) {
            (true, _) => (TransactionKind::Sale, TransactionStatus::Success),
            (false, Some(_)) => (TransactionKind::Authorization, TransactionStatus::Success),
            (false, None) => (TransactionKind::Sale, TransactionStatus::Pending),
        };
        order_transaction::ActiveModel {
            id: NotSet,
            order_id: Set(order_id),
            parent_id: Set(None),
            kind: Set(kind),
            status: Set(status),
            gateway: Set(paid.gateway.clone()),
            amount_minor: Set(paid.amount_minor),
            currency: Set(draft.currency.clone()),
            provider_reference: Set(paid.reference.clone()),
            idempotency_key: Set(paid.idempotency_key.clone()),
            created_at: Set(now),
            ..Default::default()
        }
    });
    if !paid.is_empty() {
        order_transaction::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// The market that an order was sold in, where it is still there: it may have been deleted since the buyer agreed, and
/// money that was taken must become an order.
fn standing_market(id: Option<MarketId>) -> SimpleExpr {
    let standing = Query::select()
        .column(market::Column::Id)
        .from(market::Entity)
        .and_where(market::Column::Id.eq(id))
        .to_owned();
    SubQueryStatement::from(standing).into()
}

fn line_of(order_id: OrderId, position: i32, line: &DraftLine) -> Result<order_line::ActiveModel, Fault> {
    Ok(order_line::ActiveModel {
        id: NotSet,
        order_id: Set(order_id),
        position: Set(position),
        product_id: Set(Some(line.product_id)),
        variant_id: Set(Some(line.variant_id)),
        title: Set(line.title.clone()),
        variant_title: Set(line.variant_title.clone()),
        sku: Set(line.sku.clone()),
        vendor: Set(line.vendor.clone()),
        image_url: Set(line.image_url.clone()),
        options: Set(serde_json::to_value(&line.options)?),
        attributes: Set(serde_json::to_value(&line.attributes)?),
        requires_shipping: Set(line.requires_shipping),
        taxable: Set(line.taxable),
        quantity: Set(line.quantity),
        unit_minor: Set(line.unit_minor),
        subtotal_minor: Set(line.subtotal_minor),
        discount_minor: Set(line.discount_minor),
        total_minor: Set(line.total_minor),
        tax_minor: Set(taxed(&line.taxes)),
    })
}

fn delivery_of(
    order_id: OrderId,
    position: i32,
    delivery: &DraftShipping,
) -> order_shipping_line::ActiveModel {
    order_shipping_line::ActiveModel {
        id: NotSet,
        order_id: Set(order_id),
        title: Set(delivery.title.clone()),
        method_handle: Set(delivery.handle.clone()),
        amount_minor: Set(delivery.amount_minor),
        position: Set(position),
        discount_minor: Set(taken_off(&delivery.allocations)),
        tax_minor: Set(taxed(&delivery.taxes)),
    }
}
