//! The parcels of an order, as its page tells them.

use entity::shipping_label::ParcelStatus;

use super::words::OrderPageWords;
use crate::html::is_web_address;
use crate::shipping::Tracking;
use crate::store::TimeZone;
use crate::wording::{Tongue, fill};

/// A parcel.
pub(super) struct Parcel {
    /// Which of how many.
    pub(super) title: String,
    /// How far it is, and since when.
    pub(super) status: String,
    /// Who carries it and under which number.
    pub(super) details: Vec<String>,
    /// The carrier's page about it.
    pub(super) url: Option<String>,
    /// What happened, the newest first.
    pub(super) events: Vec<ParcelEvent>,
}

/// What happened to a parcel.
pub(super) struct ParcelEvent {
    /// When.
    pub(super) moment: String,
    /// What, in the carrier's words, or in ours where it has none.
    pub(super) what: String,
    /// Where.
    pub(super) place: String,
}

/// How the delivery stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DeliveryState {
    /// There is nothing to be delivered.
    Nothing,
    /// No parcel is on its way.
    NotSent,
    /// Some parcel has not arrived.
    OnItsWay,
    /// So many parcels have arrived, all that there are so far.
    Arrived(usize),
}

/// How the delivery stands.
pub(super) fn state_of(needs_delivery: bool, parcels: &[Tracking]) -> DeliveryState {
    match (parcels, needs_delivery) {
        ([], false) => DeliveryState::Nothing,
        ([], true) => DeliveryState::NotSent,
        _ if parcels.iter().all(|parcel| parcel.status == ParcelStatus::Delivered) => {
            DeliveryState::Arrived(parcels.len())
        }
        _ => DeliveryState::OnItsWay,
    }
}

/// The parcels in words.
pub(super) fn views(
    own: &OrderPageWords,
    tongue: Tongue,
    zone: TimeZone,
    parcels: &[Tracking],
) -> Vec<Parcel> {
    let count = parcels.len().to_string();
    let views = parcels.iter().zip(1..).map(|(parcel, place): (&Tracking, usize)| {
        let status = own.parcel_status(parcel.status);
        let since = parcel.moved_at.map(|at| tongue.moment(zone.shown_at(at)));
        let company = parcel.company.as_deref().map(|company| fill(&own.carrier, &[("company", company)]));
        let number = parcel.number.as_deref().map(|number| fill(&own.tracking_number, &[("number", number)]));
        let events = parcel.events.iter().map(|event| ParcelEvent {
            moment: tongue.moment(zone.shown_at(event.occurred_at)),
            what: match event.description.trim() {
                "" => own.parcel_status(event.status).to_owned(),
                told => told.to_owned(),
            },
            place: event.place.trim().to_owned(),
        });
        Parcel {
            title: fill(&own.parcel, &[("number", &place.to_string()), ("count", &count)]),
            status: since.map_or_else(|| status.to_owned(), |since| format!("{status} ({since})")),
            details: company.into_iter().chain(number).collect(),
            url: parcel.url.clone().filter(|url| is_web_address(url)),
            events: events.collect(),
        }
    });
    views.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parcels_have_arrived_when_all_that_there_are_have() {
        let parcel = |status| Tracking {
            company: None,
            number: None,
            url: None,
            status,
            moved_at: None,
            events: vec![],
        };
        let (there, under_way) = (parcel(ParcelStatus::Delivered), parcel(ParcelStatus::Exception));
        for (needs_delivery, parcels, expected) in [
            (false, vec![], DeliveryState::Nothing),
            (true, vec![], DeliveryState::NotSent),
            (true, vec![there.clone(), under_way.clone()], DeliveryState::OnItsWay),
            (true, vec![there.clone()], DeliveryState::Arrived(1)),
            (true, vec![there.clone(), there], DeliveryState::Arrived(2)),
        ] {
            assert_eq!(state_of(needs_delivery, &parcels), expected);
        }
    }
}
