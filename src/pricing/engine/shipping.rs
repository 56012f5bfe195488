//! Deliveries, and which of them cost nothing.

use std::collections::BTreeSet;

use super::answer::PriceError;
use super::basic::Part;
use super::model::DeliveryToPrice;

/// What all deliveries cost whose costs are known.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(super) fn sum(deliveries: &[DeliveryToPrice]) -> Result<i64, PriceError> {
    deliveries
        .iter()
        .try_fold(0_i64, |sum, delivery| sum.checked_add(cost(delivery).unwrap_or(0)))
        .ok_or(PriceError::Overflow)
}

/// What a delivery costs, once that is known.
pub(super) fn cost(delivery: &DeliveryToPrice) -> Option<i64> {
    delivery.cost_minor.map(|cost| cost.max(0))
}

/// The deliveries that a discount means, and what they cost: those whose cost is known and not above the most, in the
/// cart's currency, and that go to one of the countries.
pub(super) fn free(
    deliveries: &[DeliveryToPrice],
    countries: Option<&BTreeSet<String>>,
    max_cost_minor: Option<i64>,
) -> Vec<Part> {
    let goes_there = |delivery: &DeliveryToPrice| {
        countries.is_none_or(|countries| {
            delivery.country.as_ref().is_some_and(|country| countries.contains(country))
        })
    };
    deliveries
        .iter()
        .enumerate()
        .filter(|(_, delivery)| goes_there(delivery))
        .filter_map(|(place, delivery)| Some(Part { place, amount_minor: cost(delivery)? }))
        .filter(|part| max_cost_minor.is_none_or(|most| part.amount_minor <= most))
        .collect()
}
