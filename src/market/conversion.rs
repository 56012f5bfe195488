//! Base prices in the currency of a market. Pure rules, in whole numbers only.

use super::rounding::Rounding;
use crate::money::{Currency, MAX_MINOR};

/// A whole, in hundredths of a percent.
pub const WHOLE_BP: i32 = 10_000;
/// The most that a percentage may add: a price becomes elevenfold.
pub const MAX_ADJUST_BP: i32 = 100_000;
/// The largest rate, in billionths: a million for one.
pub const MAX_RATE_E9: i64 = 1_000_000_000_000_000;
/// One for one, in billionths.
pub const RATE_ONE_E9: i64 = 1_000_000_000;

/// How amounts of one currency become prices in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Conversion {
    /// Of the base prices.
    pub from: Currency,
    /// Of the market.
    pub to: Currency,
    /// What a unit of `from` is worth in `to`, in billionths.
    pub rate_e9: i64,
    /// For what was computed; prices that were set are taken as they are.
    pub rounding: Rounding,
}

impl Conversion {
    /// From a currency to itself.
    #[must_use]
    pub fn none(currency: Currency) -> Self {
        Self { from: currency, to: currency, rate_e9: RATE_ONE_E9, rounding: Rounding::MINOR_UNIT }
    }

    /// The price made of a base price: changed by so many hundredths of a percent, converted, rounded once by the market's
    /// rule. A price that is neither changed nor converted stays as it is. `None` where it passes [`MAX_MINOR`].
    #[must_use]
    pub fn price(&self, base_minor: i64, adjust_bp: i32) -> Option<i64> {
        if adjust_bp == 0 && self.from == self.to {
            return Some(base_minor);
        }
        self.rounded(self.rounding, base_minor, adjust_bp)
    }

    /// What an amount is worth, to the nearest minor unit: for limits, which are no prices. `None` where it passes
    /// [`MAX_MINOR`].
    #[must_use]
    pub fn worth(&self, minor: i64) -> Option<i64> {
        self.rounded(Rounding::MINOR_UNIT, minor, 0)
    }

    /// What an amount of `to` is worth in `from`, to the nearest minor unit: the way back, below zero as above it. `None`
    /// where that cannot be counted with.
    #[must_use]
    pub fn back(&self, minor: i64) -> Option<i64> {
        if self.from == self.to {
            return Some(minor);
        }
        let worth = i128::from(minor)
            .abs()
            .checked_mul(i128::from(RATE_ONE_E9))?
            .checked_mul(10_i128.checked_pow(self.from.exponent())?)?;
        let unit = i128::from(self.rate_e9).checked_mul(10_i128.checked_pow(self.to.exponent())?)?;
        Rounding::MINOR_UNIT.round(worth, unit)?.checked_mul(minor.signum())
    }

    fn rounded(&self, rounding: Rounding, minor: i64, adjust_bp: i32) -> Option<i64> {
        let (numerator, denominator) = self.exact(minor, adjust_bp)?;
        rounding.round(numerator, denominator).filter(|minor| *minor <= MAX_MINOR)
    }

    /// The same before it is rounded, as numerator and denominator of minor units. `None` where that cannot be counted
    /// with.
    #[must_use]
    pub fn exact(&self, minor: i64, adjust_bp: i32) -> Option<(i128, i128)> {
        let factor = i128::from(WHOLE_BP) + i128::from(adjust_bp);
        let mut numerator = i128::from(minor).checked_mul(factor)?;
        let mut denominator = i128::from(WHOLE_BP);
        if self.from != self.to {
            numerator = numerator
                .checked_mul(i128::from(self.rate_e9))?
                .checked_mul(10_i128.checked_pow(self.to.exponent())?)?;
            denominator = denominator
                .checked_mul(i128::from(RATE_ONE_E9))?
                .checked_mul(10_i128.checked_pow(self.from.exponent())?)?;
        }
        Some((numerator, denominator))
    }

    /// The base prices from the least to the most, both included, whose [`price`](Self::price) lies within bounds. Exact,
    /// because a higher base price never makes a lower price. `None` where there are none.
    #[must_use]
    pub fn base_prices(&self, adjust_bp: i32, min: i64, max: Option<i64>) -> Option<(i64, i64)> {
        let reaches = |base: i64, bound: i64| self.price(base, adjust_bp).is_none_or(|price| price >= bound);
        let passes = |base: i64, bound: i64| self.price(base, adjust_bp).is_none_or(|price| price > bound);
        let least = first_that(|base| reaches(base, min));
        let beyond = first_that(|base| passes(base, max.unwrap_or(MAX_MINOR)));
        (least < beyond).then(|| (least, beyond - 1))
    }
}

/// The first amount up to [`MAX_MINOR`] for which a rule holds that holds for all above it; the one behind the last where
/// it never does.
fn first_that(holds: impl Fn(i64) -> bool) -> i64 {
    let (mut low, mut high) = (0, MAX_MINOR + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        if holds(middle) {
            high = middle;
        } else {
            low = middle + 1;
        }
    }
    low
}

#[cfg(test)]
mod tests {
    use entity::market::RoundingMode;
    use proptest::prelude::*;

    use super::*;

    fn conversion(from: &str, to: &str, rate_e9: i64, rounding: Rounding) -> Conversion {
        let find = |code| Currency::find(code).unwrap();
        Conversion { from: find(from), to: find(to), rate_e9, rounding }
    }

    #[test]
    fn amounts_are_converted_between_currencies_of_0_2_and_3_decimals() {
        let exact = Rounding::MINOR_UNIT;
        for (from, to, rate_e9, minor, expected) in [
            ("EUR", "USD", 1_080_000_000, 1_090, 1_177),
            ("EUR", "JPY", 163_500_000_000, 1_090, 1_782),
            ("EUR", "KWD", 331_000_000, 1_090, 3_608),
            ("JPY", "EUR", 6_116_208, 1_782, 1_090),
            ("JPY", "KWD", 2_024_000, 1_000, 2_024),
            ("KWD", "JPY", 493_950_000_000, 1_234, 610),
            ("EUR", "USD", 1_080_000_000, 0, 0),
        ] {
            let conversion = conversion(from, to, rate_e9, exact);
            assert_eq!(conversion.price(minor, 0), Some(expected), "{from} {to}");
            assert_eq!(conversion.worth(minor), Some(expected), "{from} {to}");
        }
    }

    #[test]
    fn amounts_find_back_to_the_currency_they_come_from() {
        for (from, to, rate_e9, minor, expected) in [
            ("EUR", "USD", 1_080_000_000, 1_177, 1_090),
            ("EUR", "JPY", 163_500_000_000, 1_782, 1_090),
            ("EUR", "KWD", 331_000_000, 3_608, 1_090),
            ("KWD", "JPY", 493_950_000_000, 610, 1_235),
            ("EUR", "EUR", RATE_ONE_E9, 1_090, 1_090),
            ("EUR", "USD", 1_080_000_000, 0, 0),
        ] {
            let conversion = conversion(from, to, rate_e9, Rounding::MINOR_UNIT);
            assert_eq!(conversion.back(minor), Some(expected), "{from} {to}");
            assert_eq!(conversion.back(-minor), Some(-expected), "{from} {to}");
        }
        assert_eq!(conversion("EUR", "USD", 0, Rounding::MINOR_UNIT).back(1), None);
    }

    #[test]
    fn a_percentage_and_a_rate_are_rounded_once() {
        let dollars = conversion("EUR", "USD", 1_080_000_000, Rounding::MINOR_UNIT);
        // 10.05 plus 5 % is 10.5525, times 1.08 is 11.3967.
        assert_eq!(dollars.price(1_005, 500), Some(1_140));
        assert_eq!(dollars.price(1_005, -WHOLE_BP), Some(0));
        let euros = Conversion::none(Currency::find("EUR").unwrap());
        assert_eq!(euros.price(1_005, 500), Some(1_055));
    }

    #[test]
    fn only_what_was_computed_is_rounded_by_the_rule() {
        let endings = Rounding::new(RoundingMode::Up, 100, 99).unwrap();
        let same = Conversion { rounding: endings, ..Conversion::none(Currency::find("EUR").unwrap()) };
        assert_eq!(same.price(1_005, 0), Some(1_005));
        assert_eq!(same.price(1_005, 100), Some(1_099));
        assert_eq!(conversion("EUR", "USD", 1_080_000_000, endings).price(1_005, 0), Some(1_099));
    }

    #[test]
    fn what_cannot_be_counted_with_has_no_price() {
        let dear = conversion("EUR", "JPY", MAX_RATE_E9, Rounding::MINOR_UNIT);
        assert_eq!(dear.price(MAX_MINOR, MAX_ADJUST_BP), None);
        assert_eq!(dear.price(1_000, 0), Some(10_000_000));
    }

    fn any_conversion() -> impl Strategy<Value = Conversion> {
        let currency = prop_oneof![Just("EUR"), Just("USD"), Just("JPY"), Just("KWD"), Just("ISK")];
        let mode = prop_oneof![Just(RoundingMode::Nearest), Just(RoundingMode::Up), Just(RoundingMode::Down)];
        (currency.clone(), currency, 1_i64..1_000_000_000_000, mode, 1_i64..1_000, 0_i64..1_000).prop_map(
            |(from, to, rate, mode, step, ending)| {
                conversion(from, to, rate, Rounding::new(mode, step, ending % step).unwrap())
            },
        )
    }

    proptest! {
        #[test]
        fn prices_are_monotone_and_never_below_zero(
            conversion in any_conversion(), adjust in -WHOLE_BP..=MAX_ADJUST_BP,
            a in 0_i64..1_000_000_000, b in 0_i64..1_000_000_000,
        ) {
            let price = |base| conversion.price(base, adjust).unwrap_or(i64::MAX);
            prop_assert!(price(a.min(b)) <= price(a.max(b)));
            prop_assert!(price(a) >= 0);
        }

        #[test]
        fn base_prices_of_bounds_are_those_whose_price_lies_within(
            conversion in any_conversion(), adjust in -WHOLE_BP..=MAX_ADJUST_BP,
            min in 0_i64..10_000_000, width in 0_i64..10_000_000, base in 0_i64..10_000_000,
        ) {
            let max = min + width;
            let range = conversion.base_prices(adjust, min, Some(max));
            let edges = range.map_or(Vec::new(), |(least, most)| vec![least - 1, least, most, most + 1]);
            for base in edges.into_iter().chain([base]).filter(|base| (0..=MAX_MINOR).contains(base)) {
                let within = conversion.price(base, adjust).is_some_and(|price| (min..=max).contains(&price));
                let found = range.is_some_and(|(least, most)| (least..=most).contains(&base));
                prop_assert_eq!(within, found, "{}", base);
            }
        }
    }
}
