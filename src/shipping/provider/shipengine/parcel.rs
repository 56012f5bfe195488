//! What ShipEngine tells of parcels, asked or by itself, read into ours.

use chrono::{DateTime, Utc};
use entity::shipping_label::ParcelStatus;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::read::shortened;
use crate::secret;
use crate::shipping::provider::label::{ParcelMove, ParcelNews};

/// Events of a parcel that are read at most.
const MAX_EVENTS: usize = 500;

#[derive(Deserialize)]
struct Tracking {
    tracking_number: Option<String>,
    carrier_code: Option<String>,
    status_code: Option<String>,
    status_description: Option<String>,
    actual_delivery_date: Option<DateTime<Utc>>,
    #[serde(default)]
    events: Vec<TrackEvent>,
}

#[derive(Deserialize)]
struct TrackEvent {
    occurred_at: Option<DateTime<Utc>>,
    description: Option<String>,
    city_locality: Option<String>,
    state_province: Option<String>,
    country_code: Option<String>,
    status_code: Option<String>,
    status_description: Option<String>,
    event_code: Option<String>,
    carrier_detail_code: Option<String>,
    carrier_status_code: Option<String>,
}

impl TrackEvent {
    fn news(self) -> Option<ParcelMove> {
        let occurred_at = self.occurred_at?;
        let text = |value: &Option<String>| value.as_deref().map(str::trim).unwrap_or_default().to_owned();
        let parts = [
            occurred_at.to_rfc3339(),
            text(&self.status_code),
            text(&self.carrier_status_code),
            text(&self.carrier_detail_code),
            text(&self.event_code),
            text(&self.city_locality),
            text(&self.state_province),
            text(&self.country_code),
        ];
        let place = [&self.city_locality, &self.state_province, &self.country_code].map(text);
        let place: Vec<String> = place.into_iter().filter(|part| !part.is_empty()).collect();
        let description = [&self.description, &self.status_description].map(text);
        Some(ParcelMove {
            key: secret::hex_digest(parts.join("\u{1f}").as_bytes()),
            status: status_of(self.status_code.as_deref()),
            occurred_at,
            description: shortened(
                description.iter().find(|text| !text.is_empty()).map_or("", String::as_str),
            ),
            place: shortened(&place.join(", ")),
        })
    }
}

/// What happened to a parcel.
pub(super) fn tracking(text: &str) -> Option<ParcelNews> {
    let tracking: Tracking = serde_json::from_str(text).ok()?;
    let mut events: Vec<ParcelMove> =
        tracking.events.into_iter().take(MAX_EVENTS).filter_map(TrackEvent::news).collect();
    // Some carriers tell that a parcel arrived, and when, without an event for it.
    let arrived = status_of(tracking.status_code.as_deref()) == ParcelStatus::Delivered;
    if arrived && !events.iter().any(|event| event.status == ParcelStatus::Delivered) {
        events.extend(tracking.actual_delivery_date.map(|occurred_at| ParcelMove {
            key: secret::hex_digest(format!("delivered\u{1f}{}", occurred_at.to_rfc3339()).as_bytes()),
            status: ParcelStatus::Delivered,
            occurred_at,
            description: shortened(tracking.status_description.as_deref().unwrap_or_default()),
            place: String::new(),
        }));
    }
    let tracking_number = tracking.tracking_number.filter(|number| !number.is_empty())?;
    Some(ParcelNews { tracking_number, carrier_code: tracking.carrier_code, events })
}

#[derive(Deserialize)]
struct Webhook {
    url: Option<String>,
    event: Option<String>,
}

/// Whether messages about parcels already go to an address.
pub(super) fn has_webhook(text: &str, url: &str) -> Option<bool> {
    let known = serde_json::from_str::<Vec<Webhook>>(text).ok()?;
    let is_ours = |hook: &Webhook| hook.event.as_deref() == Some("track") && hook.url.as_deref() == Some(url);
    Some(known.iter().any(is_ours))
}

#[derive(Deserialize)]
struct Sent {
    resource_type: String,
    data: Option<Box<RawValue>>,
}

/// What a message tells: nothing where it is about something other than a parcel; `None` where it is no message.
pub(super) fn message(body: &[u8]) -> Option<Option<ParcelNews>> {
    let sent: Sent = serde_json::from_slice(body).ok()?;
    if sent.resource_type != "API_TRACK" {
        return Some(None);
    }
    tracking(sent.data?.get()).map(Some)
}

fn status_of(code: Option<&str>) -> ParcelStatus {
    match code.unwrap_or_default() {
        "NY" => ParcelStatus::Announced,
        "AC" => ParcelStatus::Accepted,
        "IT" => ParcelStatus::InTransit,
        "AT" => ParcelStatus::Attempted,
        "EX" => ParcelStatus::Exception,
        "SP" => ParcelStatus::AtPickupPoint,
        "DE" => ParcelStatus::Delivered,
        _ => ParcelStatus::Unknown,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parcel_that_arrived_without_an_event_has_one() {
        let text = r#"{"tracking_number":"1Z","status_code":"DE","actual_delivery_date":"2026-12-01T10:00:00Z",
            "events":[{"occurred_at":"2026-11-30T10:00:00Z","status_code":"IT","city_locality":"AUSTIN",
            "state_province":"TX","country_code":"US","description":" Departed "}]}"#;
        let news = tracking(text).unwrap();
        let seen: Vec<(ParcelStatus, &str, &str)> = news
            .events
            .iter()
            .map(|event| (event.status, event.description.as_str(), event.place.as_str()))
            .collect();
        assert_eq!(
            seen,
            [(ParcelStatus::InTransit, "Departed", "AUSTIN, TX, US"), (ParcelStatus::Delivered, "", "")]
        );
        assert_eq!(tracking(text).unwrap(), news, "the same told twice has the same keys");
        assert_eq!(tracking("{}"), None);
    }

    #[test]
    fn messages_about_other_things_tell_nothing_of_parcels() {
        assert_eq!(message(br#"{"resource_type":"API_BATCH","data":[1]}"#), Some(None));
        assert_eq!(message(br#"{"resource_type":"API_TRACK","data":{}}"#), None);
        assert_eq!(message(b"no"), None);
        let sent = br#"{"resource_url":"x","resource_type":"API_TRACK","data":{"tracking_number":"1Z","events":[]}}"#;
        assert_eq!(message(sent).unwrap().unwrap().tracking_number, "1Z");
    }
}
