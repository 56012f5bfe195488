//! Cancelling an order: what was promised is let go, what was taken goes back, what was not sent is for sale again.

use chrono::{DateTime, Utc};
use entity::id::{OrderId, RefundId};
use entity::order::{self, CancelReason};
use entity::order_transaction::{Model, TransactionKind, TransactionStatus};
use entity::refund_line::Restock;
use entity::shipping_label::ParcelStatus;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::asking::{IfBroken, ask_all};
use super::capture::{is_promise, left_minor};
use super::error::{OrderError, OrderErrorCode, check_scope, refused};
use super::ledger::{Movement, is_open_capture, lock_in, write_in};
use super::manual::{drop_awaited_in, view_in};
use super::outside::note_outside;
use super::queries::{OrderView, find_order};
use super::refund::{
    Occasion, RefundInput, RefundLineInput, ShippingRefund, StoreCreditRefund, pay_back, refund_in,
};
use super::settle::settle_money;
use super::suggest::{is_refundable, refunded_quantity, spread};
use crate::actor::Actor;
use crate::app::App;
use crate::db::{Tx, aside, note_passing_refusal};
use crate::event::{self, NewEvent};
use crate::shipping::{self, Tracking};

/// Characters of a note at most.
const MAX_NOTE: usize = 255;

/// Where the money of a cancelled order goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CancelRefund {
    /// Nowhere: staff give it back otherwise.
    None,
    /// To where it came from.
    OriginalTenders,
    /// To the customer's store credit.
    StoreCredit {
        /// Until when it can be spent.
        expires_at: Option<DateTime<Utc>>,
    },
}

/// An order to be cancelled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CancelInput {
    /// Which order.
    pub order: OrderId,
    /// Whether its units are for sale again.
    pub restock: bool,
    /// Where its money goes.
    pub refund: CancelRefund,
    /// Why.
    pub reason: CancelReason,
    /// Whether the buyer is told by mail.
    pub notify: bool,
    /// For staff.
    pub staff_note: Option<String>,
}

/// An order that was cancelled.
#[derive(Clone, Debug)]
pub struct Cancelled {
    /// The order.
    pub order: OrderView,
    /// Whether a provider refused to let a promise go, or to give money back: that is left to staff.
    pub is_refused: bool,
}

/// Cancels an order, once. Promises are let go and money goes back by the providers afterwards; what one of them does not
/// answer, or does not accept yet, is asked again until it does. A label that was bought and has not moved stays bought.
///
/// Locks the order, then the levels.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown order, one that was cancelled before, one of which money is being
/// taken, as whether that came about has to be known first, and one whose units are to be sold again though a parcel of it
/// has left.
pub async fn cancel(app: &App, actor: &Actor, input: &CancelInput) -> Result<Cancelled, OrderError> {
    check_scope(actor)?;
    if input.staff_note.as_ref().is_some_and(|note| note.chars().count() > MAX_NOTE) {
        return Err(refused(OrderErrorCode::Invalid, &["staffNote"], "The note is too long"));
    }
    // Whatever comes of money that was moved before, here or at its provider, is no part of this request.
    aside(settle_money(app, input.order)).await?;
    aside(note_outside(app, input.order, None)).await?;
    let written = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        let order = lock_in(&tx, input.order).await?;
        if order.cancelled_at.is_some() {
            let message = "The order was cancelled before";
            return Err(refused(OrderErrorCode::AlreadyCancelled, &["orderId"], message));
        }
        let view = view_in(&tx, input.order).await?;
        if view.transactions.iter().any(is_open_capture) {
            note_passing_refusal();
            let message = "Money of the order is being taken; try again in a moment";
            return Err(refused(OrderErrorCode::NotCancellable, &["orderId"], message));
        }
        if input.restock && has_left(&tx, input.order).await? {
            let message =
                "A parcel of the order has left: what is in it cannot be sold again before it is back";
            return Err(refused(OrderErrorCode::ParcelLeft, &["restock"], message));
        }
        let written = write(&tx, now, &view, input).await?;
        tx.commit().await?;
        Ok(written)
    });
    let (voids, refund) = written.await?;
    let voids = ask_all(app, voids, IfBroken::AskAgain).await?;
    let mut is_refused = voids.iter().any(|row| row.status == TransactionStatus::Failure);
    if let Some(refund) = refund {
        is_refused |= pay_back(app, refund, IfBroken::AskAgain).await?.is_refused();
    }
    if is_refused {
        tracing::error!(
            order = input.order.0,
            "A provider refused what was to be done for a cancelled order"
        );
    }
    let order = find_order(app.db.writer(), input.order).await?.ok_or(OrderError::NotFound)?;
    Ok(Cancelled { order, is_refused })
}

/// Whether a parcel of an order is on its way or has arrived, as far as its carrier told.
async fn has_left(tx: &Tx, order: OrderId) -> Result<bool, OrderError> {
    let parcels = shipping::tracking_by_order_ids(tx, &[order]).await?;
    let has_moved = |parcel: &Tracking| match parcel.status {
        ParcelStatus::Unknown | ParcelStatus::Announced => false,
        ParcelStatus::Accepted
        | ParcelStatus::InTransit
        | ParcelStatus::Attempted
        | ParcelStatus::Exception
        | ParcelStatus::AtPickupPoint
        | ParcelStatus::Delivered => true,
    };
    Ok(parcels.values().flatten().any(has_moved))
}

/// All that cancelling writes: the promises to be let go, the refund, the order itself.
async fn write(
    tx: &Tx,
    now: DateTime<Utc>,
    view: &OrderView,
    input: &CancelInput,
) -> Result<(Vec<Model>, Option<RefundId>), OrderError> {
    let mut voids = Vec::new();
    for parent in view.transactions.iter().filter(|row| is_promise(row) && left_minor(row) > 0) {
        let movement = Movement::of(parent, TransactionKind::Void, left_minor(parent));
        voids.push(write_in(tx, now, &movement).await?);
    }
    drop_awaited_in(tx, view.row.id).await?;
    let refund = rest_of(view, input);
    let is_something = !refund.lines.is_empty() || !refund.transactions.is_empty();
    let refund = if is_something || refund.to_store_credit.is_some() {
        Some(refund_in(tx, now, view, &refund, Occasion::Cancellation).await?)
    } else {
        None
    };
    order::Entity::update_many()
        .col_expr(order::Column::CancelledAt, Expr::val(Some(now)))
        .col_expr(order::Column::CancelReason, Expr::val(Some(input.reason)))
        .col_expr(order::Column::StaffNote, Expr::val(input.staff_note.clone()))
        .col_expr(order::Column::UpdatedAt, Expr::val(now))
        .filter(order::Column::Id.eq(view.row.id))
        .exec(tx)
        .await?;
    let payload = serde_json::json!({ "notify": input.notify });
    let event = NewEvent { entity_id: view.row.id.0, payload };
    event::record(tx, now, "order", "order.cancelled", vec![event]).await?;
    Ok((voids, refund))
}

/// A refund of all that is left.
fn rest_of(view: &OrderView, input: &CancelInput) -> RefundInput {
    let restock = if input.restock { Restock::Cancel } else { Restock::NoRestock };
    let lines = view.lines.iter().map(|line| RefundLineInput {
        line: line.id,
        quantity: line.quantity - refunded_quantity(view, line.id),
        restock,
        location: None,
    });
    let left: i64 = view.transactions.iter().filter(|row| is_refundable(row)).map(left_minor).sum();
    let (transactions, to_store_credit) = match input.refund {
        CancelRefund::None => (Vec::new(), None),
        CancelRefund::OriginalTenders => (spread(&view.transactions, left), None),
        CancelRefund::StoreCredit { expires_at } => {
            let credit = StoreCreditRefund { amount_minor: left, expires_at };
            (Vec::new(), (left > 0).then_some(credit))
        }
    };
    let gives_money = !transactions.is_empty() || to_store_credit.is_some();
    RefundInput {
        order: view.row.id,
        lines: lines.filter(|line| line.quantity > 0).collect(),
        shipping: gives_money.then_some(ShippingRefund::Full),
        transactions,
        to_store_credit,
        note: None,
        notify: false,
        currency: None,
        processed_at: None,
    }
}
