//! Table `quantity_rule`.

use sea_orm::entity::prelude::*;

use crate::id::{PriceListId, VariantId};

/// How many units of a variant are sold at once.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "quantity_rule")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub price_list_id: PriceListId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant_id: VariantId,
    pub minimum: i32,
    pub maximum: Option<i32>,
    /// The step between two quantities.
    pub increment: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
