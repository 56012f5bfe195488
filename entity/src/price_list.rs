//! Table `price_list`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{MarketId, PriceListId, SegmentId};

/// The words of `price_list`.`compare_at_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum CompareAtMode {
    #[sea_orm(string_value = "adjusted")]
    Adjusted,
    #[sea_orm(string_value = "hidden")]
    Hidden,
}

/// A named set of prices; list 0 holds the base prices.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "price_list")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PriceListId,
    pub name: String,
    pub currency: String,
    /// Where it holds; none for the base prices, and for a segment everywhere.
    pub market_id: Option<MarketId>,
    /// Whom it is for; none for everybody.
    pub segment_id: Option<SegmentId>,
    /// Added to base prices, in hundredths of a percent; none where it only has prices of its own.
    pub parent_adjust_bp: Option<i32>,
    /// What becomes of the prices that base prices are compared with.
    pub compare_at_mode: CompareAtMode,
    /// The higher one is asked first.
    pub priority: i32,
    /// From when on it holds.
    pub starts_at: Option<DateTimeUtc>,
    /// Until when it holds.
    pub ends_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
