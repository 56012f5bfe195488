//! Table `cart_gift_card`.

use sea_orm::entity::prelude::*;

use crate::id::{CartId, GiftCardId};

/// A gift card that is to pay for a cart.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cart_gift_card")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub cart_id: CartId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub gift_card_id: GiftCardId,
    /// The first pays first.
    pub position: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
