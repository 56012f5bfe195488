//! Table `delivery_quote`.

use sea_orm::entity::prelude::*;

use crate::id::CarrierServiceId;

/// What a carrier said, or that it said nothing, for as long as that holds.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_quote")]
pub struct Model {
    /// SHA-256 of the request, in hexadecimal.
    #[sea_orm(primary_key, auto_increment = false)]
    pub key: String,
    pub carrier_service_id: CarrierServiceId,
    /// Its rates, in minor units of the currency that was asked for.
    #[sea_orm(column_type = "JsonBinary")]
    pub rates: Json,
    /// Whether there was no answer.
    pub is_fallback: bool,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
