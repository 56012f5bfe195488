//! Where stock lies.

use chrono::{DateTime, Utc};
use entity::id::LocationId;
use entity::{location, shop};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::{ActiveModelTrait, ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::error::Fault;
use crate::market::Address;
use crate::store::lock_version_in;

/// Where a location is.
#[must_use]
pub fn address_of(row: &location::Model) -> Address {
    Address {
        address1: row.address1.clone(),
        address2: row.address2.clone(),
        city: Some(row.city.clone()).filter(|city| !city.is_empty()),
        province_code: row.province.clone(),
        zip: row.zip.clone(),
        country_code: Some(row.country.clone()),
        phone: row.phone.clone(),
        ..Address::default()
    }
}

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
    lock_version_in(tx, shop::Column::DeliveryVersion).await?;
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
