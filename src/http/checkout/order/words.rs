//! The phrases of the order's page, in every language that it speaks.

use entity::shipping_label::ParcelStatus;
use serde::Deserialize;

use crate::order::FinancialStatus;
use crate::wording::Texts;

/// The phrases by language.
pub(super) static WORDS: Texts<OrderPageWords> = Texts::new([
    include_str!("words/en.json"),
    include_str!("words/de.json"),
    include_str!("words/fr.json"),
    include_str!("words/es.json"),
]);

/// The phrases. Names in braces are gaps to be filled.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct OrderPageWords {
    /// Heading; `{order}`.
    pub(super) order: String,
    /// Heading of a fresh order; `{name}`.
    pub(super) thanks: String,
    /// The same where the name is not known.
    pub(super) thanks_nameless: String,
    /// `{email}`.
    pub(super) confirmation: String,
    /// `{order}`, `{moment}`.
    pub(super) placed: String,
    /// Heading.
    pub(super) payment: String,
    /// Heading.
    pub(super) delivery: String,
    /// How the money stands.
    pub(super) paid: String,
    /// How the money stands.
    pub(super) pending: String,
    /// How the money stands.
    pub(super) authorized: String,
    /// How the money stands.
    pub(super) partially_paid: String,
    /// How the money stands.
    pub(super) partially_refunded: String,
    /// How the money stands.
    pub(super) refunded: String,
    /// How the money stands.
    pub(super) voided: String,
    /// `{day}`.
    pub(super) cancelled: String,
    /// How the delivery stands.
    pub(super) not_sent: String,
    /// How the delivery stands.
    pub(super) on_its_way: String,
    /// How the delivery stands; `{count}`.
    pub(super) parcels_delivered: String,
    /// How the delivery stands.
    pub(super) nothing_sent: String,
    /// Heading; `{amount}`.
    pub(super) how_to_pay: String,
    /// Heading.
    pub(super) refunds: String,
    /// `{amount}`, `{day}`.
    pub(super) given_back: String,
    /// `{amount}`, `{day}`.
    pub(super) going_back: String,
    /// Row.
    pub(super) payments: String,
    /// Row.
    pub(super) discounts: String,
    /// Heading.
    pub(super) billing_address: String,
    /// Heading; `{number}`, `{count}`.
    pub(super) parcel: String,
    /// `{company}`.
    pub(super) carrier: String,
    /// `{number}`.
    pub(super) tracking_number: String,
    /// Link.
    pub(super) follow: String,
    /// Names the list of what happened to a parcel.
    pub(super) events: String,
    /// The page looks again by itself.
    pub(super) live: String,
    /// A parcel.
    pub(super) parcel_unknown: String,
    /// A parcel.
    pub(super) parcel_announced: String,
    /// A parcel.
    pub(super) parcel_accepted: String,
    /// A parcel.
    pub(super) parcel_in_transit: String,
    /// A parcel.
    pub(super) parcel_attempted: String,
    /// A parcel.
    pub(super) parcel_exception: String,
    /// A parcel.
    pub(super) parcel_at_pickup_point: String,
    /// A parcel.
    pub(super) parcel_delivered: String,
    /// Heading of the page in place of an order.
    pub(super) missing_title: String,
    /// Under it.
    pub(super) missing_text: String,
}

impl OrderPageWords {
    /// How money stands.
    pub(super) fn financial(&self, status: FinancialStatus) -> &str {
        match status {
            FinancialStatus::Paid => &self.paid,
            FinancialStatus::Pending => &self.pending,
            FinancialStatus::Authorized => &self.authorized,
            FinancialStatus::PartiallyPaid => &self.partially_paid,
            FinancialStatus::PartiallyRefunded => &self.partially_refunded,
            FinancialStatus::Refunded => &self.refunded,
            FinancialStatus::Voided => &self.voided,
        }
    }

    /// How far a parcel is.
    pub(super) fn parcel_status(&self, status: ParcelStatus) -> &str {
        match status {
            ParcelStatus::Unknown => &self.parcel_unknown,
            ParcelStatus::Announced => &self.parcel_announced,
            ParcelStatus::Accepted => &self.parcel_accepted,
            ParcelStatus::InTransit => &self.parcel_in_transit,
            ParcelStatus::Attempted => &self.parcel_attempted,
            ParcelStatus::Exception => &self.parcel_exception,
            ParcelStatus::AtPickupPoint => &self.parcel_at_pickup_point,
            ParcelStatus::Delivered => &self.parcel_delivered,
        }
    }
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
