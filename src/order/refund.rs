//! Giving money back, for units of lines, for deliveries, or for nothing in particular.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::id::{LocationId, OrderId, OrderLineId, OrderTransactionId, RefundId};
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};
use entity::refund_line::Restock;
use entity::{refund, refund_line};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::asking::{IfBroken, ask_all};
use super::error::{OrderError, OrderErrorCode, check_scope, refused};
use super::ledger::{Movement, Mover, lock_in, rows_of, tell_refund_in, touch_in, write_in};
use super::manual::view_in;
use super::queries::OrderView;
use super::refund_check::{check, check_locations, parent_of};
use super::refund_rest::{do_in, mover_of};
use super::refund_share::share_of;
use super::suggest::{refunded_quantity, shipping_left_minor, spread};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event;

/// What an order calls the gateway of the money that was on a gift card.
pub const GIFT_CARD_GATEWAY: &str = "gift_card";
/// What an order calls the gateway of the money that was store credit.
pub const STORE_CREDIT_GATEWAY: &str = "store_credit";
/// Why an amount does not go back, whatever the caller allows.
const NO_MORE: &str = "There is not that much left: more than was taken never goes back";

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
    /// When it was made, where that was before.
    pub processed_at: Option<DateTime<Utc>>,
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

impl RefundView {
    /// Whether a provider refused its part. The rest of it stands.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.transactions.iter().any(|row| row.status == TransactionStatus::Failure)
    }

    /// Whether nothing went back by it.
    fn came_to_nothing(&self) -> bool {
        let is_none = |row: &Model| row.status == TransactionStatus::Failure;
        !self.transactions.is_empty() && self.transactions.iter().all(is_none)
    }
}

/// What money goes back for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Occasion {
    /// Staff give something back: where the providers refuse that, nothing of it is done.
    Refund,
    /// The order is cancelled for good, whatever a provider says.
    Cancellation,
}

/// Gives money back and puts units back on their shelves. What goes by a provider is pending where that has not answered;
/// until it has, nothing else of the refund is done. Where one of several providers refuses, the rest stands:
/// [`RefundView::is_refused`].
///
/// Locks the order, then the levels.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown order, units that the order does not have, amounts that are not
/// above zero or more than was taken, a moment that is still to come, and where all providers refuse: nothing went back.
pub async fn refund(app: &App, actor: &Actor, input: &RefundInput) -> Result<RefundView, OrderError> {
    check_scope(actor)?;
    if input.processed_at.is_some_and(|at| at > app.clock.now()) {
        return Err(refused(OrderErrorCode::Invalid, &["processedAt"], "The moment is still to come"));
    }
    let id = app
        .db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx, input.order).await?;
            let view = view_in(&tx, input.order).await?;
            let id = refund_in(&tx, now, &view, input, Occasion::Refund).await?;
            tx.commit().await?;
            Ok::<_, OrderError>(id)
        })
        .await?;
    let given = pay_back(app, id, IfBroken::GiveUp).await?;
    if given.came_to_nothing() {
        tracing::warn!(order = input.order.0, "A refund was refused by its provider");
        let message = "The payment provider refused it: nothing went back";
        return Err(refused(OrderErrorCode::ProviderRefused, &[], message));
    }
    Ok(given)
}

/// Writes a refund of an order that is locked and was just loaded.
pub(super) async fn refund_in(
    tx: &Tx,
    now: DateTime<Utc>,
    view: &OrderView,
    input: &RefundInput,
    occasion: Occasion,
) -> Result<RefundId, OrderError> {
    check(view, input)?;
    check_locations(tx, input).await?;
    let parents = parents_of(view, input)?;
    let waits = match occasion {
        Occasion::Refund => parents.iter().any(|parent| mover_of(parent) == Mover::Provider),
        Occasion::Cancellation => false,
    };
    let refund = row_in(tx, now, view, input, waits).await?;
    let lines = lines_of(view, input, refund.id);
    if !lines.is_empty() {
        refund_line::Entity::insert_many(lines).exec_without_returning(tx).await?;
    }
    // All of it is written before any of it is noted: the refund is told of when none of it is under way.
    for (place, (parent, part)) in parents.into_iter().zip(&input.transactions).enumerate() {
        let movement = Movement::of(parent, TransactionKind::Refund, part.amount_minor);
        let movement =
            Movement { mover: mover_of(parent), refund: Some(refund.id), at: input.processed_at, ..movement };
        let written = write_in(tx, now, &movement).await;
        written.map_err(|error| no_more(error).within(&["transactions", &place.to_string()]))?;
    }
    if let Some(credit) = input.to_store_credit {
        credit_in(tx, now, view, &refund, credit, input.processed_at).await?;
    }
    if !waits {
        do_in(tx, now, &refund).await?;
    }
    if input.transactions.is_empty() && input.to_store_credit.is_none() {
        tell_refund_in(tx, now, &refund).await?;
        if occasion == Occasion::Refund {
            tell_paid_in(tx, now, view).await?;
        }
    }
    touch_in(tx, now, view.row.id).await?;
    Ok(refund.id)
}

/// The payments by which money goes back, as they are named.
fn parents_of<'a>(view: &'a OrderView, input: &RefundInput) -> Result<Vec<&'a Model>, OrderError> {
    let parts = input.transactions.iter().enumerate();
    parts.map(|(place, part)| parent_of(view, part, place)).collect()
}

async fn row_in(
    tx: &Tx,
    now: DateTime<Utc>,
    view: &OrderView,
    input: &RefundInput,
    waits: bool,
) -> Result<refund::Model, Fault> {
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
        created_at: Set(input.processed_at.unwrap_or(now)),
        waits: Set(waits),
        credit_expires_at: Set(input.to_store_credit.and_then(|credit| credit.expires_at)),
        ..Default::default()
    };
    Ok(refund::Entity::insert(row).exec_with_returning(tx).await?)
}

/// Lines of a refund with their shares, and where they are wished.
fn lines_of(view: &OrderView, input: &RefundInput, id: RefundId) -> Vec<refund_line::ActiveModel> {
    let mut before: BTreeMap<OrderLineId, i32> =
        view.lines.iter().map(|line| (line.id, refunded_quantity(view, line.id))).collect();
    let mut rows = Vec::with_capacity(input.lines.len());
    for part in &input.lines {
        let Some(line) = view.lines.iter().find(|line| line.id == part.line) else { continue };
        let before = before.entry(line.id).or_default();
        let share = share_of(line, *before, part.quantity);
        *before = before.saturating_add(part.quantity);
        rows.push(refund_line::ActiveModel {
            refund_id: Set(id),
            order_line_id: Set(line.id),
            quantity: Set(part.quantity),
            subtotal_minor: Set(share.subtotal_minor),
            tax_minor: Set(share.tax_minor),
            restock: Set(part.restock),
            location_id: Set(part.location),
            ..Default::default()
        });
    }
    rows
}

/// Writes down what becomes store credit of the order's customer.
async fn credit_in(
    tx: &Tx,
    now: DateTime<Utc>,
    view: &OrderView,
    refund: &refund::Model,
    credit: StoreCreditRefund,
    at: Option<DateTime<Utc>>,
) -> Result<(), OrderError> {
    let field = ["refundMethods"];
    if view.row.customer_id.is_none() {
        return Err(refused(OrderErrorCode::NoCustomer, &field, "The order has no customer"));
    }
    if credit.expires_at.is_some_and(|end| end <= now) {
        let message = "The store credit would have ended before";
        return Err(refused(OrderErrorCode::EndsInThePast, &field, message));
    }
    // As it is after what goes back by the payments themselves.
    let ledger = rows_of(tx, view.row.id).await?;
    let parts = spread(&ledger, credit.amount_minor);
    if parts.iter().map(|part| part.amount_minor).sum::<i64>() != credit.amount_minor {
        return Err(refused(OrderErrorCode::AmountTooLarge, &field, NO_MORE));
    }
    for part in parts {
        let Some(parent) = ledger.iter().find(|row| Some(row.id) == part.parent) else { continue };
        let movement = Movement::of(parent, TransactionKind::Refund, part.amount_minor);
        let movement = Movement {
            gateway: STORE_CREDIT_GATEWAY,
            mover: Mover::Credit,
            refund: Some(refund.id),
            at,
            ..movement
        };
        write_in(tx, now, &movement).await?;
    }
    Ok(())
}

/// The same refusal in the words of a refund, where there is too little left.
fn no_more(error: OrderError) -> OrderError {
    match error {
        OrderError::Refused { code: code @ OrderErrorCode::AmountTooLarge, field, .. } => {
            OrderError::Refused { code, field, message: NO_MORE.to_owned() }
        }
        error @ (OrderError::Refused { .. }
        | OrderError::NotFound
        | OrderError::AccessDenied(_)
        | OrderError::Fault(_)) => error,
    }
}

/// Records that an order is paid by what was taken of it before, where it costs less now.
async fn tell_paid_in(tx: &Tx, now: DateTime<Utc>, before: &OrderView) -> Result<(), OrderError> {
    let is_new = !before.is_fully_paid() && view_in(tx, before.row.id).await?.is_fully_paid();
    if is_new {
        event::record_one(tx, now, "order", "order.paid", before.row.id).await?;
    }
    Ok(())
}

/// Asks the providers of a refund that was written.
pub(super) async fn pay_back(app: &App, id: RefundId, if_broken: IfBroken) -> Result<RefundView, OrderError> {
    let view = find_refund(app.db.writer(), id).await?.ok_or(OrderError::NotFound)?;
    let is_asked = |row: &Model| row.status == TransactionStatus::Pending && row.ask_at.is_some();
    ask_all(app, view.transactions.into_iter().filter(is_asked).collect(), if_broken).await?;
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
