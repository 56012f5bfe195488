//! The cart and what hangs on it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject, Union};

use super::line::{BaseCartLine, CartLine};
use super::token_of;
use crate::cart::{self, CartAddressView, CartView, DeliveryGroup};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CountryCode, DateTime, UrlText};
use crate::graphql::storefront::address::MailingAddress;
use crate::graphql::storefront::code::{
    CartDeliveryGroupType, DeliveryMethodType, PreferenceDeliveryMethodType,
};
use crate::graphql::storefront::context;
use crate::graphql::storefront::metafield::{HasMetafieldsIdentifier, Metafield};
use crate::graphql::storefront::money::MoneyV2;
use crate::market::{Address, find_country};
use crate::money::{Currency, Money};
use crate::page::PageRequest;

/// A cart.
#[derive(Clone)]
pub struct Cart(pub Arc<CartView>);

impl Cart {
    /// From a loaded cart.
    #[must_use]
    pub fn new(view: CartView) -> Self {
        Self(Arc::new(view))
    }

    /// The line with this key.
    pub(in crate::graphql::storefront) fn line(&self, key: i64) -> Option<CartLine> {
        let place = self.0.lines.iter().position(|line| line.row.id.0 == key)?;
        Some(CartLine { cart: Arc::clone(&self.0), place })
    }

    pub(super) fn money(&self, minor: i64) -> Result<MoneyV2, ApiError> {
        money(&self.0, minor)
    }

    pub(super) fn line_list(&self) -> Vec<BaseCartLine> {
        let line = |place| BaseCartLine::CartLine(CartLine { cart: Arc::clone(&self.0), place });
        (0..self.0.lines.len()).map(line).collect()
    }
}

pub(super) fn money(cart: &CartView, minor: i64) -> Result<MoneyV2, ApiError> {
    let unknown = || crate::error::Fault::new("a cart has an unknown currency");
    Ok(MoneyV2::from(Money::new(minor, Currency::find(&cart.row.currency).ok_or_else(unknown)?)))
}

/// A word of the front end about a cart or a line.
#[derive(Clone, SimpleObject)]
pub struct Attribute {
    /// What it is about.
    pub key: String,
    /// What it says.
    pub value: Option<String>,
}

impl From<&cart::Attribute> for Attribute {
    fn from(attribute: &cart::Attribute) -> Self {
        Self { key: attribute.key.clone(), value: Some(attribute.value.clone()) }
    }
}

/// What a shopper intends to buy, and what it costs.
#[Object]
impl Cart {
    /// The word of the front end with this key.
    async fn attribute(&self, #[graphql(desc = "Which one.")] key: String) -> Option<Attribute> {
        self.0.attributes.iter().find(|attribute| attribute.key == key).map(Attribute::from)
    }

    /// The words of the front end.
    async fn attributes(&self) -> Vec<Attribute> {
        self.0.attributes.iter().map(Attribute::from).collect()
    }

    /// Who buys.
    async fn buyer_identity(&self) -> Result<CartBuyerIdentity, ApiError> {
        let row = &self.0.row;
        let preferences = row.preferences.clone().map(serde_json::from_value::<cart::Preferences>);
        Ok(CartBuyerIdentity {
            country_code: find_country(&row.country).map(CountryCode),
            email: row.email.clone(),
            phone: row.phone.clone(),
            preferences: preferences
                .transpose()
                .map_err(crate::error::Fault::from)?
                .map(CartPreferences::from),
        })
    }

    /// The page on which the cart is shown and ordered.
    async fn checkout_url(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        let app = &context::of(ctx)?.app;
        Ok(UrlText(app.config.url_of(&format!("/checkout/{}", self.0.token))))
    }

    /// What it costs.
    async fn cost(&self) -> CartCost {
        CartCost(self.clone())
    }

    /// When it was made.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.row.created_at)
    }

    /// Where it may go.
    async fn delivery(&self) -> CartDelivery {
        CartDelivery(self.clone())
    }

    /// Its lines grouped by how they are delivered; none until an address is selected.
    #[allow(clippy::too_many_arguments)]
    async fn delivery_groups(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round.")] reverse: bool,
        #[graphql(default = false, desc = "Whether carriers are asked for their rates.")] with_carrier_rates: bool,
    ) -> Result<Connection<CartDeliveryGroup>, ApiError> {
        let _ = with_carrier_rates;
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let groups = self
            .0
            .delivery
            .iter()
            .map(|group| CartDeliveryGroup { cart: self.clone(), group: group.clone() });
        Ok(Connection(request.page_of_list(groups.collect())))
    }

    /// The discount codes that were typed in.
    async fn discount_codes(&self) -> Vec<CartDiscountCode> {
        self.0.codes.iter().map(|code| CartDiscountCode { code: code.clone(), applicable: false }).collect()
    }

    /// Its global id. It is a secret: who knows it has the cart.
    pub async fn id(&self) -> ID {
        id::encode("Cart", &self.0.token)
    }

    /// Its lines.
    async fn lines(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round.")] reverse: bool,
    ) -> Result<Connection<BaseCartLine>, ApiError> {
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        Ok(Connection(request.page_of_list(self.line_list())))
    }

    /// A value of its own.
    pub async fn metafield(
        &self,
        #[graphql(desc = "The value's key.")] key: String,
        #[graphql(desc = "The value's namespace.")] namespace: Option<String>,
    ) -> Option<Metafield> {
        let _ = (key, namespace);
        None
    }

    /// Values of its own, in the order in which they were asked for.
    pub async fn metafields(
        &self,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Vec<Option<Metafield>> {
        identifiers.iter().map(|_| None).collect()
    }

    /// A note of the buyer.
    async fn note(&self) -> Option<&str> {
        self.0.row.note.as_deref()
    }

    /// Units of all lines.
    async fn total_quantity(&self) -> i32 {
        i32::try_from(self.0.total_quantity()).unwrap_or(i32::MAX)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.updated_at())
    }
}

/// A discount code that was typed in.
#[derive(SimpleObject)]
pub struct CartDiscountCode {
    /// Whether it takes anything off.
    pub applicable: bool,
    /// As typed in.
    pub code: String,
}

/// What a cart costs. The amounts are final unless they say that they are estimated.
pub struct CartCost(Cart);

/// What a cart costs.
#[Object]
impl CartCost {
    /// What is paid at the checkout.
    async fn checkout_charge_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.total_minor)
    }

    /// All lines, without delivery.
    async fn subtotal_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.subtotal_minor - self.0.0.priced.discount_minor)
    }

    /// Whether the subtotal may still change.
    async fn subtotal_amount_estimated(&self) -> bool {
        false
    }

    /// All lines, and the delivery once it is known.
    async fn total_amount(&self) -> Result<MoneyV2, ApiError> {
        self.0.money(self.0.0.priced.total_minor)
    }

    /// Whether the total may still change: it does while the delivery is not known.
    async fn total_amount_estimated(&self) -> bool {
        self.0.0.needs_delivery() && self.0.0.priced.shipping_minor.is_none()
    }

    /// Duties; the shop collects none.
    #[graphql(deprecation = "Carts no longer tell duties.")]
    async fn total_duty_amount(&self) -> Option<MoneyV2> {
        None
    }

    /// Whether the duties may still change.
    #[graphql(deprecation = "Carts no longer tell duties.")]
    async fn total_duty_amount_estimated(&self) -> bool {
        false
    }

    /// The tax that is added to the prices; none where prices hold it.
    #[graphql(deprecation = "Carts no longer tell taxes.")]
    async fn total_tax_amount(&self) -> Option<MoneyV2> {
        None
    }

    /// Whether the tax may still change.
    #[graphql(deprecation = "Carts no longer tell taxes.")]
    async fn total_tax_amount_estimated(&self) -> bool {
        false
    }
}

/// Who buys.
#[derive(SimpleObject)]
pub struct CartBuyerIdentity {
    /// The buyer's country.
    pub country_code: Option<CountryCode>,
    /// The buyer's e-mail address.
    pub email: Option<String>,
    /// The buyer's telephone number.
    pub phone: Option<String>,
    /// What the buyer prefers.
    pub preferences: Option<CartPreferences>,
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

/// Where a cart may go.
pub struct CartDelivery(Cart);

/// Where a cart may go.
#[Object]
impl CartDelivery {
    /// The addresses of the cart.
    async fn addresses(
        &self,
        #[graphql(default = false, desc = "Only the selected one.")] selected: bool,
    ) -> Vec<CartSelectableAddress> {
        let wanted = |address: &&CartAddressView| address.selected || !selected;
        self.0.0.addresses.iter().filter(wanted).map(CartSelectableAddress::from).collect()
    }
}

/// An address of a cart.
#[derive(SimpleObject)]
pub struct CartSelectableAddress {
    /// The address.
    pub address: CartAddress,
    /// Its global id.
    pub id: ID,
    /// Whether it stays out of the customer's address book.
    pub one_time_use: bool,
    /// Whether the cart goes there.
    pub selected: bool,
}

impl From<&CartAddressView> for CartSelectableAddress {
    fn from(view: &CartAddressView) -> Self {
        Self {
            address: CartAddress::CartDeliveryAddress(CartDeliveryAddress(view.address.clone())),
            id: id::encode("CartSelectableAddress", view.id),
            one_time_use: view.one_time_use,
            selected: view.selected,
        }
    }
}

/// The kinds of address that a cart may have.
#[derive(Union)]
pub enum CartAddress {
    /// An address to deliver to.
    CartDeliveryAddress(CartDeliveryAddress),
}

/// An address to deliver to.
pub struct CartDeliveryAddress(Address);

/// An address to deliver to.
#[Object]
impl CartDeliveryAddress {
    /// Street and number.
    async fn address1(&self) -> Option<&str> {
        self.0.address1.as_deref()
    }

    /// Flat, floor, building.
    async fn address2(&self) -> Option<&str> {
        self.0.address2.as_deref()
    }

    /// City, town or village.
    async fn city(&self) -> Option<&str> {
        self.0.city.as_deref()
    }

    /// Company.
    async fn company(&self) -> Option<&str> {
        self.0.company.as_deref()
    }

    /// The country's two-letter code.
    async fn country_code(&self) -> Option<&str> {
        self.0.country_code.as_deref()
    }

    /// Given name.
    async fn first_name(&self) -> Option<&str> {
        self.0.first_name.as_deref()
    }

    /// The lines of the address as they go on an envelope.
    async fn formatted(
        &self,
        #[graphql(default = true, desc = "Whether the company is among them.")] with_company: bool,
        #[graphql(default = false, desc = "Whether the name is among them.")] with_name: bool,
    ) -> Vec<String> {
        self.0.lines(with_name, with_company)
    }

    /// City, province and country on one line.
    async fn formatted_area(&self) -> Option<String> {
        self.0.area()
    }

    /// Family name.
    async fn last_name(&self) -> Option<&str> {
        self.0.last_name.as_deref()
    }

    /// Degrees north, where they are known.
    async fn latitude(&self) -> Option<f64> {
        None
    }

    /// Degrees east, where they are known.
    async fn longitude(&self) -> Option<f64> {
        None
    }

    /// Given and family name.
    async fn name(&self) -> Option<String> {
        self.0.name()
    }

    /// Telephone.
    async fn phone(&self) -> Option<&str> {
        self.0.phone.as_deref()
    }

    /// Code of the state or province.
    async fn province_code(&self) -> Option<&str> {
        self.0.province_code.as_deref()
    }

    /// Postal code.
    async fn zip(&self) -> Option<&str> {
        self.0.zip.as_deref()
    }
}

/// Lines that go to one address together.
#[derive(Clone)]
pub struct CartDeliveryGroup {
    cart: Cart,
    group: DeliveryGroup,
}

/// Lines that go to one address together, and how they may go.
#[Object]
impl CartDeliveryGroup {
    /// What goes.
    async fn cart_lines(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round.")] reverse: bool,
    ) -> Result<Connection<BaseCartLine>, ApiError> {
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let lines = self.cart.line_list().into_iter().filter(|line| match line {
            BaseCartLine::CartLine(line) => line.key().is_some_and(|key| self.group.line_ids.contains(&key)),
        });
        Ok(Connection(request.page_of_list(lines.collect())))
    }

    /// Where it goes.
    async fn delivery_address(&self) -> MailingAddress {
        MailingAddress {
            id: id::encode("MailingAddress", self.group.address_id),
            address: self.group.address.clone(),
        }
    }

    /// How it may go, the cheapest first.
    async fn delivery_options(&self) -> Result<Vec<CartDeliveryOption>, ApiError> {
        self.group.options.iter().map(|option| self.option(option)).collect()
    }

    /// Whether it goes once.
    async fn group_type(&self) -> CartDeliveryGroupType {
        CartDeliveryGroupType::OneTimePurchase
    }

    /// Its global id, the same as long as its address is.
    pub async fn id(&self) -> ID {
        id::encode("CartDeliveryGroup", &self.group.key)
    }

    /// How it will go.
    async fn selected_delivery_option(&self) -> Result<Option<CartDeliveryOption>, ApiError> {
        self.group.selected.as_ref().map(|option| self.option(option)).transpose()
    }
}

impl CartDeliveryGroup {
    fn option(&self, option: &crate::shipping::DeliveryOption) -> Result<CartDeliveryOption, ApiError> {
        Ok(CartDeliveryOption {
            code: Some(option.handle.clone()),
            delivery_method_type: DeliveryMethodType::Shipping,
            description: Some(option.description.clone()).filter(|text| !text.is_empty()),
            estimated_cost: self.cart.money(option.cost_minor)?,
            handle: option.handle.clone(),
            title: Some(option.title.clone()),
        })
    }
}

/// A way in which lines may go.
#[derive(SimpleObject)]
pub struct CartDeliveryOption {
    /// Its name in the shop's records.
    pub code: Option<String>,
    /// Which kind of way.
    pub delivery_method_type: DeliveryMethodType,
    /// What buyers should know.
    pub description: Option<String>,
    /// What it costs.
    pub estimated_cost: MoneyV2,
    /// Its name for programs.
    pub handle: String,
    /// Its name for buyers.
    pub title: Option<String>,
}

/// Queries for carts.
#[derive(Default)]
pub struct CartQuery;

/// Queries for carts.
#[Object]
impl CartQuery {
    /// The cart with this id; none for a wrong id, and none once it was ordered.
    async fn cart(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The cart's global id.")] id: ID,
    ) -> Result<Option<Cart>, ApiError> {
        let found = cart::find_cart(&context::of(ctx)?.app, token_of(&id)?).await?;
        Ok(found.map(Cart::new))
    }
}
