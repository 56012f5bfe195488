//! Table `reservation`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{AttemptId, InventoryItemId, LocationId};

/// The words of `reservation`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ReservationState {
    #[sea_orm(string_value = "held")]
    Held,
    #[sea_orm(string_value = "converted")]
    Converted,
    #[sea_orm(string_value = "released")]
    Released,
    #[sea_orm(string_value = "expired")]
    Expired,
}

/// Stock held for an attempt for a while.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "reservation")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub item_id: InventoryItemId,
    pub location_id: LocationId,
    pub attempt_id: AttemptId,
    pub quantity: i64,
    pub state: ReservationState,
    pub expires_at: DateTimeUtc,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
