//! What of a refund the shop does itself: money of gift cards, store credit and outside, and units on their shelves.
//!
//! Where a provider has a part in the refund, this waits until one has not refused. Where all of them have, it is undone,
//! so that nothing went back and a repetition gives nothing twice.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use entity::id::{GiftCardId, LocationId, OrderLineId, RefundLineId, VariantId};
use entity::order_transaction::{Model, TransactionStatus};
use entity::refund_line::Restock;
use entity::{order, order_line, refund, refund_line};
use futures_util::future::BoxFuture;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::ledger::{Mover, note_in, rows_of};
use super::refund::{GIFT_CARD_GATEWAY, STORE_CREDIT_GATEWAY};
use crate::db::Tx;
use crate::error::Fault;
use crate::gift_card::{self, GiftCardUse};
use crate::inventory::{self, BackOnShelf};
use crate::money::{Currency, Money};
use crate::store_credit;

/// On which way money of a payment goes back.
enum Way {
    GiftCard(GiftCardId),
    /// To this account.
    StoreCredit(i64),
    /// Staff give it back and say so.
    Outside,
    Provider,
}

fn way_of(parent: &Model) -> Way {
    let key = parent.provider_reference.as_deref().and_then(|key| key.parse::<i64>().ok());
    match (parent.gateway.as_str(), key) {
        (GIFT_CARD_GATEWAY, Some(card)) => Way::GiftCard(GiftCardId(card)),
        (STORE_CREDIT_GATEWAY, Some(account)) => Way::StoreCredit(account),
        _ if is_from_outside(parent) => Way::Outside,
        _ => Way::Provider,
    }
}

/// Whether a payment came in outside: nobody has a name for it.
pub(super) fn is_from_outside(row: &Model) -> bool {
    row.provider_reference.is_none() && row.parent_id.is_none()
}

/// Who gives money of a payment back.
pub(super) fn mover_of(parent: &Model) -> Mover {
    match way_of(parent) {
        Way::GiftCard(_) | Way::StoreCredit(_) | Way::Outside => Mover::Shop,
        Way::Provider => Mover::Provider,
    }
}

/// Goes on with the refund that a row is of, where that waits: once it is known what came of the row. The caller has locked
/// the order.
pub(super) fn go_on_in<'a>(
    tx: &'a Tx,
    now: DateTime<Utc>,
    row: &'a Model,
) -> BoxFuture<'a, Result<(), Fault>> {
    // Noting money of a refund goes on with it, and going on notes money.
    Box::pin(async move {
        let Some(refund) = waiting_of(tx, row).await? else { return Ok(()) };
        let ledger = rows_of(tx, refund.order_id).await?;
        let mut asked = ledger.iter().filter(|row| row.refund_id == Some(refund.id) && !is_left(row));
        if asked.clone().any(|row| row.status == TransactionStatus::Success) {
            return finish_in(tx, now, &refund).await;
        }
        if !asked.all(|row| row.status == TransactionStatus::Failure) {
            return Ok(());
        }
        let order = order::Entity::find_by_id(refund.order_id).one(tx).await?;
        // A cancelled order is not sent: its units are not kept from their shelves.
        match order.and_then(|order| order.cancelled_at) {
            Some(_) => finish_in(tx, now, &refund).await,
            None => undo_in(tx, now, &refund).await,
        }
    })
}

/// The same once a provider has taken a row up, and works on it.
pub(super) async fn accept_in(tx: &Tx, now: DateTime<Utc>, row: &Model) -> Result<(), Fault> {
    match waiting_of(tx, row).await? {
        Some(refund) => finish_in(tx, now, &refund).await,
        None => Ok(()),
    }
}

async fn waiting_of(tx: &Tx, row: &Model) -> Result<Option<refund::Model>, Fault> {
    let Some(id) = row.refund_id else { return Ok(None) };
    Ok(refund::Entity::find_by_id(id).filter(refund::Column::Waits.eq(true)).one(tx).await?)
}

/// Whether the shop is still to move this money itself: no provider is asked about it.
fn is_left(row: &Model) -> bool {
    row.status == TransactionStatus::Pending && row.ask_at.is_none()
}

async fn finish_in(tx: &Tx, now: DateTime<Utc>, refund: &refund::Model) -> Result<(), Fault> {
    refund::Entity::update_many()
        .col_expr(refund::Column::Waits, Expr::val(false))
        .filter(refund::Column::Id.eq(refund.id))
        .exec(tx)
        .await?;
    do_in(tx, now, refund).await
}

/// Nothing came back by it: what it held of payments and lines is free again.
async fn undo_in(tx: &Tx, now: DateTime<Utc>, refund: &refund::Model) -> Result<(), Fault> {
    refund::Entity::update_many()
        .col_expr(refund::Column::Waits, Expr::val(false))
        .col_expr(refund::Column::ShippingMinor, Expr::val(0_i64))
        .filter(refund::Column::Id.eq(refund.id))
        .exec(tx)
        .await?;
    refund_line::Entity::delete_many().filter(refund_line::Column::RefundId.eq(refund.id)).exec(tx).await?;
    let ledger = rows_of(tx, refund.order_id).await?;
    for row in ledger.iter().filter(|row| row.refund_id == Some(refund.id) && is_left(row)) {
        note_in(tx, now, row, TransactionStatus::Failure, None).await?;
    }
    Ok(())
}

/// Does all of a refund that is the shop's to do. The caller has locked the order.
pub(super) async fn do_in(tx: &Tx, now: DateTime<Utc>, refund: &refund::Model) -> Result<(), Fault> {
    shelve_in(tx, now, refund).await?;
    let ledger = rows_of(tx, refund.order_id).await?;
    let left = ledger.iter().filter(|row| row.refund_id == Some(refund.id) && is_left(row));
    let (credited, given): (Vec<&Model>, Vec<&Model>) = left.partition(|row| row.to_credit);
    for row in given {
        let Some(parent) = ledger.iter().find(|parent| Some(parent.id) == row.parent_id) else { continue };
        give_in(tx, now, parent, row).await?;
    }
    credit_in(tx, now, refund, &credited).await
}

/// Puts units on their shelves, and notes where they lie.
async fn shelve_in(tx: &Tx, now: DateTime<Utc>, refund: &refund::Model) -> Result<(), Fault> {
    let lines = refund_line::Entity::find()
        .filter(refund_line::Column::RefundId.eq(refund.id))
        .order_by_asc(refund_line::Column::Id)
        .all(tx)
        .await?;
    if lines.is_empty() {
        return Ok(());
    }
    let of_order = order_line::Entity::find().filter(order_line::Column::OrderId.eq(refund.order_id));
    let variants: HashMap<OrderLineId, Option<VariantId>> =
        of_order.all(tx).await?.into_iter().map(|line| (line.id, line.variant_id)).collect();
    let mut wishes = Vec::new();
    let mut places: BTreeMap<RefundLineId, Option<LocationId>> = BTreeMap::new();
    for line in &lines {
        places.insert(line.id, None);
        let variant = variants.get(&line.order_line_id).copied().flatten();
        if let (Restock::Cancel | Restock::Return, Some(variant)) = (line.restock, variant) {
            let quantity = i64::from(line.quantity);
            wishes.push((line.id, BackOnShelf { variant, quantity, first: line.location_id }));
        }
    }
    let (wished, wishes): (Vec<RefundLineId>, Vec<BackOnShelf>) = wishes.into_iter().unzip();
    let locations = inventory::restock_in(tx, now, refund.order_id, &wishes).await?;
    places.extend(wished.into_iter().zip(locations));
    let mut moved: BTreeMap<Option<LocationId>, Vec<RefundLineId>> = BTreeMap::new();
    for line in lines {
        let place = places.get(&line.id).copied().flatten();
        if place != line.location_id {
            moved.entry(place).or_default().push(line.id);
        }
    }
    for (place, ids) in moved {
        refund_line::Entity::update_many()
            .col_expr(refund_line::Column::LocationId, Expr::val(place))
            .filter(refund_line::Column::Id.is_in(ids))
            .exec(tx)
            .await?;
    }
    Ok(())
}

/// Money of gift cards, store credit and outside is back as soon as it is noted.
async fn give_in(tx: &Tx, now: DateTime<Utc>, parent: &Model, row: &Model) -> Result<(), Fault> {
    let reference = format!("refund/{}", row.id);
    match way_of(parent) {
        Way::GiftCard(card) => {
            let back = GiftCardUse { gift_card_id: card, amount_minor: row.amount_minor };
            gift_card::refund_in(tx, now, &reference, &back).await?;
        }
        Way::StoreCredit(account) => {
            store_credit::refund_in(tx, now, &reference, account, row.amount_minor).await?;
        }
        Way::Outside => {}
        Way::Provider => return Ok(()),
    }
    note_in(tx, now, row, TransactionStatus::Success, None).await?;
    Ok(())
}

/// Money that becomes store credit of the order's customer, all at once.
async fn credit_in(
    tx: &Tx,
    now: DateTime<Utc>,
    refund: &refund::Model,
    rows: &[&Model],
) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    let order = order::Entity::find_by_id(refund.order_id).one(tx).await?;
    let customer = order.and_then(|order| order.customer_id);
    let customer = customer.ok_or_else(|| Fault::new("an order with store credit has no customer"))?;
    let currency = Currency::find(&refund.currency);
    let currency = currency.ok_or_else(|| Fault::new("an order has an unknown currency"))?;
    let amount = Money::new(rows.iter().map(|row| row.amount_minor).sum(), currency);
    let (reference, end) = (format!("refund/{}/credit", refund.id), refund.credit_expires_at);
    let credited = store_credit::credit_in(tx, now, customer, &reference, amount, end).await?;
    for row in rows {
        let account = credited.account.id.to_string();
        note_in(tx, now, row, TransactionStatus::Success, Some(account)).await?;
    }
    Ok(())
}
