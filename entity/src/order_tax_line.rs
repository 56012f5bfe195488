//! Table `order_tax_line`.

use sea_orm::entity::prelude::*;

use crate::id::{OrderId, OrderLineId};

/// A tax of a line or of a delivery.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "order_tax_line")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: i64,
    pub order_id: OrderId,
    pub order_line_id: Option<OrderLineId>,
    pub shipping_line_id: Option<i64>,
    pub title: String,
    /// Who takes it.
    pub jurisdiction: String,
    /// In millionths: 190000 is 19 %.
    pub rate_e6: i64,
    pub amount_minor: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
