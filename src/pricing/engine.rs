//! The price of a cart: one pure function over data that was loaded before.

/// Units of a line at most: with [`crate::money::MAX_MINOR`] and the most lines of a cart no sum can overflow.
pub const MAX_LINE_QUANTITY: i32 = 100_000;

/// What one unit costs from a quantity on, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// From how many units on.
    pub min_quantity: i32,
    /// What one costs.
    pub amount_minor: i64,
    /// What it is compared with while on sale.
    pub compare_at_minor: Option<i64>,
}

/// A line to be priced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LineToPrice {
    /// The unit prices; the tier with the highest quantity that the line reaches holds.
    pub tiers: Vec<Tier>,
    /// How many units.
    pub quantity: i32,
}

/// The price of a line, in minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PricedLine {
    /// What one unit costs.
    pub unit_minor: i64,
    /// What a unit is compared with.
    pub compare_at_minor: Option<i64>,
    /// All units.
    pub subtotal_minor: i64,
    /// What is taken off.
    pub discount_minor: i64,
    /// What is left to pay.
    pub total_minor: i64,
}

/// The price of a cart, in minor units. `total = subtotal - discount + shipping`, and the tax is within the prices.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PricedCart {
    /// One for each line, in their order.
    pub lines: Vec<PricedLine>,
    /// All lines before discounts.
    pub subtotal_minor: i64,
    /// All that is taken off.
    pub discount_minor: i64,
    /// The delivery, once it is known.
    pub shipping_minor: Option<i64>,
    /// The tax that the prices hold; none while no tax rates are set.
    pub tax_minor: i64,
    /// What the buyer pays.
    pub total_minor: i64,
}

/// Why a cart has no price.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PriceError {
    /// The line at this place has no price in the cart's currency.
    #[error("line {0} has no price")]
    NoPrice(usize),
    /// The sum cannot be counted with.
    #[error("the cart is too dear to be counted")]
    Overflow,
}

/// The tier that holds for a quantity.
#[must_use]
pub fn tier_for(tiers: &[Tier], quantity: i32) -> Option<Tier> {
    tiers.iter().filter(|tier| tier.min_quantity <= quantity).max_by_key(|tier| tier.min_quantity).copied()
}

/// Prices the lines and adds them up.
///
/// # Errors
/// [`PriceError`] where a line has no price or a sum passes what an `i64` holds.
pub fn price(lines: &[LineToPrice], shipping_minor: Option<i64>) -> Result<PricedCart, PriceError> {
    let mut priced = Vec::with_capacity(lines.len());
    let mut subtotal_minor = 0_i64;
    for (place, line) in lines.iter().enumerate() {
        let tier = tier_for(&line.tiers, line.quantity).ok_or(PriceError::NoPrice(place))?;
        let amount = tier.amount_minor.checked_mul(i64::from(line.quantity)).ok_or(PriceError::Overflow)?;
        subtotal_minor = subtotal_minor.checked_add(amount).ok_or(PriceError::Overflow)?;
        priced.push(PricedLine {
            unit_minor: tier.amount_minor,
            compare_at_minor: tier.compare_at_minor,
            subtotal_minor: amount,
            discount_minor: 0,
            total_minor: amount,
        });
    }
    let total_minor = subtotal_minor.checked_add(shipping_minor.unwrap_or(0)).ok_or(PriceError::Overflow)?;
    Ok(PricedCart {
        lines: priced,
        subtotal_minor,
        discount_minor: 0,
        shipping_minor,
        tax_minor: 0,
        total_minor,
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn tier(min_quantity: i32, amount_minor: i64) -> Tier {
        Tier { min_quantity, amount_minor, compare_at_minor: None }
    }

    #[test]
    fn the_highest_tier_that_is_reached_holds() {
        let tiers = [tier(1, 1000), tier(10, 900), tier(100, 800)];
        for (quantity, expected) in [(1, 1000), (9, 1000), (10, 900), (99, 900), (100, 800), (5000, 800)] {
            assert_eq!(tier_for(&tiers, quantity).map(|tier| tier.amount_minor), Some(expected));
        }
        assert_eq!(tier_for(&[tier(5, 100)], 4), None);
    }

    #[test]
    fn a_line_without_a_price_and_a_sum_that_is_too_large_are_refused() {
        let line = |amount, quantity| LineToPrice { tiers: vec![tier(1, amount)], quantity };
        let without = LineToPrice { tiers: Vec::new(), quantity: 1 };
        assert_eq!(price(&[line(1, 1), without], None), Err(PriceError::NoPrice(1)));
        assert_eq!(price(&[line(i64::MAX, 2)], None), Err(PriceError::Overflow));
        assert_eq!(price(&[line(i64::MAX, 1), line(1, 1)], None), Err(PriceError::Overflow));
        assert_eq!(price(&[line(i64::MAX, 1)], Some(1)), Err(PriceError::Overflow));
    }

    proptest! {
        #[test]
        fn sums_hold_and_the_order_of_lines_changes_nothing(
            lines in proptest::collection::vec((0_i64..1_000_000, 1_i32..1_000), 0..30),
            shipping in proptest::option::of(0_i64..10_000),
        ) {
            let lines: Vec<LineToPrice> = lines
                .into_iter()
                .map(|(amount, quantity)| LineToPrice { tiers: vec![tier(1, amount)], quantity })
                .collect();
            let cart = price(&lines, shipping).unwrap();
            let sum: i64 = cart.lines.iter().map(|line| line.total_minor).sum();
            prop_assert_eq!(sum + shipping.unwrap_or(0), cart.total_minor);
            prop_assert!(cart.lines.iter().all(|line| line.subtotal_minor - line.discount_minor == line.total_minor));
            let turned: Vec<LineToPrice> = lines.into_iter().rev().collect();
            prop_assert_eq!(price(&turned, shipping).unwrap().total_minor, cart.total_minor);
        }
    }
}
