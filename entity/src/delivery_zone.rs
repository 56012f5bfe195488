//! Table `delivery_zone`.

use sea_orm::entity::prelude::*;

use crate::id::{DeliveryLocationGroupId, DeliveryProfileId, DeliveryZoneId};

/// Countries that are served at the same rates.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_zone")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: DeliveryZoneId,
    pub profile_id: DeliveryProfileId,
    pub name: String,
    pub position: i32,
    /// From which locations.
    pub group_id: Option<DeliveryLocationGroupId>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
