//! What carriers have to be asked before a cart's deliveries have prices: a pure rule.

use std::collections::BTreeMap;

use entity::id::{CarrierServiceId, VariantId};

use super::group::{Split, may_ask, split, zone_to};
use super::model::{MethodRate, Settings};
use super::parcel::{ParcelLine, Shipment, are_there};
use super::provider::{Place, RateItem, RateRequest};
use super::zone::Destination;
use crate::market::Address;

/// What the carriers have to be asked for a shipment, each thing once; nothing where no method of its zones has a carrier.
#[must_use]
pub fn requests_for(settings: &Settings, shipment: &Shipment<'_>) -> Vec<RateRequest> {
    let mut requests: Vec<RateRequest> = Vec::new();
    let Some(to) = shipment.address.and_then(Destination::of).filter(|_| settings.asks_carriers()) else {
        return requests;
    };
    let (splits, _) = split(settings, shipment, Some(&to));
    for split in &splits {
        let methods = zone_to(split, &to).map(|zone| zone.methods.as_slice()).unwrap_or_default();
        for method in methods.iter().filter(|method| may_ask(settings, shipment, split, method)) {
            let MethodRate::Carrier { service, .. } = &method.rate else { continue };
            let request = request_of(settings, shipment, split, *service);
            requests.extend(request.filter(|request| !requests.contains(request)));
        }
    }
    requests
}

/// What a carrier is asked about lines that go together.
pub(super) fn request_of(
    settings: &Settings,
    shipment: &Shipment<'_>,
    split: &Split<'_>,
    carrier: CarrierServiceId,
) -> Option<RateRequest> {
    let address = shipment.address?;
    Some(RateRequest {
        carrier,
        origin: origin_of(settings, split)?.clone(),
        destination: place_of(address)?,
        items: items_of(&split.lines),
        currency: shipment.conversion.to,
        locale: locale_of(shipment.language),
    })
}

/// From where lines go: the first location of their group that has them all and sends parcels, else the first that does.
fn origin_of<'a>(settings: &'a Settings, split: &Split<'_>) -> Option<&'a Place> {
    let sites =
        || settings.sites.iter().filter(|site| site.serves.online && split.group.locations.holds(site.id));
    let whole = sites().find(|site| are_there(&split.lines, |location| location == site.id));
    whole.or_else(|| sites().next()).map(|site| &site.place)
}

fn place_of(address: &Address) -> Option<Place> {
    Some(Place {
        country: address.country_code.clone()?,
        province: address.province_code.clone(),
        postal_code: address.zip.clone(),
        city: address.city.clone(),
        address1: address.address1.clone(),
        address2: address.address2.clone(),
    })
}

fn items_of(lines: &[&ParcelLine]) -> Vec<RateItem> {
    let mut items: BTreeMap<(VariantId, i64), RateItem> = BTreeMap::new();
    for line in lines {
        let item = items.entry((line.variant, line.unit_minor)).or_insert_with(|| RateItem {
            variant: line.variant,
            product: line.product,
            name: line.name.clone(),
            sku: line.sku.clone(),
            quantity: 0,
            grams: line.weight_grams,
            price_minor: line.unit_minor,
        });
        item.quantity = item.quantity.saturating_add(line.quantity);
    }
    items.into_values().collect()
}

/// A language as programs write it: `EN` is `en`, `PT_BR` is `pt-BR`.
fn locale_of(language: &str) -> String {
    match language.split_once('_') {
        Some((language, region)) => format!("{}-{region}", language.to_lowercase()),
        None => language.to_lowercase(),
    }
}
