//! Money that comes in outside, and orders that need no more work.

use chrono::{DateTime, Utc};
use entity::id::OrderId;
use entity::order;
use entity::order_transaction::{self, TransactionKind, TransactionStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::error::{OrderError, OrderErrorCode, check_scope, refused};
use super::ledger::{lock_in, note_in, rows_of, taken_minor};
use super::queries::{OrderView, find_order};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event;
use crate::payment::MANUAL;
use crate::secret;

/// Characters of a method's name at most.
const MAX_METHOD: usize = 64;

/// Notes that the money that an order awaits has come.
///
/// Locks the order.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown or cancelled order, and one that awaits nothing.
pub async fn mark_as_paid(app: &App, actor: &Actor, id: OrderId) -> Result<OrderView, OrderError> {
    check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let order = lock_in(&tx, id).await?;
            refuse_cancelled(&order)?;
            let rows = rows_of(&tx, id).await?;
            let awaited = rows.iter().filter(|row| {
                row.kind == TransactionKind::Sale && row.status == TransactionStatus::Pending
            });
            let awaited: Vec<_> = awaited.collect();
            if awaited.is_empty() {
                return Err(refused(OrderErrorCode::AlreadyPaid, &["id"], "The order awaits no payment"));
            }
            for row in awaited {
                note_in(&tx, now, row, TransactionStatus::Success, row.provider_reference.clone()).await?;
            }
            let view = view_in(&tx, id).await?;
            tx.commit().await?;
            Ok(view)
        })
        .await
}

/// Notes money that came in outside, up to what the order still needs.
///
/// Locks the order.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown or cancelled order, and an amount that is not above zero or more
/// than is missing.
pub async fn record_manual_payment(
    app: &App,
    actor: &Actor,
    id: OrderId,
    amount_minor: Option<i64>,
    method: Option<String>,
    at: Option<DateTime<Utc>>,
) -> Result<OrderView, OrderError> {
    check_scope(actor)?;
    if method.as_ref().is_some_and(|method| method.chars().count() > MAX_METHOD) {
        return Err(refused(OrderErrorCode::Invalid, &["paymentMethodName"], "The name is too long"));
    }
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let order = lock_in(&tx, id).await?;
            refuse_cancelled(&order)?;
            let rows = rows_of(&tx, id).await?;
            let missing = order.total_minor - taken_minor(&rows);
            let amount_minor = amount_minor.unwrap_or(missing);
            if missing <= 0 {
                return Err(refused(OrderErrorCode::AlreadyPaid, &["id"], "The order is paid"));
            }
            if amount_minor <= 0 || amount_minor > missing {
                let message = "The amount must be above zero and no more than is missing";
                return Err(refused(OrderErrorCode::AmountTooLarge, &["amount"], message));
            }
            let row = order_transaction::ActiveModel {
                order_id: Set(id),
                parent_id: Set(None),
                kind: Set(TransactionKind::Sale),
                status: Set(TransactionStatus::Pending),
                gateway: Set(method.clone().unwrap_or_else(|| MANUAL.to_owned())),
                amount_minor: Set(amount_minor),
                currency: Set(order.currency.clone()),
                provider_reference: Set(None),
                idempotency_key: Set(secret::new_token()),
                created_at: Set(at.unwrap_or(now)),
                ..Default::default()
            };
            let row = order_transaction::Entity::insert(row).exec_with_returning(&tx).await?;
            note_in(&tx, now, &row, TransactionStatus::Success, None).await?;
            if amount_minor == missing {
                drop_awaited_in(&tx, id).await?;
            }
            let view = view_in(&tx, id).await?;
            tx.commit().await?;
            Ok(view)
        })
        .await
}

/// What was awaited another way is awaited no longer.
pub(super) async fn drop_awaited_in(tx: &Tx, id: OrderId) -> Result<(), OrderError> {
    order_transaction::Entity::update_many()
        .col_expr(order_transaction::Column::Status, Expr::val(TransactionStatus::Failure))
        .filter(order_transaction::Column::OrderId.eq(id))
        .filter(order_transaction::Column::Kind.eq(TransactionKind::Sale))
        .filter(order_transaction::Column::Status.eq(TransactionStatus::Pending))
        .exec(tx)
        .await?;
    Ok(())
}

/// Notes that there is nothing left to do for an order.
///
/// # Errors
/// [`OrderError`] for an actor who may not and an unknown order.
pub async fn close(app: &App, actor: &Actor, id: OrderId) -> Result<OrderView, OrderError> {
    set_closed(app, actor, id, "order.closed").await
}

/// Notes that there is something to do for an order again.
///
/// # Errors
/// [`OrderError`] for an actor who may not and an unknown order.
pub async fn reopen(app: &App, actor: &Actor, id: OrderId) -> Result<OrderView, OrderError> {
    set_closed(app, actor, id, "order.opened").await
}

async fn set_closed(
    app: &App,
    actor: &Actor,
    id: OrderId,
    kind: &'static str,
) -> Result<OrderView, OrderError> {
    check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let order = lock_in(&tx, id).await?;
            let closes = kind == "order.closed";
            if order.closed_at.is_some() != closes {
                order::Entity::update_many()
                    .col_expr(order::Column::ClosedAt, Expr::val(closes.then_some(now)))
                    .col_expr(order::Column::UpdatedAt, Expr::val(now))
                    .filter(order::Column::Id.eq(id))
                    .exec(&tx)
                    .await?;
                event::record_one(&tx, now, "order", kind, id).await?;
            }
            let view = view_in(&tx, id).await?;
            tx.commit().await?;
            Ok(view)
        })
        .await
}

/// Refuses what makes no sense for an order that was cancelled.
pub(super) fn refuse_cancelled(order: &order::Model) -> Result<(), OrderError> {
    if order.cancelled_at.is_none() {
        return Ok(());
    }
    Err(refused(OrderErrorCode::AlreadyCancelled, &["id"], "The order was cancelled"))
}

pub(super) async fn view_in(tx: &Tx, id: OrderId) -> Result<OrderView, OrderError> {
    find_order(tx, id).await?.ok_or(OrderError::NotFound)
}
