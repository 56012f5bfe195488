//! Who buys a cart.

use std::sync::Arc;

use async_graphql::{ComplexObject, Context, SimpleObject, Union};

use crate::cart::{self, CartAddressView, CartView};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::CountryCode;
use crate::graphql::storefront::address::MailingAddress;
use crate::graphql::storefront::code::PreferenceDeliveryMethodType;
use crate::graphql::storefront::company::PurchasingCompany;
use crate::graphql::storefront::context;
use crate::graphql::storefront::customer::Customer;
use crate::market::find_country;

/// Who buys.
#[derive(SimpleObject)]
#[graphql(complex)]
pub struct CartBuyerIdentity {
    /// The cart whose buyer it is.
    #[graphql(skip)]
    pub cart: Arc<CartView>,
    /// The buyer's country.
    pub country_code: Option<CountryCode>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// What the buyer prefers.
    pub preferences: Option<CartPreferences>,
    /// For which company the buyer buys.
    pub purchasing_company: Option<PurchasingCompany>,
    /// Where the cart may go: the selected address first.
    #[graphql(deprecation = "Use `Cart.delivery`.")]
    pub delivery_address_preferences: Vec<DeliveryAddress>,
}

/// Where a cart may go.
#[derive(Union)]
pub enum DeliveryAddress {
    /// A postal address.
    MailingAddress(MailingAddress),
}

/// The addresses of a cart, the selected one first.
pub(super) fn delivery_addresses(cart: &CartView) -> Vec<DeliveryAddress> {
    let mut addresses: Vec<_> = cart.addresses.iter().collect();
    addresses.sort_by_key(|address| !address.selected);
    let address = |view: &CartAddressView| {
        let id = id::encode("MailingAddress", format!("{}?model_name=CartAddress", view.id));
        DeliveryAddress::MailingAddress(MailingAddress { id, address: view.address.clone() })
    };
    addresses.into_iter().map(address).collect()
}

/// Who buys.
#[ComplexObject]
impl CartBuyerIdentity {
    /// The customer, while they are signed in with the token that named them.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Option<Customer>, ApiError> {
        let request = context::of(ctx)?;
        let row = cart::find_customer_of(request.app.db.fresh(), request.now, &self.cart.row).await?;
        Ok(row.map(Customer::new))
    }
}

/// What a buyer prefers.
#[derive(SimpleObject)]
pub struct CartPreferences {
    /// For the delivery.
    pub delivery: Option<CartDeliveryPreference>,
    /// Names of wallets.
    pub wallet: Option<Vec<String>>,
}

/// What a buyer prefers for the delivery.
#[derive(SimpleObject)]
pub struct CartDeliveryPreference {
    /// Where the buyer is.
    pub coordinates: Option<CartDeliveryCoordinatesPreference>,
    /// In which ways.
    pub delivery_method: Vec<PreferenceDeliveryMethodType>,
    /// From which places to pick up.
    pub pickup_handle: Vec<String>,
}

/// Where a buyer is.
#[derive(SimpleObject)]
pub struct CartDeliveryCoordinatesPreference {
    /// In which country.
    pub country_code: CountryCode,
    /// Degrees north.
    pub latitude: f64,
    /// Degrees east.
    pub longitude: f64,
}

impl From<cart::Preferences> for CartPreferences {
    fn from(kept: cart::Preferences) -> Self {
        let method = |name: &String| match name.as_str() {
            "SHIPPING" => Some(PreferenceDeliveryMethodType::Shipping),
            "PICK_UP" => Some(PreferenceDeliveryMethodType::PickUp),
            "PICKUP_POINT" => Some(PreferenceDeliveryMethodType::PickupPoint),
            _ => None,
        };
        let coordinates = kept.coordinates.and_then(|(country, latitude, longitude)| {
            Some(CartDeliveryCoordinatesPreference {
                country_code: find_country(&country).map(CountryCode)?,
                latitude: latitude.as_f64()?,
                longitude: longitude.as_f64()?,
            })
        });
        let delivery = CartDeliveryPreference {
            coordinates,
            delivery_method: kept.delivery_method.iter().filter_map(method).collect(),
            pickup_handle: kept.pickup_handle,
        };
        let says_anything = delivery.coordinates.is_some()
            || !delivery.delivery_method.is_empty()
            || !delivery.pickup_handle.is_empty();
        Self { delivery: says_anything.then_some(delivery), wallet: kept.wallet }
    }
}
