//! What is left of an amount of tax below a minor unit, counted with exactly.

use std::cmp::Ordering;

use crate::pricing::engine::answer::PriceError;

/// The largest number by which shares are divided: two fractions can be compared without leaving an `i128`.
const MAX_WHOLE: i128 = 1_000_000_000_000_000_000;
/// Binary digits with which fractions are added up that have no common denominator in an `i128`.
const DIGITS: u32 = 60;

/// A part of a minor unit: from nothing on, less than one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fraction {
    numerator: i128,
    denominator: i128,
}

impl Fraction {
    /// Whether it is more than nothing.
    pub(super) fn is_some(self) -> bool {
        self.numerator > 0
    }
}

impl PartialEq for Fraction {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Fraction {}

impl PartialOrd for Fraction {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Fraction {
    fn cmp(&self, other: &Self) -> Ordering {
        (self.numerator * other.denominator).cmp(&(other.numerator * self.denominator))
    }
}

/// `amount * weight / whole`: whole minor units, and what is left below one.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(super) fn share(amount_minor: i64, weight: i128, whole: i128) -> Result<(i64, Fraction), PriceError> {
    if !(1..=MAX_WHOLE).contains(&whole) {
        return Err(PriceError::Overflow);
    }
    let product = i128::from(amount_minor).checked_mul(weight).ok_or(PriceError::Overflow)?;
    let minor = i64::try_from(product.div_euclid(whole)).map_err(|_| PriceError::Overflow)?;
    let rest = product.rem_euclid(whole);
    let divisor = common_divisor(rest, whole);
    Ok((minor, Fraction { numerator: rest / divisor, denominator: whole / divisor }))
}

/// The sum of fractions in whole units, rounded half up.
pub(super) fn rounded_sum(fractions: impl Iterator<Item = Fraction> + Clone) -> i64 {
    let exact = fractions.clone().try_fold((0_i128, 1_i128), add).map(|(numerator, denominator)| {
        let half = i128::from(2 * (numerator % denominator) >= denominator);
        numerator / denominator + half
    });
    // Many classes with compound rates, all in the price, can lack a common denominator that fits.
    let sum = exact.unwrap_or_else(|| {
        let sum: i128 = fractions.map(|part| (part.numerator << DIGITS) / part.denominator).sum();
        (sum + (1 << (DIGITS - 1))) >> DIGITS
    });
    i64::try_from(sum).unwrap_or(i64::MAX)
}

fn add((numerator, denominator): (i128, i128), part: Fraction) -> Option<(i128, i128)> {
    if denominator == part.denominator {
        return Some((numerator.checked_add(part.numerator)?, denominator));
    }
    let divisor = common_divisor(denominator, part.denominator);
    let (own, other) = (part.denominator / divisor, denominator / divisor);
    let sum = numerator.checked_mul(own)?.checked_add(part.numerator.checked_mul(other)?)?;
    let denominator = denominator.checked_mul(own)?;
    // Doubled once more when it is rounded.
    (denominator <= i128::MAX / 4).then_some((sum, denominator))
}

/// The greatest common divisor of a number from nothing on and one above.
fn common_divisor(mut first: i128, mut second: i128) -> i128 {
    while first != 0 {
        (first, second) = (second % first, first);
    }
    second
}

#[cfg(test)]
mod tests {
    use super::*;

    fn part(numerator: i64, denominator: i128) -> Fraction {
        share(numerator, 1, denominator).unwrap().1
    }

    #[test]
    fn shares_are_whole_units_and_an_exact_rest() {
        let (minor, rest) = share(1_000, 190_000, 1_190_000).unwrap();
        assert_eq!((minor, rest.numerator, rest.denominator), (159, 79, 119));
        assert!(!share(100, 1, 10).unwrap().1.is_some());
        assert_eq!(share(1, 1, 0), Err(PriceError::Overflow));
        assert_eq!(share(i64::MAX, 2_000_000, 1_000_000), Err(PriceError::Overflow));
        assert_eq!(share(i64::MAX, i128::MAX / 2, 1), Err(PriceError::Overflow));
    }

    #[test]
    fn halves_are_rounded_up_even_when_they_are_made_of_thirds_and_sixths() {
        for (parts, expected) in [
            (vec![], 0),
            (vec![(1, 2)], 1),
            (vec![(1, 3), (1, 6)], 1),
            (vec![(1, 3), (1, 7)], 0),
            (vec![(1, 3); 3], 1),
            (vec![(2, 3); 7], 5),
            (vec![(499_999, 1_000_000), (1, 1_000_000)], 1),
            (vec![(499_999, 1_000_000)], 0),
        ] {
            let fractions: Vec<Fraction> = parts.iter().map(|(up, down)| part(*up, *down)).collect();
            assert_eq!(rounded_sum(fractions.into_iter()), expected, "{parts:?}");
        }
    }

    #[test]
    fn fractions_without_a_common_denominator_are_added_up_nearly() {
        let primes = [999_999_937, 999_999_929, 999_999_893, 999_999_883, 999_999_797, 999_999_761];
        let fractions: Vec<Fraction> = primes.iter().map(|prime| part(600_000_000, *prime)).collect();
        assert_eq!(fractions.iter().copied().try_fold((0, 1), add), None);
        assert_eq!(rounded_sum(fractions.into_iter()), 4, "3.6 and a little");
    }

    #[test]
    fn fractions_are_in_their_order() {
        assert!(part(1, 3) < part(1, 2) && part(2, 4) == part(1, 2) && part(2, 3) > part(3, 5));
    }
}
