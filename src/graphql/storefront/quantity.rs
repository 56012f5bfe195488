//! How many units are sold at once, and for how much from which quantity on.

use async_graphql::SimpleObject;

use super::money::MoneyV2;
use crate::graphql::connection::Connection;
use crate::money::{Currency, Money};
use crate::page::PageRequest;
use crate::pricing::{self, Tier};

/// How many units can be bought at once.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct QuantityRule {
    /// The step between two quantities.
    pub increment: i32,
    /// The most, where there is a limit.
    pub maximum: Option<i32>,
    /// The least.
    pub minimum: i32,
}

impl From<pricing::QuantityRule> for QuantityRule {
    fn from(rule: pricing::QuantityRule) -> Self {
        Self { increment: rule.increment, maximum: rule.maximum, minimum: rule.minimum }
    }
}

/// What one unit costs from a quantity on.
#[derive(Clone, Debug, SimpleObject)]
pub struct QuantityPriceBreak {
    /// From how many units on.
    pub minimum_quantity: i32,
    /// What one costs then.
    pub price: MoneyV2,
}

/// A page of the price breaks among a variant's prices, by their quantities.
pub(super) fn price_breaks(
    tiers: &[Tier],
    currency: Currency,
    request: &PageRequest,
) -> Connection<QuantityPriceBreak> {
    let breaks = pricing::quantity_breaks(tiers).into_iter().map(|tier| QuantityPriceBreak {
        minimum_quantity: tier.min_quantity,
        price: Money::new(tier.amount_minor, currency).into(),
    });
    Connection(request.page_of_list(breaks.collect()))
}
