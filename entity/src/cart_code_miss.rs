//! Table `cart_code_miss`.

use sea_orm::entity::prelude::*;

use crate::id::CartId;

/// How often a cart was told codes of gift cards that do not exist.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cart_code_miss")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub cart_id: CartId,
    pub misses: i32,
    /// When the counting began; after an hour it begins again.
    pub since: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
