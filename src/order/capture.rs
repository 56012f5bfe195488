//! Taking promised money and letting it go.

use entity::id::{OrderId, OrderTransactionId};
use entity::order_transaction::{self, Model, TransactionKind, TransactionStatus};
use sea_orm::EntityTrait;

use super::asking::ask;
use super::error::{OrderError, OrderErrorCode, check_scope, refused};
use super::ledger::{Movement, is_open_capture, lock_in, rows_of, write_in};
use super::manual::refuse_cancelled;
use crate::actor::Actor;
use crate::app::App;

/// Promised money to be taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaptureInput {
    /// Of which order.
    pub order: OrderId,
    /// The promise.
    pub parent: OrderTransactionId,
    /// How much, in minor units of the order's currency; more than zero.
    pub amount_minor: i64,
    /// The currency that the caller means, where they say.
    pub currency: Option<String>,
    /// Whether the rest of the promise is let go.
    pub is_final: bool,
}

/// Takes promised money, all or a part; several times, where the provider allows that. The transaction as it stands:
/// pending, where the provider has not answered.
///
/// Locks the order.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown order or promise, an amount that is not above zero or more than is
/// left, and where the provider refuses.
pub async fn capture(app: &App, actor: &Actor, input: &CaptureInput) -> Result<Model, OrderError> {
    check_scope(actor)?;
    let written = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        let order = lock_in(&tx, input.order).await?;
        refuse_cancelled(&order)?;
        if input.currency.as_ref().is_some_and(|currency| *currency != order.currency) {
            return Err(refused(OrderErrorCode::Invalid, &["currency"], "The order is in another currency"));
        }
        if input.amount_minor <= 0 {
            let message = "The amount must be above zero";
            return Err(refused(OrderErrorCode::AmountNotPositive, &["amount"], message));
        }
        let rows = rows_of(&tx, order.id).await?;
        let promise = rows.iter().find(|row| row.id == input.parent && is_promise(row));
        let Some(parent) = promise else {
            let message = "The transaction promises no money of this order";
            return Err(refused(OrderErrorCode::NotCapturable, &["parentTransactionId"], message));
        };
        let movement = Movement::of(parent, TransactionKind::Capture, input.amount_minor);
        let row = write_in(&tx, now, &movement).await?;
        // Written together, so that it is not forgotten where the provider answers later.
        let rest_minor = left_minor(parent) - input.amount_minor;
        let rest = if input.is_final && rest_minor > 0 {
            Some(write_in(&tx, now, &Movement::of(parent, TransactionKind::Void, rest_minor)).await?)
        } else {
            None
        };
        tx.commit().await?;
        Ok((row, rest))
    });
    let (row, rest) = written.await?;
    let row = answered(ask(app, row).await?)?;
    if let Some(rest) = rest
        && row.status == TransactionStatus::Success
    {
        ask(app, rest).await?;
    }
    Ok(row)
}

/// Lets what is left of a promise go.
///
/// Locks the order.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown transaction, one that promises nothing any more, and where the
/// provider refuses.
pub async fn void(app: &App, actor: &Actor, parent: OrderTransactionId) -> Result<Model, OrderError> {
    check_scope(actor)?;
    let row = order_transaction::Entity::find_by_id(parent).one(app.db.writer()).await?;
    let order = row.ok_or(OrderError::NotFound)?.order_id;
    let written = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        lock_in(&tx, order).await?;
        let rows = rows_of(&tx, order).await?;
        let field = ["parentTransactionId"];
        if rows.iter().any(|row| row.parent_id == Some(parent) && is_open_capture(row)) {
            let message = "Money of the promise is being taken";
            return Err(refused(OrderErrorCode::NotVoidable, &field, message));
        }
        let promise = rows.iter().find(|row| row.id == parent && is_promise(row));
        let Some(parent) = promise.filter(|row| left_minor(row) > 0) else {
            let message = "The transaction promises no money any more";
            return Err(refused(OrderErrorCode::NotVoidable, &field, message));
        };
        let movement = Movement::of(parent, TransactionKind::Void, left_minor(parent));
        let row = write_in(&tx, now, &movement).await?;
        tx.commit().await?;
        Ok(row)
    });
    answered(ask(app, written.await?).await?)
}

/// Whether a transaction promises money.
pub(super) fn is_promise(row: &Model) -> bool {
    row.kind == TransactionKind::Authorization && row.status == TransactionStatus::Success
}

/// What is left of what a transaction promised or took, in minor units.
#[must_use]
pub fn left_minor(row: &Model) -> i64 {
    row.amount_minor - row.used_minor
}

/// A movement, unless its provider refused it.
pub(super) fn answered(row: Model) -> Result<Model, OrderError> {
    match row.status {
        TransactionStatus::Success | TransactionStatus::Pending => Ok(row),
        TransactionStatus::Failure => {
            Err(refused(OrderErrorCode::ProviderRefused, &[], "The payment provider refused it"))
        }
    }
}
