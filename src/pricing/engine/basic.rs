//! Percentages, amounts and prices: what they take off lines.
//!
//! A percentage is rounded half up once for each thing that it is taken of: once a line for a discount on lines, once on
//! the sum for a discount on the order (which is then spread), once a unit for units that are got. An amount or a price
//! over several lines is spread by the worth of the lines with the largest remainder. Nothing takes more than there is.

use super::allocate;
use super::answer::PriceError;
use super::lines::Line;
use super::model::{Spread, Value};

/// The whole in hundredths of a percent.
pub(super) const WHOLE_BP: i64 = 10_000;

/// What a discount takes off one line or one delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Part {
    /// Which one: a place among the measured lines, or among the deliveries.
    pub(super) place: usize,
    /// How much.
    pub(super) amount_minor: i64,
}

/// A part of an amount, rounded half up. Less than nothing is nothing, and more than the whole is the whole.
pub(super) fn percentage(minor: i64, bp: i32) -> i64 {
    let bp = i64::from(bp).clamp(0, WHOLE_BP);
    let half = WHOLE_BP / 2;
    minor.checked_mul(bp).and_then(|product| product.checked_add(half)).map_or_else(
        || {
            let rounded = (i128::from(minor) * i128::from(bp) + i128::from(half)) / i128::from(WHOLE_BP);
            i64::try_from(rounded).unwrap_or(minor)
        },
        |sum| sum / WHOLE_BP,
    )
}

/// What a value takes off `units` things that cost `minor` together, each for itself.
pub(super) fn off_each(value: Value, minor: i64, units: i64) -> i64 {
    match value {
        Value::Percentage(bp) => percentage(minor, bp),
        Value::Amount(amount) => amount.saturating_mul(units).min(minor),
        Value::Price(price) => minor.saturating_sub(price.saturating_mul(units)).max(0),
    }
}

/// What a value takes off things that cost so much together, once.
pub(super) fn off_sum(value: Value, minor: i64) -> i64 {
    off_each(value, minor, 1)
}

/// Whether a value is spread over lines, not computed for each of them.
pub(super) fn is_spread(value: Value, spread: Spread) -> bool {
    match value {
        Value::Percentage(_) => false,
        Value::Amount(_) | Value::Price(_) => spread == Spread::Across,
    }
}

/// What a value takes off the entitled lines; parts of nothing are left out.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(super) fn off_lines(
    value: Value,
    spread: Spread,
    lines: &[Line<'_>],
    entitled: &[usize],
) -> Result<Vec<Part>, PriceError> {
    let meant = || entitled.iter().filter_map(|place| Some((*place, lines.get(*place)?)));
    let amounts: Vec<i64> = if is_spread(value, spread) {
        let weights: Vec<i64> = meant().map(|(_, line)| line.subtotal_minor).collect();
        allocate::spread(off_sum(value, weights.iter().sum()), &weights)?
    } else {
        meant().map(|(_, line)| off_each(value, line.subtotal_minor, line.units)).collect()
    };
    Ok(meant()
        .zip(amounts)
        .map(|((place, _), amount_minor)| Part { place, amount_minor })
        .filter(|part| part.amount_minor > 0)
        .collect())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_percentage_is_rounded_half_up_once() {
        for (minor, bp, expected) in [
            (1005, 1000, 101),
            (1004, 1000, 100),
            (5, 5000, 3),
            (1, 4999, 0),
            (1, 5000, 1),
            (999, 10_000, 999),
            (999, 20_000, 999),
            (999, -1, 0),
            (i64::MAX, 10_000, i64::MAX),
        ] {
            assert_eq!(percentage(minor, bp), expected, "{bp} bp of {minor}");
        }
    }

    #[test]
    fn no_value_takes_more_than_there_is() {
        assert_eq!(off_each(Value::Amount(300), 500, 2), 500);
        assert_eq!(off_each(Value::Amount(200), 500, 2), 400);
        assert_eq!(off_each(Value::Price(200), 500, 2), 100);
        assert_eq!(off_each(Value::Price(300), 500, 2), 0);
        assert_eq!(off_sum(Value::Price(300), 500), 200);
        assert_eq!(off_each(Value::Amount(i64::MAX), 500, 2), 500);
        assert_eq!(off_each(Value::Price(i64::MAX), 500, 2), 0);
    }

    proptest! {
        #[test]
        fn the_short_way_to_a_percentage_is_the_exact_one(minor in 0..=i64::MAX, bp in 0..=10_000_i32) {
            let exact = (i128::from(minor) * i128::from(bp) + 5000) / 10_000;
            prop_assert_eq!(i128::from(percentage(minor, bp)), exact);
        }
    }
}
