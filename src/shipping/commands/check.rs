//! What can be said about a profile without the database.

use std::collections::{BTreeSet, HashSet};

use entity::id::LocationId;

use super::{check_amount, check_count, check_name, check_text};
use crate::market::{MAX_ADJUST_BP, PROVINCES, PostcodePattern, WHOLE_BP, find_country, find_province};
use crate::money::MAX_MINOR;
use crate::shipping::error::{DeliveryError, DeliveryErrorCode};
use crate::shipping::model::{Conditions, Locations};
use crate::shipping::new::{NewLocationGroup, NewMethod, NewMethodRate, NewProfile, NewRegion, NewZone};

/// Groups of locations of a profile at most.
const MAX_GROUPS: usize = 20;
/// Locations of a group at most.
const MAX_LOCATIONS: usize = 1_000;
/// Zones of a group at most.
const MAX_ZONES: usize = 100;
/// Countries and provinces of a zone at most.
const MAX_REGIONS: usize = 1_000;
/// Patterns of postal codes of a country at most.
const MAX_POSTCODES: usize = 500;
/// Methods of a zone at most.
const MAX_METHODS: usize = 50;
/// Tiers of a method at most.
const MAX_TIERS: usize = 100;
/// The heaviest that a limit may name: a thousand tons, in grams.
const MAX_GRAMS: i64 = 1_000_000_000;

/// Refuses a profile that makes no sense whatever the shop is like.
pub(super) fn check(new: &NewProfile) -> Result<(), DeliveryError> {
    check_name("name", &new.name)?;
    check_count("groups", new.groups.len(), MAX_GROUPS)?;
    if new.groups.is_empty() {
        let message = "A profile needs locations that deliver";
        return Err(DeliveryError::refused(DeliveryErrorCode::EmptyGroup, "groups", message));
    }
    let mut taken = BTreeSet::new();
    for (place, group) in new.groups.iter().enumerate() {
        let field = format!("groups.{place}");
        check_locations(&format!("{field}.locations"), group, new.groups.len(), &mut taken)?;
        check_zones(&format!("{field}.zones"), &group.zones)?;
    }
    Ok(())
}

fn check_locations(
    field: &str,
    group: &NewLocationGroup,
    groups: usize,
    taken: &mut BTreeSet<LocationId>,
) -> Result<(), DeliveryError> {
    let is_taken = || {
        let message = "A location may be in one group of a profile only";
        DeliveryError::refused(DeliveryErrorCode::LocationTaken, field.to_owned(), message)
    };
    match &group.locations {
        Locations::All if groups > 1 => Err(is_taken()),
        Locations::All => Ok(()),
        Locations::Named(named) if named.is_empty() => {
            let message = "A group needs at least one location";
            Err(DeliveryError::refused(DeliveryErrorCode::EmptyGroup, field.to_owned(), message))
        }
        Locations::Named(named) => {
            check_count(field, named.len(), MAX_LOCATIONS)?;
            if named.iter().all(|location| taken.insert(*location)) { Ok(()) } else { Err(is_taken()) }
        }
    }
}

fn check_zones(field: &str, zones: &[NewZone]) -> Result<(), DeliveryError> {
    check_count(field, zones.len(), MAX_ZONES)?;
    if zones.is_empty() {
        let message = "A group of locations needs at least one zone to deliver to";
        return Err(DeliveryError::refused(DeliveryErrorCode::EmptyGroup, field.to_owned(), message));
    }
    let mut known: Vec<Claim<'_>> = Vec::new();
    for (place, zone) in zones.iter().enumerate() {
        let field = format!("{field}.{place}");
        check_name(&format!("{field}.name"), &zone.name)?;
        check_regions(&format!("{field}.regions"), &zone.regions, &mut known)?;
        check_methods(&format!("{field}.methods"), &zone.methods)?;
    }
    Ok(())
}

/// A part of a country that a zone has taken; no pattern for the whole of it.
struct Claim<'a> {
    country: Option<&'a str>,
    province: Option<&'a str>,
    postcode: Option<PostcodePattern>,
}

impl Claim<'_> {
    fn clashes(&self, other: &Self) -> bool {
        let same_place = self.country == other.country && self.province == other.province;
        same_place
            && match (&self.postcode, &other.postcode) {
                (None, None) => true,
                (Some(one), Some(other)) => one.clashes(other),
                (None, Some(_)) | (Some(_), None) => false,
            }
    }
}

fn check_regions<'a>(
    field: &str,
    regions: &'a [NewRegion],
    known: &mut Vec<Claim<'a>>,
) -> Result<(), DeliveryError> {
    check_count(field, regions.len(), MAX_REGIONS)?;
    if regions.is_empty() {
        let message = "A zone needs at least one country";
        return Err(DeliveryError::refused(DeliveryErrorCode::EmptyZone, field.to_owned(), message));
    }
    let mut here = HashSet::new();
    for (place, region) in regions.iter().enumerate() {
        let field = format!("{field}.{place}");
        check_region(&field, region)?;
        let claims = claims_of(&field, region)?;
        let is_new = here.insert((region.country.as_deref(), region.province.as_deref()));
        // Patterns of one region may repeat each other: they are in the same zone.
        if !is_new || claims.iter().any(|claim| known.iter().any(|other| claim.clashes(other))) {
            let message = "The place is in this group of locations twice";
            return Err(DeliveryError::refused(DeliveryErrorCode::ZoneOverlap, field, message));
        }
        known.extend(claims);
    }
    Ok(())
}

fn check_region(field: &str, region: &NewRegion) -> Result<(), DeliveryError> {
    let Some(country) = &region.country else {
        if region.province.is_none() && region.postcodes.is_empty() {
            return Ok(());
        }
        let message = "Provinces and postal codes need a country";
        return Err(DeliveryError::refused(DeliveryErrorCode::Invalid, field.to_owned(), message));
    };
    if find_country(country).is_none_or(|known| known.code != country) {
        let message = format!("The country {country} is unknown");
        return Err(DeliveryError::refused(
            DeliveryErrorCode::UnknownCountry,
            format!("{field}.country"),
            message,
        ));
    }
    if let Some(province) = &region.province {
        let has_provinces = PROVINCES.iter().any(|known| known.country == country);
        let is_code = (1..=3).contains(&province.len())
            && province.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit());
        if !is_code || (has_provinces && find_province(country, province).is_none()) {
            let message = format!("The province {province} of {country} is unknown");
            let field = format!("{field}.province");
            return Err(DeliveryError::refused(DeliveryErrorCode::UnknownProvince, field, message));
        }
    }
    check_count(&format!("{field}.postcodes"), region.postcodes.len(), MAX_POSTCODES)
}

fn claims_of<'a>(field: &str, region: &'a NewRegion) -> Result<Vec<Claim<'a>>, DeliveryError> {
    let claim = |postcode| Claim {
        country: region.country.as_deref(),
        province: region.province.as_deref(),
        postcode,
    };
    if region.postcodes.is_empty() {
        return Ok(vec![claim(None)]);
    }
    let pattern = |(place, text): (usize, &String)| {
        PostcodePattern::parse(text).map(|pattern| claim(Some(pattern))).ok_or_else(|| {
            let message = format!("{text} is no pattern of postal codes: 10115, SW1* and 10000..19999 are");
            let field = format!("{field}.postcodes.{place}");
            DeliveryError::refused(DeliveryErrorCode::InvalidPostcode, field, message)
        })
    };
    region.postcodes.iter().enumerate().map(pattern).collect()
}

fn check_methods(field: &str, methods: &[NewMethod]) -> Result<(), DeliveryError> {
    check_count(field, methods.len(), MAX_METHODS)?;
    if methods.is_empty() {
        let message = "A zone needs at least one way to deliver";
        return Err(DeliveryError::refused(DeliveryErrorCode::EmptyZone, field.to_owned(), message));
    }
    let mut handles = HashSet::new();
    for (place, method) in methods.iter().enumerate() {
        let field = format!("{field}.{place}");
        check_method(&field, method)?;
        if !handles.insert(&method.handle) {
            let message = format!("The zone has the method {} twice", method.handle);
            return Err(DeliveryError::refused(
                DeliveryErrorCode::Duplicate,
                format!("{field}.handle"),
                message,
            ));
        }
    }
    Ok(())
}

fn check_method(field: &str, method: &NewMethod) -> Result<(), DeliveryError> {
    check_name(&format!("{field}.title"), &method.title)?;
    check_name(&format!("{field}.handle"), &method.handle)?;
    check_text(&format!("{field}.description"), &method.description)?;
    let is_handle = |letter: char| {
        letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '-' || letter == '_'
    };
    if !method.handle.chars().all(is_handle) {
        let message = "A handle may hold small letters, digits, hyphens and underscores only";
        return Err(DeliveryError::refused(DeliveryErrorCode::Invalid, format!("{field}.handle"), message));
    }
    check_conditions(field, &method.conditions)?;
    if let Some(minor) = method.free_from_minor {
        check_amount(&format!("{field}.freeFrom"), minor)?;
    }
    check_rate(&format!("{field}.rate"), &method.rate)
}

fn check_rate(field: &str, rate: &NewMethodRate) -> Result<(), DeliveryError> {
    match rate {
        NewMethodRate::Flat(minor) => check_amount(field, *minor),
        NewMethodRate::Tiers(tiers) => {
            check_count(field, tiers.len(), MAX_TIERS)?;
            if tiers.is_empty() {
                let message = "A method needs at least one tier";
                return Err(DeliveryError::refused(DeliveryErrorCode::EmptyZone, field.to_owned(), message));
            }
            for (place, tier) in tiers.iter().enumerate() {
                let field = format!("{field}.{place}");
                check_conditions(&field, &tier.conditions)?;
                check_amount(&field, tier.rate_minor)?;
            }
            Ok(())
        }
        NewMethodRate::Carrier { markup, fallback_minor, .. } => {
            let is_sane = (-WHOLE_BP..=MAX_ADJUST_BP).contains(&markup.bp)
                && (-MAX_MINOR..=MAX_MINOR).contains(&markup.minor);
            if !is_sane {
                let message = "A markup must lie between -100 % and 1000 %, and be no larger than any price";
                return Err(DeliveryError::refused(DeliveryErrorCode::OutOfRange, field.to_owned(), message));
            }
            fallback_minor.map_or(Ok(()), |minor| check_amount(&format!("{field}.fallback"), minor))
        }
    }
}

fn check_conditions(field: &str, conditions: &Conditions) -> Result<(), DeliveryError> {
    for minor in [conditions.min_subtotal_minor, conditions.max_subtotal_minor].into_iter().flatten() {
        check_amount(&format!("{field}.subtotal"), minor)?;
    }
    for grams in [conditions.min_weight_grams, conditions.max_weight_grams].into_iter().flatten() {
        if !(0..=MAX_GRAMS).contains(&grams) {
            let message = "A weight must not be negative or above a thousand tons";
            let field = format!("{field}.weight");
            return Err(DeliveryError::refused(DeliveryErrorCode::OutOfRange, field, message));
        }
    }
    let backwards =
        |least: Option<i64>, most: Option<i64>| least.zip(most).is_some_and(|(least, most)| least > most);
    if backwards(conditions.min_subtotal_minor, conditions.max_subtotal_minor)
        || backwards(conditions.min_weight_grams, conditions.max_weight_grams)
    {
        let message = "The least must not be more than the most";
        return Err(DeliveryError::refused(DeliveryErrorCode::LimitsBackwards, field.to_owned(), message));
    }
    Ok(())
}
