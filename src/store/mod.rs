//! The store: the shop's own settings, its staff's front door keys.
//!
//! Tables: `shop`, `brand`, `access_token`. Invariants: there is one shop; a token is stored only as its hash and shown once.

mod brand;
mod cache;
mod commands;
mod queries;
mod time_zone;
mod versioned;

pub use brand::{Brand, BrandColors, BrandError, ColorPair, find_brand, save_brand};
pub use cache::ShopCache;

pub use commands::{BASE_PRICE_LIST, NewShop, create_access_token, replace_shop, save_shop};
pub use queries::{find_access_token, find_access_token_by_hash, find_shop, get_shop};
pub use time_zone::{TimeZone, TimeZoneError, set_time_zone};
pub use versioned::Versioned;
pub(crate) use versioned::lock_version_in;
