//! Table `delivery_group_location`.

use sea_orm::entity::prelude::*;

use crate::id::{DeliveryLocationGroupId, LocationId};

/// A location in a group of them.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_group_location")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub group_id: DeliveryLocationGroupId,
    #[sea_orm(primary_key, auto_increment = false)]
    pub location_id: LocationId,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
