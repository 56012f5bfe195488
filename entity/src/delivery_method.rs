//! Table `delivery_method`.

use sea_orm::entity::prelude::*;

use crate::id::DeliveryZoneId;

/// A way to deliver within a zone, and what it costs.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_method")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub zone_id: DeliveryZoneId,
    pub handle: String,
    pub title: String,
    pub description: String,
    pub currency: String,
    pub rate_minor: i64,
    /// Subtotal from which it is free.
    pub free_from_minor: Option<i64>,
    pub min_subtotal_minor: Option<i64>,
    pub max_subtotal_minor: Option<i64>,
    pub min_weight_grams: Option<i64>,
    pub max_weight_grams: Option<i64>,
    pub position: i32,
    pub active: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
