//! Table `discount_redemption`.

use sea_orm::entity::prelude::*;

use crate::id::{CustomerId, DiscountCodeId, DiscountId, DiscountRedemptionId, OrderId};

/// The words of `discount_redemption`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum)]
#[sea_orm(rs_type = "String", db_type = "Text")]
pub enum RedemptionState {
    #[sea_orm(string_value = "claimed")]
    Claimed,
    #[sea_orm(string_value = "redeemed")]
    Redeemed,
    #[sea_orm(string_value = "released")]
    Released,
}

/// A use of a discount by an attempt to buy.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "discount_redemption")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: DiscountRedemptionId,
    pub discount_id: DiscountId,
    /// By which code.
    pub code_id: Option<DiscountCodeId>,
    /// The attempt, such as attempt/7.
    pub reference: String,
    /// Who was signed in.
    pub customer_id: Option<CustomerId>,
    /// Of the normalised e-mail address, under the server's key.
    pub email_digest: Option<String>,
    /// Whether the buyer may use the discount this once.
    pub is_once: bool,
    pub state: RedemptionState,
    pub order_id: Option<OrderId>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
