//! Table `product_option`.

use sea_orm::entity::prelude::*;

use crate::id::{OptionId, ProductId};

/// A way in which a product's variants differ, such as size.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "product_option")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OptionId,
    pub product_id: ProductId,
    pub name: String,
    /// From 1.
    pub position: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
