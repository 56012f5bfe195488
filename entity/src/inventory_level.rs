//! Table `inventory_level`.

use sea_orm::entity::prelude::*;

use crate::id::{InventoryItemId, LocationId};

/// How many units of an item a location has, by state.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "inventory_level")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub item_id: InventoryItemId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub location_id: LocationId,
    pub on_hand: i64,
    pub available: i64,
    pub committed: i64,
    pub reserved: i64,
    pub damaged: i64,
    pub safety: i64,
    pub quality_control: i64,
    pub incoming: i64,
    /// Whether it may be sold past zero.
    pub backorder: bool,
    pub updated_at: DateTimeUtc,
    /// Units below zero that may be promised where that is allowed; empty: any number.
    pub backorder_limit: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
