//! Table `inventory_ledger`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{InventoryItemId, LocationId};

/// The words of `inventory_ledger`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum StockState {
    #[sea_orm(string_value = "available")]
    Available,
    #[sea_orm(string_value = "committed")]
    Committed,
    #[sea_orm(string_value = "reserved")]
    Reserved,
    #[sea_orm(string_value = "damaged")]
    Damaged,
    #[sea_orm(string_value = "safety")]
    Safety,
    #[sea_orm(string_value = "quality_control")]
    QualityControl,
    #[sea_orm(string_value = "incoming")]
    Incoming,
}

/// The words of `inventory_ledger`.`reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum LedgerReason {
    #[sea_orm(string_value = "import")]
    Import,
    #[sea_orm(string_value = "correction")]
    Correction,
    #[sea_orm(string_value = "reserve")]
    Reserve,
    #[sea_orm(string_value = "release")]
    Release,
    #[sea_orm(string_value = "claim")]
    Claim,
    #[sea_orm(string_value = "restock")]
    Restock,
}

/// Every change of a level, append-only: a state is the sum of its deltas.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "inventory_ledger")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub item_id: InventoryItemId,
    pub location_id: LocationId,
    pub state: StockState,
    pub delta: i64,
    pub reason: LedgerReason,
    /// What caused it, such as attempt/7.
    pub reference: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
