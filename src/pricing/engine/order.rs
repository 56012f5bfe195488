//! Discounts on what discounts on lines have left of the order.
//!
//! Each is computed on what was left of its lines before any of them; together they take no more than that. Where several
//! stand together they take in the order of their keys, and each spreads what it takes over what the earlier ones have
//! left of its lines.

use super::allocate;
use super::answer::PriceError;
use super::basic::{self, Part};
use super::best::Best;
use super::lines::Line;
use super::model::{Spread, Value};

/// A discount on the order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OrderTake {
    /// How much, in the cart's currency.
    pub(super) value: Value,
    /// Off each unit, or once.
    pub(super) spread: Spread,
    /// From which lines, by their places among the measured ones.
    pub(super) entitled: Vec<usize>,
}

/// What is left of each line, and of all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Left {
    /// Of each measured line.
    pub(super) amounts: Vec<i64>,
    /// Of those that may be discounted.
    pub(super) sum: i64,
    /// How many those are.
    pub(super) count: usize,
}

impl Left {
    /// Before any discount.
    pub(super) fn of(lines: &[Line<'_>]) -> Self {
        let discountable = || lines.iter().filter(|line| !line.source.is_gift_card);
        Self {
            amounts: lines.iter().map(|line| line.subtotal_minor).collect(),
            sum: discountable().map(|line| line.subtotal_minor).sum(),
            count: discountable().count(),
        }
    }

    /// After discounts on lines, which take no more than there is.
    pub(super) fn after(&self, best: &Best) -> Self {
        let amounts = self.amounts.iter().zip(&best.amounts).map(|(left, off)| left - off).collect();
        Self { amounts, sum: self.sum - best.total_minor, count: self.count }
    }
}

impl OrderTake {
    /// Whether it takes off each line what that line promises, whatever the others do.
    fn is_each(&self) -> bool {
        match self.value {
            Value::Percentage(_) => false,
            Value::Amount(_) | Value::Price(_) => self.spread == Spread::Each,
        }
    }

    /// What is left of its lines, in their order.
    fn weights<'a>(&'a self, left: &'a [i64]) -> impl Iterator<Item = i64> + 'a {
        self.entitled.iter().map(|place| left.get(*place).copied().unwrap_or(0))
    }

    /// What it would take off each of its lines, where each counts for itself.
    fn off_each<'a>(&'a self, base: &'a Left, lines: &'a [Line<'_>]) -> impl Iterator<Item = i64> + 'a {
        let units = self.entitled.iter().map(|place| lines.get(*place).map_or(0, |line| line.units));
        self.weights(&base.amounts).zip(units).map(|(left, units)| basic::off_each(self.value, left, units))
    }

    /// What it would take alone.
    pub(super) fn alone(&self, base: &Left, lines: &[Line<'_>]) -> i64 {
        if self.is_each() {
            self.off_each(base, lines).sum()
        } else {
            basic::off_sum(self.value, self.base_sum(base))
        }
    }

    /// What is left of its lines together.
    pub(super) fn base_sum(&self, base: &Left) -> i64 {
        self.weights(&base.amounts).sum()
    }
}

/// What discounts on the order take together of what was left.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(super) fn total(takes: &[&OrderTake], base: &Left, lines: &[Line<'_>]) -> Result<i64, PriceError> {
    if let [only] = takes {
        return Ok(only.alone(base, lines));
    }
    if takes.iter().all(|take| !take.is_each() && take.entitled.len() == base.count) {
        let promised = takes.iter().fold(0_i64, |sum, take| sum.saturating_add(take.alone(base, lines)));
        return Ok(promised.min(base.sum));
    }
    let mut sum = 0_i64;
    for parts in take(takes, base, lines)? {
        sum += parts.iter().map(|part| part.amount_minor).sum::<i64>();
    }
    Ok(sum)
}

/// What each of some discounts on the order takes off its lines; parts of nothing are left out.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(super) fn take(
    takes: &[&OrderTake],
    base: &Left,
    lines: &[Line<'_>],
) -> Result<Vec<Vec<Part>>, PriceError> {
    let mut left = base.amounts.clone();
    let mut all = Vec::with_capacity(takes.len());
    for take in takes {
        let amounts: Vec<i64> = if take.is_each() {
            take.off_each(base, lines).zip(take.weights(&left)).map(|(off, left)| off.min(left)).collect()
        } else {
            let weights: Vec<i64> = take.weights(&left).collect();
            let sum = weights.iter().sum::<i64>();
            allocate::spread(take.alone(base, lines).min(sum), &weights)?
        };
        let mut parts = Vec::new();
        for (place, amount_minor) in take.entitled.iter().copied().zip(amounts) {
            if let Some(left) = left.get_mut(place)
                && amount_minor > 0
            {
                *left -= amount_minor;
                parts.push(Part { place, amount_minor });
            }
        }
        all.push(parts);
    }
    Ok(all)
}
