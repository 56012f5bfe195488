//! Pricing a cart with all that is known of it: its deliveries, then what it costs with them, then its taxes. Pure.
//!
//! What carriers and a tax provider have said comes in as [`Answers`]; what would have to be asked comes out as
//! [`Missing`]. The engine is run once without the deliveries, whose rates depend on what the lines cost, and once with
//! them.

use entity::{cart, cart_line};

use super::answers::{Answers, Missing};
use super::delivery::{DeliveryGroup, groups_of, parcel_lines};
use super::details::Details;
use super::merchandise::Merchandise;
use super::price::{deliveries_to_price, to_price};
use super::rules::Terms;
use super::taxes::{TaxStanding, taxes_of};
use crate::error::Fault;
use crate::pricing::engine::{self, CartToPrice, PricedCart, Trace};
use crate::shipping::{self, Shipment};

/// A cart that was loaded and has no price yet.
pub(super) struct Unpriced<'a> {
    pub(super) terms: &'a Terms,
    pub(super) row: &'a cart::Model,
    pub(super) details: &'a Details,
    /// Those that are sold, with their merchandise.
    pub(super) lines: Vec<(&'a cart_line::Model, &'a Merchandise)>,
}

/// What a cart costs, as far as is known.
pub(super) struct Quoted {
    pub(super) deliveries: Vec<DeliveryGroup>,
    pub(super) priced: PricedCart,
    pub(super) priced_from: CartToPrice,
    pub(super) taxes: TaxStanding,
    /// What has to be asked.
    pub(super) missing: Missing,
}

/// Prices a cart.
///
/// # Errors
/// A fault where a line has no price or a sum cannot be counted.
pub(super) fn quote(cart: &Unpriced<'_>, answers: &Answers) -> Result<Quoted, Fault> {
    let mut input = to_price(cart);
    let bare = price(&input)?;
    let address = cart.details.addresses.iter().find(|address| address.selected);
    let parcels = parcel_lines(&cart.lines, &bare);
    let shipment = Shipment {
        lines: &parcels,
        address: address.map(|address| &address.address),
        conversion: &input.conversion,
        language: &cart.row.language,
    };
    let settings = &cart.terms.rules.delivery;
    let missing_rates = answers.carriers.missing(shipping::requests_for(settings, &shipment));
    let offered = shipping::groups(settings, &shipment, &answers.carriers);
    let deliveries = groups_of(address, offered, &cart.details.choices);
    input.deliveries = deliveries_to_price(&deliveries);
    let taxes = taxes_of(cart, &deliveries, &mut input, answers)?;
    let priced = price(&input)?;
    let missing = Missing { rates: missing_rates, taxes: taxes.question };
    Ok(Quoted { deliveries, priced, priced_from: input, taxes: taxes.standing, missing })
}

/// Prices a cart that is put together.
///
/// # Errors
/// A fault where a line has no price or a sum cannot be counted.
pub(super) fn price(input: &CartToPrice) -> Result<PricedCart, Fault> {
    engine::price(input, &mut Trace::off()).map_err(Fault::new)
}
