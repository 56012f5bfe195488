//! Table `variant_unit_price`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::VariantId;

/// The words of `variant_unit_price`.`measured_type`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MeasuredType {
    #[sea_orm(string_value = "area")]
    Area,
    #[sea_orm(string_value = "count")]
    Count,
    #[sea_orm(string_value = "length")]
    Length,
    #[sea_orm(string_value = "volume")]
    Volume,
    #[sea_orm(string_value = "weight")]
    Weight,
}

/// The words of `variant_unit_price`.`quantity_unit` and `reference_unit`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "lowercase")]
pub enum MeasuredUnit {
    #[sea_orm(string_value = "cl")]
    Cl,
    #[sea_orm(string_value = "cm")]
    Cm,
    #[sea_orm(string_value = "floz")]
    FlOz,
    #[sea_orm(string_value = "ft")]
    Ft,
    #[sea_orm(string_value = "ft2")]
    Ft2,
    #[sea_orm(string_value = "g")]
    G,
    #[sea_orm(string_value = "gal")]
    Gal,
    #[sea_orm(string_value = "in")]
    In,
    #[sea_orm(string_value = "item")]
    Item,
    #[sea_orm(string_value = "kg")]
    Kg,
    #[sea_orm(string_value = "l")]
    L,
    #[sea_orm(string_value = "lb")]
    Lb,
    #[sea_orm(string_value = "m")]
    M,
    #[sea_orm(string_value = "m2")]
    M2,
    #[sea_orm(string_value = "m3")]
    M3,
    #[sea_orm(string_value = "mg")]
    Mg,
    #[sea_orm(string_value = "ml")]
    Ml,
    #[sea_orm(string_value = "mm")]
    Mm,
    #[sea_orm(string_value = "oz")]
    Oz,
    #[sea_orm(string_value = "pt")]
    Pt,
    #[sea_orm(string_value = "qt")]
    Qt,
    #[sea_orm(string_value = "yd")]
    Yd,
}

/// How much a variant holds, and for how much of it its price is told besides.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "variant_unit_price")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant_id: VariantId,
    pub measured_type: MeasuredType,
    /// Thousandths of the unit: 0.75 l is 750.
    pub quantity_milli: i64,
    pub quantity_unit: MeasuredUnit,
    /// Whole units.
    pub reference_value: i32,
    pub reference_unit: MeasuredUnit,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
