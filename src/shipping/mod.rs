//! Shipping: where the shop delivers to, how, and for how much.
//!
//! Tables: `delivery_profile`, `delivery_zone`, `delivery_zone_country`, `delivery_method`. Invariants: a country is in
//! one zone of a profile at most; a rate is never negative; rates are in the shop's currency.

mod commands;
mod queries;
mod rate;

pub use commands::{NewMethod, NewZone, replace_delivery_zones};
pub use queries::{list_served_countries, methods_to};
pub use rate::{DeliveryOption, Parcel, options_for};
