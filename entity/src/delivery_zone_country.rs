//! Table `delivery_zone_country`.

use sea_orm::entity::prelude::*;

use crate::id::DeliveryZoneId;

/// A country, or one province of it, in a zone.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_zone_country")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub zone_id: DeliveryZoneId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub country: String,
    /// Empty for the whole country.
    #[sea_orm(primary_key, auto_increment = false)]
    pub province: String,
    /// List of patterns, of which one must match; empty for all postal codes.
    #[sea_orm(column_type = "JsonBinary")]
    pub postcodes: Json,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
