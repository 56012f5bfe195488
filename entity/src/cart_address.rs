//! Table `cart_address`.

use sea_orm::entity::prelude::*;

use crate::id::{CartAddressId, CartId};

/// A delivery address of a cart.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cart_address")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CartAddressId,
    pub cart_id: CartId,
    /// The fields of a postal address.
    #[sea_orm(column_type = "JsonBinary")]
    pub address: Json,
    pub selected: bool,
    /// Whether it stays out of the customer's address book.
    pub one_time_use: bool,
    /// Whether it was checked field by field.
    pub strict: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
