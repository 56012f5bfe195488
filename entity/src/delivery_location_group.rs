//! Table `delivery_location_group`.

use sea_orm::entity::prelude::*;

use crate::id::{DeliveryLocationGroupId, DeliveryProfileId};

/// Locations that a profile delivers from to the same zones at the same rates.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_location_group")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: DeliveryLocationGroupId,
    pub profile_id: DeliveryProfileId,
    pub position: i32,
    /// Whether every location is in it, later ones too.
    pub all_locations: bool,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
