//! Table `variant_component`.

use sea_orm::entity::prelude::*;

use crate::id::VariantId;

/// A variant that is sold as others together: how many units of each.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "variant_component")]
pub struct Model {
    /// The bundle.
    #[sea_orm(primary_key, auto_increment = false)]
    pub parent_id: VariantId,
    /// What is in it; never a bundle itself.
    #[sea_orm(primary_key, auto_increment = false)]
    pub component_id: VariantId,
    /// Units in one bundle.
    pub quantity: i32,
    pub position: i32,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
