//! Shipping: where the shop delivers to, how, and for how much.
//!
//! A profile delivers some products, the default one all others. It has groups of locations that goods leave from, each of
//! them zones that they go to, each of these methods: at a rate of the shop's, or at that of a carrier who is asked.
//!
//! Tables: `delivery_profile`, `delivery_profile_product`, `delivery_profile_variant`, `delivery_location_group`,
//! `delivery_group_location`, `delivery_zone`, `delivery_zone_country`, `delivery_method`, `delivery_method_rate`,
//! `carrier_service`, `delivery_quote`. Invariants: one profile is the default one; a place is in one zone of a location
//! group at most, as far as zones do not name it more closely than others; every zone has methods; a rate is never
//! negative; carriers are never asked inside a transaction, and an answer is never taken for another question.
//!
//! Labels are bought and parcels are followed here too. Tables: `shipping_label`, `parcel_event`, `webhook_receipt`.
//! Invariants: a label is recorded under a name of ours before the provider is asked, and is bought once for the caller's
//! key; an answer that was lost is settled by asking for that name; what is told of a parcel counts once, in any order.

mod commands;
mod error;
mod group;
mod label;
mod label_buy;
mod label_error;
mod label_settle;
mod model;
mod new;
mod parcel;
mod pickup;
pub mod provider;
mod quote;
mod rate;
mod request;
mod settings;
mod tracking;
mod tracking_follow;
mod zone;

pub use commands::assign::{assign_products, assign_variants};
pub use commands::carrier::{
    DEFAULT_TIMEOUT, MAX_TIMEOUT, NewCarrierService, SavedCarrierService, delete_carrier_service,
    replace_carrier_key, save_carrier_service,
};
pub use commands::pickup::{NewPickup, save_pickup};
pub use commands::profile::{delete_profile, find_default_profile, replace_delivery_zones, save_profile};
pub use error::{DeliveryError, DeliveryErrorCode};
pub use group::{OfferedGroup, Unserved, groups};
pub use label::{LabelParcel, carrier_name, labels_of_order};
pub use label_buy::{BuyLabel, buy_label, label_rates};
pub use label_error::{LabelError, LabelErrorCode};
pub use label_settle::{settle_label, void_label};
pub use model::{Conditions, Locations, Markup, Settings, Tier};
pub use new::{NewLocationGroup, NewMethod, NewMethodRate, NewProfile, NewRegion, NewZone};
pub use parcel::{ParcelLine, Shipment, StockTake};
pub use pickup::pickup_of;
pub use quote::{CarrierAnswer, CarrierAnswers, ask, find_quotes, purge_quotes};
pub use rate::{DeliveryOption, Via};
pub use request::requests_for;
pub use settings::load_settings;
pub use tracking::{Tracking, find_tracking, status_of, tracking_by_order_ids, tracking_of_order};
pub use tracking_follow::{Receipt, ReceiveError, follow_due, receive_message, subscribe_to_parcels};
