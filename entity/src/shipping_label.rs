//! Table `shipping_label`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{LocationId, OrderId, ShippingLabelId};

/// The words of `shipping_label`.`state`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum LabelState {
    #[sea_orm(string_value = "requested")]
    Requested,
    #[sea_orm(string_value = "unknown")]
    Unknown,
    #[sea_orm(string_value = "bought")]
    Bought,
    #[sea_orm(string_value = "failed")]
    Failed,
    #[sea_orm(string_value = "voided")]
    Voided,
}

/// The words of `shipping_label`.`parcel_status` and `parcel_event`.`status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum ParcelStatus {
    #[sea_orm(string_value = "unknown")]
    Unknown,
    #[sea_orm(string_value = "announced")]
    Announced,
    #[sea_orm(string_value = "accepted")]
    Accepted,
    #[sea_orm(string_value = "in_transit")]
    InTransit,
    #[sea_orm(string_value = "attempted")]
    Attempted,
    #[sea_orm(string_value = "exception")]
    Exception,
    #[sea_orm(string_value = "at_pickup_point")]
    AtPickupPoint,
    #[sea_orm(string_value = "delivered")]
    Delivered,
}

/// A label that was asked for, and the parcel that it is on.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "shipping_label")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ShippingLabelId,
    pub order_id: OrderId,
    /// Where the parcel leaves.
    pub location_id: Option<LocationId>,
    /// Who sells it.
    pub provider: String,
    pub state: LabelState,
    /// The caller's name for the purchase: the same one gives the same label.
    pub request_key: String,
    /// Of what was asked for under that name.
    pub request_digest: String,
    /// Our name for the shipment at the provider; stored before the call.
    pub external_key: String,
    /// The provider's name for the rate it is bought at.
    pub rate_reference: Option<String>,
    /// The provider's name for the carrier's account.
    pub carrier_reference: Option<String>,
    /// The carrier, as the provider writes it.
    pub carrier_code: Option<String>,
    /// The carrier's service.
    pub service_code: Option<String>,
    /// The provider's name for the label.
    pub provider_label_id: Option<String>,
    /// The carrier's number of the parcel.
    pub tracking_number: Option<String>,
    /// The carrier's page about it.
    pub tracking_url: Option<String>,
    /// Where staff fetch the label itself.
    pub label_url: Option<String>,
    /// What the shop pays; empty where the provider told it in no way we read.
    pub cost_minor: Option<i64>,
    pub currency: Option<String>,
    pub weight_grams: i64,
    /// The provider's codes, why there is no label.
    pub failure: Option<String>,
    pub parcel_status: ParcelStatus,
    /// When that came to be.
    pub parcel_moved_at: Option<DateTimeUtc>,
    /// When the provider is asked next, for the label or the parcel; empty: never.
    pub ask_at: Option<DateTimeUtc>,
    /// How often it was asked since there was news.
    pub asks: i32,
    pub bought_at: Option<DateTimeUtc>,
    pub voided_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
