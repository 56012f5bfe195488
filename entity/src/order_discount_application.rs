//! Table `order_discount_application`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::discount::{DiscountClass, DiscountMethod, DiscountSpread, DiscountValueKind};
use crate::id::{DiscountId, OrderDiscountApplicationId, OrderId};

/// The words of `order_discount_application`.`selection`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum TargetSelection {
    #[sea_orm(string_value = "all")]
    All,
    #[sea_orm(string_value = "entitled")]
    Entitled,
    #[sea_orm(string_value = "explicit")]
    Explicit,
}

/// A discount that took something off an order: a copy, like all of it.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_discount_application")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OrderDiscountApplicationId,
    pub order_id: OrderId,
    /// From 1.
    pub position: i32,
    pub discount_id: Option<DiscountId>,
    /// As typed in, where it has one.
    pub code: Option<String>,
    pub title: String,
    pub method: DiscountMethod,
    pub class: DiscountClass,
    pub value_kind: DiscountValueKind,
    /// Of a percentage: hundredths of a percent.
    pub value_bp: Option<i32>,
    /// Of an amount or a price: minor units of the order's currency.
    pub value_minor: Option<i64>,
    pub spread: DiscountSpread,
    pub selection: TargetSelection,
    /// What it took off in all.
    pub amount_minor: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
