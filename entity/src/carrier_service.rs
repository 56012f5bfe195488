//! Table `carrier_service`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::CarrierServiceId;

/// The words of `carrier_service`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum CarrierKind {
    #[sea_orm(string_value = "callback")]
    Callback,
    #[sea_orm(string_value = "shipengine")]
    #[serde(rename = "shipengine")]
    ShipEngine,
}

/// Somebody outside who says what a delivery costs.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "carrier_service")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CarrierServiceId,
    /// For staff.
    pub name: String,
    pub kind: CarrierKind,
    /// Where a callback is asked.
    pub callback_url: Option<String>,
    /// Which of the keys derived for it signs: grows when a key is replaced.
    pub key_version: i32,
    pub timeout_ms: i32,
    /// What it costs without an answer, in the shop's currency.
    pub fallback_minor: Option<i64>,
    pub active: bool,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
