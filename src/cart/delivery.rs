//! Delivery groups: lines that go to one address together. Pure rules.

use entity::cart_line;
use entity::id::{CartAddressId, CartLineId};

use super::line::StockLimit;
use super::merchandise::{Level, Merchandise};
use super::view::CartAddressView;
use crate::market::Address;
use crate::pricing::engine::PricedCart;
use crate::shipping::{DeliveryOption, OfferedGroup, ParcelLine, StockTake, Unserved};

/// Lines that go to one address together, and how they may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryGroup {
    /// Its name, the same as long as its address and what delivers its lines are.
    pub key: String,
    /// Where to.
    pub address_id: CartAddressId,
    /// Where to.
    pub address: Address,
    /// What.
    pub line_ids: Vec<CartLineId>,
    /// How: what is sent first, the cheapest of it first; then where it can be fetched.
    pub options: Vec<DeliveryOption>,
    /// How it will go: the buyer's choice where that is still offered, else the cheapest way in which it is sent. Nobody
    /// has to fetch what they did not choose to.
    pub selected: Option<DeliveryOption>,
    /// Why nothing of it can be sent, where that is so.
    pub unserved: Option<Unserved>,
}

/// The name of a group of an address; `name` is that among the groups of the address.
fn group_key(address_id: CartAddressId, name: &str) -> String {
    format!("a{address_id}{name}")
}

/// The groups of a cart: those that are offered, to the selected address. A cart without one, or with one that names no
/// country, has none.
pub(super) fn groups_of(
    address: Option<&CartAddressView>,
    offered: Vec<OfferedGroup>,
    choices: &[(String, String)],
) -> Vec<DeliveryGroup> {
    let Some(selected) = address.filter(|view| view.address.country_code.is_some()) else {
        return Vec::new();
    };
    let group = |group: OfferedGroup| {
        let key = group_key(selected.id, &group.name);
        let chosen = choices.iter().find(|(name, _)| *name == key).map(|(_, handle)| handle.as_str());
        let options = group.options;
        let is_chosen = |option: &&DeliveryOption| Some(option.handle.as_str()) == chosen;
        let is_sent = |option: &&DeliveryOption| option.pickup_at().is_none();
        let option = options.iter().find(is_chosen).or_else(|| options.iter().find(is_sent)).cloned();
        DeliveryGroup {
            key,
            address_id: selected.id,
            address: selected.address.clone(),
            line_ids: group.lines,
            selected: option,
            options,
            unserved: group.unserved,
        }
    };
    offered.into_iter().map(group).collect()
}

/// The lines of a cart that are shipped, as delivery rules want them: with what they cost after discounts.
pub(super) fn parcel_lines(
    lines: &[(&cart_line::Model, &Merchandise)],
    priced: &PricedCart,
) -> Vec<ParcelLine> {
    lines
        .iter()
        .zip(&priced.lines)
        .filter(|((_, merchandise), _)| merchandise.item.requires_shipping)
        .map(|((line, merchandise), priced)| ParcelLine {
            line: line.id,
            variant: merchandise.variant.id,
            product: merchandise.product.id,
            name: merchandise.product.title.clone(),
            sku: merchandise.variant.sku.clone(),
            quantity: line.quantity,
            weight_grams: merchandise.item.weight_grams,
            unit_minor: priced.unit_minor,
            subtotal_minor: priced.total_minor,
            stock: stock_of(merchandise),
        })
        .collect()
}

/// From where units are taken: the item's own shelves, or those of a bundle's components.
fn stock_of(merchandise: &Merchandise) -> Vec<StockTake> {
    let limits = merchandise.stock_limits();
    let own = std::slice::from_ref(merchandise).iter();
    let parts = merchandise.parts.iter().map(|part| &part.merchandise);
    let taken: Vec<&Merchandise> = if merchandise.is_bundle() { parts.collect() } else { own.collect() };
    let units = |level: &Level| (level.location_id, level.room.unwrap_or(i64::MAX));
    let take = |(limit, taken): (&StockLimit, &Merchandise)| StockTake {
        item: limit.item_id,
        per_unit: limit.per_unit,
        at: limit.tracked.then(|| taken.levels.iter().map(units).collect()),
    };
    limits.iter().zip(taken).map(take).collect()
}

#[cfg(test)]
mod tests {
    use entity::id::{DeliveryMethodId, LocationId};

    use super::*;
    use crate::shipping::Via;

    fn option(handle: &str, cost_minor: i64, via: Via) -> DeliveryOption {
        DeliveryOption {
            handle: handle.into(),
            title: handle.into(),
            description: String::new(),
            cost_minor,
            via,
        }
    }

    fn offered(name: &str, options: &[DeliveryOption]) -> OfferedGroup {
        OfferedGroup {
            name: name.into(),
            lines: vec![CartLineId(1)],
            options: options.to_vec(),
            unserved: None,
        }
    }

    fn address(country: Option<&str>) -> CartAddressView {
        CartAddressView {
            id: CartAddressId(7),
            address: Address { country_code: country.map(str::to_owned), ..Address::default() },
            selected: true,
            one_time_use: false,
        }
    }

    fn selected(groups: &[DeliveryGroup]) -> Vec<(&str, Option<&str>)> {
        groups
            .iter()
            .map(|group| (group.key.as_str(), group.selected.as_ref().map(|option| option.handle.as_str())))
            .collect()
    }

    #[test]
    fn choices_hold_as_long_as_they_are_offered_and_nobody_fetches_unasked() {
        let sent = |handle: &str, cost| option(handle, cost, Via::Table(DeliveryMethodId(1)));
        let fetched = option("pickup-1", 0, Via::Pickup(LocationId(1)));
        let both = [sent("standard", 490), sent("express", 990), fetched.clone()];
        let offers =
            || vec![offered("", &both), offered("p3", &both), offered("p4", std::slice::from_ref(&fetched))];
        let choose = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, handle)| ((*key).to_owned(), (*handle).to_owned())).collect()
        };
        let here = address(Some("DE"));
        let groups = groups_of(Some(&here), offers(), &[]);
        assert_eq!(selected(&groups), [("a7", Some("standard")), ("a7p3", Some("standard")), ("a7p4", None)]);
        let choices = choose(&[("a7", "express"), ("a7p3", "gone"), ("a7p4", "pickup-1"), ("a8", "express")]);
        let groups = groups_of(Some(&here), offers(), &choices);
        assert_eq!(
            selected(&groups),
            [("a7", Some("express")), ("a7p3", Some("standard")), ("a7p4", Some("pickup-1"))]
        );
        assert_eq!(groups_of(Some(&address(None)), offers(), &choices), []);
        assert_eq!(groups_of(None, offers(), &choices), []);
    }
}
