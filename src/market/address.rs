//! Postal addresses and what each country wants in them.

use serde::{Deserialize, Serialize};

use super::{
    COUNTRIES, COUNTRIES_WITH_POSTCODE_LAST, COUNTRIES_WITHOUT_POSTCODE, PROVINCES, find_country,
    find_province,
};
use crate::wording::Tongue;

/// The longest text in a field, in characters.
pub const MAX_FIELD_LENGTH: usize = 255;

/// A postal address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Address {
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// Street and number.
    pub address1: Option<String>,
    /// Flat, floor, building.
    pub address2: Option<String>,
    /// City, town, village.
    pub city: Option<String>,
    /// Code of the state or province.
    pub province_code: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country_code: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
}

/// A field of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AddressField {
    /// Given name.
    FirstName,
    /// Family name.
    LastName,
    /// Company.
    Company,
    /// Street and number.
    Address1,
    /// Flat, floor, building.
    Address2,
    /// City.
    City,
    /// State or province.
    Province,
    /// Postal code.
    Zip,
    /// Country.
    Country,
    /// Telephone.
    Phone,
}

impl AddressField {
    /// The field's name in the API.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::FirstName => "firstName",
            Self::LastName => "lastName",
            Self::Company => "company",
            Self::Address1 => "address1",
            Self::Address2 => "address2",
            Self::City => "city",
            Self::Province => "provinceCode",
            Self::Zip => "zip",
            Self::Country => "countryCode",
            Self::Phone => "phone",
        }
    }
}

/// What is wrong with a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It is empty and must not be.
    Required,
    /// It is longer than [`MAX_FIELD_LENGTH`].
    TooLong,
    /// It holds HTML tags.
    Html,
    /// It holds a web address.
    Url,
    /// There is no such country.
    UnknownCountry,
    /// The country has no such province.
    UnknownProvince,
}

/// A fault of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AddressFault {
    /// Where.
    pub field: AddressField,
    /// What.
    pub kind: FaultKind,
}

impl Address {
    /// Drops the spaces around each text, and texts that are empty.
    #[must_use]
    pub fn tidied(self) -> Self {
        let tidy =
            |text: Option<String>| text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty());
        Self {
            first_name: tidy(self.first_name),
            last_name: tidy(self.last_name),
            company: tidy(self.company),
            address1: tidy(self.address1),
            address2: tidy(self.address2),
            city: tidy(self.city),
            province_code: tidy(self.province_code).map(|code| code.to_ascii_uppercase()),
            zip: tidy(self.zip),
            country_code: tidy(self.country_code),
            phone: tidy(self.phone),
        }
    }

    /// Turns names of country and province into their codes, where they are known.
    #[must_use]
    pub fn with_codes(self) -> Self {
        let same = |name: &str, text: &str| name.eq_ignore_ascii_case(text.trim());
        let country = self.country_code.map(|text| {
            let known = COUNTRIES.iter().find(|known| same(known.code, &text) || same(known.name, &text));
            known.map_or(text, |known| known.code.to_owned())
        });
        let province = self.province_code.map(|text| {
            let known = PROVINCES.iter().find(|known| {
                Some(known.country) == country.as_deref()
                    && (same(known.code, &text) || same(known.name, &text))
            });
            known.map_or(text, |known| known.code.to_owned())
        });
        Self { country_code: country, province_code: province, ..self }
    }

    /// The province's name where it is known, else its code.
    #[must_use]
    pub fn province_name(&self) -> Option<&str> {
        let code = self.province_code.as_deref()?;
        let known = self.country_code.as_deref().and_then(|country| find_province(country, code));
        Some(known.map_or(code, |known| known.name))
    }

    fn fields(&self) -> [(AddressField, Option<&str>); 10] {
        [
            (AddressField::FirstName, self.first_name.as_deref()),
            (AddressField::LastName, self.last_name.as_deref()),
            (AddressField::Company, self.company.as_deref()),
            (AddressField::Address1, self.address1.as_deref()),
            (AddressField::Address2, self.address2.as_deref()),
            (AddressField::City, self.city.as_deref()),
            (AddressField::Province, self.province_code.as_deref()),
            (AddressField::Zip, self.zip.as_deref()),
            (AddressField::Country, self.country_code.as_deref()),
            (AddressField::Phone, self.phone.as_deref()),
        ]
    }

    /// What keeps the address from being kept at all: no country, texts that no address holds.
    #[must_use]
    pub fn faults(&self) -> Vec<AddressFault> {
        let mut faults = Vec::new();
        for (field, text) in self.fields() {
            let Some(text) = text else { continue };
            let kind = if text.chars().count() > MAX_FIELD_LENGTH {
                FaultKind::TooLong
            } else if text.contains('<') && text.contains('>') {
                FaultKind::Html
            } else if text.contains("://") {
                FaultKind::Url
            } else {
                continue;
            };
            faults.push(AddressFault { field, kind });
        }
        match self.country_code.as_deref() {
            None => faults.push(AddressFault { field: AddressField::Country, kind: FaultKind::Required }),
            Some(code) if find_country(code).is_none() => {
                faults.push(AddressFault { field: AddressField::Country, kind: FaultKind::UnknownCountry });
            }
            Some(_) => {}
        }
        if let (Some(country), Some(province)) = (&self.country_code, &self.province_code)
            && has_provinces(country)
            && find_province(country, province).is_none()
        {
            faults.push(AddressFault { field: AddressField::Province, kind: FaultKind::UnknownProvince });
        }
        faults
    }

    /// What keeps a parcel from arriving: [`Self::faults`] and the fields that the country's addresses need.
    #[must_use]
    pub fn delivery_faults(&self) -> Vec<AddressFault> {
        let mut faults = self.faults();
        let country = self.country_code.as_deref().unwrap_or_default();
        for (field, text) in self.fields() {
            let needed = match field {
                AddressField::LastName | AddressField::Address1 | AddressField::City => true,
                AddressField::Zip => !COUNTRIES_WITHOUT_POSTCODE.contains(&country),
                AddressField::Province => has_provinces(country),
                AddressField::FirstName
                | AddressField::Company
                | AddressField::Address2
                | AddressField::Country
                | AddressField::Phone => false,
            };
            if needed && text.is_none() {
                faults.push(AddressFault { field, kind: FaultKind::Required });
            }
        }
        faults
    }

    /// Given and family name.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let parts: Vec<&str> =
            [&self.first_name, &self.last_name].into_iter().flatten().map(String::as_str).collect();
        (!parts.is_empty()).then(|| parts.join(" "))
    }

    /// City, province and country on one line.
    #[must_use]
    pub fn area(&self) -> Option<String> {
        let country = self.country_code.as_deref().and_then(find_country).map(|country| country.name);
        let parts: Vec<&str> =
            [self.city.as_deref(), self.province_code.as_deref(), country].into_iter().flatten().collect();
        (!parts.is_empty()).then(|| parts.join(", "))
    }

    /// The lines of the address as they go on an envelope, each in the order of the country.
    #[must_use]
    pub fn lines(&self, with_name: bool, with_company: bool) -> Vec<String> {
        self.lines_in(Tongue::En, with_name, with_company)
    }

    /// The same with the country in a language.
    #[must_use]
    pub fn lines_in(&self, tongue: Tongue, with_name: bool, with_company: bool) -> Vec<String> {
        let country = self.country_code.as_deref().and_then(find_country);
        let country = country.map(|country| country.name_in(tongue).to_owned());
        let code = self.country_code.as_deref().unwrap_or_default();
        let place = if COUNTRIES_WITH_POSTCODE_LAST.contains(&code) {
            [&self.city, &self.province_code, &self.zip]
        } else {
            [&self.zip, &self.city, &self.province_code]
        };
        let place: Vec<&str> = place.into_iter().flatten().map(String::as_str).collect();
        [
            self.name().filter(|_| with_name),
            self.company.clone().filter(|_| with_company),
            self.address1.clone(),
            self.address2.clone(),
            (!place.is_empty()).then(|| place.join(" ")),
            country,
        ]
        .into_iter()
        .flatten()
        .collect()
    }
}

fn has_provinces(country: &str) -> bool {
    PROVINCES.iter().any(|province| province.country == country)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn berlin() -> Address {
        Address {
            last_name: Some("Lovelace".into()),
            address1: Some("Invalidenstr. 1".into()),
            city: Some("Berlin".into()),
            zip: Some("10115".into()),
            country_code: Some("DE".into()),
            ..Address::default()
        }
    }

    #[test]
    fn a_full_address_has_no_faults() {
        assert_eq!(berlin().delivery_faults(), []);
    }

    #[test]
    fn what_a_country_needs_is_asked_for() {
        let faults = |address: Address| {
            address.delivery_faults().into_iter().map(|fault| (fault.field, fault.kind)).collect::<Vec<_>>()
        };
        let without_zip = Address { zip: None, ..berlin() };
        assert_eq!(faults(without_zip.clone()), [(AddressField::Zip, FaultKind::Required)]);
        assert_eq!(faults(Address { country_code: Some("HK".into()), ..without_zip }), []);
        let american = Address { country_code: Some("US".into()), ..berlin() };
        assert_eq!(faults(american.clone()), [(AddressField::Province, FaultKind::Required)]);
        let unknown = Address { province_code: Some("XX".into()), ..american };
        assert_eq!(faults(unknown), [(AddressField::Province, FaultKind::UnknownProvince)]);
    }

    #[test]
    fn lines_are_in_the_order_of_the_country() {
        let place = |country: &str, province: Option<&str>, zip: &str| {
            let address = Address {
                country_code: Some(country.into()),
                province_code: province.map(str::to_owned),
                zip: Some(zip.into()),
                city: Some("City".into()),
                ..berlin()
            };
            address.lines(true, true).remove(2)
        };
        assert_eq!(berlin().lines(true, true), ["Lovelace", "Invalidenstr. 1", "10115 Berlin", "Germany"]);
        assert_eq!(place("US", Some("TX"), "73301"), "City TX 73301");
        assert_eq!(place("CA", Some("ON"), "K1A 0B1"), "City ON K1A 0B1");
        assert_eq!(place("AU", Some("NSW"), "2000"), "City NSW 2000");
        assert_eq!(place("GB", None, "SW1A 1AA"), "City SW1A 1AA");
        assert_eq!(place("IT", Some("MI"), "20121"), "20121 City MI");
    }

    #[test]
    fn texts_that_no_address_holds_are_faults() {
        let kinds =
            |address: Address| address.faults().into_iter().map(|fault| fault.kind).collect::<Vec<_>>();
        assert_eq!(kinds(Address { city: Some("<b>x</b>".into()), ..berlin() }), [FaultKind::Html]);
        assert_eq!(kinds(Address { city: Some("http://x".into()), ..berlin() }), [FaultKind::Url]);
        assert_eq!(kinds(Address { city: Some("x".repeat(256)), ..berlin() }), [FaultKind::TooLong]);
        assert_eq!(kinds(Address { country_code: None, ..berlin() }), [FaultKind::Required]);
    }
}
