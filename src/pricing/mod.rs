//! Pricing: what a variant costs, from a quantity and a moment on.
//!
//! Tables: `price_list`, `price`. Invariants: a price holds from `valid_from` until just before `valid_to`; where two
//! hold at once, the newer one counts.

mod engine;
mod queries;

pub use engine::{LineToPrice, MAX_LINE_QUANTITY, PriceError, PricedCart, PricedLine, Tier, price, tier_for};
pub use queries::{PriceRanges, Range, price_ranges_by_product_ids, prices_by_variant_ids};
