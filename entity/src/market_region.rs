//! Table `market_region`.

use sea_orm::entity::prelude::*;

use crate::id::MarketId;

/// A country, or one province of it, in a market.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "market_region")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub market_id: MarketId,
    /// ISO 3166-1 alpha-2 code.
    #[sea_orm(primary_key, auto_increment = false)]
    pub country: String,
    /// Empty for the whole country.
    #[sea_orm(primary_key, auto_increment = false)]
    pub province: String,
    /// Whether its market is active.
    pub active: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
