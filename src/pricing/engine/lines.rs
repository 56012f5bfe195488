//! What the lines cost before discounts.

use super::answer::PriceError;
use super::model::{CartToPrice, LineToPrice};
use crate::pricing::{Tier, tier_for};

/// A line with its price.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    /// Where it stands in the cart.
    pub(super) place: usize,
    /// As it was given.
    pub(super) source: &'a LineToPrice,
    /// The price of a unit.
    pub(super) tier: Tier,
    /// How many.
    pub(super) units: i64,
    /// What all of them cost.
    pub(super) subtotal_minor: i64,
}

impl Line<'_> {
    /// What a unit costs.
    pub(super) fn unit_minor(&self) -> i64 {
        self.tier.amount_minor
    }
}

/// Prices each line, and puts them in an order that does not depend on the one in the cart: by their keys. Everything
/// that is computed from here on walks in this order, so that no remainder depends on how a cart was filled.
///
/// # Errors
/// [`PriceError`] where a line has no price, or all lines together cost more than an `i64` holds.
pub(super) fn measure(cart: &CartToPrice) -> Result<Vec<Line<'_>>, PriceError> {
    let mut lines = Vec::with_capacity(cart.lines.len());
    let mut sum = 0_i64;
    for (place, source) in cart.lines.iter().enumerate() {
        let tier = tier_for(&source.tiers, source.quantity)
            .filter(|tier| tier.amount_minor >= 0)
            .ok_or(PriceError::NoPrice(place))?;
        let units = i64::from(source.quantity.max(0));
        let subtotal_minor = tier.amount_minor.checked_mul(units).ok_or(PriceError::Overflow)?;
        sum = sum.checked_add(subtotal_minor).ok_or(PriceError::Overflow)?;
        lines.push(Line { place, source, tier, units, subtotal_minor });
    }
    lines.sort_unstable_by_key(|line| {
        let source = line.source;
        (source.key, source.variant, line.unit_minor(), source.quantity, line.place)
    });
    Ok(lines)
}
