//! Whose taxes are asked for, and where.

use chrono::{DateTime, Utc};
use entity::id::MarketId;

use super::exemption::Exemption;
use crate::market::Address;

/// Where something goes, as far as it is known.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// ISO 3166-2 code without the country, such as NY.
    pub province: Option<String>,
    /// Postal code as written.
    pub postcode: Option<String>,
}

impl Place {
    /// A country of which nothing more is known.
    #[must_use]
    pub fn country(code: &str) -> Self {
        Self { country: code.to_owned(), province: None, postcode: None }
    }

    /// The place of an address; none without a country.
    #[must_use]
    pub fn of(address: &Address) -> Option<Self> {
        Some(Self {
            country: address.country_code.clone()?,
            province: address.province_code.clone(),
            postcode: address.zip.clone(),
        })
    }
}

/// What the taxes of a cart depend on besides what is in it.
#[derive(Clone, Copy, Debug)]
pub struct TaxQuestion<'a> {
    /// The market that sells.
    pub market: MarketId,
    /// Whether its prices hold the tax.
    pub included: bool,
    /// Where it goes: the address or the pickup location, else the country alone; none while that is not known either.
    pub place: Option<&'a Place>,
    /// Where the buyer pays no tax.
    pub exemption: &'a Exemption,
    /// The moment.
    pub now: DateTime<Utc>,
}

/// The shop has rates in a country of which none is for the address, and does not sell untaxed there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no tax rate is set for the place {}", self.name())]
pub struct TaxHole {
    /// The country.
    pub country: String,
    /// The province, where the address has one.
    pub province: Option<String>,
}

impl TaxHole {
    fn name(&self) -> String {
        match &self.province {
            Some(province) => format!("{}-{province}", self.country),
            None => self.country.clone(),
        }
    }
}
