//! Reading what belongs to customers, and forgetting what has expired.

use chrono::TimeDelta;
use entity::id::CustomerId;
use entity::{customer_access_token, customer_tag, multipass_use, one_time_token};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use super::attempt;
use crate::app::App;
use crate::error::Fault;

/// How long what has expired is kept, for looking into complaints.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// The words by which the merchant groups a customer, in alphabetical order.
///
/// # Errors
/// The database's own.
pub async fn list_tags<C: ConnectionTrait>(db: &C, id: CustomerId) -> Result<Vec<String>, Fault> {
    let rows = customer_tag::Entity::find()
        .filter(customer_tag::Column::CustomerId.eq(id))
        .order_by_asc(customer_tag::Column::TagNorm)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|row| row.tag).collect())
}

/// Drops tokens that expired long ago, with the mails about them, and counters that count from zero anyway.
///
/// # Errors
/// The database's own.
pub async fn purge_expired(app: &App) -> Result<(), Fault> {
    let (now, db) = (app.clock.now(), app.db.writer());
    let long_ago = now - KEPT_FOR;
    attempt::purge(db, now).await?;
    multipass_use::Entity::delete_many().filter(multipass_use::Column::ExpiresAt.lt(now)).exec(db).await?;
    one_time_token::Entity::delete_many()
        .filter(one_time_token::Column::ExpiresAt.lt(long_ago))
        .exec(db)
        .await?;
    customer_access_token::Entity::delete_many()
        .filter(customer_access_token::Column::ExpiresAt.lt(long_ago))
        .exec(db)
        .await?;
    Ok(())
}
