//! Which zone an address lies in: a pure rule.

use super::model::{Zone, ZonePlace};
use crate::market::{Address, normalize_postcode};

/// An address as far as zones go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Destination {
    pub(super) country: String,
    pub(super) province: Option<String>,
    /// As [`normalize_postcode`] makes it; empty where it is not known.
    pub(super) postcode: String,
}

impl Destination {
    /// The destination of an address that names its country.
    pub(super) fn of(address: &Address) -> Option<Self> {
        Some(Self {
            country: address.country_code.clone()?,
            province: address.province_code.clone(),
            postcode: normalize_postcode(address.zip.as_deref().unwrap_or_default()),
        })
    }
}

/// How closely a place is meant: whether by its country, how closely by its postal code, whether by its province.
type Closeness = (bool, usize, bool);

/// The zone that names an address most closely: by country before everywhere, by postal code before province before the
/// whole country. Of equally close ones the first.
pub(super) fn zone_of<'a>(zones: &'a [Zone], to: &Destination) -> Option<&'a Zone> {
    let mut best: Option<(Closeness, &Zone)> = None;
    for zone in zones {
        let Some(closeness) = zone.places.iter().filter_map(|place| closeness(place, to)).max() else {
            continue;
        };
        if best.is_none_or(|(closest, _)| closeness > closest) {
            best = Some((closeness, zone));
        }
    }
    best.map(|(_, zone)| zone)
}

fn closeness(place: &ZonePlace, to: &Destination) -> Option<Closeness> {
    let is_here = |named: &Option<String>, here: Option<&str>| named.is_none() || named.as_deref() == here;
    if !is_here(&place.country, Some(&to.country)) || !is_here(&place.province, to.province.as_deref()) {
        return None;
    }
    let by_postcode = if place.postcodes.is_empty() {
        0
    } else {
        let matching = place.postcodes.iter().filter(|pattern| pattern.matches(&to.postcode));
        matching.map(|pattern| pattern.closeness().saturating_add(1)).max()?
    };
    Some((place.country.is_some(), by_postcode, place.province.is_some()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::PostcodePattern;

    fn place(country: &str, province: &str, postcodes: &[&str]) -> ZonePlace {
        let named = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        ZonePlace {
            country: named(country),
            province: named(province),
            postcodes: postcodes.iter().map(|text| PostcodePattern::parse(text).unwrap()).collect(),
        }
    }

    fn zones(places: Vec<ZonePlace>) -> Vec<Zone> {
        places.into_iter().map(|place| Zone { places: vec![place], methods: Vec::new() }).collect()
    }

    fn found(zones: &[Zone], country: &str, province: &str, zip: &str) -> Option<usize> {
        let named = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        let address = Address {
            country_code: named(country),
            province_code: named(province),
            zip: named(zip),
            ..Address::default()
        };
        let found = zone_of(zones, &Destination::of(&address)?)?;
        zones.iter().position(|zone| std::ptr::eq(zone, found)).map(|place| place + 1)
    }

    #[test]
    fn the_closest_zone_is_found() {
        let zones = zones(vec![
            place("", "", &[]),
            place("US", "", &[]),
            place("US", "HI", &[]),
            place("US", "", &["99*"]),
            place("US", "", &["99501"]),
            place("US", "AK", &["998*"]),
        ]);
        assert_eq!(found(&zones, "DE", "", "10115"), Some(1), "everywhere");
        assert_eq!(found(&zones, "US", "NY", "10001"), Some(2));
        assert_eq!(found(&zones, "US", "", ""), Some(2));
        assert_eq!(found(&zones, "US", "HI", "96701"), Some(3));
        assert_eq!(found(&zones, "US", "AK", "99701"), Some(4));
        assert_eq!(found(&zones, "US", "AK", "99 501"), Some(5));
        assert_eq!(found(&zones, "US", "AK", "99801-1234"), Some(6));
        assert_eq!(found(&zones, "", "", ""), None);
    }

    #[test]
    fn of_equally_close_zones_the_first_is_found_and_of_none_none() {
        let zones = zones(vec![
            place("GB", "", &["SW1*"]),
            place("GB", "", &["sw1a*"]),
            place("GB", "", &["SW1A *"]),
        ]);
        assert_eq!(found(&zones, "GB", "", "sw1a 1aa"), Some(2));
        assert_eq!(found(&zones, "GB", "", "SW1B 1AA"), Some(1));
        assert_eq!(found(&zones, "GB", "", "E1 6AN"), None);
        assert_eq!(found(&zones, "GB", "", ""), None);
        assert_eq!(found(&zones, "FR", "", "75001"), None);
    }
}
