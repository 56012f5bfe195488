//! Table `shop`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

/// The words of `shop`.`tax_rounding` and `market_tax`.`rounding`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum TaxRoundingMode {
    #[sea_orm(string_value = "line")]
    Line,
    #[sea_orm(string_value = "order")]
    Order,
}

/// The words of `shop`.`tax_provider`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum TaxProviderKind {
    #[sea_orm(string_value = "none")]
    None,
    #[sea_orm(string_value = "stripe_tax")]
    StripeTax,
}

/// The words of `shop`.`tax_fallback`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum TaxFallback {
    #[sea_orm(string_value = "table_rates")]
    TableRates,
    #[sea_orm(string_value = "refuse")]
    Refuse,
}

/// The words of `shop`.`tax_unmatched`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum TaxUnmatched {
    #[sea_orm(string_value = "untaxed")]
    Untaxed,
    #[sea_orm(string_value = "refuse")]
    Refuse,
}

/// The one shop this database belongs to, and its settings.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shop")]
pub struct Model {
    /// Always 1.
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: i64,
    /// What shoppers call the shop.
    pub name: String,
    /// A few sentences about the shop.
    pub description: String,
    /// One line under the name.
    pub slogan: String,
    /// ISO 4217 code of the base prices.
    pub currency: String,
    /// ISO 3166-1 alpha-2 code of the shop's seat.
    pub country: String,
    /// Language of the untranslated texts, as in LanguageCode.
    pub language: String,
    /// Where shoppers reach the shop.
    pub email: String,
    /// Whether base prices already hold the tax.
    pub taxes_included: bool,
    /// Stands before the number in an order's name.
    pub order_prefix: String,
    /// Whether the shop was laid by the demo command.
    pub is_demo: bool,
    /// Grows with each change of markets, price lists and rates.
    pub market_version: i64,
    /// Grows with each change of a discount.
    pub discount_version: i64,
    /// Grows with each change of tax rates.
    pub tax_version: i64,
    /// Grows with each change of delivery.
    pub delivery_version: i64,
    /// IANA name of the zone in whose days the shop thinks, such as Europe/Berlin.
    pub time_zone: String,
    /// What of a tax is rounded where a market says nothing else.
    pub tax_rounding: TaxRoundingMode,
    /// Who says what the taxes are; none for the shop's own rates.
    pub tax_provider: TaxProviderKind,
    /// What holds while the provider does not answer.
    pub tax_fallback: TaxFallback,
    /// What holds where a country has rates of which none is for the address.
    pub tax_unmatched: TaxUnmatched,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
