//! Ending credit whose time is over.

use chrono::{DateTime, Utc};
use entity::id::StoreCreditAccountId;
use entity::store_credit_account as account;
use entity::store_credit_txn::{self as txn, StoreCreditTxnKind};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

use super::lot::Holdings;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;

/// Accounts that are looked for at once.
const BATCH: u64 = 200;

/// Ends the credit whose time is over, account by account, each in a transaction; returns in how many accounts.
///
/// # Errors
/// The database's own; what was ended before stays ended.
pub async fn expire_due(app: &App) -> Result<usize, Fault> {
    let now = app.clock.now();
    let mut count = 0;
    loop {
        let due: Vec<StoreCreditAccountId> = account::Entity::find()
            .select_only()
            .column(account::Column::Id)
            .filter(account::Column::NextExpiryAt.lte(now))
            .order_by_asc(account::Column::Id)
            .limit(BATCH)
            .into_tuple()
            .all(app.db.fresh())
            .await?;
        for id in &due {
            let id = *id;
            app.db
                .retry(|| async {
                    let tx = app.begin().await?;
                    expire_in(&tx, now, id).await?;
                    tx.commit().await?;
                    Ok::<_, Fault>(())
                })
                .await?;
        }
        count += due.len();
        if due.is_empty() {
            return Ok(count);
        }
    }
}

/// Ends what is over of an account, and notes when the next credit ends. Returns whether the account had anything to look
/// at.
///
/// Locks the account.
///
/// # Errors
/// The database's own.
pub(super) async fn expire_in(tx: &Tx, now: DateTime<Utc>, id: StoreCreditAccountId) -> Result<bool, Fault> {
    let due = account::Entity::find_by_id(id).filter(account::Column::NextExpiryAt.lte(now));
    if due.lock_exclusive().one(tx).await?.is_none() {
        return Ok(false);
    }
    let entries = entries_of(tx, id).await?;
    let holdings = Holdings::at(&entries, now);
    account::Entity::update_many()
        .col_expr(
            account::Column::BalanceMinor,
            Expr::col(account::Column::BalanceMinor).sub(holdings.over_minor()),
        )
        .col_expr(account::Column::NextExpiryAt, Expr::val(holdings.next_expiry_at))
        .col_expr(account::Column::UpdatedAt, Expr::val(now))
        .filter(account::Column::Id.eq(id))
        .exec(tx)
        .await?;
    // A credit can end again when something of it came back: the reference tells the ends apart.
    let last = entries.last().map_or(0, |entry| entry.id.0);
    let ended = holdings.over.iter().map(|(credit, minor)| txn::ActiveModel {
        id: NotSet,
        account_id: Set(id),
        kind: Set(StoreCreditTxnKind::Expire),
        delta_minor: Set(-minor),
        reference: Set(format!("expire/{credit}/{last}")),
        expires_at: Set(None),
        credit_id: Set(Some(*credit)),
        created_at: Set(now),
    });
    if !holdings.over.is_empty() {
        txn::Entity::insert_many(ended).exec_without_returning(tx).await?;
    }
    Ok(true)
}

/// The ledger of an account from its beginning.
pub(super) async fn entries_of<C: ConnectionTrait>(
    db: &C,
    id: StoreCreditAccountId,
) -> Result<Vec<txn::Model>, Fault> {
    let entries = txn::Entity::find().filter(txn::Column::AccountId.eq(id));
    Ok(entries.order_by_asc(txn::Column::Id).all(db).await?)
}
