//! What carts are priced by: the shop's settings, kept in memory, so that a cart costs no statement for them.

use std::collections::BTreeSet;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::cart;
use entity::id::SegmentId;

use crate::app::App;
use crate::catalog::PriceBasis;
use crate::discount::Book;
use crate::error::Fault;
use crate::market::{self, Market, resolve_for};
use crate::secret::SecretKey;
use crate::{shipping, tax};

/// The settings that carts are priced by.
#[derive(Clone, Debug)]
pub struct Rules {
    /// Its markets, price lists and rates between currencies.
    pub markets: Arc<market::Settings>,
    /// Its discounts.
    pub discounts: Arc<Book>,
    /// Its tax rates.
    pub taxes: Arc<tax::Table>,
    /// Where and how it delivers.
    pub delivery: Arc<shipping::Settings>,
    /// By which the digests of e-mail addresses are made that tell who used a discount.
    pub secret_key: SecretKey,
}

impl Rules {
    /// Whether anybody outside may have to be asked what a cart costs.
    #[must_use]
    pub fn asks_outside(&self) -> bool {
        self.delivery.asks_carriers() || self.taxes.provider() != tax::TaxProviderKind::None
    }
}

impl App {
    /// The settings that carts are priced by, as old as [`App::shop`] at most. Statements are run only after a change.
    ///
    /// # Errors
    /// The database's own, and when the shop has not been set up.
    pub async fn rules(&self) -> Result<Rules, Fault> {
        Ok(Rules {
            markets: self.markets().await?,
            discounts: self.discounts().await?,
            taxes: self.taxes().await?,
            delivery: self.delivery().await?,
            secret_key: self.secret_key.clone(),
        })
    }
}

/// The terms on which a cart is sold: the settings, and what of them holds for its buyer.
#[derive(Clone, Debug)]
pub(super) struct Terms {
    /// The settings.
    pub(super) rules: Rules,
    /// The market of the buyer.
    pub(super) market: Arc<Market>,
    /// What prices are made of there.
    pub(super) basis: PriceBasis,
    /// The segments that the customer is in.
    pub(super) segments: BTreeSet<SegmentId>,
}

/// Moves a cart to the market of its country: its currency follows. Returns the terms on which it is sold there.
///
/// Done at each look, because markets and rates change while a cart lies there; the next change of the cart stores it.
pub(super) fn enter_market(
    row: &mut cart::Model,
    rules: &Rules,
    segments: &BTreeSet<SegmentId>,
    now: DateTime<Utc>,
) -> Terms {
    let resolved = resolve_for(&rules.markets, &row.country, now, segments);
    resolved.currency.code().clone_into(&mut row.currency);
    Terms {
        rules: rules.clone(),
        basis: PriceBasis::new(&resolved, now),
        market: resolved.market,
        segments: segments.clone(),
    }
}
