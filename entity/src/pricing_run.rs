//! Table `pricing_run`.

use sea_orm::entity::prelude::*;

use crate::id::{PricingRuleId, PricingRunId, VariantId};

/// The words of `pricing_run`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum PricingRunKind {
    #[sea_orm(string_value = "scheduled")]
    Scheduled,
    #[sea_orm(string_value = "manual")]
    Manual,
}

/// The words of `pricing_run`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum PricingRunState {
    #[sea_orm(string_value = "running")]
    Running,
    #[sea_orm(string_value = "done")]
    Done,
    #[sea_orm(string_value = "reverted")]
    Reverted,
}

/// One time that a rule went through the prices of its list.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pricing_run")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PricingRunId,
    pub rule_id: PricingRuleId,
    pub kind: PricingRunKind,
    pub state: PricingRunState,
    /// Of what the rule said.
    pub digest: String,
    /// Up to which variant it has come.
    pub last_variant_id: VariantId,
    /// Prices that it looked at.
    pub looked_at_count: i64,
    /// Prices that it changed.
    pub changed_count: i64,
    /// Why the other prices stayed, and how many: an object of numbers.
    #[sea_orm(column_type = "JsonBinary")]
    pub stayed: Json,
    pub started_at: DateTimeUtc,
    pub finished_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
