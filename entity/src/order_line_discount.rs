//! Table `order_line_discount`.

use sea_orm::entity::prelude::*;

use crate::id::{OrderDiscountApplicationId, OrderLineId};

/// What of a discount fell on a line.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_line_discount")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub order_line_id: OrderLineId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub application_id: OrderDiscountApplicationId,
    pub amount_minor: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
