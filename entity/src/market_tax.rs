//! Table `market_tax`.

use sea_orm::entity::prelude::*;

use crate::id::MarketId;
use crate::shop::TaxRoundingMode;

/// Where a market rounds taxes otherwise than the shop.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "market_tax")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub market_id: MarketId,
    pub rounding: TaxRoundingMode,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
