//! Table `price_list`.

use sea_orm::entity::prelude::*;

use crate::id::PriceListId;

/// A named set of prices; list 0 holds the base prices.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "price_list")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PriceListId,
    pub name: String,
    pub currency: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
