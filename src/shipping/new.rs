//! Profiles as they shall be.

use entity::id::{CarrierServiceId, DeliveryProfileId};

use super::model::{Conditions, Locations, Markup, Tier};
use crate::money::Currency;

/// A set of zones and methods as it shall be.
#[derive(Clone, Debug)]
pub struct NewProfile {
    /// Which one; none for a new one. The first of a shop is its default one.
    pub id: Option<DeliveryProfileId>,
    /// For staff.
    pub name: String,
    /// From where it delivers, in the order in which they are preferred.
    pub groups: Vec<NewLocationGroup>,
}

/// Locations that deliver to the same zones, as they shall be.
#[derive(Clone, Debug)]
pub struct NewLocationGroup {
    /// Which ones.
    pub locations: Locations,
    /// Where to; their order decides between equally close ones.
    pub zones: Vec<NewZone>,
}

/// Places that are served at the same rates, as they shall be.
#[derive(Clone, Debug)]
pub struct NewZone {
    /// For staff.
    pub name: String,
    /// Where.
    pub regions: Vec<NewRegion>,
    /// How the shop delivers there, in the order in which buyers see equally cheap ones.
    pub methods: Vec<NewMethod>,
}

/// A country of a zone, or a part of it, as it shall be.
#[derive(Clone, Debug, Default)]
pub struct NewRegion {
    /// ISO 3166-1 alpha-2 code; none for all countries that no other zone names.
    pub country: Option<String>,
    /// Code of a province; none for the whole country.
    pub province: Option<String>,
    /// Patterns of postal codes, such as `10115`, `SW1*` or `10000..19999`; without any, all of them.
    pub postcodes: Vec<String>,
}

/// A way to deliver as it shall be.
#[derive(Clone, Debug)]
pub struct NewMethod {
    /// Its name for programs: small letters, digits, hyphens and underscores, once in a zone.
    pub handle: String,
    /// Its name for buyers.
    pub title: String,
    /// What buyers should know.
    pub description: String,
    /// Of all its amounts: the shop's, or that of the market that it is for.
    pub currency: Currency,
    /// For which parcels.
    pub conditions: Conditions,
    /// The subtotal from which it is free.
    pub free_from_minor: Option<i64>,
    /// What it costs.
    pub rate: NewMethodRate,
}

/// What a method shall cost.
#[derive(Clone, Debug)]
pub enum NewMethodRate {
    /// The same for every parcel.
    Flat(i64),
    /// The rate of the first tier that a parcel fits.
    Tiers(Vec<Tier>),
    /// What a carrier says.
    Carrier {
        /// Who.
        service: CarrierServiceId,
        /// What is added.
        markup: Markup,
        /// Without an answer; none for the carrier's own, and where it has none the method is not offered then.
        fallback_minor: Option<i64>,
    },
}

impl NewRegion {
    /// A whole country.
    #[must_use]
    pub fn country(code: &str) -> Self {
        Self { country: Some(code.to_owned()), ..Self::default() }
    }
}

impl NewMethod {
    /// A method that costs the same for every parcel.
    #[must_use]
    pub fn flat(handle: &str, title: &str, currency: Currency, rate_minor: i64) -> Self {
        Self {
            handle: handle.to_owned(),
            title: title.to_owned(),
            description: String::new(),
            currency,
            conditions: Conditions::default(),
            free_from_minor: None,
            rate: NewMethodRate::Flat(rate_minor),
        }
    }
}
