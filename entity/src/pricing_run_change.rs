//! Table `pricing_run_change`.

use sea_orm::entity::prelude::*;

use crate::id::{PriceListId, PricingRunId, VariantId};

/// The words of `pricing_run_change`.`outcome`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum PricingChangeOutcome {
    #[sea_orm(string_value = "reverted")]
    Reverted,
    #[sea_orm(string_value = "kept")]
    Kept,
}

/// A price that a run changed.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pricing_run_change")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub run_id: PricingRunId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant_id: VariantId,
    /// From how many units on the price holds.
    #[sea_orm(primary_key, auto_increment = false)]
    pub min_quantity: i32,
    /// That of the rule.
    pub price_list_id: PriceListId,
    pub currency: String,
    /// That of the price.
    pub valid_from: DateTimeUtc,
    pub before_minor: i64,
    pub after_minor: i64,
    pub compare_at_before_minor: Option<i64>,
    pub compare_at_after_minor: Option<i64>,
    /// Why, in plain English.
    pub reason: String,
    /// The steps behind it.
    #[sea_orm(column_type = "JsonBinary")]
    pub trace: Json,
    pub changed_at: DateTimeUtc,
    /// Empty while the run was not taken back.
    pub outcome: Option<PricingChangeOutcome>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
