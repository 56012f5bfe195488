//! States and provinces, and which addresses go without a postal code.
//!
//! The codes are the second half of ISO 3166-2, without the country.

/// One state, province, territory or district.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProvinceInfo {
    /// The two-letter code of the country it belongs to.
    pub country: &'static str,
    /// Its own code, unique within the country, such as `CA` or `NSW`.
    pub code: &'static str,
    /// The English name, such as `California`.
    pub name: &'static str,
}

const fn row(country: &'static str, code: &'static str, name: &'static str) -> ProvinceInfo {
    ProvinceInfo { country, code, name }
}

/// The provinces of the countries whose addresses need one, sorted by country and then code.
pub static PROVINCES: &[ProvinceInfo] = &[
    row("AU", "ACT", "Australian Capital Territory"),
    row("AU", "NSW", "New South Wales"),
    row("AU", "NT", "Northern Territory"),
    row("AU", "QLD", "Queensland"),
    row("AU", "SA", "South Australia"),
    row("AU", "TAS", "Tasmania"),
    row("AU", "VIC", "Victoria"),
    row("AU", "WA", "Western Australia"),
    row("CA", "AB", "Alberta"),
    row("CA", "BC", "British Columbia"),
    row("CA", "MB", "Manitoba"),
    row("CA", "NB", "New Brunswick"),
    row("CA", "NL", "Newfoundland and Labrador"),
    row("CA", "NS", "Nova Scotia"),
    row("CA", "NT", "Northwest Territories"),
    row("CA", "NU", "Nunavut"),
    row("CA", "ON", "Ontario"),
    row("CA", "PE", "Prince Edward Island"),
    row("CA", "QC", "Quebec"),
    row("CA", "SK", "Saskatchewan"),
    row("CA", "YT", "Yukon"),
    row("US", "AK", "Alaska"),
    row("US", "AL", "Alabama"),
    row("US", "AR", "Arkansas"),
    row("US", "AZ", "Arizona"),
    row("US", "CA", "California"),
    row("US", "CO", "Colorado"),
    row("US", "CT", "Connecticut"),
    row("US", "DC", "District of Columbia"),
    row("US", "DE", "Delaware"),
    row("US", "FL", "Florida"),
    row("US", "GA", "Georgia"),
    row("US", "HI", "Hawaii"),
    row("US", "IA", "Iowa"),
    row("US", "ID", "Idaho"),
    row("US", "IL", "Illinois"),
    row("US", "IN", "Indiana"),
    row("US", "KS", "Kansas"),
    row("US", "KY", "Kentucky"),
    row("US", "LA", "Louisiana"),
    row("US", "MA", "Massachusetts"),
    row("US", "MD", "Maryland"),
    row("US", "ME", "Maine"),
    row("US", "MI", "Michigan"),
    row("US", "MN", "Minnesota"),
    row("US", "MO", "Missouri"),
    row("US", "MS", "Mississippi"),
    row("US", "MT", "Montana"),
    row("US", "NC", "North Carolina"),
    row("US", "ND", "North Dakota"),
    row("US", "NE", "Nebraska"),
    row("US", "NH", "New Hampshire"),
    row("US", "NJ", "New Jersey"),
    row("US", "NM", "New Mexico"),
    row("US", "NV", "Nevada"),
    row("US", "NY", "New York"),
    row("US", "OH", "Ohio"),
    row("US", "OK", "Oklahoma"),
    row("US", "OR", "Oregon"),
    row("US", "PA", "Pennsylvania"),
    row("US", "RI", "Rhode Island"),
    row("US", "SC", "South Carolina"),
    row("US", "SD", "South Dakota"),
    row("US", "TN", "Tennessee"),
    row("US", "TX", "Texas"),
    row("US", "UT", "Utah"),
    row("US", "VA", "Virginia"),
    row("US", "VT", "Vermont"),
    row("US", "WA", "Washington"),
    row("US", "WI", "Wisconsin"),
    row("US", "WV", "West Virginia"),
    row("US", "WY", "Wyoming"),
];

/// Looks a province up by its country's code and its own, both in capitals.
pub fn find_province(country: &str, code: &str) -> Option<&'static ProvinceInfo> {
    let index = PROVINCES
        .binary_search_by(|province| (province.country, province.code).cmp(&(country, code)))
        .ok()?;
    PROVINCES.get(index)
}

/// Countries where letters arrive without a postal code, sorted by code.
///
/// Some of these have a system on paper that senders don't use, so a code may be given there but
/// mustn't be asked for.
pub static COUNTRIES_WITHOUT_POSTCODE: &[&str] = &[
    "AE", "AG", "AN", "AO", "AW", "BF", "BI", "BJ", "BO", "BQ", "BS", "BV", "BW", "BZ", "CD", "CF", "CG",
    "CI", "CK", "CM", "CW", "DJ", "DM", "ER", "FJ", "GA", "GD", "GH", "GM", "GQ", "GY", "HK", "JM", "KI",
    "KM", "KN", "KP", "LC", "LY", "ML", "MO", "MR", "MS", "MW", "NR", "NU", "PA", "PS", "QA", "RW", "SB",
    "SC", "SL", "SR", "SS", "ST", "SX", "SY", "TD", "TF", "TG", "TK", "TL", "TO", "TT", "TV", "UG", "VU",
    "WS", "YE", "ZW", "ZZ",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::country::find_country;

    #[test]
    fn provinces_are_sorted_and_unique() {
        assert!(
            PROVINCES.is_sorted_by(|a, b| (a.country, a.code) < (b.country, b.code)),
            "binary search needs the order"
        );
    }

    #[test]
    fn every_province_is_found() {
        for province in PROVINCES {
            assert_eq!(find_province(province.country, province.code), Some(province));
        }
        assert_eq!(find_province("CA", "QC").map(|province| province.name), Some("Quebec"));
        assert_eq!(find_province("US", "QC"), None);
    }

    #[test]
    fn postcode_exceptions_are_sorted_countries() {
        assert!(COUNTRIES_WITHOUT_POSTCODE.is_sorted_by(|a, b| a < b));
        for code in COUNTRIES_WITHOUT_POSTCODE {
            assert!(find_country(code).is_some(), "{code}");
        }
        assert!(!COUNTRIES_WITHOUT_POSTCODE.contains(&"IE"));
    }
}
