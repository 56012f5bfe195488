//! Money that comes in outside, and orders that need no more work.

use chrono::{DateTime, Utc};
use entity::id::OrderId;
use entity::order;
use entity::order_transaction::{self, Model, TransactionKind, TransactionStatus};
use sea_orm::sea_query::Expr;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};

use super::error::{OrderError, OrderErrorCode, check_scope, refused};
use super::ledger::{lock_in, missing_minor, note_in};
use super::queries::{OrderView, find_order};
use super::refund::{GIFT_CARD_GATEWAY, STORE_CREDIT_GATEWAY};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event;
use crate::payment::MANUAL;
use crate::secret;

/// Characters of a method's name at most.
const MAX_METHOD: usize = 64;

/// Notes that the money that an order still needs has come. What is promised is not needed: it is taken, or let go.
///
/// Locks the order.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown or cancelled order, and one that needs nothing.
pub async fn mark_as_paid(app: &App, actor: &Actor, id: OrderId) -> Result<OrderView, OrderError> {
    check_scope(actor)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let order = lock_in(&tx, id).await?;
            refuse_cancelled(&order)?;
            let view = view_in(&tx, id).await?;
            let missing = some_missing(&view)?;
            let awaited: Vec<_> = view.transactions.iter().filter(|row| is_awaited(row)).collect();
            if awaited.iter().map(|row| row.amount_minor).sum::<i64>() == missing {
                for row in awaited {
                    note_in(&tx, now, row, TransactionStatus::Success, row.provider_reference.clone())
                        .await?;
                }
            } else {
                // A part of what was awaited has come otherwise.
                receive_in(&tx, now, &order, MANUAL, missing, now).await?;
                drop_awaited_in(&tx, id).await?;
            }
            let view = view_in(&tx, id).await?;
            tx.commit().await?;
            Ok(view)
        })
        .await
}

/// Notes money that came in outside, up to what the order still needs; all of that where no amount is said.
///
/// Locks the order.
///
/// # Errors
/// [`OrderError`] for an actor who may not, an unknown or cancelled order, an amount that is not above zero or more than
/// is missing, a moment that is still to come, and a method with the name of one that moves money itself.
pub async fn record_manual_payment(
    app: &App,
    actor: &Actor,
    id: OrderId,
    amount_minor: impl Into<Option<i64>>,
    method: Option<String>,
    at: Option<DateTime<Utc>>,
) -> Result<OrderView, OrderError> {
    check_scope(actor)?;
    let wished_minor = amount_minor.into();
    let method = method.map(|method| method.trim().to_owned()).filter(|method| !method.is_empty());
    let method = method.unwrap_or_else(|| MANUAL.to_owned());
    check_method(app, &method)?;
    if at.is_some_and(|at| at > app.clock.now()) {
        return Err(refused(OrderErrorCode::Invalid, &["processedAt"], "The moment is still to come"));
    }
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let order = lock_in(&tx, id).await?;
            refuse_cancelled(&order)?;
            let missing = some_missing(&view_in(&tx, id).await?)?;
            let amount_minor = wished_minor.unwrap_or(missing);
            if amount_minor <= 0 {
                let message = "The amount must be above zero";
                return Err(refused(OrderErrorCode::AmountNotPositive, &["amount"], message));
            }
            if amount_minor > missing {
                let message = "The amount is more than is missing";
                return Err(refused(OrderErrorCode::AmountTooLarge, &["amount"], message));
            }
            receive_in(&tx, now, &order, &method, amount_minor, at.unwrap_or(now)).await?;
            if amount_minor == missing {
                drop_awaited_in(&tx, id).await?;
            }
            let view = view_in(&tx, id).await?;
            tx.commit().await?;
            Ok(view)
        })
        .await
}

/// Refuses the name of a method that is too long, or that of one that moves money itself.
fn check_method(app: &App, method: &str) -> Result<(), OrderError> {
    let field = ["paymentMethodName"];
    if method.chars().count() > MAX_METHOD {
        return Err(refused(OrderErrorCode::Invalid, &field, "The name is too long"));
    }
    let moves_money = [GIFT_CARD_GATEWAY, STORE_CREDIT_GATEWAY].contains(&method)
        || (method != MANUAL && app.payments.find(method).is_some());
    if moves_money {
        return Err(refused(OrderErrorCode::Invalid, &field, "The name is that of a payment provider"));
    }
    Ok(())
}

/// What an order still needs, above zero. What was removed of it is not needed.
fn some_missing(view: &OrderView) -> Result<i64, OrderError> {
    match missing_minor(view.due_total_minor(), &view.transactions) {
        minor if minor > 0 => Ok(minor),
        _ => Err(refused(OrderErrorCode::AlreadyPaid, &["id"], "The order awaits no payment")),
    }
}

/// Writes money down that came in outside.
async fn receive_in(
    tx: &Tx,
    now: DateTime<Utc>,
    order: &order::Model,
    method: &str,
    amount_minor: i64,
    at: DateTime<Utc>,
) -> Result<(), OrderError> {
    let row = order_transaction::ActiveModel {
        order_id: Set(order.id),
        parent_id: Set(None),
        kind: Set(TransactionKind::Sale),
        status: Set(TransactionStatus::Pending),
        gateway: Set(method.to_owned()),
        amount_minor: Set(amount_minor),
        currency: Set(order.currency.clone()),
        provider_reference: Set(None),
        idempotency_key: Set(secret::new_token()),
        created_at: Set(at),
        ..Default::default()
    };
    let row = order_transaction::Entity::insert(row).exec_with_returning(tx).await?;
    note_in(tx, now, &row, TransactionStatus::Success, None).await?;
    Ok(())
}

/// Whether a transaction is of money that is to come in outside.
fn is_awaited(row: &Model) -> bool {
    row.kind == TransactionKind::Sale && row.status == TransactionStatus::Pending
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
