//! Table `cart_line`.

use sea_orm::entity::prelude::*;

use crate::id::{CartId, CartLineId, VariantId};

/// A variant in a cart, and how many.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "cart_line")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: CartLineId,
    pub cart_id: CartId,
    pub variant_id: VariantId,
    pub quantity: i32,
    /// List of {key, value}.
    #[sea_orm(column_type = "JsonBinary")]
    pub attributes: Json,
    /// Equal for lines that are one line.
    pub merge_signature: String,
    /// The line that it belongs to.
    pub parent_id: Option<CartLineId>,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
