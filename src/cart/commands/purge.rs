//! Dropping carts that nobody came back for.

use entity::cart;
use entity::completion_attempt::{self, AttemptState};
use entity::metafield::OwnerType;
use sea_orm::sea_query::{LockBehavior, LockType, Query};
use sea_orm::{ColumnTrait, DbBackend, EntityTrait, QueryFilter, QuerySelect};

use crate::app::App;
use crate::error::Fault;
use crate::metafield;

/// Carts dropped in one transaction.
const AT_ONCE: u64 = 500;

/// Drops carts whose time is over, ordered or not; a cart that is being paid for stays. Returns how many.
///
/// # Errors
/// The database's own.
pub async fn purge_expired(app: &App) -> Result<u64, Fault> {
    let now = app.clock.now();
    let live = Query::select()
        .column(completion_attempt::Column::CartId)
        .from(completion_attempt::Entity)
        .cond_where(completion_attempt::Column::State.is_not_in([AttemptState::Done, AttemptState::Failed]))
        .to_owned();
    let mut total = 0;
    loop {
        let dropped = app
            .db
            .retry(|| async {
                let tx = app.begin().await?;
                let expired = cart::Entity::find()
                    .filter(cart::Column::ExpiresAt.lt(now))
                    .filter(cart::Column::Id.not_in_subquery(live.clone()))
                    .limit(AT_ONCE);
                let expired = match app.db.backend() {
                    DbBackend::Postgres => {
                        expired.lock_with_behavior(LockType::Update, LockBehavior::SkipLocked)
                    }
                    _ => expired,
                };
                let ids: Vec<entity::id::CartId> =
                    expired.select_only().column(cart::Column::Id).into_tuple().all(&tx).await?;
                if ids.is_empty() {
                    return Ok(0);
                }
                let result = cart::Entity::delete_many()
                    .filter(cart::Column::Id.is_in(ids.iter().copied()))
                    // Asked again: an attempt may have begun before the rows were locked.
                    .filter(cart::Column::Id.not_in_subquery(live.clone()))
                    .exec(&tx)
                    .await?;
                let gone: Vec<i64> = ids.iter().map(|id| id.0).collect();
                metafield::forget_in(&tx, OwnerType::Cart, &gone).await?;
                tx.commit().await?;
                Ok::<_, Fault>(result.rows_affected)
            })
            .await?;
        total += dropped;
        if dropped < AT_ONCE {
            return Ok(total);
        }
    }
}
