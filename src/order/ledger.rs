//! Moving an order's money: written down before its provider is asked, noted when it has answered.
//!
//! A row of the ledger is pending until then and keeps the key that its provider is asked with, however often. What it
//! takes from its parent is taken when it is written, so that two at once never take more than there is, and put back
//! where the provider refuses.

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{OrderId, RefundId};
use entity::order_transaction::{
    self, Column, Model, TransactionErrorCode, TransactionKind, TransactionStatus,
};
use entity::{order, refund};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::error::{OrderError, OrderErrorCode, refused};
use super::queries::find_order;
use super::refund_rest::go_on_in;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};
use crate::secret;

/// How long the node that wrote a row, or took it up, has it for itself: longer than a provider may take.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(25);

/// Who moves money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mover {
    /// Its provider, which is asked.
    Provider,
    /// The shop itself.
    Shop,
    /// The shop: it becomes store credit of the order's customer.
    Credit,
}

/// A movement of money that is to be made.
#[derive(Clone, Copy)]
pub(super) struct Movement<'a> {
    pub(super) parent: &'a Model,
    pub(super) kind: TransactionKind,
    pub(super) amount_minor: i64,
    /// The name of who moves it.
    pub(super) gateway: &'a str,
    pub(super) mover: Mover,
    pub(super) refund: Option<RefundId>,
    /// When it moved, as staff say; otherwise now.
    pub(super) at: Option<DateTime<Utc>>,
    /// The key of what moved outside; otherwise one of its own.
    pub(super) key: Option<&'a str>,
}

impl<'a> Movement<'a> {
    /// By the gateway of the parent.
    pub(super) fn of(parent: &'a Model, kind: TransactionKind, amount_minor: i64) -> Self {
        let (gateway, mover) = (parent.gateway.as_str(), Mover::Provider);
        Self { parent, kind, amount_minor, gateway, mover, refund: None, at: None, key: None }
    }
}

/// The row of an order, locked until the transaction ends: whoever moves its money waits here.
pub(super) async fn lock_in(tx: &Tx, id: OrderId) -> Result<order::Model, OrderError> {
    let row = order::Entity::find_by_id(id).lock_exclusive().one(tx).await?;
    row.ok_or(OrderError::NotFound)
}

/// The ledger of an order, in its order.
pub(super) async fn rows_of<C: ConnectionTrait>(db: &C, id: OrderId) -> Result<Vec<Model>, Fault> {
    let rows = order_transaction::Entity::find().filter(Column::OrderId.eq(id)).order_by_asc(Column::Id);
    Ok(rows.all(db).await?)
}

/// Writes a movement down as pending. Its parent must have that much left, or it is refused.
pub(super) async fn write_in(
    tx: &Tx,
    now: DateTime<Utc>,
    movement: &Movement<'_>,
) -> Result<Model, OrderError> {
    let parent = movement.parent;
    let used = order_transaction::Entity::update_many()
        .col_expr(Column::UsedMinor, Expr::col(Column::UsedMinor).add(movement.amount_minor))
        .filter(Column::Id.eq(parent.id))
        .filter(Expr::col(Column::UsedMinor).add(movement.amount_minor).lte(Expr::col(Column::AmountMinor)))
        .exec(tx)
        .await?;
    if movement.amount_minor <= 0 || used.rows_affected != 1 {
        return Err(refused(OrderErrorCode::AmountTooLarge, &["amount"], "There is not that much left"));
    }
    let is_asked = movement.mover == Mover::Provider;
    let row = order_transaction::ActiveModel {
        order_id: Set(parent.order_id),
        parent_id: Set(Some(parent.id)),
        kind: Set(movement.kind),
        status: Set(TransactionStatus::Pending),
        gateway: Set(movement.gateway.to_owned()),
        amount_minor: Set(movement.amount_minor),
        currency: Set(parent.currency.clone()),
        provider_reference: Set(None),
        idempotency_key: Set(movement.key.map_or_else(secret::new_token, str::to_owned)),
        created_at: Set(movement.at.unwrap_or(now)),
        used_minor: Set(0),
        refund_id: Set(movement.refund),
        ask_at: Set(is_asked.then_some(now)),
        asks: Set(i32::from(is_asked)),
        lease_until: Set(is_asked.then(|| now + LEASE)),
        to_credit: Set(movement.mover == Mover::Credit),
        ..Default::default()
    };
    Ok(order_transaction::Entity::insert(row).exec_with_returning(tx).await?)
}

/// Notes what came of a row of an order that is locked; what was noted before stays.
pub(super) async fn note_in(
    tx: &Tx,
    now: DateTime<Utc>,
    row: &Model,
    status: TransactionStatus,
    reference: Option<String>,
) -> Result<Model, Fault> {
    let before = rows_of(tx, row.order_id).await?;
    let noted = order_transaction::Entity::update_many()
        .col_expr(Column::Status, Expr::val(status))
        .col_expr(Column::ProviderReference, Expr::val(reference))
        .col_expr(Column::AskAt, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .exec_with_returning(tx)
        .await?;
    let Some(noted) = noted.into_iter().next() else {
        let known = order_transaction::Entity::find_by_id(row.id).one(tx).await?;
        return known.ok_or_else(|| Fault::new("a transaction of an order is gone"));
    };
    match status {
        TransactionStatus::Failure => take_back_in(tx, now, &before, &noted).await?,
        TransactionStatus::Success => record_in(tx, now, &before, &noted).await?,
        TransactionStatus::Pending => {}
    }
    touch_in(tx, now, row.order_id).await?;
    go_on_in(tx, now, &noted).await?;
    Ok(noted)
}

/// Notes when something of an order changed last.
pub(super) async fn touch_in(tx: &Tx, now: DateTime<Utc>, id: OrderId) -> Result<(), Fault> {
    order::Entity::update_many()
        .col_expr(order::Column::UpdatedAt, Expr::val(now))
        .filter(order::Column::Id.eq(id))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes that a row of an order that is locked came to nothing, and why.
pub(super) async fn fail_in(
    tx: &Tx,
    now: DateTime<Utc>,
    row: &Model,
    code: TransactionErrorCode,
) -> Result<Model, Fault> {
    let noted = note_in(tx, now, row, TransactionStatus::Failure, None).await?;
    if noted.status != TransactionStatus::Failure {
        return Ok(noted);
    }
    order_transaction::Entity::update_many()
        .col_expr(Column::ErrorCode, Expr::val(Some(code)))
        .filter(Column::Id.eq(row.id))
        .exec(tx)
        .await?;
    Ok(Model { error_code: Some(code), ..noted })
}

/// Notes that what is left of a promise is let go, where some of it was taken by a provider that takes only once.
pub(super) async fn let_rest_go_in(tx: &Tx, now: DateTime<Utc>, capture: &Model) -> Result<(), OrderError> {
    let rows = rows_of(tx, capture.order_id).await?;
    let Some(promise) = rows.iter().find(|row| Some(row.id) == capture.parent_id) else { return Ok(()) };
    if !rows.iter().any(|row| row.parent_id == Some(promise.id) && is_done_capture(row)) {
        return Ok(());
    }
    let rest_minor = promise.amount_minor - promise.used_minor;
    if rest_minor > 0 {
        let rest = write_in(tx, now, &Movement::of(promise, TransactionKind::Void, rest_minor)).await?;
        note_in(tx, now, &rest, TransactionStatus::Success, None).await?;
    }
    Ok(())
}

/// What a movement that came to nothing had of its parent is free again. What was to be let go after it stays promised.
async fn take_back_in(tx: &Tx, now: DateTime<Utc>, before: &[Model], row: &Model) -> Result<(), Fault> {
    let Some(parent) = row.parent_id else { return Ok(()) };
    let mut free_minor = row.amount_minor;
    let waits = |other: &&Model| {
        row.kind == TransactionKind::Capture
            && other.kind == TransactionKind::Void
            && other.status == TransactionStatus::Pending
            && other.parent_id == row.parent_id
    };
    for void in before.iter().filter(waits) {
        let dropped = order_transaction::Entity::update_many()
            .col_expr(Column::Status, Expr::val(TransactionStatus::Failure))
            .col_expr(Column::AskAt, Expr::val(Option::<DateTime<Utc>>::None))
            .col_expr(Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
            .filter(Column::Id.eq(void.id))
            .filter(Column::Status.eq(TransactionStatus::Pending))
            .exec(tx)
            .await?;
        if dropped.rows_affected == 1 {
            free_minor = free_minor.saturating_add(void.amount_minor);
        }
    }
    order_transaction::Entity::update_many()
        .col_expr(Column::UsedMinor, Expr::col(Column::UsedMinor).sub(free_minor))
        .filter(Column::Id.eq(parent))
        .exec(tx)
        .await?;
    match row.kind {
        TransactionKind::Refund => tell_refunded_in(tx, now, row).await,
        TransactionKind::Capture
        | TransactionKind::Void
        | TransactionKind::Sale
        | TransactionKind::Authorization => Ok(()),
    }
}

/// Records what a movement means to others: itself, and that the order is paid where it now is.
async fn record_in(tx: &Tx, now: DateTime<Utc>, before: &[Model], row: &Model) -> Result<(), Fault> {
    let kind = match row.kind {
        TransactionKind::Capture => "order.captured",
        TransactionKind::Void => "order.voided",
        TransactionKind::Refund => return tell_refunded_in(tx, now, row).await,
        TransactionKind::Sale | TransactionKind::Authorization => "order.payment_received",
    };
    let payload = serde_json::json!({ "transaction": row.id.0 });
    event::record(tx, now, "order", kind, vec![NewEvent { entity_id: row.order_id.0, payload }]).await?;
    match row.kind {
        TransactionKind::Capture | TransactionKind::Sale => {}
        TransactionKind::Void | TransactionKind::Refund | TransactionKind::Authorization => return Ok(()),
    }
    let Some(order) = find_order(tx, row.order_id).await? else { return Ok(()) };
    let (was, is, due) = (taken_minor(before), taken_minor(&order.transactions), order.due_total_minor());
    if was < due && is >= due {
        event::record_one(tx, now, "order", "order.paid", row.order_id).await?;
    }
    Ok(())
}

/// Records that a refund is with its buyer, once none of it is under way any more and some of it has come back.
async fn tell_refunded_in(tx: &Tx, now: DateTime<Utc>, row: &Model) -> Result<(), Fault> {
    let Some(id) = row.refund_id else { return Ok(()) };
    let parts = order_transaction::Entity::find().filter(Column::RefundId.eq(id)).all(tx).await?;
    let is_open = parts.iter().any(|part| part.status == TransactionStatus::Pending);
    if is_open || parts.iter().all(|part| part.status == TransactionStatus::Failure) {
        return Ok(());
    }
    match refund::Entity::find_by_id(id).one(tx).await? {
        Some(refund) => tell_refund_in(tx, now, &refund).await,
        None => Ok(()),
    }
}

/// Records that a refund is done.
pub(super) async fn tell_refund_in(tx: &Tx, now: DateTime<Utc>, refund: &refund::Model) -> Result<(), Fault> {
    let payload = serde_json::json!({ "refund": refund.id.0, "notify": refund.notify });
    let event = NewEvent { entity_id: refund.order_id.0, payload };
    Ok(event::record(tx, now, "order", "order.refunded", vec![event]).await?)
}

/// What was taken of an order's money, in minor units.
pub(super) fn taken_minor(rows: &[Model]) -> i64 {
    let taken = rows.iter().filter(|row| {
        row.status == TransactionStatus::Success
            && matches!(row.kind, TransactionKind::Sale | TransactionKind::Capture)
    });
    taken.fold(0, |sum, row| sum.saturating_add(row.amount_minor))
}

/// Whether a movement that takes promised money is under way.
pub(super) fn is_open_capture(row: &Model) -> bool {
    row.kind == TransactionKind::Capture && row.status == TransactionStatus::Pending
}

/// Whether promised money was taken by it.
pub(super) fn is_done_capture(row: &Model) -> bool {
    row.kind == TransactionKind::Capture && row.status == TransactionStatus::Success
}

/// What an order of this total still needs, in minor units: the total less what was taken, is being taken and is promised.
pub(super) fn missing_minor(total_minor: i64, rows: &[Model]) -> i64 {
    let coming = rows.iter().map(|row| match (row.kind, row.status) {
        (TransactionKind::Authorization, TransactionStatus::Success) => row.amount_minor - row.used_minor,
        (TransactionKind::Capture, TransactionStatus::Pending) => row.amount_minor,
        (
            TransactionKind::Authorization
            | TransactionKind::Capture
            | TransactionKind::Sale
            | TransactionKind::Void
            | TransactionKind::Refund,
            TransactionStatus::Success | TransactionStatus::Pending | TransactionStatus::Failure,
        ) => 0,
    });
    total_minor - taken_minor(rows) - coming.sum::<i64>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::order::sample::transaction;

    #[test]
    fn what_is_promised_or_being_taken_is_not_missing() {
        use TransactionKind::{Authorization, Capture, Refund, Sale};
        use TransactionStatus::{Failure, Pending, Success};
        for (rows, expected) in [
            (vec![], 100),
            (vec![(Sale, Pending, 100, 0)], 100),
            (vec![(Sale, Success, 40, 0)], 60),
            (vec![(Authorization, Success, 100, 0)], 0),
            (vec![(Authorization, Success, 100, 30), (Capture, Pending, 30, 0)], 0),
            (vec![(Authorization, Success, 100, 100), (Capture, Success, 30, 0)], 70),
            (vec![(Authorization, Success, 100, 0), (Capture, Failure, 30, 0)], 0),
            (vec![(Sale, Success, 100, 50), (Refund, Success, 50, 0)], 0),
        ] {
            let rows: Vec<Model> = rows
                .into_iter()
                .zip(1..)
                .map(|((kind, status, amount, used_minor), id)| Model {
                    used_minor,
                    ..transaction(id, kind, status, "stripe", amount)
                })
                .collect();
            assert_eq!(missing_minor(100, &rows), expected, "{rows:?}");
        }
    }
}
