//! Table `order_shipping_line`.

use sea_orm::entity::prelude::*;

use crate::id::OrderId;

/// A delivery that the order pays for.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_shipping_line")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub order_id: OrderId,
    pub title: String,
    pub method_handle: String,
    pub amount_minor: i64,
    /// From 1.
    pub position: i32,
    /// What is taken off.
    pub discount_minor: i64,
    /// All its taxes.
    pub tax_minor: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
