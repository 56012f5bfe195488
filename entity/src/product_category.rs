//! Table `product_category`.

use sea_orm::entity::prelude::*;

use crate::id::ProductCategoryId;

/// A place in a tree of kinds of products.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "product_category")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ProductCategoryId,
    /// Empty at the top.
    pub parent_id: Option<ProductCategoryId>,
    pub name: String,
    /// The names from the top down, joined by " > ".
    pub path: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
