//! Table `parcel_event`.

use sea_orm::entity::prelude::*;

use crate::id::{ParcelEventId, ShippingLabelId};
use crate::shipping_label::ParcelStatus;

/// What a carrier told of a parcel; append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "parcel_event")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ParcelEventId,
    pub label_id: ShippingLabelId,
    /// Digest of what was told: carriers give their events no names.
    pub provider_event_key: String,
    pub status: ParcelStatus,
    pub occurred_at: DateTimeUtc,
    /// In the carrier's words.
    pub description: String,
    /// City, state, country.
    pub place: String,
    pub created_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
