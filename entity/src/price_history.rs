//! Table `price_history`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{PriceHistoryId, PriceListId, PricingRunId, VariantId};

/// The words of `price_history`.`reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum PriceReason {
    #[sea_orm(string_value = "set")]
    Set,
    #[sea_orm(string_value = "scheduled")]
    Scheduled,
    #[sea_orm(string_value = "removed")]
    Removed,
    #[sea_orm(string_value = "imported")]
    Imported,
    #[sea_orm(string_value = "rule")]
    Rule,
    #[sea_orm(string_value = "reverted")]
    Reverted,
}

/// A change of a price; only ever added to.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "price_history")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PriceHistoryId,
    pub variant_id: VariantId,
    pub price_list_id: PriceListId,
    pub currency: String,
    pub min_quantity: i32,
    pub valid_from: DateTimeUtc,
    pub valid_to: Option<DateTimeUtc>,
    /// Minor units of the currency; none where the price was taken away.
    pub amount_minor: Option<i64>,
    pub compare_at_minor: Option<i64>,
    pub reason: PriceReason,
    /// The run of a pricing rule that did it, or that was undone.
    pub pricing_run_id: Option<PricingRunId>,
    /// Who did it: system, or the key of a token.
    pub actor: String,
    pub recorded_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
