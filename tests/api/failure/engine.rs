//! What holds of the price of every cart, by the engine itself. The random carts and what must hold of them are those of
//! `cargo bench --bench price`, which prices a million: `PRICE_CASES=1000000`.

#![allow(dead_code, reason = "the measurement uses more of what it shares with this test")]

use proptest::prelude::*;
use tradepost as house;

use self::cart::Size;

#[path = "../../../benches/price/cart.rs"]
mod cart;
#[path = "../../../benches/price/dice.rs"]
mod dice;
#[path = "../../../benches/price/discount.rs"]
mod discount;
#[path = "../../../benches/price/invariant.rs"]
mod invariant;
#[path = "../../../benches/price/taxes.rs"]
mod taxes;

proptest! {
    /// Case 26: a million random carts; here 256. Amounts are integers by their type, sum(lines) + shipping - discounts +
    /// tax is the total, what a discount takes off is the sum of its parts, and net and tax of a line are its gross.
    #[test]
    fn case_26_the_amounts_of_a_random_cart_add_up_to_the_minor_unit(
        seed: u64,
        lines in 0_u64..10,
        discounts in 0_u64..12,
        quantity in 1_i32..30,
        price in 1_i64..20_000,
    ) {
        let size = Size { lines, quantity, price, discounts };
        prop_assert_eq!(invariant::broken(&cart::cart(seed, size), seed), None);
    }
}
