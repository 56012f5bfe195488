//! Table `discount_context`.

use sea_orm::entity::prelude::*;

use crate::id::DiscountId;

/// The words of `discount_context`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum DiscountContextKind {
    #[sea_orm(string_value = "customer")]
    Customer,
    #[sea_orm(string_value = "segment")]
    Segment,
    #[sea_orm(string_value = "market")]
    Market,
}

/// Whom and where a discount is for, unless it is for all.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "discount_context")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub discount_id: DiscountId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub kind: DiscountContextKind,
    #[sea_orm(primary_key, auto_increment = false)]
    pub target_id: i64,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
