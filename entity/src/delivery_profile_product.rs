//! Table `delivery_profile_product`.

use sea_orm::entity::prelude::*;

use crate::id::{DeliveryProfileId, ProductId};

/// A product that another profile than the default one delivers.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_profile_product")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub product_id: ProductId,
    pub profile_id: DeliveryProfileId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
