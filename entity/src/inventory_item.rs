//! Table `inventory_item`.

use sea_orm::entity::prelude::*;

use crate::id::InventoryItemId;

/// The stock side of a variant.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "inventory_item")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: InventoryItemId,
    pub sku: Option<String>,
    /// Whether the shop counts it.
    pub tracked: bool,
    pub requires_shipping: bool,
    pub weight_grams: i64,
    /// What a unit costs the shop.
    pub cost_minor: Option<i64>,
    pub cost_currency: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
