//! Table `product_tag`.

use sea_orm::entity::prelude::*;

use crate::id::ProductId;

/// A tag on a product.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "product_tag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    /// Lower-case tag, for comparing.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_norm: String,
    /// As written.
    pub tag: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
