//! Table `delivery_method_rate`.

use sea_orm::entity::prelude::*;

use crate::id::DeliveryMethodId;

/// A tier of a method: the first that a parcel fits says what it costs.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_method_rate")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub method_id: DeliveryMethodId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub position: i32,
    pub rate_minor: i64,
    pub min_subtotal_minor: Option<i64>,
    pub max_subtotal_minor: Option<i64>,
    pub min_weight_grams: Option<i64>,
    pub max_weight_grams: Option<i64>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
