//! Where the shop's rates leave addresses without one.

use chrono::{DateTime, Utc};

use super::table::Table;

/// A country with rates for parts of it and none for the rest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZoneHole {
    /// ISO 3166-1 alpha-2 code.
    pub country: String,
    /// The provinces that have rates, sorted; empty where only postal codes have.
    pub provinces: Vec<String>,
}

/// The countries that have rates at a moment, but none for the whole of them, sorted. Addresses there that no rate is for
/// are sold to untaxed or not at all, as the settings say; where a state takes a tax only in parts of a country this is
/// as it should be.
#[must_use]
pub fn holes(table: &Table, now: DateTime<Utc>) -> Vec<ZoneHole> {
    let mut holes: Vec<ZoneHole> = table
        .countries()
        .filter_map(|(country, rules)| {
            let provinces = rules.partial_at(now)?;
            Some(ZoneHole { country: country.to_owned(), provinces })
        })
        .collect();
    holes.sort_by(|one, other| one.country.cmp(&other.country));
    holes
}
