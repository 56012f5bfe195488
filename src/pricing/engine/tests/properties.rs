//! What holds of every cart.

use proptest::prelude::*;

use super::cart::{self, Size};
use super::measure::Flags;
use super::{cases, invariant, measure};
use crate::pricing::engine::{PriceError, Trace, price};

proptest! {
    #![proptest_config(cases())]

    #[test]
    fn sums_hold_nothing_falls_below_zero_and_the_order_of_lines_changes_nothing(
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

#[test]
fn the_carts_of_the_measurement_hold_as_well() {
    assert_eq!(measure::broken(0..u64::from(cases().cases) * 7), Vec::<String>::new());
    for flags in [Flags::Mixed, Flags::All] {
        assert_eq!(invariant::broken(&measure::large_cart(1, 200, 40, flags), 1), None);
        let (text, _) = measure::times(4, 2, 500, 50, flags);
        println!("without optimisation: {text}");
        assert!(text.contains("8 times over 4 carts"), "{text}");
    }
}

#[test]
fn a_cart_without_a_price_and_one_that_is_too_dear_are_refused() {
    let mut cart = super::fixture::cart(&[(1, 100, 1), (2, 100, 1)]);
    cart.lines[1].tiers.clear();
    assert_eq!(price(&cart, &mut Trace::off()), Err(PriceError::NoPrice(1)));
    let cart = super::fixture::cart(&[(1, i64::MAX, 2)]);
    assert_eq!(price(&cart, &mut Trace::off()), Err(PriceError::Overflow));
    let cart = super::fixture::cart(&[(1, i64::MAX, 1), (2, 1, 1)]);
    assert_eq!(price(&cart, &mut Trace::off()), Err(PriceError::Overflow));
    let mut cart = super::fixture::cart(&[(1, i64::MAX, 1)]);
    cart.deliveries = vec![super::fixture::delivery("a", 1)];
    assert_eq!(price(&cart, &mut Trace::off()), Err(PriceError::Overflow));
    cart.deliveries = vec![super::fixture::delivery("a", i64::MAX), super::fixture::delivery("b", 1)];
    assert_eq!(price(&cart, &mut Trace::off()), Err(PriceError::Overflow));
}

#[test]
fn the_largest_cart_is_counted_with() {
    let lines: Vec<_> =
        (1..=500).map(|product| (product, crate::money::MAX_MINOR / 1_000, 100_000)).collect();
    let mut cart = super::fixture::cart(&lines);
    for id in 1..=20 {
        cart.discounts.push(super::fixture::order(id, super::super::Value::Percentage(333)).into());
    }
    assert_eq!(invariant::broken(&cart, 1), None);
}
