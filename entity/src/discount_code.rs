//! Table `discount_code`.

use sea_orm::entity::prelude::*;

use crate::id::{DiscountCodeId, DiscountId};

/// What buyers type in to have a discount.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "discount_code")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: DiscountCodeId,
    pub discount_id: DiscountId,
    /// As the shop writes it.
    pub code: String,
    /// For comparing: without case and surrounding space.
    pub code_norm: String,
    pub usage_count: i64,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
