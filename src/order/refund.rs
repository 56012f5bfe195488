//! Giving money back, for units of lines, for deliveries, or for nothing in particular.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::id::{GiftCardId, LocationId, OrderId, OrderLineId, OrderTransactionId, RefundId};
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};
use entity::refund_line::Restock;
use entity::{order, refund, refund_line};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::asking::ask_all;
use super::capture::answered;
use super::error::{OrderError, OrderErrorCode, check_scope, refused};
use super::ledger::{Movement, lock_in, note_in, rows_of, tell_refund_in, write_in};
use super::manual::view_in;
use super::queries::OrderView;
use super::refund_check::{check, check_locations, parent_of};
use super::refund_share::share_of;
use super::suggest::{refunded_quantity, shipping_left_minor, spread};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::gift_card::{self, GiftCardUse};
use crate::inventory::{self, BackOnShelf};
use crate::money::{Currency, Money};
use crate::store_credit;

/// What an order calls the gateway of the money that was on a gift card.
pub const GIFT_CARD_GATEWAY: &str = "gift_card";
/// What an order calls the gateway of the money that was store credit.
pub const STORE_CREDIT_GATEWAY: &str = "store_credit";

/// Units of a line that came back or are not sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundLineInput {
    /// Which line.
    pub line: OrderLineId,
    /// How many, more than zero.
    pub quantity: i32,
    /// Whether they lie on their shelf again.
    pub restock: Restock,
    /// Where they lie best.
    pub location: Option<LocationId>,
}

/// What of the deliveries goes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShippingRefund {
    /// All that is left of it.
    Full,
    /// So much, in minor units.
    Amount(i64),
}

/// Money that goes back by a payment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundTransactionInput {
    /// The payment; the only one of its gateway where it is not said.
    pub parent: Option<OrderTransactionId>,
    /// Its gateway.
    pub gateway: Option<String>,
    /// How much, in minor units of the order's currency; more than zero.
    pub amount_minor: i64,
}

/// Money that becomes store credit of an order's customer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StoreCreditRefund {
    /// How much, in minor units of the order's currency; more than zero.
    pub amount_minor: i64,
    /// Until when it can be spent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A refund to be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RefundInput {
    /// Of which order.
    pub order: OrderId,
    /// Units that come back.
    pub lines: Vec<RefundLineInput>,
    /// What of the deliveries.
    pub shipping: Option<ShippingRefund>,
    /// By which payments the money goes back.
    pub transactions: Vec<RefundTransactionInput>,
    /// What of the money goes to the customer's store credit instead of the payments.
    pub to_store_credit: Option<StoreCreditRefund>,
    /// For staff and the buyer.
    pub note: Option<String>,
    /// Whether the buyer is told by mail.
    pub notify: bool,
    /// The currency that the caller means, where they say.
    pub currency: Option<String>,
}

/// A refund, loaded whole.
#[derive(Clone, Debug)]
pub struct RefundView {
    /// The row.
    pub row: refund::Model,
    /// The units that came back.
    pub lines: Vec<refund_line::Model>,
    /// The money.
    pub transactions: Vec<Model>,
}

/// Gives money back and puts units back on their shelves. What goes by a provider is pending where that has not answered.
///
/// Locks the order, then the levels.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown order, units that the order does not have, amounts that are not
/// above zero or more than was taken, and where a provider refuses.
pub async fn refund(app: &App, actor: &Actor, input: &RefundInput) -> Result<RefundView, OrderError> {
    check_scope(actor)?;
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx, input.order).await?;
            let view = view_in(&tx, input.order).await?;
            let id = refund_in(&tx, now, &view, input).await?;
            tx.commit().await?;
            Ok::<_, OrderError>(id)
        })
        .await?;
    pay_back(app, input.order, id).await
}

/// Writes a refund of an order that is locked and was just loaded.
pub(super) async fn refund_in(
    tx: &Tx,
    now: DateTime<Utc>,
    view: &OrderView,
    input: &RefundInput,
) -> Result<RefundId, OrderError> {
    check(view, input)?;
    check_locations(tx, input).await?;
    let shipping_minor = match input.shipping {
        None => 0,
        Some(ShippingRefund::Full) => shipping_left_minor(view),
        Some(ShippingRefund::Amount(minor)) => minor,
    };
    let row = refund::ActiveModel {
        order_id: Set(view.row.id),
        note: Set(input.note.clone()),
        currency: Set(view.row.currency.clone()),
        shipping_minor: Set(shipping_minor),
        notify: Set(input.notify),
        created_at: Set(now),
        ..Default::default()
    };
    let refund = refund::Entity::insert(row).exec_with_returning(tx).await?;
    let lines = lines_in(tx, now, view, input, refund.id).await?;
    if !lines.is_empty() {
        refund_line::Entity::insert_many(lines).exec_without_returning(tx).await?;
    }
    // All of it is written before any of it is noted: the refund is told of when none of it is under way.
    let mut parts = Vec::with_capacity(input.transactions.len());
    for (place, part) in input.transactions.iter().enumerate() {
        let parent = parent_of(view, part, place)?;
        let movement = Movement::of(parent, TransactionKind::Refund, part.amount_minor);
        let row = write_in(tx, now, &movement.for_refund(refund.id)).await;
        let row = row.map_err(|error| error.within(&["transactions", &place.to_string()]))?;
        parts.push((parent, row));
    }
    let credited = match input.to_store_credit {
        Some(credit) => credit_in(tx, now, view, refund.id, credit).await?,
        None => Vec::new(),
    };
    let moves_nothing = parts.is_empty() && credited.is_empty();
    for (parent, row) in parts {
        give_in(tx, now, parent, row).await?;
    }
    for (row, account) in credited {
        note_in(tx, now, &row, TransactionStatus::Success, Some(account)).await?;
    }
    if moves_nothing {
        tell_refund_in(tx, now, &refund).await?;
    }
    order::Entity::update_many()
        .col_expr(order::Column::UpdatedAt, Expr::val(now))
        .filter(order::Column::Id.eq(view.row.id))
        .exec(tx)
        .await?;
    Ok(refund.id)
}

/// Lines of a refund with their shares, put back on their shelves where that is wished.
async fn lines_in(
    tx: &Tx,
    now: DateTime<Utc>,
    view: &OrderView,
    input: &RefundInput,
    id: RefundId,
) -> Result<Vec<refund_line::ActiveModel>, Fault> {
    let mut before: BTreeMap<OrderLineId, i32> =
        view.lines.iter().map(|line| (line.id, refunded_quantity(view, line.id))).collect();
    let mut back = Vec::new();
    let mut rows = Vec::with_capacity(input.lines.len());
    for part in &input.lines {
        let Some(line) = view.lines.iter().find(|line| line.id == part.line) else { continue };
        let before = before.entry(line.id).or_default();
        let share = share_of(line, *before, part.quantity);
        *before = before.saturating_add(part.quantity);
        if let (Restock::Cancel | Restock::Return, Some(variant)) = (part.restock, line.variant_id) {
            let wish = BackOnShelf { variant, quantity: i64::from(part.quantity), first: part.location };
            back.push((rows.len(), wish));
        }
        rows.push(refund_line::ActiveModel {
            refund_id: Set(id),
            order_line_id: Set(line.id),
            quantity: Set(part.quantity),
            subtotal_minor: Set(share.subtotal_minor),
            tax_minor: Set(share.tax_minor),
            restock: Set(part.restock),
            location_id: Set(None),
            ..Default::default()
        });
    }
    let (places, wishes): (Vec<usize>, Vec<BackOnShelf>) = back.into_iter().unzip();
    let locations = inventory::restock_in(tx, now, view.row.id, &wishes).await?;
    for (place, location) in places.into_iter().zip(locations) {
        if let Some(row) = rows.get_mut(place) {
            row.location_id = Set(location);
        }
    }
    Ok(rows)
}

/// Money of gift cards, store credit and outside is back as soon as it is written.
async fn give_in(tx: &Tx, now: DateTime<Utc>, parent: &Model, row: Model) -> Result<(), Fault> {
    let key = parent.provider_reference.as_deref().and_then(|key| key.parse::<i64>().ok());
    let reference = format!("refund/{}", row.id);
    match (parent.gateway.as_str(), key) {
        (GIFT_CARD_GATEWAY, Some(card)) => {
            let back = GiftCardUse { gift_card_id: GiftCardId(card), amount_minor: row.amount_minor };
            gift_card::refund_in(tx, now, &reference, &back).await?;
        }
        (STORE_CREDIT_GATEWAY, Some(account)) => {
            store_credit::refund_in(tx, now, &reference, account, row.amount_minor).await?;
        }
        // Without a name at a provider the money came in outside, and goes back outside.
        (_, None) if parent.provider_reference.is_none() && parent.parent_id.is_none() => {}
        _ => return Ok(()),
    }
    note_in(tx, now, &row, TransactionStatus::Success, None).await?;
    Ok(())
}

/// Money of a refund that becomes store credit of the order's customer: the rows to be noted, and the account.
async fn credit_in(
    tx: &Tx,
    now: DateTime<Utc>,
    view: &OrderView,
    id: RefundId,
    credit: StoreCreditRefund,
) -> Result<Vec<(Model, String)>, OrderError> {
    let field = ["refundMethods"];
    let Some(customer) = view.row.customer_id else {
        return Err(refused(OrderErrorCode::NoCustomer, &field, "The order has no customer"));
    };
    if credit.expires_at.is_some_and(|end| end <= now) {
        let message = "The store credit would have ended before";
        return Err(refused(OrderErrorCode::EndsInThePast, &field, message));
    }
    let minor = credit.amount_minor;
    // As it is after what goes back by the payments themselves.
    let ledger = rows_of(tx, view.row.id).await?;
    let parts = spread(&ledger, minor);
    if parts.iter().map(|part| part.amount_minor).sum::<i64>() != minor {
        return Err(refused(OrderErrorCode::AmountTooLarge, &field, "There is not that much to give back"));
    }
    let currency =
        Currency::find(&view.row.currency).ok_or_else(|| Fault::new("an order has an unknown currency"))?;
    let reference = format!("refund/{id}/credit");
    let amount = Money::new(minor, currency);
    let credited = store_credit::credit_in(tx, now, customer, &reference, amount, credit.expires_at).await?;
    let mut rows = Vec::with_capacity(parts.len());
    for part in parts {
        let Some(parent) = ledger.iter().find(|row| Some(row.id) == part.parent) else { continue };
        let movement = Movement::of(parent, TransactionKind::Refund, part.amount_minor);
        let movement = Movement { gateway: STORE_CREDIT_GATEWAY, ..movement.for_refund(id) };
        rows.push((write_in(tx, now, &movement).await?, credited.account.id.to_string()));
    }
    Ok(rows)
}

/// Asks the providers of a refund that was written. Where one refuses, so does this: the rest stays done.
pub(super) async fn pay_back(app: &App, order: OrderId, id: RefundId) -> Result<RefundView, OrderError> {
    let view = find_refund(app.db.writer(), id).await?.ok_or(OrderError::NotFound)?;
    let open = view.transactions.into_iter().filter(|row| row.status == TransactionStatus::Pending);
    let mut refusal = None;
    for row in ask_all(app, open.collect()).await? {
        if let Err(error) = answered(row) {
            refusal = Some(error);
        }
    }
    if let Some(refusal) = refusal {
        tracing::warn!(order = order.0, "A refund was refused by its provider");
        return Err(refusal);
    }
    find_refund(app.db.writer(), id).await?.ok_or(OrderError::NotFound)
}

/// A refund by its key.
///
/// # Errors
/// The database's own.
pub async fn find_refund<C: ConnectionTrait>(db: &C, id: RefundId) -> Result<Option<RefundView>, Fault> {
    let Some(row) = refund::Entity::find_by_id(id).one(db).await? else { return Ok(None) };
    let lines = refund_line::Entity::find().filter(refund_line::Column::RefundId.eq(id));
    let transactions = entity::order_transaction::Entity::find()
        .filter(entity::order_transaction::Column::RefundId.eq(id))
        .order_by_asc(entity::order_transaction::Column::Id);
    Ok(Some(RefundView {
        lines: lines.order_by_asc(refund_line::Column::Id).all(db).await?,
        transactions: transactions.all(db).await?,
        row,
    }))
}
