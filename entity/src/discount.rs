//! Table `discount`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::DiscountId;

/// The words of `discount`.`method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum DiscountMethod {
    #[sea_orm(string_value = "automatic")]
    Automatic,
    #[sea_orm(string_value = "code")]
    Code,
}

/// The words of `discount`.`class`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum DiscountClass {
    #[sea_orm(string_value = "product")]
    Product,
    #[sea_orm(string_value = "order")]
    Order,
    #[sea_orm(string_value = "shipping")]
    Shipping,
}

/// The words of `discount`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DiscountKind {
    #[sea_orm(string_value = "basic")]
    Basic,
    #[sea_orm(string_value = "buy_x_get_y")]
    BuyXGetY,
    #[sea_orm(string_value = "free_shipping")]
    FreeShipping,
}

/// The words of `discount`.`status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DiscountStatus {
    #[sea_orm(string_value = "active")]
    Active,
    #[sea_orm(string_value = "disabled")]
    Disabled,
}

/// The words of `discount`.`value_kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum DiscountValueKind {
    #[sea_orm(string_value = "percentage")]
    Percentage,
    #[sea_orm(string_value = "amount")]
    Amount,
    #[sea_orm(string_value = "price")]
    Price,
}

/// The words of `discount`.`spread`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum DiscountSpread {
    #[sea_orm(string_value = "each")]
    Each,
    #[sea_orm(string_value = "across")]
    Across,
}

/// The words of `discount`.`customers`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DiscountCustomers {
    #[sea_orm(string_value = "all")]
    All,
    #[sea_orm(string_value = "named")]
    Named,
    #[sea_orm(string_value = "segments")]
    Segments,
}

/// What is taken off prices, for whom, when and how often.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "discount")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: DiscountId,
    /// For buyers; of a code discount the code is shown instead.
    pub title: String,
    pub method: DiscountMethod,
    pub class: DiscountClass,
    pub kind: DiscountKind,
    pub status: DiscountStatus,
    /// None of free shipping.
    pub value_kind: Option<DiscountValueKind>,
    /// Of a percentage: hundredths of a percent.
    pub value_bp: Option<i32>,
    /// Of an amount or a price: minor units of the shop's currency, like all amounts here.
    pub value_minor: Option<i64>,
    /// Of a basic discount.
    pub spread: Option<DiscountSpread>,
    /// Whether a basic discount is for all merchandise.
    pub entitles_all: bool,
    /// Whether any merchandise counts as bought.
    pub buys_all: bool,
    /// Whether any merchandise is got.
    pub gets_all: bool,
    /// Units to be bought for one use.
    pub buy_quantity: Option<i32>,
    /// Or what they must cost together.
    pub buy_minor: Option<i64>,
    /// Units that are got with one use, at most.
    pub get_quantity: Option<i32>,
    /// Uses in one cart at most.
    pub uses_per_order: Option<i32>,
    /// Of free shipping: a list of ISO 3166-1 codes; none for all.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub countries: Option<Json>,
    /// Of free shipping: what a delivery may cost at most.
    pub max_cost_minor: Option<i64>,
    /// What the entitled things in a cart must cost at least.
    pub required_minor: Option<i64>,
    /// How many of them there must be at least.
    pub required_quantity: Option<i64>,
    pub combines_with_product: bool,
    pub combines_with_order: bool,
    pub combines_with_shipping: bool,
    pub customers: DiscountCustomers,
    /// Else in those of its context.
    pub in_all_markets: bool,
    pub starts_at: DateTimeUtc,
    pub ends_at: Option<DateTimeUtc>,
    /// How often it may be used by all buyers together.
    pub usage_limit: Option<i64>,
    /// How often it was, or is being used.
    pub usage_count: i64,
    pub once_per_customer: bool,
    /// It stays for the orders that name it.
    pub deleted_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
