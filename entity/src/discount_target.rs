//! Table `discount_target`.

use sea_orm::entity::prelude::*;

use crate::id::DiscountId;

/// The words of `discount_target`.`role`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DiscountRole {
    #[sea_orm(string_value = "entitled")]
    Entitled,
    #[sea_orm(string_value = "buys")]
    Buys,
    #[sea_orm(string_value = "gets")]
    Gets,
}

/// The words of `discount_target`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DiscountTargetKind {
    #[sea_orm(string_value = "product")]
    Product,
    #[sea_orm(string_value = "variant")]
    Variant,
    #[sea_orm(string_value = "collection")]
    Collection,
}

/// Merchandise that a discount names.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "discount_target")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub discount_id: DiscountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub role: DiscountRole,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: DiscountTargetKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub target_id: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
