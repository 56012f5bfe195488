//! Which market a cart is in: that of the buyer's country, as the markets are now.

use chrono::{DateTime, Utc};
use entity::cart;

use crate::catalog::PriceBasis;
use crate::market::{Settings, resolve};

/// Moves a cart to the market of its country: its currency follows. Returns what its prices are made of.
///
/// Done at each look, because markets and rates change while a cart lies there; the next change of the cart stores it.
pub(super) fn enter_market(row: &mut cart::Model, markets: &Settings, now: DateTime<Utc>) -> PriceBasis {
    let market = resolve(markets, &row.country, now);
    market.currency.code().clone_into(&mut row.currency);
    PriceBasis::new(&market, now)
}
