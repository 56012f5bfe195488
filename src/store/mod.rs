//! The store: the shop's own settings, its staff's front door keys.
//!
//! Tables: `shop`, `access_token`. Invariants: there is one shop; a token is stored only as its hash and shown once.

mod cache;
mod commands;
mod queries;

pub use cache::ShopCache;

pub use commands::{BASE_PRICE_LIST, NewShop, create_access_token, replace_shop, save_shop};
pub use queries::{find_access_token, find_shop, get_shop};
