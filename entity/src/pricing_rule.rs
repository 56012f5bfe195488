//! Table `pricing_rule`.

use sea_orm::entity::prelude::*;

use crate::id::{PriceListId, PricingRuleId};

/// The words of `pricing_rule`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum PricingRuleState {
    #[sea_orm(string_value = "draft")]
    Draft,
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "paused")]
    Paused,
    #[sea_orm(string_value = "archived")]
    Archived,
}

/// Changes the prices of a list by itself where its condition holds.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "pricing_rule")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PricingRuleId,
    /// For staff.
    pub name: String,
    pub state: PricingRuleState,
    pub price_list_id: PriceListId,
    /// ISO 4217 code of the list and of all amounts of the rule.
    pub currency: String,
    #[sea_orm(column_type = "JsonBinary")]
    pub condition: Json,
    #[sea_orm(column_type = "JsonBinary")]
    pub action: Json,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub floor: Option<Json>,
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub ceiling: Option<Json>,
    /// How far all rules together move a price within a day.
    pub max_step_bp: i32,
    /// Of the rules that match a variant the highest changes its price.
    pub priority: i32,
    /// How often it runs.
    pub every_minutes: i32,
    /// Grows with each change of what it says.
    pub version: i64,
    /// Of what it said when it was last simulated.
    pub simulated_digest: Option<String>,
    /// When it is due; empty while it is not active.
    pub next_run_at: Option<DateTimeUtc>,
    /// Until when a node runs it.
    pub lease_until: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
