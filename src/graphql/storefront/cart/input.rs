//! What shoppers send about carts, and what it means to the domain.

use async_graphql::{ID, InputObject};
use entity::id::{CartAddressId, CartLineId, VariantId};

use crate::cart::{
    AddressChange, Attribute, BuyerIdentity, CartError, LineChange, NewAddress, NewLine, Preferences,
    Refusal, RefusalCode,
};
use crate::graphql::id::Gid;
use crate::graphql::scalar::CountryCode;
use crate::graphql::storefront::code::{DeliveryAddressValidationStrategy, PreferenceDeliveryMethodType};
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

/// A variant to be put in a cart.
#[derive(InputObject)]
pub struct CartLineInput {
    /// The words of the front end.
    pub attributes: Option<Vec<AttributeInput>>,
    /// The variant's global id.
    pub merchandise_id: ID,
    /// The line that it belongs to.
    pub parent: Option<CartLineParentInput>,
    /// How many units.
    #[graphql(default_with = "Some(1)")]
    pub quantity: Option<i32>,
    /// The subscription under which it is bought.
    pub selling_plan_id: Option<ID>,
}

/// The line that another one belongs to.
#[derive(InputObject)]
pub struct CartLineParentInput {
    /// By its global id.
    pub line_id: Option<ID>,
    /// By the variant in it.
    pub merchandise_id: Option<ID>,
}

/// A change of a line; what is left out stays.
#[derive(InputObject)]
pub struct CartLineUpdateInput {
    /// The words of the front end.
    pub attributes: Option<Vec<AttributeInput>>,
    /// The line's global id.
    pub id: ID,
    /// Another variant.
    pub merchandise_id: Option<ID>,
    /// Another quantity; 0 takes the line out.
    pub quantity: Option<i32>,
    /// The subscription under which it is bought.
    pub selling_plan_id: Option<ID>,
}

/// Lines to be put in. Subscriptions and lines of lines are refused: the shop has neither yet.
///
/// # Errors
/// A refusal that names the place.
pub(super) fn new_lines(input: Vec<CartLineInput>) -> Result<Vec<NewLine>, CartError> {
    let mut refusals = Vec::new();
    let mut lines = Vec::with_capacity(input.len());
    for (place, line) in input.into_iter().enumerate() {
        refusals.extend(plan_refusal(place, line.selling_plan_id.is_some()));
        if line.parent.is_some_and(|parent| parent.line_id.is_some() || parent.merchandise_id.is_some()) {
            let field = ["lines", &place.to_string(), "parent"];
            let message = "The parent line does not exist";
            refusals.push(Refusal::new(RefusalCode::ParentLineNotFound, &field, message));
        }
        lines.push(NewLine {
            variant_id: number("ProductVariant", &line.merchandise_id).map(VariantId),
            quantity: line.quantity.unwrap_or(1),
            attributes: attributes(line.attributes),
        });
    }
    if refusals.is_empty() { Ok(lines) } else { Err(CartError::Refused(refusals)) }
}

/// Changes of lines.
///
/// # Errors
/// A refusal that names the place.
pub(super) fn line_changes(input: Vec<CartLineUpdateInput>) -> Result<Vec<LineChange>, CartError> {
    let mut refusals = Vec::new();
    let mut changes = Vec::with_capacity(input.len());
    for (place, line) in input.into_iter().enumerate() {
        refusals.extend(plan_refusal(place, line.selling_plan_id.is_some()));
        changes.push(LineChange {
            id: number("CartLine", &line.id).map(CartLineId),
            variant_id: line.merchandise_id.map(|id| number("ProductVariant", &id).map(VariantId)),
            quantity: line.quantity,
            attributes: line.attributes.map(|input| attributes(Some(input))),
        });
    }
    if refusals.is_empty() { Ok(changes) } else { Err(CartError::Refused(refusals)) }
}

fn plan_refusal(place: usize, has_plan: bool) -> Option<Refusal> {
    let field = ["lines", &place.to_string(), "sellingPlanId"];
    let message = "The product is not sold by subscription";
    has_plan.then(|| Refusal::new(RefusalCode::SellingPlanNotApplicable, &field, message))
}

/// Who buys; what is left out stays.
#[derive(Default, InputObject)]
pub struct CartBuyerIdentityInput {
    /// The company's place that buys.
    pub company_location_id: Option<ID>,
    /// The buyer's country.
    pub country_code: Option<CountryCode>,
    /// The signed-in customer's token.
    pub customer_access_token: Option<String>,
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
            customer_access_token: input.customer_access_token,
            company_location_id: input.company_location_id.map(|id| id.0),
        }
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

/// An address that is written out. Nobody has an address book yet to copy from.
fn written_out(input: CartAddressInput, place: usize) -> Result<Address, CartError> {
    let place = place.to_string();
    if input.copy_from_customer_address_id.is_some() {
        let field = ["addresses", &place, "address", "copyFromCustomerAddressId"];
        let message = "The customer has no such address";
        return Err(CartError::refused(RefusalCode::InvalidDeliveryAddressId, &field, message));
    }
    let field = ["addresses", &place, "address", "deliveryAddress"];
    let missing =
        || CartError::refused(RefusalCode::AddressFieldIsRequired, &field, "An address is required");
    input.delivery_address.map(Address::from).ok_or_else(missing)
}

fn is_strict(strategy: Option<DeliveryAddressValidationStrategy>) -> bool {
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
            address: written_out(input.address, place)?,
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
            address: input.address.map(|address| written_out(address, place)).transpose()?,
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
