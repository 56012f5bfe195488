//! What shoppers send about carts, and what it means to the domain.

use async_graphql::{ID, InputObject, MaybeUndefined};
use entity::id::CartAddressId;

use super::line_input::CartLineInput;
use super::preference_input::DeliveryAddressInput;
use crate::cart::{
    AddressChange, AddressSource, Attribute, BuyerIdentity, CartError, NewAddress, Preferences, RefusalCode,
};
use crate::graphql::id::Gid;
use crate::graphql::scalar::CountryCode;
use crate::graphql::storefront::address::customer_address_id;
use crate::graphql::storefront::code::{DeliveryAddressValidationStrategy, PreferenceDeliveryMethodType};
use crate::graphql::storefront::context::RequestContext;
use crate::market::Address;

/// The number in an id, or `None` where it is no id of this type: the domain refuses that with its place.
pub(super) fn number(kind: &str, id: &ID) -> Option<i64> {
    Gid::parse(id).filter(|gid| gid.kind == kind).and_then(|gid| gid.number())
}

/// A word of the front end about a cart or a line.
#[derive(InputObject)]
pub struct AttributeInput {
    /// What it is about.
    pub key: String,
    /// What it says.
    pub value: String,
}

impl From<AttributeInput> for Attribute {
    fn from(input: AttributeInput) -> Self {
        Self { key: input.key, value: input.value }
    }
}

pub(super) fn attributes(input: Option<Vec<AttributeInput>>) -> Vec<Attribute> {
    input.unwrap_or_default().into_iter().map(Attribute::from).collect()
}

/// What a cart begins with.
#[derive(Default, InputObject)]
pub struct CartInput {
    /// The words of the front end.
    pub attributes: Option<Vec<AttributeInput>>,
    /// Who buys.
    pub buyer_identity: Option<CartBuyerIdentityInput>,
    /// Where it may go.
    pub delivery: Option<CartDeliveryInput>,
    /// Discount codes that were typed in.
    pub discount_codes: Option<Vec<String>>,
    /// Gift card codes that were typed in.
    pub gift_card_codes: Option<Vec<String>>,
    /// What is bought.
    pub lines: Option<Vec<CartLineInput>>,
    /// Values of its own.
    pub metafields: Option<Vec<CartInputMetafieldInput>>,
    /// A note of the buyer.
    pub note: Option<String>,
}

/// Where a cart may go.
#[derive(InputObject)]
pub struct CartDeliveryInput {
    /// The addresses.
    pub addresses: Option<Vec<CartSelectableAddressInput>>,
}

/// A value of a cart.
#[derive(InputObject)]
pub struct CartInputMetafieldInput {
    /// Its key.
    pub key: String,
    /// The name of its type.
    #[graphql(name = "type")]
    pub kind: String,
    /// The value as a text.
    pub value: String,
}

/// Who buys; what is left out stays.
#[derive(Default, InputObject)]
pub struct CartBuyerIdentityInput {
    /// The company's place that buys.
    pub company_location_id: Option<ID>,
    /// The buyer's country.
    pub country_code: Option<CountryCode>,
    /// The signed-in customer's token; null takes the customer out.
    pub customer_access_token: MaybeUndefined<String>,
    /// Where the cart may go; these take the place of the addresses that it has.
    #[graphql(deprecation = "Use `CartInput.delivery` and `cartDeliveryAddressesReplace`.")]
    pub delivery_address_preferences: Option<Vec<DeliveryAddressInput>>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// What the buyer prefers.
    pub preferences: Option<CartPreferencesInput>,
}

/// What a buyer prefers.
#[derive(InputObject)]
pub struct CartPreferencesInput {
    /// For the delivery.
    pub delivery: Option<CartDeliveryPreferenceInput>,
    /// Names of wallets.
    pub wallet: Option<Vec<String>>,
}

/// What a buyer prefers for the delivery.
#[derive(InputObject)]
pub struct CartDeliveryPreferenceInput {
    /// Where the buyer is.
    pub coordinates: Option<CartDeliveryCoordinatesPreferenceInput>,
    /// In which ways.
    pub delivery_method: Option<Vec<PreferenceDeliveryMethodType>>,
    /// From which places to pick up.
    pub pickup_handle: Option<Vec<String>>,
}

/// Where a buyer is.
#[derive(InputObject)]
pub struct CartDeliveryCoordinatesPreferenceInput {
    /// In which country.
    pub country_code: CountryCode,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl From<CartBuyerIdentityInput> for BuyerIdentity {
    fn from(input: CartBuyerIdentityInput) -> Self {
        Self {
            email: input.email,
            phone: input.phone,
            country: input.country_code.map(|country| country.0.code),
            preferences: input.preferences.map(Preferences::from),
            customer_access_token: match input.customer_access_token {
                MaybeUndefined::Undefined => None,
                MaybeUndefined::Null => Some(None),
                MaybeUndefined::Value(token) => Some(Some(token).filter(|token| !token.is_empty())),
            },
            company_location_id: input.company_location_id.map(|id| id.0),
            addresses: input
                .delivery_address_preferences
                .map(|addresses| addresses.into_iter().filter_map(DeliveryAddressInput::address).collect()),
        }
    }
}

impl BuyerIdentity {
    /// The buyer of the request's context, where the identity names nobody.
    pub(super) fn or_buyer(mut self, context: &RequestContext) -> Self {
        if self.customer_access_token.is_none() {
            self.customer_access_token = context.customer_access_token.clone().map(Some);
        }
        self
    }
}

impl From<CartPreferencesInput> for Preferences {
    fn from(input: CartPreferencesInput) -> Self {
        let word = |method: PreferenceDeliveryMethodType| match method {
            PreferenceDeliveryMethodType::Shipping => "SHIPPING",
            PreferenceDeliveryMethodType::PickUp => "PICK_UP",
            PreferenceDeliveryMethodType::PickupPoint => "PICKUP_POINT",
        };
        let (methods, pickups, coordinates) = input.delivery.map_or((None, None, None), |delivery| {
            (delivery.delivery_method, delivery.pickup_handle, delivery.coordinates)
        });
        Self {
            wallet: input.wallet,
            delivery_method: methods
                .unwrap_or_default()
                .into_iter()
                .map(|method| word(method).to_owned())
                .collect(),
            pickup_handle: pickups.unwrap_or_default(),
            coordinates: coordinates.and_then(|place| {
                let latitude = serde_json::Number::from_f64(place.latitude)?;
                Some((
                    place.country_code.0.code.to_owned(),
                    latitude,
                    serde_json::Number::from_f64(place.longitude)?,
                ))
            }),
        }
    }
}

/// An address of a cart.
#[derive(InputObject)]
pub struct CartSelectableAddressInput {
    /// The address.
    pub address: CartAddressInput,
    /// Whether it stays out of the customer's address book.
    pub one_time_use: Option<bool>,
    /// Whether the cart goes there.
    pub selected: Option<bool>,
    /// How strictly it is checked.
    #[graphql(default_with = "Some(DeliveryAddressValidationStrategy::CountryCodeOnly)")]
    pub validation_strategy: Option<DeliveryAddressValidationStrategy>,
}

/// A change of an address of a cart; what is left out stays.
#[derive(InputObject)]
pub struct CartSelectableAddressUpdateInput {
    /// Another address.
    pub address: Option<CartAddressInput>,
    /// The address's global id.
    pub id: ID,
    /// Whether it stays out of the customer's address book.
    pub one_time_use: Option<bool>,
    /// Whether the cart goes there.
    pub selected: Option<bool>,
    /// How strictly it is checked.
    #[graphql(default_with = "Some(DeliveryAddressValidationStrategy::CountryCodeOnly)")]
    pub validation_strategy: Option<DeliveryAddressValidationStrategy>,
}

/// An address: written out, or one of the signed-in customer's.
#[derive(InputObject)]
pub struct CartAddressInput {
    /// One of the signed-in customer's.
    pub copy_from_customer_address_id: Option<ID>,
    /// Written out.
    pub delivery_address: Option<CartDeliveryAddressInput>,
}

/// An address to deliver to.
#[derive(InputObject)]
pub struct CartDeliveryAddressInput {
    /// Street and number.
    pub address1: Option<String>,
    /// Flat, floor, building.
    pub address2: Option<String>,
    /// City, town or village.
    pub city: Option<String>,
    /// Company.
    pub company: Option<String>,
    /// The country's two-letter code.
    pub country_code: Option<CountryCode>,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Code of the state or province.
    pub province_code: Option<String>,
    /// Postal code.
    pub zip: Option<String>,
}

impl From<CartDeliveryAddressInput> for Address {
    fn from(input: CartDeliveryAddressInput) -> Self {
        Self {
            first_name: input.first_name,
            last_name: input.last_name,
            company: input.company,
            address1: input.address1,
            address2: input.address2,
            city: input.city,
            province_code: input.province_code,
            zip: input.zip,
            country_code: input.country_code.map(|country| country.0.code.to_owned()),
            phone: input.phone,
        }
        .tidied()
    }
}

/// Where the fields of an address come from.
fn source_of(input: CartAddressInput, place: usize) -> Result<AddressSource, CartError> {
    if let Some(id) = input.copy_from_customer_address_id {
        return Ok(AddressSource::Book(customer_address_id(&id)));
    }
    let field = ["addresses", &place.to_string(), "address", "deliveryAddress"];
    let missing =
        || CartError::refused(RefusalCode::AddressFieldIsRequired, &field, "An address is required");
    input.delivery_address.map(Address::from).map(AddressSource::Written).ok_or_else(missing)
}

pub(super) fn is_strict(strategy: Option<DeliveryAddressValidationStrategy>) -> bool {
    match strategy {
        Some(DeliveryAddressValidationStrategy::Strict) => true,
        Some(DeliveryAddressValidationStrategy::CountryCodeOnly) | None => false,
    }
}

/// Addresses to be added.
///
/// # Errors
/// A refusal that names the place.
pub(super) fn new_addresses(input: Vec<CartSelectableAddressInput>) -> Result<Vec<NewAddress>, CartError> {
    let address = |(place, input): (usize, CartSelectableAddressInput)| {
        Ok(NewAddress {
            address: source_of(input.address, place)?,
            selected: input.selected.unwrap_or(false),
            one_time_use: input.one_time_use.unwrap_or(false),
            strict: is_strict(input.validation_strategy),
        })
    };
    input.into_iter().enumerate().map(address).collect()
}

/// Changes of addresses.
///
/// # Errors
/// A refusal that names the place.
pub(super) fn address_changes(
    input: Vec<CartSelectableAddressUpdateInput>,
) -> Result<Vec<AddressChange>, CartError> {
    let change = |(place, input): (usize, CartSelectableAddressUpdateInput)| {
        Ok(AddressChange {
            id: number("CartSelectableAddress", &input.id).map(CartAddressId),
            address: input.address.map(|address| source_of(address, place)).transpose()?,
            selected: input.selected,
            one_time_use: input.one_time_use,
            strict: is_strict(input.validation_strategy),
        })
    };
    input.into_iter().enumerate().map(change).collect()
}

/// The delivery option chosen for a group.
#[derive(InputObject)]
pub struct CartSelectedDeliveryOptionInput {
    /// The group's global id.
    pub delivery_group_id: ID,
    /// The option's name for programs.
    pub delivery_option_handle: String,
}
