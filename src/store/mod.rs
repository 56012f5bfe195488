//! The store: the shop's own settings, its staff's front door keys.
//!
//! Tables: `shop`, `access_token`. Invariants: there is one shop; a token is stored only as its hash and shown once.

mod commands;
mod queries;

pub use commands::{NewShop, create_access_token, save_shop};
pub use queries::{find_access_token, find_shop, get_shop};
pub use commands::BASE_PRICE_LIST;
