//! Pricing: what a variant costs in a market, from a quantity and a moment on, and how many units are sold at once.
//!
//! Tables: `price`, `variant_unit_price`; it reads `quantity_rule`. Invariants: a price holds from `valid_from` until just
//! before `valid_to`; where two of a list hold at once, the newer one counts; prices are whole minor units, computed
//! without fractions and rounded once.

mod choose;
mod engine;
mod quantity;
mod unit_price;

pub use choose::{PriceRanges, Range, ranges, tiers, unit_price};
pub use engine::{LineToPrice, MAX_LINE_QUANTITY, PriceError, PricedCart, PricedLine, Tier, price, tier_for};
pub use quantity::{QuantityFault, QuantityRule, quantity_breaks, quantity_rule};
pub use unit_price::{UnitPrice, measured_type};
