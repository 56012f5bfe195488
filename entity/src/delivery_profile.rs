//! Table `delivery_profile`.

use sea_orm::entity::prelude::*;

use crate::id::DeliveryProfileId;

/// A set of zones and methods; the default one covers every product.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_profile")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: DeliveryProfileId,
    pub name: String,
    pub is_default: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
