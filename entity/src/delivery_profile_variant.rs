//! Table `delivery_profile_variant`.

use sea_orm::entity::prelude::*;

use crate::id::{DeliveryProfileId, VariantId};

/// A variant that another profile than its product's delivers.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_profile_variant")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub variant_id: VariantId,
    pub profile_id: DeliveryProfileId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
