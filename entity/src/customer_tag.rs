//! Table `customer_tag`.

use sea_orm::entity::prelude::*;

use crate::id::CustomerId;

/// A word by which the merchant groups customers.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "customer_tag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub customer_id: CustomerId,
    /// Lower-case tag, for comparing.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_norm: String,
    /// As written.
    pub tag: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
