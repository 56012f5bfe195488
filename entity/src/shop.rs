//! Table `shop`.

use sea_orm::entity::prelude::*;

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
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
