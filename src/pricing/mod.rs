//! Pricing: what a variant costs in a market, from a quantity and a moment on, and how many units are sold at once.
//!
//! Tables: `price`, `price_history`, `price_boundary`, `variant_unit_price`; it reads `quantity_rule`. Invariants: a price
//! holds from `valid_from` until just before `valid_to`; where two of a list hold at once, the newer one counts; two
//! temporary prices of one thing never hold at once; each change of a price is in the history, which is only ever added
//! to, because one function writes both; prices are whole minor units, computed without fractions and rounded once.

mod boundary;
mod choose;
mod commands;
pub mod dynamic;
pub mod engine;
mod explain;
#[cfg(test)]
mod explain_tests;
mod explain_words;
mod history;
mod lowest;
mod prior;
mod quantity;
mod tier;
mod unit_price;
mod window;
mod write;

pub use boundary::pass_boundaries;
pub use choose::{PriceRanges, Range, ranges, tiers, unit_price};
pub use commands::fixed::{FixedPrice, delete_fixed_prices, save_base_prices, save_fixed_prices};
pub use commands::scheduled::{ScheduledKey, ScheduledPrice, cancel_prices, schedule_prices};
pub use explain::explain;
pub use history::price_history_by_variant_ids;
pub use prior::{Era, eras, lowest_prior_price};
pub use quantity::{QuantityFault, QuantityRule, quantity_breaks, quantity_rule};
pub use tier::{MAX_LINE_QUANTITY, Tier, tier_for};
pub use unit_price::{UnitPrice, measured_type};
pub use window::Window;
pub use write::{PriceChange, Reason, write_prices_in};
