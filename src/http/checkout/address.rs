//! The address form: which fields a country has, what was written into them, and what is wrong with it.

use super::field::{Choice, Field, FieldKind, Problems};
use super::form::Form;
use super::format::{has_provinces, label, place_fields};
use super::words::Words;
use crate::market::{
    Address, AddressFault, AddressField, COUNTRIES_WITHOUT_POSTCODE, CountryInfo, FaultKind,
    MAX_FIELD_LENGTH, PROVINCES, find_country, wrong_postcode_form,
};
use crate::wording::{Tongue, fill};

/// What an address is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To deliver to.
    Delivery,
    /// For the bill.
    Billing,
}

impl Purpose {
    /// The name of a field in the form.
    pub(super) fn name(self, field: AddressField) -> String {
        let name = match field {
            AddressField::FirstName => "first_name",
            AddressField::LastName => "last_name",
            AddressField::Company => "company",
            AddressField::Address1 => "address1",
            AddressField::Address2 => "address2",
            AddressField::City => "city",
            AddressField::Province => "province",
            AddressField::Zip => "zip",
            AddressField::Country => "country",
            AddressField::Phone => "phone",
        };
        match self {
            Self::Delivery => name.to_owned(),
            Self::Billing => format!("billing_{name}"),
        }
    }

    fn autocomplete(self, field: AddressField) -> String {
        let token = match field {
            AddressField::FirstName => "given-name",
            AddressField::LastName => "family-name",
            AddressField::Company => "organization",
            AddressField::Address1 => "address-line1",
            AddressField::Address2 => "address-line2",
            AddressField::City => "address-level2",
            AddressField::Province => "address-level1",
            AddressField::Zip => "postal-code",
            AddressField::Country => "country",
            AddressField::Phone => "tel",
        };
        match self {
            Self::Delivery => token.to_owned(),
            Self::Billing => format!("billing {token}"),
        }
    }
}

/// An address as it was written into a form.
pub(super) fn address_of(form: &Form, purpose: Purpose) -> Address {
    let text = |field| Some(form.text(&purpose.name(field)).to_owned());
    let address = Address {
        first_name: text(AddressField::FirstName),
        last_name: text(AddressField::LastName),
        company: text(AddressField::Company),
        address1: text(AddressField::Address1),
        address2: text(AddressField::Address2),
        city: text(AddressField::City),
        province_code: text(AddressField::Province),
        zip: text(AddressField::Zip),
        country_code: text(AddressField::Country),
        phone: match purpose {
            Purpose::Delivery => text(AddressField::Phone),
            Purpose::Billing => None,
        },
    };
    within_country(address.tidied().with_codes())
}

/// An address without the province of another country: a form keeps what was chosen before the country was.
fn within_country(address: Address) -> Address {
    let country = address.country_code.as_deref().unwrap_or_default();
    let is_shown = place_fields(country).contains(&AddressField::Province);
    let is_foreign = address.province_code.as_deref().is_some_and(|code| {
        has_provinces(country)
            && !PROVINCES.iter().any(|known| known.country == country && known.code == code)
            && PROVINCES.iter().any(|known| known.code == code)
    });
    if is_shown && !is_foreign { address } else { Address { province_code: None, ..address } }
}

/// The fields of a form, in their order, with what stands in them.
pub(super) struct AddressForm<'a> {
    /// The phrases.
    pub(super) words: &'a Words,
    /// The language.
    pub(super) tongue: Tongue,
    /// What it is for.
    pub(super) purpose: Purpose,
    /// The countries to choose from.
    pub(super) countries: &'a [&'static CountryInfo],
    /// What stands in it.
    pub(super) address: &'a Address,
    /// What is wrong with it.
    pub(super) problems: &'a Problems,
}

impl AddressForm<'_> {
    /// The country, which decides about the others.
    pub(super) fn country(&self) -> Field {
        let code = self.address.country_code.as_deref();
        let mut choices = self.empty_choice(!self.countries.iter().any(|known| Some(known.code) == code));
        choices.extend(self.countries.iter().map(|country| Choice {
            value: country.code.to_owned(),
            label: country.name_in(self.tongue).to_owned(),
            is_chosen: Some(country.code) == code,
        }));
        self.field(AddressField::Country, code, FieldKind::Choice(choices))
    }

    /// The fields behind the country.
    pub(super) fn others(&self) -> Vec<Field> {
        let address = self.address;
        let country = address.country_code.as_deref().unwrap_or_default();
        let mut fields = vec![
            self.text(AddressField::FirstName, &address.first_name),
            self.text(AddressField::LastName, &address.last_name),
            self.text(AddressField::Company, &address.company),
            self.text(AddressField::Address1, &address.address1),
            self.text(AddressField::Address2, &address.address2),
        ];
        fields.extend(place_fields(country).into_iter().map(|field| match field {
            AddressField::Zip => self.text(field, &address.zip),
            AddressField::Province if has_provinces(country) => self.province(country),
            AddressField::Province => self.text(field, &address.province_code),
            AddressField::City
            | AddressField::FirstName
            | AddressField::LastName
            | AddressField::Company
            | AddressField::Address1
            | AddressField::Address2
            | AddressField::Country
            | AddressField::Phone => self.text(field, &address.city),
        }));
        fields
    }

    fn province(&self, country: &str) -> Field {
        let code = self.address.province_code.as_deref();
        let known = PROVINCES.iter().filter(|province| province.country == country);
        let mut choices = self.empty_choice(!known.clone().any(|province| Some(province.code) == code));
        choices.extend(known.map(|province| Choice {
            value: province.code.to_owned(),
            label: province.name.to_owned(),
            is_chosen: Some(province.code) == code,
        }));
        self.field(AddressField::Province, code, FieldKind::Choice(choices))
    }

    fn empty_choice(&self, is_chosen: bool) -> Vec<Choice> {
        vec![Choice { value: String::new(), label: self.words.choose.clone(), is_chosen }]
    }

    fn text(&self, field: AddressField, value: &Option<String>) -> Field {
        let kind = FieldKind::Text { kind: "text", inputmode: "text", most: MAX_FIELD_LENGTH };
        self.field(field, value.as_deref(), kind)
    }

    fn field(&self, field: AddressField, value: Option<&str>, kind: FieldKind) -> Field {
        let country = self.address.country_code.as_deref().unwrap_or_default();
        let name = self.purpose.name(field);
        Field {
            error: self.problems.of(&name).map(str::to_owned),
            label: label(self.words, country, field).to_owned(),
            value: value.unwrap_or_default().to_owned(),
            required: is_required(country, field),
            autocomplete: self.purpose.autocomplete(field),
            is_half: matches!(
                field,
                AddressField::FirstName
                    | AddressField::LastName
                    | AddressField::Zip
                    | AddressField::City
                    | AddressField::Province
            ),
            name,
            kind,
        }
    }
}

/// Whether a parcel needs it; as [`Address::delivery_faults`] sees it.
fn is_required(country: &str, field: AddressField) -> bool {
    match field {
        AddressField::LastName | AddressField::Address1 | AddressField::City | AddressField::Country => true,
        AddressField::Zip => !COUNTRIES_WITHOUT_POSTCODE.contains(&country),
        AddressField::Province => has_provinces(country),
        AddressField::FirstName | AddressField::Company | AddressField::Address2 | AddressField::Phone => {
            false
        }
    }
}

/// Tells what is wrong with an address: what a parcel needs, a country that is not among those to choose from, and a postal
/// code that none of the country's looks like.
pub(super) fn check(
    words: &Words,
    purpose: Purpose,
    countries: &[&'static CountryInfo],
    address: &Address,
    problems: &mut Problems,
) {
    let country = address.country_code.as_deref().unwrap_or_default();
    let mut tell = |field: AddressField, phrase: &str, example: &str| {
        let gaps = [("field", label(words, country, field)), ("example", example)];
        problems.add(&purpose.name(field), fill(phrase, &gaps));
    };
    if find_country(country).is_none() {
        tell(AddressField::Country, &words.error_choose, "");
    } else if !countries.iter().any(|known| known.code == country) {
        tell(AddressField::Country, &words.error_invalid, "");
    }
    let phrase_of = |fault: &AddressFault| match fault.kind {
        FaultKind::Required if fault.field == AddressField::Province && has_provinces(country) => {
            &words.error_choose
        }
        FaultKind::Required => &words.error_required,
        FaultKind::TooLong => &words.error_too_long,
        FaultKind::Html | FaultKind::Url => &words.error_markup,
        FaultKind::UnknownCountry | FaultKind::UnknownProvince => &words.error_invalid,
    };
    let faults = address.delivery_faults();
    let mut told: Vec<_> = faults.iter().map(|fault| (fault.field, phrase_of(fault), "")).collect();
    // On pages only: what other front ends have sent so far is delivered as before.
    let form = address.zip.as_deref().and_then(|zip| wrong_postcode_form(country, zip));
    told.extend(form.map(|form| (AddressField::Zip, &words.error_postcode, form.example)));
    let order: Vec<AddressField> = FIRST_FIELDS.into_iter().chain(place_fields(country)).collect();
    told.sort_by_key(|(told, ..)| order.iter().position(|field| field == told).unwrap_or(order.len()));
    for (field, phrase, example) in told {
        tell(field, phrase, example);
    }
}

/// The fields before those that differ from country to country.
const FIRST_FIELDS: [AddressField; 6] = [
    AddressField::Country,
    AddressField::FirstName,
    AddressField::LastName,
    AddressField::Company,
    AddressField::Address1,
    AddressField::Address2,
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::checkout::words::WORDS;

    fn names(country: &str) -> Vec<(String, bool)> {
        let address = Address { country_code: Some(country.to_owned()), ..Address::default() };
        let form = AddressForm {
            words: WORDS.of(Tongue::En).unwrap(),
            tongue: Tongue::En,
            purpose: Purpose::Billing,
            countries: &[],
            address: &address,
            problems: &Problems::default(),
        };
        form.others().into_iter().map(|field| (field.name, field.required)).collect()
    }

    #[test]
    fn what_a_country_needs_is_marked() {
        let required = |country: &str| -> Vec<String> {
            names(country).into_iter().filter(|(_, required)| *required).map(|(name, _)| name).collect()
        };
        let base = ["billing_last_name", "billing_address1"];
        assert_eq!(required("DE"), [&base[..], &["billing_zip", "billing_city"]].concat());
        assert_eq!(
            required("US"),
            [&base[..], &["billing_city", "billing_province", "billing_zip"]].concat()
        );
        assert_eq!(required("HK"), [&base[..], &["billing_city"]].concat());
    }

    #[test]
    fn a_form_becomes_an_address_of_its_country() {
        let read = |body: &str| address_of(&Form::read(body.as_bytes()), Purpose::Delivery);
        let texan = read("country=US&last_name=+Bird+&city=Austin&province=tx&zip=73301&phone=1&company=");
        assert_eq!((texan.last_name.as_deref(), texan.company), (Some("Bird"), None));
        assert_eq!((texan.province_code.as_deref(), texan.phone.as_deref()), (Some("TX"), Some("1")));
        assert_eq!(read("country=DE&province=TX").province_code, None, "there is no such field");
        assert_eq!(read("country=CA&province=TX").province_code, None, "it was of the country before");
        assert_eq!(read("country=IT&province=mi").province_code.as_deref(), Some("MI"));
        assert_eq!(read("country=US&province=XX").province_code.as_deref(), Some("XX"), "that is told");
    }

    #[test]
    fn problems_are_told_by_field_in_the_order_of_the_form() {
        let mut problems = Problems::default();
        let here = [find_country("US").unwrap()];
        let words = WORDS.of(Tongue::En).unwrap();
        let address = Address {
            country_code: Some("US".to_owned()),
            city: Some("<b>x</b>".to_owned()),
            first_name: Some("http://x".to_owned()),
            ..Address::default()
        };
        check(words, Purpose::Delivery, &here, &address, &mut problems);
        let told: Vec<(String, String)> =
            problems.into_list().into_iter().map(|problem| (problem.field.unwrap(), problem.text)).collect();
        let told: Vec<(&str, &str)> =
            told.iter().map(|(field, text)| (field.as_str(), text.as_str())).collect();
        assert_eq!(
            told,
            [
                ("first_name", "First name: no web addresses or angle brackets, please"),
                ("last_name", "Last name: please fill this in"),
                ("address1", "Street and number: please fill this in"),
                ("city", "City: no web addresses or angle brackets, please"),
                ("province", "State: please choose"),
                ("zip", "ZIP code: please fill this in"),
            ]
        );
        let mut problems = Problems::default();
        let misspelt =
            Address { country_code: Some("US".to_owned()), zip: Some("7330".to_owned()), ..address };
        check(words, Purpose::Billing, &here, &misspelt, &mut problems);
        assert_eq!(problems.of("billing_zip"), Some("ZIP code: please write it like 10118"));
        let mut problems = Problems::default();
        let elsewhere = Address { country_code: Some("FR".to_owned()), ..Address::default() };
        check(words, Purpose::Delivery, &here, &elsewhere, &mut problems);
        assert_eq!(problems.of("country"), Some("Country or region: this is not valid"));
    }
}
