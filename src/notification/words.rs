//! The phrases of mails about orders, in every language that they speak.

use serde::Deserialize;

use crate::wording::Texts;

/// The phrases by language.
pub(super) static WORDS: Texts<OrderMailWords> = Texts::new([
    include_str!("words/en.json"),
    include_str!("words/de.json"),
    include_str!("words/fr.json"),
    include_str!("words/es.json"),
]);

/// The phrases. Names in braces are gaps to be filled.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderMailWords {
    /// `{order}`, `{shop}`.
    pub(super) subject_placed: String,
    /// `{order}`, `{shop}`.
    pub(super) subject_refunded: String,
    /// `{order}`, `{shop}`.
    pub(super) subject_cancelled: String,
    /// `{order}`, `{shop}`.
    pub(super) subject_parcel_announced: String,
    /// `{order}`, `{shop}`.
    pub(super) subject_parcel_delivered: String,
    /// `{name}`.
    pub(super) hello: String,
    /// Where the name is not known.
    pub(super) hello_nameless: String,
    /// `{order}`, `{day}`.
    pub(super) placed: String,
    /// `{order}`, `{day}`, `{amount}`.
    pub(super) refunded: String,
    /// Where it goes.
    pub(super) goes_back: String,
    /// Where it goes.
    pub(super) goes_to_credit: String,
    /// `{order}`, `{day}`.
    pub(super) cancelled: String,
    /// `{amount}`.
    pub(super) money_back: String,
    /// `{order}`, `{day}`.
    pub(super) parcel_announced: String,
    /// `{order}`, `{day}`.
    pub(super) parcel_delivered: String,
    /// `{company}`.
    pub(super) carrier: String,
    /// `{number}`.
    pub(super) tracking_number: String,
    /// Link.
    pub(super) follow: String,
    /// `{name}`.
    pub(super) discount: String,
    /// Row.
    pub(super) discounts: String,
    /// `{title}`.
    pub(super) delivery: String,
    /// In place of a price.
    pub(super) free: String,
    /// Row.
    pub(super) subtotal: String,
    /// Row.
    pub(super) taxes: String,
    /// Row.
    pub(super) taxes_included: String,
    /// Row.
    pub(super) total: String,
    /// `{last}`.
    pub(super) gift_card: String,
    /// Row.
    pub(super) store_credit: String,
    /// Row.
    pub(super) paid: String,
    /// Row.
    pub(super) due: String,
    /// Heading; `{amount}`.
    pub(super) how_to_pay: String,
    /// Heading.
    pub(super) delivery_address: String,
    /// Heading.
    pub(super) billing_address: String,
    /// Link.
    pub(super) see_order: String,
    /// Before the address of the link.
    pub(super) copy_link: String,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::wording::Tongue;

    #[test]
    fn every_language_has_every_phrase_with_the_same_gaps() {
        let gaps = |phrase: &str| {
            let starts = phrase.split('{').skip(1);
            let mut gaps: Vec<String> =
                starts.map(|rest| rest.split('}').next().unwrap().to_owned()).collect();
            gaps.sort_unstable();
            gaps
        };
        let read = |file: &str| serde_json::from_str::<BTreeMap<String, String>>(file).unwrap();
        let english = read(include_str!("words/en.json"));
        for tongue in Tongue::ALL {
            WORDS.of(tongue).unwrap();
        }
        for file in
            [include_str!("words/de.json"), include_str!("words/fr.json"), include_str!("words/es.json")]
        {
            let other = read(file);
            for (name, phrase) in &english {
                assert_eq!(gaps(&other[name]), gaps(phrase), "{name}");
                assert!(!other[name].trim().is_empty(), "{name}");
            }
        }
    }
}
