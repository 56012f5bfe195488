//! What a provider is asked.

use std::fmt;

use serde::Serialize;
use serde_json::json;

use super::table::Table;
use super::{Place, TaxProviderKind};
use crate::market::Address;
use crate::money::Currency;
use crate::pricing::engine::{CartToPrice, LineToPrice, PricedCart};
use crate::secret;

/// Countries in which a place without a postal code says too little to be asked for.
const BY_POSTCODE: [&str; 2] = ["CA", "US"];

/// A question to a provider: what the taxes of these amounts are at this address. It names no buyer.
#[derive(Clone, PartialEq, Eq)]
pub struct TaxRequest {
    /// Of all amounts.
    pub currency: Currency,
    /// Whether the amounts hold the tax.
    pub included: bool,
    /// Where it goes.
    pub address: TaxAddress,
    /// What, after discounts, in the order of the cart.
    pub lines: Vec<TaxRequestLine>,
    /// What the deliveries cost after discounts, in the order of the cart; nothing where one is not taxed or not known.
    pub deliveries: Vec<i64>,
}

/// The parts of an address that taxes depend on.
#[derive(Clone, PartialEq, Eq, Serialize)]
pub struct TaxAddress {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// Code of the state or province.
    pub province: Option<String>,
    /// Postal code.
    pub postcode: Option<String>,
    /// City, town, village.
    pub city: Option<String>,
    /// Street and number.
    pub street: Option<String>,
}

/// A line to be taxed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct TaxRequestLine {
    /// What all its units cost, in minor units.
    pub amount_minor: i64,
    /// How many units.
    pub quantity: i32,
    /// What it is.
    pub goods: TaxGoods,
}

/// What a line is to a provider.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub enum TaxGoods {
    /// Taxed as the provider taxes what nothing is said about.
    Standard,
    /// Of a class, by the provider's own code.
    Coded(String),
    /// Not taxed, as gift cards are not.
    Untaxed,
}

/// Says nothing of where somebody lives: it ends in logs.
impl fmt::Debug for TaxRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TaxRequest")
            .field("currency", &self.currency)
            .field("included", &self.included)
            .field("country", &self.address.country)
            .field("lines", &self.lines)
            .field("deliveries", &self.deliveries)
            .finish_non_exhaustive()
    }
}

impl TaxRequest {
    /// A digest of all that the answer depends on, in hexadecimal.
    #[must_use]
    pub fn key(&self) -> String {
        let parts = json!([self.currency.code(), self.included, self.address, self.lines, self.deliveries]);
        secret::hex_digest(parts.to_string().as_bytes())
    }
}

/// What the shop's provider is asked for a cart that was priced by the shop's own rates. None where there is nothing to
/// ask: the shop has no provider, the buyer is exempt, the cart is empty, or the address says too little.
#[must_use]
pub fn request_for(
    table: &Table,
    currency: Currency,
    cart: &CartToPrice,
    priced: &PricedCart,
    address: &Address,
) -> Option<TaxRequest> {
    let asks = match table.provider() {
        TaxProviderKind::None => false,
        TaxProviderKind::StripeTax => true,
    };
    if !asks || cart.taxes.exempt || cart.lines.is_empty() {
        return None;
    }
    let place = Place::of(address)?;
    if place.postcode.is_none() && BY_POSTCODE.contains(&place.country.as_str()) {
        return None;
    }
    let line = |(line, priced): (&LineToPrice, &crate::pricing::engine::PricedLine)| TaxRequestLine {
        amount_minor: priced.total_minor,
        quantity: line.quantity,
        goods: goods_of(table, line),
    };
    let deliveries = cart.deliveries.iter().zip(&priced.deliveries);
    Some(TaxRequest {
        currency,
        included: cart.taxes.included,
        lines: cart.lines.iter().zip(&priced.lines).map(line).collect(),
        deliveries: deliveries
            .map(|(delivery, priced)| if delivery.taxable { priced.total_minor } else { 0 })
            .collect(),
        address: TaxAddress {
            country: place.country,
            province: place.province,
            postcode: place.postcode,
            city: address.city.clone(),
            street: address.address1.clone(),
        },
    })
}

fn goods_of(table: &Table, line: &LineToPrice) -> TaxGoods {
    if !line.taxable || line.is_gift_card {
        return TaxGoods::Untaxed;
    }
    let code = line.tax_class.and_then(|class| table.provider_code(class));
    code.map_or(TaxGoods::Standard, |code| TaxGoods::Coded(code.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> TaxRequest {
        TaxRequest {
            currency: Currency::find("USD").unwrap(),
            included: false,
            address: TaxAddress {
                country: "US".to_owned(),
                province: Some("NY".to_owned()),
                postcode: Some("10001".to_owned()),
                city: Some("New York".to_owned()),
                street: Some("350 Secret Street".to_owned()),
            },
            lines: vec![TaxRequestLine { amount_minor: 1_000, quantity: 2, goods: TaxGoods::Standard }],
            deliveries: vec![500],
        }
    }

    #[test]
    fn the_key_depends_on_all_that_the_answer_does() {
        let key = request().key();
        assert_eq!((key.len(), request().key()), (64, key.clone()));
        let other = |change: &dyn Fn(&mut TaxRequest)| {
            let mut request = request();
            change(&mut request);
            request.key()
        };
        for changed in [
            other(&|request| request.currency = Currency::find("CAD").unwrap()),
            other(&|request| request.included = true),
            other(&|request| request.address.street = None),
            other(&|request| request.address.postcode = Some("10002".to_owned())),
            other(&|request| request.lines[0].amount_minor += 1),
            other(&|request| request.lines[0].quantity += 1),
            other(&|request| request.lines[0].goods = TaxGoods::Untaxed),
            other(&|request| request.lines[0].goods = TaxGoods::Coded("txcd_20030000".to_owned())),
            other(&|request| request.deliveries = vec![]),
        ] {
            assert_ne!(changed, key);
        }
    }

    #[test]
    fn the_log_does_not_tell_where_somebody_lives() {
        assert!(!format!("{:?}", request()).contains("Secret"));
    }
}
