//! Table `tax_rate`.

use sea_orm::entity::prelude::*;

use crate::id::{TaxClassId, TaxRateId};

/// What is taken of goods of a class that go to a place.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tax_rate")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: TaxRateId,
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Empty for the whole country.
    pub province: String,
    /// A postal code, the beginning of some with `*`, or a range with two dots; empty for all.
    pub postcode: String,
    /// None for the standard.
    pub tax_class_id: Option<TaxClassId>,
    /// For buyers.
    pub title: String,
    /// Who takes it.
    pub jurisdiction: String,
    /// In millionths: 19 % is 190000.
    pub rate_e6: i64,
    /// Whether it is taken of the net and the simple taxes together.
    pub compound: bool,
    /// Whether it is taken of deliveries too.
    pub on_shipping: bool,
    /// Of rates with the same one the most specific holds; others add up.
    pub priority: i32,
    /// From when on it holds; none for since ever.
    pub valid_from: Option<DateTimeUtc>,
    /// Until when it holds.
    pub valid_to: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
