//! Where stock lies.

use chrono::{DateTime, Utc};
use entity::id::LocationId;
use entity::{location, shop};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::error::Fault;

/// The shop's first location: the active one that comes first, made where there is none.
///
/// Locks the shop while it makes one, so that two callers do not make two.
///
/// # Errors
/// The database's own.
pub async fn ensure_default_location(
    tx: &Tx,
    now: DateTime<Utc>,
    country: &str,
) -> Result<LocationId, Fault> {
    if let Some(id) = first_location(tx).await? {
        return Ok(id);
    }
    note_deliveries_change(tx).await?;
    if let Some(id) = first_location(tx).await? {
        return Ok(id);
    }
    let row = location::ActiveModel {
        id: NotSet,
        name: Set("Main location".to_owned()),
        country: Set(country.to_owned()),
        active: Set(true),
        fulfills_online: Set(true),
        position: Set(1),
        created_at: Set(now),
        updated_at: Set(now),
        ..Default::default()
    };
    Ok(row.insert(tx).await?.id)
}

/// Locks the shop and notes that what is kept in memory of its locations is old from the commit on.
pub(super) async fn note_deliveries_change(tx: &Tx) -> Result<(), DbErr> {
    shop::Entity::update_many()
        .col_expr(shop::Column::DeliveryVersion, Expr::col(shop::Column::DeliveryVersion).add(1))
        .exec(tx)
        .await?;
    Ok(())
}

async fn first_location(tx: &Tx) -> Result<Option<LocationId>, DbErr> {
    location::Entity::find()
        .select_only()
        .column(location::Column::Id)
        .filter(location::Column::Active.eq(true))
        .order_by_asc(location::Column::Position)
        .order_by_asc(location::Column::Id)
        .into_tuple()
        .one(tx)
        .await
}
