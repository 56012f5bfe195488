//! Table `co_purchase`.

use sea_orm::entity::prelude::*;

use crate::id::ProductId;

/// Two products that were ordered together; a projection of order events.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "co_purchase")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    /// Each pair is kept both ways round.
    #[sea_orm(primary_key, auto_increment = false)]
    pub other_id: ProductId,
    /// Orders that hold both.
    pub order_count: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
