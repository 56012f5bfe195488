//! Where and how the shop delivers, as it is kept in memory. Pure: [`super::load_settings`] fills it.

use std::collections::{BTreeSet, HashMap};

use entity::id::{CarrierServiceId, DeliveryMethodId, DeliveryProfileId, LocationId, ProductId, VariantId};

use super::provider::{CarrierService, Place};
use crate::market::{COUNTRIES, PostcodePattern};
use crate::money::Currency;

/// The code of no country: who is there is everywhere and nowhere.
const UNKNOWN_COUNTRY: &str = "ZZ";

/// All profiles with their zones and methods, the carriers, and the locations.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// The default one first.
    pub(super) profiles: Vec<Profile>,
    /// The profiles of products, where that is not the default one.
    pub(super) by_product: HashMap<ProductId, DeliveryProfileId>,
    /// The profiles of variants, where that is not their product's.
    pub(super) by_variant: HashMap<VariantId, DeliveryProfileId>,
    /// The carriers that are on.
    pub(super) carriers: HashMap<CarrierServiceId, CarrierService>,
    /// The active locations in the order in which they serve.
    pub(super) sites: Vec<Site>,
}

/// A set of zones and methods for some products.
#[derive(Clone, Debug)]
pub(super) struct Profile {
    pub(super) id: DeliveryProfileId,
    pub(super) is_default: bool,
    /// In their order: the first that has the goods delivers them.
    pub(super) groups: Vec<LocationGroup>,
}

/// Locations that a profile delivers from to the same zones.
#[derive(Clone, Debug)]
pub(super) struct LocationGroup {
    /// Its place among those of its profile, from 1 on: a part of the names of delivery groups.
    pub(super) position: i32,
    pub(super) locations: Locations,
    pub(super) zones: Vec<Zone>,
}

/// Which locations deliver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Locations {
    /// All of them, later ones too.
    All,
    /// These.
    Named(BTreeSet<LocationId>),
}

impl Locations {
    /// Whether a location is one of them.
    #[must_use]
    pub fn holds(&self, location: LocationId) -> bool {
        match self {
            Self::All => true,
            Self::Named(named) => named.contains(&location),
        }
    }
}

/// Places that are served at the same rates.
#[derive(Clone, Debug)]
pub(super) struct Zone {
    pub(super) places: Vec<ZonePlace>,
    /// In the shop's order.
    pub(super) methods: Vec<Method>,
}

/// A country of a zone, or a part of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct ZonePlace {
    /// None for every country.
    pub(super) country: Option<String>,
    /// None for the whole country.
    pub(super) province: Option<String>,
    /// Empty for all of them.
    pub(super) postcodes: Vec<PostcodePattern>,
}

/// A way to deliver within a zone.
#[derive(Clone, Debug)]
pub(super) struct Method {
    pub(super) id: DeliveryMethodId,
    pub(super) handle: String,
    pub(super) title: String,
    pub(super) description: String,
    /// Of all its amounts.
    pub(super) currency: Currency,
    pub(super) conditions: Conditions,
    pub(super) free_from_minor: Option<i64>,
    pub(super) rate: MethodRate,
}

/// What a parcel must be. Both ends are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Conditions {
    /// What it costs at least.
    pub min_subtotal_minor: Option<i64>,
    /// What it costs at most.
    pub max_subtotal_minor: Option<i64>,
    /// What it weighs at least.
    pub min_weight_grams: Option<i64>,
    /// What it weighs at most.
    pub max_weight_grams: Option<i64>,
}

/// What a method costs.
#[derive(Clone, Debug)]
pub(super) enum MethodRate {
    /// What the shop says.
    Table {
        /// Without tiers, whatever the parcel is.
        rate_minor: i64,
        /// The first that the parcel fits says it; a parcel that fits none is not delivered so.
        tiers: Vec<Tier>,
    },
    /// What a carrier says.
    Carrier {
        service: CarrierServiceId,
        markup: Markup,
        /// Without an answer; else the carrier's own.
        fallback_minor: Option<i64>,
    },
}

/// What a method costs for some parcels.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tier {
    /// For which.
    pub conditions: Conditions,
    /// In minor units.
    pub rate_minor: i64,
}

/// What is added to a carrier's rates.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Markup {
    /// In hundredths of a percent; less than zero takes off.
    pub bp: i32,
    /// In minor units of the shop's currency, after the percentage.
    pub minor: i64,
}

/// A location as far as deliveries go.
#[derive(Clone, Debug)]
pub(super) struct Site {
    pub(super) id: LocationId,
    pub(super) name: String,
    pub(super) place: Place,
    pub(super) serves: Serves,
}

/// What a location is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Serves {
    /// Whether parcels leave from it.
    pub(super) online: bool,
    /// What buyers should know who fetch an order there; none where they cannot.
    pub(super) pickup: Option<String>,
}

impl Settings {
    /// The profile that delivers a variant.
    pub(super) fn profile_of(&self, product: ProductId, variant: VariantId) -> Option<&Profile> {
        let own = self.by_variant.get(&variant).or_else(|| self.by_product.get(&product));
        let named = own.and_then(|id| self.profiles.iter().find(|profile| profile.id == *id));
        named.or_else(|| self.profiles.first().filter(|profile| profile.is_default))
    }

    /// Where an active location is.
    #[must_use]
    pub fn place_of(&self, location: LocationId) -> Option<&Place> {
        self.sites.iter().find(|site| site.id == location).map(|site| &site.place)
    }

    /// The countries that the shop delivers to, sorted; all of them where a zone is everywhere.
    #[must_use]
    pub fn served_countries(&self) -> Vec<String> {
        let zones = self.profiles.iter().flat_map(|profile| &profile.groups).flat_map(|group| &group.zones);
        let mut served = BTreeSet::new();
        for place in zones.flat_map(|zone| &zone.places) {
            match &place.country {
                Some(country) => drop(served.insert(country.clone())),
                None => {
                    let everywhere = COUNTRIES.iter().filter(|country| country.code != UNKNOWN_COUNTRY);
                    return everywhere.map(|country| country.code.to_owned()).collect();
                }
            }
        }
        served.into_iter().collect()
    }

    /// Whether any delivery could cost what a carrier says.
    #[must_use]
    pub fn asks_carriers(&self) -> bool {
        let groups = self.profiles.iter().flat_map(|profile| &profile.groups);
        let mut methods = groups.flat_map(|group| &group.zones).flat_map(|zone| &zone.methods);
        methods.any(|method| match &method.rate {
            MethodRate::Table { .. } => false,
            MethodRate::Carrier { service, .. } => self.carriers.contains_key(service),
        })
    }

    /// A carrier that is on.
    #[must_use]
    pub fn carrier(&self, id: CarrierServiceId) -> Option<&CarrierService> {
        self.carriers.get(&id)
    }
}
