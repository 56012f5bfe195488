//! Table `price_list_history`.

use sea_orm::entity::prelude::*;

use crate::id::{MarketId, PriceListHistoryId, PriceListId, SegmentId};
use crate::price_list::CompareAtMode;

/// A state of a price list; only ever added to.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "price_list_history")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PriceListHistoryId,
    pub price_list_id: PriceListId,
    pub market_id: Option<MarketId>,
    pub segment_id: Option<SegmentId>,
    pub parent_adjust_bp: Option<i32>,
    pub compare_at_mode: CompareAtMode,
    pub priority: i32,
    pub starts_at: Option<DateTimeUtc>,
    pub ends_at: Option<DateTimeUtc>,
    /// Whether the list is no more.
    pub removed: bool,
    pub recorded_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
