//! Tests of the engine as a whole. The random carts and what must hold of them are shared with `cargo bench --bench price`.

use proptest::prelude::ProptestConfig;

use crate as house;

#[path = "../../../../benches/price/cart.rs"]
mod cart;
#[path = "../../../../benches/price/dice.rs"]
mod dice;
#[path = "../../../../benches/price/discount.rs"]
mod discount;
#[path = "../../../../benches/price/invariant.rs"]
mod invariant;
#[path = "../../../../benches/price/measure.rs"]
mod measure;
#[path = "../../../../benches/price/taxes.rs"]
mod taxes;

mod best_assignment;
mod best_set;
mod eligibility;
mod examples;
mod explanation;
mod fixture;
mod properties;

/// As many random cases as the variable `PRICE_CASES` says, else a few hundred.
fn cases() -> ProptestConfig {
    let cases = std::env::var("PRICE_CASES").ok().and_then(|text| text.parse().ok());
    ProptestConfig::with_cases(cases.unwrap_or(300))
}
