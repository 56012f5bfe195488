//! Table `variant`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{InventoryItemId, MediaId, ProductId, TaxClassId, VariantId};

/// The words of `variant`.`inventory_policy`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum InventoryPolicy {
    #[sea_orm(string_value = "deny")]
    Deny,
    #[sea_orm(string_value = "continue")]
    Continue,
}

/// One thing that can be put in a cart.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "variant")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: VariantId,
    pub product_id: ProductId,
    pub inventory_item_id: InventoryItemId,
    /// From 1.
    pub position: i32,
    /// Its option values, joined.
    pub title: String,
    pub sku: Option<String>,
    pub barcode: Option<String>,
    pub taxable: bool,
    /// How it is taxed; none for the standard.
    pub tax_class_id: Option<TaxClassId>,
    pub inventory_policy: InventoryPolicy,
    /// Its option values in a form that is equal when they are.
    pub option_signature: String,
    /// Its own picture.
    pub media_id: Option<MediaId>,
    /// Tombstone: orders and ledgers still point here.
    pub deleted_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
