//! Table `market_locale`.

use sea_orm::entity::prelude::*;

use crate::id::MarketId;

/// A language of the shop that is spoken in a market; in a market without any, all are.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "market_locale")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub market_id: MarketId,
    /// As in LanguageCode.
    #[sea_orm(primary_key, auto_increment = false)]
    pub locale: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
