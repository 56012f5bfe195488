//! Where a cart goes, and how.

use async_graphql::{ID, Object, SimpleObject, Union};

use super::line::BaseCartLine;
use super::types::Cart;
use crate::cart::{CartAddressView, DeliveryGroup};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::storefront::address::MailingAddress;
use crate::graphql::storefront::code::{CartDeliveryGroupType, DeliveryMethodType};
use crate::graphql::storefront::money::MoneyV2;
use crate::market::Address;
use crate::page::PageRequest;
use crate::shipping::{DeliveryOption, Via};

/// Where a cart may go.
pub struct CartDelivery(pub(super) Cart);

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
    pub(super) cart: Cart,
    pub(super) group: DeliveryGroup,
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
        let is_here = |line: &BaseCartLine| line.key().is_some_and(|key| self.group.line_ids.contains(&key));
        let lines = self.cart.line_list().into_iter().filter(is_here);
        Ok(Connection(request.page_of_list(lines.collect())))
    }

    /// Where it goes.
    async fn delivery_address(&self) -> MailingAddress {
        MailingAddress {
            id: id::encode("MailingAddress", self.group.address_id),
            address: self.group.address.clone(),
        }
    }

    /// How it may go: what is sent first, the cheapest of it first; then where it can be fetched.
    async fn delivery_options(&self) -> Result<Vec<CartDeliveryOption>, ApiError> {
        self.group.options.iter().map(|option| self.option(option)).collect()
    }

    /// Whether it goes once.
    async fn group_type(&self) -> CartDeliveryGroupType {
        CartDeliveryGroupType::OneTimePurchase
    }

    /// Its global id, the same as long as its address and what delivers its lines are.
    pub async fn id(&self) -> ID {
        id::encode("CartDeliveryGroup", &self.group.key)
    }

    /// How it will go.
    async fn selected_delivery_option(&self) -> Result<Option<CartDeliveryOption>, ApiError> {
        self.group.selected.as_ref().map(|option| self.option(option)).transpose()
    }
}

impl CartDeliveryGroup {
    fn option(&self, option: &DeliveryOption) -> Result<CartDeliveryOption, ApiError> {
        Ok(CartDeliveryOption {
            code: Some(option.handle.clone()),
            delivery_method_type: match option.via {
                Via::Table(_) | Via::Carrier { .. } | Via::Fallback { .. } => DeliveryMethodType::Shipping,
                Via::Pickup(_) => DeliveryMethodType::PickUp,
            },
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
