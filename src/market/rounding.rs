//! To which amounts the computed prices of a market are rounded. Pure rules.

use entity::market::RoundingMode;

/// A rule for computed prices: they end as `ending`, every `step`. With step 100 and ending 99 there are 0.99, 1.99 and
/// so on; with step 5 and ending 0 there are 0.05, 0.10 and so on. In minor units.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rounding {
    mode: RoundingMode,
    step: i64,
    ending: i64,
}

/// The largest step.
pub const MAX_STEP_MINOR: i64 = 1_000_000_000;

impl Rounding {
    /// To the nearest minor unit: what every market does that says nothing else.
    pub const MINOR_UNIT: Self = Self { mode: RoundingMode::Nearest, step: 1, ending: 0 };

    /// A rule, unless it makes no sense: the step lies from 1 to [`MAX_STEP_MINOR`], the ending below the step.
    #[must_use]
    pub fn new(mode: RoundingMode, step: i64, ending: i64) -> Option<Self> {
        let makes_sense = (1..=MAX_STEP_MINOR).contains(&step) && (0..step).contains(&ending);
        makes_sense.then_some(Self { mode, step, ending })
    }

    /// Which way.
    #[must_use]
    pub fn mode(self) -> RoundingMode {
        self.mode
    }

    /// The distance between two amounts.
    #[must_use]
    pub fn step(self) -> i64 {
        self.step
    }

    /// What the amounts leave when divided by the step.
    #[must_use]
    pub fn ending(self) -> i64 {
        self.ending
    }

    /// The amount for an exact value of `numerator / denominator` minor units. Nothing stays nothing, and something never
    /// becomes nothing. `None` for a value below zero, a denominator that is not above it, and an amount that is too
    /// large to be counted with.
    #[must_use]
    pub fn round(self, numerator: i128, denominator: i128) -> Option<i64> {
        if numerator < 0 || denominator <= 0 {
            return None;
        }
        if numerator == 0 {
            return Some(0);
        }
        let (step, ending) = (i128::from(self.step), i128::from(self.ending));
        let above_ending = numerator.checked_sub(ending.checked_mul(denominator)?)?;
        let width = step.checked_mul(denominator)?;
        let below = ending + above_ending.div_euclid(width).checked_mul(step)?;
        let beyond = above_ending.rem_euclid(width);
        let above = if beyond == 0 { below } else { below + step };
        let rounded = match self.mode {
            RoundingMode::Down => below,
            RoundingMode::Up => above,
            RoundingMode::Nearest if beyond >= width - beyond => above,
            RoundingMode::Nearest => below,
        };
        let least = if ending == 0 { step } else { ending };
        i64::try_from(rounded.max(least)).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn rule(mode: RoundingMode, step: i64, ending: i64) -> Rounding {
        Rounding::new(mode, step, ending).unwrap()
    }

    fn rounded(rule: Rounding, hundredths: i128) -> i64 {
        rule.round(hundredths, 100).unwrap()
    }

    #[test]
    fn prices_end_as_the_rule_says() {
        use RoundingMode::{Down, Nearest, Up};
        // Values in hundredths of a minor unit.
        for (mode, step, ending, value, expected) in [
            (Nearest, 1, 0, 1049, 10),
            (Nearest, 1, 0, 1050, 11),
            (Nearest, 5, 0, 1_249, 10),
            (Nearest, 5, 0, 1_250, 15),
            (Nearest, 5, 0, 100, 5),
            (Nearest, 100, 99, 124_900, 1_299),
            (Nearest, 100, 99, 124_899, 1_199),
            (Nearest, 100, 99, 1, 99),
            (Up, 100, 99, 119_900, 1_199),
            (Up, 100, 99, 119_901, 1_299),
            (Down, 100, 99, 129_899, 1_199),
            (Down, 100, 99, 129_900, 1_299),
            (Down, 100, 99, 5_000, 99),
            (Down, 100, 0, 5_000, 100),
            (Up, 10, 0, 12_000, 120),
            (Up, 10, 0, 12_001, 130),
        ] {
            assert_eq!(
                rounded(rule(mode, step, ending), value),
                expected,
                "{mode:?} {step} {ending} {value}"
            );
        }
    }

    #[test]
    fn rules_without_sense_are_none_and_values_below_zero_have_no_amount() {
        for (step, ending) in [(0, 0), (-1, 0), (100, 100), (100, -1), (MAX_STEP_MINOR + 1, 0)] {
            assert_eq!(Rounding::new(RoundingMode::Up, step, ending), None);
        }
        assert_eq!(Rounding::MINOR_UNIT.round(-1, 1), None);
        assert_eq!(Rounding::MINOR_UNIT.round(1, 0), None);
        assert_eq!(Rounding::MINOR_UNIT.round(i128::MAX, 1), None);
    }

    fn any_rule() -> impl Strategy<Value = Rounding> {
        let mode = prop_oneof![Just(RoundingMode::Nearest), Just(RoundingMode::Up), Just(RoundingMode::Down)];
        (mode, 1_i64..2_000).prop_flat_map(|(mode, step)| {
            (Just(mode), Just(step), 0..step).prop_map(|(mode, step, ending)| rule(mode, step, ending))
        })
    }

    /// The slow, obvious way: tries the amounts one by one.
    fn oracle(rule: Rounding, numerator: i128, denominator: i128) -> i64 {
        if numerator == 0 {
            return 0;
        }
        let amounts: Vec<i64> = (1..)
            .filter(|amount| amount % rule.step == rule.ending)
            .take_while(|amount| i128::from(amount - 2 * rule.step) * denominator <= numerator)
            .collect();
        let distance = |amount: &i64| (i128::from(*amount) * denominator - numerator).abs();
        let is_below = |amount: &&i64| i128::from(**amount) * denominator <= numerator;
        let is_above = |amount: &&i64| i128::from(**amount) * denominator >= numerator;
        let first = *amounts.first().unwrap();
        match rule.mode {
            RoundingMode::Down => amounts.iter().filter(is_below).max().copied().unwrap_or(first),
            RoundingMode::Up => *amounts.iter().find(is_above).unwrap(),
            RoundingMode::Nearest => *amounts.iter().rev().min_by_key(|amount| distance(amount)).unwrap(),
        }
    }

    proptest! {
        #[test]
        fn rounding_agrees_with_trying_every_amount(
            rule in any_rule(), numerator in 0_i128..200_000, denominator in 1_i128..50,
        ) {
            prop_assert_eq!(rule.round(numerator, denominator), Some(oracle(rule, numerator, denominator)));
        }

        #[test]
        fn more_never_becomes_less_and_nothing_goes_below_zero(
            rule in any_rule(), a in 0_i128..i128::from(i64::MAX), b in 0_i128..i128::from(i64::MAX),
            denominator in 1_i128..1_000_000_000_000,
        ) {
            let (less, more) = (a.min(b), a.max(b));
            let (less, more) = (rule.round(less, denominator).unwrap(), rule.round(more, denominator).unwrap());
            prop_assert!(0 <= less && less <= more, "{} {}", less, more);
        }

        #[test]
        fn what_is_rounded_stays(rule in any_rule(), value in 0_i128..i128::from(i64::MAX)) {
            let once = rule.round(value, 1_000).unwrap();
            prop_assert_eq!(rule.round(i128::from(once), 1), Some(once));
        }
    }
}
