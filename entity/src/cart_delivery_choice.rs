//! Table `cart_delivery_choice`.

use sea_orm::entity::prelude::*;

use crate::id::CartId;

/// The delivery method chosen for a group of lines.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cart_delivery_choice")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub cart_id: CartId,
    /// Which group, as the delivery rules name it.
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_key: String,
    pub method_handle: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
