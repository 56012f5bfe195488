//! Inventory: what the shop counts, where it lies, and how much of it can still be sold.
//!
//! Tables: `inventory_item`, `inventory_level`, `inventory_ledger`, `reservation`, `location`. Invariants: a level never
//! goes below zero unless it may be sold past it, and then not past its cap; a state is the sum of its ledger entries;
//! what is reserved is the sum of the live reservations; only active locations that fulfil online orders count for
//! shoppers; whether a variant is for sale is decided in one place, [`is_for_sale`]; from where an order is taken in one
//! place, `route`.

mod availability;
mod backorder;
mod distance;
mod ledger_feed;
mod level;
mod location;
mod parcel;
mod queries;
mod reserve;
mod restock;
mod route;
#[cfg(test)]
mod route_tests;
mod save_location;
mod set_backorder;
mod stock_cache;

pub use availability::{Availability, ProductStock, is_for_sale, is_sold_past_zero};
pub use backorder::Backorder;
pub use distance::Coordinates;
pub use ledger_feed::{LedgerFeed, Moved};
pub use location::{address_of, ensure_default_location};
pub use queries::{
    availability_by_product_ids, find_location, find_pickup_location, list_pickup_locations,
    pickup_by_item_ids,
};
pub use reserve::{Held, claim_in, extend_in, release_in, reserve_in, sweep_expired_in};
pub use restock::{BackOnShelf, is_location, restock_in};
pub use route::{Demand, Shortage, Take};
pub use save_location::{LocationError, NewLocation, save_location};
pub use set_backorder::{BackorderError, set_backorder};
pub use stock_cache::{StockCache, StockOfProduct};
