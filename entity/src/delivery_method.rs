//! Table `delivery_method`.

use sea_orm::entity::prelude::*;

use crate::id::{CarrierServiceId, DeliveryMethodId, DeliveryZoneId};

/// A way to deliver within a zone, and what it costs.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_method")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: DeliveryMethodId,
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
    /// Whose rates it offers; none where it has its own.
    pub carrier_service_id: Option<CarrierServiceId>,
    /// Added to a carrier's rates, in hundredths of a percent.
    pub markup_bp: i32,
    /// Added to a carrier's rates after the percentage.
    pub markup_minor: i64,
    /// What it costs without an answer of the carrier.
    pub fallback_minor: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
