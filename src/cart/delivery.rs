//! Delivery groups: lines that go to one address together. Pure rules.

use entity::delivery_method;
use entity::id::{CartAddressId, CartLineId};

use crate::market::{Address, Conversion};
use crate::shipping::{DeliveryOption, Parcel, options_for};

/// Lines that go to one address together, and how they may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeliveryGroup {
    /// Its name, the same as long as its address is.
    pub key: String,
    /// Where to.
    pub address_id: CartAddressId,
    /// Where to.
    pub address: Address,
    /// What.
    pub line_ids: Vec<CartLineId>,
    /// How, the cheapest first.
    pub options: Vec<DeliveryOption>,
    /// How it will go: the buyer's choice where that is still offered, else the first.
    pub selected: Option<DeliveryOption>,
}

/// The name of the group of an address.
#[must_use]
pub fn group_key(address_id: CartAddressId) -> String {
    format!("a{address_id}")
}

/// The group of a cart: all its lines that are shipped, to the selected address. A cart without either has none.
#[must_use]
pub fn group_of(
    address: (CartAddressId, Address),
    line_ids: Vec<CartLineId>,
    parcel: Parcel,
    conversion: &Conversion,
    methods: &[delivery_method::Model],
    choices: &[(String, String)],
) -> DeliveryGroup {
    let (address_id, address) = address;
    let key = group_key(address_id);
    let options = options_for(parcel, conversion, methods);
    let chosen = choices.iter().find(|(group, _)| *group == key).map(|(_, handle)| handle.as_str());
    let selected =
        options.iter().find(|option| Some(option.handle.as_str()) == chosen).or(options.first()).cloned();
    DeliveryGroup { key, address_id, address, line_ids, options, selected }
}
