//! Table `order_shipping_discount`.

use sea_orm::entity::prelude::*;

use crate::id::OrderDiscountApplicationId;

/// What of a discount fell on a delivery.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_shipping_discount")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub shipping_line_id: i64,
    #[sea_orm(primary_key, auto_increment = false)]
    pub application_id: OrderDiscountApplicationId,
    pub amount_minor: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
