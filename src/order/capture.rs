//! Taking promised money and letting it go.

use entity::id::{OrderId, OrderTransactionId};
use entity::order_transaction::{self, Model, TransactionKind, TransactionStatus};
use sea_orm::EntityTrait;

use super::error::{OrderError, OrderErrorCode, check_scope, refused};
use super::ledger::{Movement, ask, lock_in, rows_of, write_in};
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
        if input.currency.as_ref().is_some_and(|currency| *currency != order.currency) {
            return Err(refused(OrderErrorCode::Invalid, &["currency"], "The order is in another currency"));
        }
        if input.amount_minor <= 0 {
            return Err(refused(OrderErrorCode::Invalid, &["amount"], "The amount must be above zero"));
        }
        let rows = rows_of(&tx, order.id).await?;
        let promise = rows.iter().find(|row| row.id == input.parent && is_promise(row));
        let Some(parent) = promise else {
            let message = "The transaction promises no money of this order";
            return Err(refused(OrderErrorCode::NotCapturable, &["parentTransactionId"], message));
        };
        let (kind, amount_minor) = (TransactionKind::Capture, input.amount_minor);
        let row = write_in(&tx, now, &Movement { parent, kind, amount_minor, refund: None }).await?;
        tx.commit().await?;
        Ok(row)
    });
    let row = answered(ask(app, written.await?).await?)?;
    if input.is_final && row.status == TransactionStatus::Success {
        release_rest(app, input.order, input.parent).await?;
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
    match write_void(app, order, parent).await? {
        Some(row) => answered(ask(app, row).await?),
        None => {
            let message = "The transaction promises no money any more";
            Err(refused(OrderErrorCode::NotVoidable, &["parentTransactionId"], message))
        }
    }
}

/// Lets the rest of a promise go of which enough was taken. Some providers have let it go already.
async fn release_rest(app: &App, order: OrderId, parent: OrderTransactionId) -> Result<(), OrderError> {
    if let Some(row) = write_void(app, order, parent).await? {
        ask(app, row).await?;
    }
    Ok(())
}

async fn write_void(
    app: &App,
    order: OrderId,
    parent: OrderTransactionId,
) -> Result<Option<Model>, OrderError> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx, order).await?;
            let rows = rows_of(&tx, order).await?;
            let promise = rows.iter().find(|row| row.id == parent && is_promise(row));
            let Some(parent) = promise.filter(|row| left_minor(row) > 0) else { return Ok(None) };
            let (kind, amount_minor) = (TransactionKind::Void, left_minor(parent));
            let row = write_in(&tx, now, &Movement { parent, kind, amount_minor, refund: None }).await?;
            tx.commit().await?;
            Ok(Some(row))
        })
        .await
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
