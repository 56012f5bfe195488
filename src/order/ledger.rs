//! Moving an order's money: written down before its provider is asked, noted when it has answered.
//!
//! A row of the ledger is pending until then and keeps the key that its provider is asked with, however often. What it
//! takes from its parent is taken when it is written, so that two at once never take more than there is, and put back
//! where the provider refuses.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::{OrderId, OrderTransactionId, RefundId};
use entity::order_transaction::{self, Column, Model, TransactionKind, TransactionStatus};
use entity::{order, refund};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::error::{OrderError, OrderErrorCode, refused};
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{self, NewEvent};
use crate::money::{Currency, Money};
use crate::payment::{Moved, PaymentProvider, ProviderFault};
use crate::secret;

/// How long a provider may take for an answer.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);
/// How long the node that wrote a row, or took it up, has it for itself.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(30);
/// A provider that did not answer is asked again after this long, and this much longer each time.
const PAUSE_SECONDS: i64 = 10;
/// At least this often.
const LONGEST_PAUSE_SECONDS: i64 = 600;

/// A movement of money that is to be made.
pub(super) struct Movement<'a> {
    pub(super) parent: &'a Model,
    pub(super) kind: TransactionKind,
    pub(super) amount_minor: i64,
    pub(super) refund: Option<RefundId>,
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
    if used.rows_affected != 1 || movement.amount_minor <= 0 {
        return Err(refused(OrderErrorCode::AmountTooLarge, &["amount"], "There is not that much left"));
    }
    let row = order_transaction::ActiveModel {
        order_id: Set(parent.order_id),
        parent_id: Set(Some(parent.id)),
        kind: Set(movement.kind),
        status: Set(TransactionStatus::Pending),
        gateway: Set(parent.gateway.clone()),
        amount_minor: Set(movement.amount_minor),
        currency: Set(parent.currency.clone()),
        provider_reference: Set(None),
        idempotency_key: Set(secret::new_token()),
        created_at: Set(now),
        used_minor: Set(0),
        refund_id: Set(movement.refund),
        ask_at: Set(Some(now)),
        asks: Set(1),
        lease_until: Set(Some(now + LEASE)),
        ..Default::default()
    };
    Ok(order_transaction::Entity::insert(row).exec_with_returning(tx).await?)
}

/// Asks the provider of a pending row and notes the answer. The row as it stands then; pending where there was none.
pub(super) async fn ask(app: &App, row: Model) -> Result<Model, Fault> {
    let Some(provider) = app.payments.find(&row.gateway) else {
        tracing::error!(transaction = row.id.0, provider = row.gateway, "A movement's provider is off");
        return later(app, row).await;
    };
    let chain = chain_of(app, &row).await?;
    let answer = tokio::time::timeout(PROVIDER_TIMEOUT, asked(provider.as_ref(), &row, &chain));
    let silence = |_| Err(ProviderFault::Unknown("no answer in time".to_owned()));
    match answer.await.unwrap_or_else(silence) {
        Ok(moved) if moved.settled => note(app, row, TransactionStatus::Success, moved.reference).await,
        Ok(_) => later(app, row).await,
        Err(ProviderFault::Unknown(reason)) => {
            tracing::warn!(transaction = row.id.0, reason, "What came of a movement is not known yet");
            later(app, row).await
        }
        Err(fault @ (ProviderFault::Refused(_) | ProviderFault::Absent | ProviderFault::Broken(_))) => {
            tracing::warn!(transaction = row.id.0, cause = %fault, "A movement was refused by its provider");
            note(app, row, TransactionStatus::Failure, None).await
        }
    }
}

/// The provider's names for what a row moves: its parent's, then that of the promise behind it.
async fn chain_of(app: &App, row: &Model) -> Result<Vec<String>, Fault> {
    let rows = rows_of(app.db.writer(), row.order_id).await?;
    let mut chain = Vec::new();
    let mut next = row.parent_id;
    while let Some(parent) = next.and_then(|id: OrderTransactionId| rows.iter().find(|row| row.id == id)) {
        chain.extend(parent.provider_reference.clone());
        next = parent.parent_id;
    }
    Ok(chain)
}

async fn asked(
    provider: &dyn PaymentProvider,
    row: &Model,
    chain: &[String],
) -> Result<Moved, ProviderFault> {
    let currency = Currency::find(&row.currency).ok_or(ProviderFault::Absent)?;
    let (amount, key) = (Money::new(row.amount_minor, currency), row.idempotency_key.as_str());
    let mut answer = Err(ProviderFault::Absent);
    // A provider knows some movements by the name of what was taken, others by that of the promise.
    for reference in chain {
        answer = match row.kind {
            TransactionKind::Capture => provider.capture(reference, amount, key).await,
            TransactionKind::Refund => provider.refund(reference, amount, key).await,
            TransactionKind::Void => provider.void(reference, key).await.map(|()| Moved {
                reference: None,
                amount,
                settled: true,
            }),
            TransactionKind::Authorization | TransactionKind::Sale => Err(ProviderFault::Absent),
        };
        if !matches!(answer, Err(ProviderFault::Absent)) {
            break;
        }
    }
    answer
}

/// Leaves a row pending, to be asked about again.
async fn later(app: &App, row: Model) -> Result<Model, Fault> {
    let now = app.clock.now();
    let pause = (i64::from(row.asks) * PAUSE_SECONDS).clamp(PAUSE_SECONDS, LONGEST_PAUSE_SECONDS);
    let left = order_transaction::Entity::update_many()
        .col_expr(Column::AskAt, Expr::val(Some(now + TimeDelta::seconds(pause))))
        .col_expr(Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .exec_with_returning(app.db.writer())
        .await?;
    Ok(left.into_iter().next().unwrap_or(row))
}

/// Notes what came of a row, once.
async fn note(
    app: &App,
    row: Model,
    status: TransactionStatus,
    reference: Option<String>,
) -> Result<Model, Fault> {
    let noted = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        lock_in(&tx, row.order_id).await?;
        let noted = note_in(&tx, now, &row, status, reference.clone()).await?;
        tx.commit().await?;
        Ok::<_, OrderError>(noted)
    });
    match noted.await {
        Ok(row) => Ok(row),
        Err(OrderError::Fault(fault)) => Err(fault),
        Err(error) => Err(Fault::new(error)),
    }
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
    match (status, row.parent_id) {
        (TransactionStatus::Failure, Some(parent)) => {
            order_transaction::Entity::update_many()
                .col_expr(Column::UsedMinor, Expr::col(Column::UsedMinor).sub(row.amount_minor))
                .filter(Column::Id.eq(parent))
                .exec(tx)
                .await?;
        }
        (TransactionStatus::Success, _) => record_in(tx, now, &before, &noted).await?,
        (TransactionStatus::Failure | TransactionStatus::Pending, _) => {}
    }
    order::Entity::update_many()
        .col_expr(order::Column::UpdatedAt, Expr::val(now))
        .filter(order::Column::Id.eq(row.order_id))
        .exec(tx)
        .await?;
    Ok(noted)
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
    let Some(order) = order::Entity::find_by_id(row.order_id).one(tx).await? else { return Ok(()) };
    let was = taken_minor(before);
    let is = match row.kind {
        TransactionKind::Capture | TransactionKind::Sale => was.saturating_add(row.amount_minor),
        TransactionKind::Void | TransactionKind::Refund | TransactionKind::Authorization => was,
    };
    if was < order.total_minor && is >= order.total_minor {
        event::record_one(tx, now, "order", "order.paid", row.order_id).await?;
    }
    Ok(())
}

/// Records that money of a refund is back with its buyer.
pub(super) async fn tell_refunded_in(tx: &Tx, now: DateTime<Utc>, row: &Model) -> Result<(), Fault> {
    let refund = match row.refund_id {
        Some(id) => refund::Entity::find_by_id(id).one(tx).await?,
        None => None,
    };
    let payload = serde_json::json!({
        "refund": refund.as_ref().map(|refund| refund.id.0),
        "notify": refund.as_ref().is_some_and(|refund| refund.notify),
        "transaction": row.id.0,
    });
    let event = NewEvent { entity_id: row.order_id.0, payload };
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

/// Refunds of an order, oldest first.
pub(super) async fn refunds_of<C: ConnectionTrait>(db: &C, id: OrderId) -> Result<Vec<refund::Model>, Fault> {
    let rows = refund::Entity::find().filter(refund::Column::OrderId.eq(id));
    Ok(rows.order_by_asc(refund::Column::Id).all(db).await?)
}
