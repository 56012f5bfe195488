//! What units of a line are worth: a pure rule.

use entity::order_line;

/// What goes back for some units of a line, in minor units.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Share {
    /// Their share of the line after discounts.
    pub subtotal_minor: i64,
    /// Their share of the line's taxes.
    pub tax_minor: i64,
}

/// The share of `quantity` units of a line of which `before` units went back earlier. The shares of all units add up to
/// the line, in whatever parts they go back: each part is the difference of two sums, which are rounded half up.
#[must_use]
pub fn share_of(line: &order_line::Model, before: i32, quantity: i32) -> Share {
    let part = |total: i64| {
        let until = |units: i32| {
            let bought = i128::from(line.quantity.max(1));
            let twice = i128::from(total) * i128::from(units) * 2;
            i64::try_from((twice + bought).div_euclid(bought * 2)).unwrap_or(0)
        };
        until(before.saturating_add(quantity)) - until(before)
    };
    Share { subtotal_minor: part(line.total_minor), tax_minor: part(line.tax_minor) }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::order::sample::line;

    #[test]
    fn three_units_of_ten_cents_are_three_and_four_and_three() {
        let line = line(1, 3, 10, 2);
        let parts = [0, 1, 2].map(|before| share_of(&line, before, 1).subtotal_minor);
        assert_eq!(parts, [3, 4, 3]);
        assert_eq!(share_of(&line, 0, 3), Share { subtotal_minor: 10, tax_minor: 2 });
    }

    proptest! {
        #[test]
        fn the_parts_of_a_line_add_up_to_it(
            parts in prop::collection::vec(1..50_i32, 1..10),
            total in 0..10_000_000_i64,
            tax in 0..1_000_000_i64,
        ) {
            let line = line(1, parts.iter().sum(), total, tax);
            let (mut before, mut sum) = (0, Share::default());
            for part in parts {
                let share = share_of(&line, before, part);
                prop_assert!(share.subtotal_minor >= 0 && share.tax_minor >= 0);
                sum.subtotal_minor += share.subtotal_minor;
                sum.tax_minor += share.tax_minor;
                before += part;
                // What went back so far is the exact share, to the nearest unit.
                let (bought, units) = (i128::from(line.quantity), i128::from(before));
                for (back, whole) in [(sum.subtotal_minor, total), (sum.tax_minor, tax)] {
                    let error = i128::from(back) * bought - i128::from(whole) * units;
                    prop_assert!(error.abs() * 2 <= bought);
                }
            }
            prop_assert_eq!(sum, Share { subtotal_minor: total, tax_minor: tax });
        }
    }
}
