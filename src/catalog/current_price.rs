//! Whose prices are meant. Here and not in pricing, because lists filter by price and pricing builds on the catalogue.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::market::{PriceRules, ResolvedMarket};
use crate::money::Currency;

/// Whose prices are meant, and when.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PriceBasis {
    /// What prices are made of in the buyer's market.
    pub rules: Arc<PriceRules>,
    /// The moment.
    pub now: DateTime<Utc>,
}

impl PriceBasis {
    /// The prices of a market at a moment.
    #[must_use]
    pub fn new(market: &ResolvedMarket, now: DateTime<Utc>) -> Self {
        Self { rules: Arc::clone(&market.prices), now }
    }

    /// The currency of all prices.
    #[must_use]
    pub fn currency(&self) -> Currency {
        self.rules.conversion.to
    }
}
