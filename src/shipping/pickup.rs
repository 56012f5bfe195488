//! Where lines can be fetched: a pure rule.

use entity::id::LocationId;

use super::model::{Settings, Site};
use super::parcel::{ParcelLine, are_there};
use super::rate::{DeliveryOption, Via};
use super::zone::Destination;

/// How the handles of such options begin.
const PREFIX: &str = "pickup-";

/// Where an order is fetched that was delivered under this handle; `None` for one that is sent. A shop's own method may have
/// such a handle too: whether orders can be fetched there, the location says.
#[must_use]
pub fn pickup_of(handle: &str) -> Option<LocationId> {
    handle.strip_prefix(PREFIX)?.parse().ok().map(LocationId)
}

/// Places that a buyer chooses from at most.
const MAX_PICKUPS: usize = 50;

/// The places in the buyer's country where all lines lie and can be fetched, in the order of the locations. They cost
/// nothing.
pub(super) fn pickups_of(
    settings: &Settings,
    lines: &[&ParcelLine],
    to: Option<&Destination>,
) -> Vec<DeliveryOption> {
    let is_near = |site: &&Site| to.is_some_and(|to| site.place.country == to.country);
    let option = |site: &Site| {
        let description = site.serves.pickup.as_ref()?;
        are_there(lines, |location| location == site.id).then(|| DeliveryOption {
            handle: format!("{PREFIX}{}", site.id),
            title: site.name.clone(),
            description: description.clone(),
            cost_minor: 0,
            via: Via::Pickup(site.id),
        })
    };
    settings.sites.iter().filter(is_near).filter_map(option).take(MAX_PICKUPS).collect()
}
