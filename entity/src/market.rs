//! Table `market`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::MarketId;

/// The words of `market`.`status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MarketStatus {
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "draft")]
    Draft,
}

/// The words of `market`.`rounding_mode`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum RoundingMode {
    #[sea_orm(string_value = "nearest")]
    Nearest,
    #[sea_orm(string_value = "up")]
    Up,
    #[sea_orm(string_value = "down")]
    Down,
}

/// Countries that are sold to alike: one currency, one way to round.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "market")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MarketId,
    pub handle: String,
    /// For staff.
    pub name: String,
    pub status: MarketStatus,
    /// Whether it serves whom no other market serves.
    pub is_primary: bool,
    /// ISO 4217 code of all prices in it.
    pub base_currency: String,
    /// Whether its prices already hold the tax.
    pub tax_inclusive: bool,
    pub rounding_mode: RoundingMode,
    /// Distance between two amounts that prices are rounded to.
    pub rounding_step_minor: i64,
    /// What these amounts leave when divided by the step.
    pub rounding_ending_minor: i64,
    /// Added to base prices, in hundredths of a percent.
    pub price_adjust_bp: i32,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
