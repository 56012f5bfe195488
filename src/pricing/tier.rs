//! Unit prices that depend on the quantity.

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

/// The tier that holds for a quantity.
#[must_use]
pub fn tier_for(tiers: &[Tier], quantity: i32) -> Option<Tier> {
    tiers.iter().filter(|tier| tier.min_quantity <= quantity).max_by_key(|tier| tier.min_quantity).copied()
}

#[cfg(test)]
mod tests {
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
}
