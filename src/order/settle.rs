//! Movements of money whose provider has not answered: asked again until it does.

use chrono::{DateTime, Utc};
use entity::id::OrderId;
use entity::order_transaction::{self, Column, Model, TransactionStatus};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ledger::{LEASE, ask};
use crate::app::App;
use crate::error::Fault;

/// Rows taken up at once.
const AT_ONCE: u64 = 50;

/// Asks the providers about every movement of an order that is under way. Whether none of them is left.
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
    let mut is_settled = true;
    for row in open {
        is_settled &= match lease(app, &row, app.clock.now()).await? {
            Some(row) => ask(app, row).await?.status != TransactionStatus::Pending,
            None => false,
        };
    }
    Ok(is_settled)
}

/// Takes up the movements that are due. Returns how many.
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
    let mut count = 0;
    for row in due {
        let Some(row) = lease(app, &row, now).await? else { continue };
        let id = row.id;
        count += 1;
        if let Err(fault) = ask(app, row).await {
            tracing::error!(transaction = id.0, cause = ?fault, "A movement of money could not be settled");
        }
    }
    Ok(count)
}

fn free(now: DateTime<Utc>) -> Condition {
    Condition::any().add(Column::LeaseUntil.is_null()).add(Column::LeaseUntil.lte(now))
}

/// Takes a pending row for this node. `None` where another has it, or it is settled.
async fn lease(app: &App, row: &Model, now: DateTime<Utc>) -> Result<Option<Model>, Fault> {
    let leased = order_transaction::Entity::update_many()
        .col_expr(Column::LeaseUntil, Expr::val(Some(now + LEASE)))
        .col_expr(Column::Asks, Expr::col(Column::Asks).add(1))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .filter(free(now))
        .exec_with_returning(app.db.writer())
        .await?;
    Ok(leased.into_iter().next())
}
