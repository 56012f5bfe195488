//! What each country calls the parts of an address, and in which order people there write them. Pure rules.
//!
//! Which of them must be filled in is the market's rule; see [`crate::market::Address::delivery_faults`].

use super::words::Words;
use crate::market::{AddressField, COUNTRIES_WITH_POSTCODE_LAST, COUNTRIES_WITHOUT_POSTCODE, PROVINCES};

/// Where people write a province, of which the house has no table: what they write is kept.
const WITH_PROVINCE: [&str; 20] = [
    "AE", "AR", "BR", "CL", "CN", "CO", "ES", "ID", "IE", "IN", "IT", "JP", "KR", "MX", "MY", "NZ", "PE",
    "RO", "TH", "ZA",
];

/// Whether the house has a table of a country's provinces: then one of them must be chosen.
pub(super) fn has_provinces(country: &str) -> bool {
    PROVINCES.iter().any(|province| province.country == country)
}

/// The fields behind the street, in the order in which they are written.
pub(super) fn place_fields(country: &str) -> Vec<AddressField> {
    use AddressField::{City, Province, Zip};
    let is_last = COUNTRIES_WITH_POSTCODE_LAST.contains(&country);
    let order = if is_last { [City, Province, Zip] } else { [Zip, City, Province] };
    let is_shown = |field: &AddressField| match field {
        Zip => !COUNTRIES_WITHOUT_POSTCODE.contains(&country),
        Province => has_provinces(country) || WITH_PROVINCE.contains(&country),
        City
        | AddressField::FirstName
        | AddressField::LastName
        | AddressField::Company
        | AddressField::Address1
        | AddressField::Address2
        | AddressField::Country
        | AddressField::Phone => true,
    };
    order.into_iter().filter(is_shown).collect()
}

/// What a field is called in a country.
pub(super) fn label<'a>(words: &'a Words, country: &str, field: AddressField) -> &'a str {
    match field {
        AddressField::FirstName => &words.first_name,
        AddressField::LastName => &words.last_name,
        AddressField::Company => &words.company,
        AddressField::Address1 => &words.address1,
        AddressField::Address2 => &words.address2,
        AddressField::City => match country {
            "GB" | "GG" | "IE" | "IM" | "JE" => &words.town,
            "AU" | "NZ" => &words.suburb,
            _ => &words.city,
        },
        AddressField::Province => match country {
            "AU" => &words.state_or_territory,
            "BR" | "IN" | "MX" | "MY" | "US" => &words.state,
            "IE" | "RO" => &words.county,
            "JP" => &words.prefecture,
            "AE" => &words.emirate,
            "CL" | "NZ" | "PE" => &words.region,
            _ => &words.province,
        },
        AddressField::Zip => match country {
            "US" => &words.zip_code,
            "AU" | "GB" | "GG" | "IM" | "JE" | "NZ" => &words.postcode,
            "IN" => &words.pin_code,
            "IE" => &words.eircode,
            _ => &words.postal_code,
        },
        AddressField::Country => &words.country,
        AddressField::Phone => &words.phone,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::checkout::words::WORDS;
    use crate::wording::Tongue;

    fn labels(country: &str) -> Vec<&'static str> {
        let words = WORDS.of(Tongue::En).unwrap();
        place_fields(country).into_iter().map(|field| label(words, country, field)).collect()
    }

    #[test]
    fn countries_have_their_own_names_and_order() {
        assert_eq!(labels("DE"), ["Postal code", "City"]);
        assert_eq!(labels("US"), ["City", "State", "ZIP code"]);
        assert_eq!(labels("GB"), ["Town or city", "Postcode"]);
        assert_eq!(labels("IE"), ["Town or city", "County", "Eircode"]);
        assert_eq!(labels("AU"), ["Suburb or city", "State or territory", "Postcode"]);
        assert_eq!(labels("CA"), ["City", "Province", "Postal code"]);
        assert_eq!(labels("HK"), ["City"]);
        assert_eq!(labels("IT"), ["Postal code", "City", "Province"]);
        assert_eq!(labels(""), ["Postal code", "City"]);
    }

    #[test]
    fn what_must_be_filled_in_is_shown() {
        use crate::market::{Address, COUNTRIES, FaultKind};
        for country in COUNTRIES {
            let empty = Address { country_code: Some(country.code.to_owned()), ..Address::default() };
            let shown = place_fields(country.code);
            for fault in empty.delivery_faults() {
                let is_place =
                    matches!(fault.field, AddressField::Zip | AddressField::City | AddressField::Province);
                assert!(fault.kind == FaultKind::Required, "{}", country.code);
                assert!(!is_place || shown.contains(&fault.field), "{} {:?}", country.code, fault.field);
            }
        }
    }
}
