//! Movements of money whose provider has not answered: asked again until it does.

use chrono::{DateTime, Utc};
use entity::id::OrderId;
use entity::order_transaction::{self, Column, Model, TransactionStatus};
use futures_util::{StreamExt, stream};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::asking::ask;
use super::ledger::LEASE;
use crate::app::App;
use crate::error::Fault;

/// Rows taken up at once.
const AT_ONCE: u64 = 50;
/// Providers asked at once.
const SIDE_BY_SIDE: usize = 8;

/// Asks the providers about every movement of an order that is under way. Whether all could be asked about: another node
/// may have one at this moment. What they do not know yet is asked again by [`settle_due`].
///
/// # Errors
/// The database's own.
pub async fn settle_money(app: &App, order: OrderId) -> Result<bool, Fault> {
    let open = order_transaction::Entity::find()
        .filter(Column::OrderId.eq(order))
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .filter(Column::AskAt.is_not_null())
        .order_by_asc(Column::Id)
        .all(app.db.writer())
        .await?;
    let mut is_asked = true;
    for row in open {
        is_asked &= settle(app, &row).await?;
    }
    Ok(is_asked)
}

/// Takes up the movements that are due, several side by side. Returns how many.
///
/// # Errors
/// The database's own. One that cannot be asked about is logged and does not stop the others.
pub async fn settle_due(app: &App) -> Result<usize, Fault> {
    let now = app.clock.now();
    let due = order_transaction::Entity::find()
        .filter(Column::AskAt.lte(now))
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .filter(free(now))
        .order_by_asc(Column::AskAt)
        .limit(AT_ONCE)
        .all(app.db.fresh())
        .await?;
    let count = due.len();
    stream::iter(due)
        .for_each_concurrent(SIDE_BY_SIDE, |row| async move {
            if let Err(fault) = settle(app, &row).await {
                tracing::error!(transaction = row.id.0, cause = ?fault, "A movement of money could not be settled");
            }
        })
        .await;
    Ok(count)
}

/// Asks about a movement that no other node has. Whether that is so.
async fn settle(app: &App, row: &Model) -> Result<bool, Fault> {
    let Some(row) = lease(app, row, app.clock.now()).await? else { return Ok(false) };
    ask(app, row).await?;
    Ok(true)
}

fn free(now: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lte(now))
}

/// Takes a pending row for this node. `None` where another has it or has asked since the row was read, or it is settled.
async fn lease(app: &App, row: &Model, now: DateTime<Utc>) -> Result<Option<Model>, Fault> {
    let leased = order_transaction::Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(Some(now + LEASE)))
        .col_expr(Column::Asks, Expr::col(Column::Asks).add(1))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Asks.eq(row.asks))
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .filter(free(now))
        .exec_with_returning(app.db.writer())
        .await?;
    Ok(leased.into_iter().next())
}
