//! The cart and what hangs on it.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::id::CartLineId;
use entity::metafield::OwnerType;

use super::cost::{CartCost, CartEstimatedCost};
use super::delivery::{CartDelivery, CartDeliveryGroup};
use super::discount::{self, CartDiscountAllocation};
use super::gift_card::{AppliedGiftCard, AppliedStoreCredit};
use super::identity::{CartBuyerIdentity, CartPreferences, delivery_addresses};
use super::line::BaseCartLine;
use super::token_of;
use crate::cart::{self, CartView};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CountryCode, DateTime, UrlText};
use crate::graphql::storefront::context;
use crate::graphql::storefront::metafield::{self, HasMetafieldsIdentifier, Metafield};
use crate::graphql::storefront::money::MoneyV2;
use crate::market::find_country;
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
    pub(in crate::graphql::storefront) fn line(&self, key: i64) -> Option<BaseCartLine> {
        let place = self.0.place_of(CartLineId(key))?;
        Some(BaseCartLine::at(&self.0, place))
    }

    pub(super) fn money(&self, minor: i64) -> Result<MoneyV2, ApiError> {
        money(&self.0, minor)
    }

    pub(super) fn line_list(&self) -> Vec<BaseCartLine> {
        (0..self.0.lines.len()).map(|place| BaseCartLine::at(&self.0, place)).collect()
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
    /// The gift cards that pay for it.
    async fn applied_gift_cards(&self) -> Vec<AppliedGiftCard> {
        AppliedGiftCard::all_of(self)
    }

    /// The store credit that pays for it, where the signed-in customer wishes it. An addition of this server.
    async fn applied_store_credit(&self) -> Result<Option<AppliedStoreCredit>, ApiError> {
        AppliedStoreCredit::of(self)
    }

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
            cart: Arc::clone(&self.0),
            country_code: find_country(&row.country).map(CountryCode),
            email: row.email.clone(),
            phone: row.phone.clone(),
            preferences: preferences
                .transpose()
                .map_err(crate::error::Fault::from)?
                .map(CartPreferences::from),
            purchasing_company: None,
            delivery_address_preferences: delivery_addresses(&self.0),
        })
    }

    /// The page on which the cart is shown and ordered.
    async fn checkout_url(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        let app = &context::of(ctx)?.app;
        let page = cart::page_token(app, &self.0.token)?;
        Ok(UrlText(app.config.url_of(&format!("/checkout/{page}"))))
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
    #[expect(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
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
            .deliveries
            .iter()
            .map(|group| CartDeliveryGroup { cart: self.clone(), group: group.clone() });
        Ok(Connection(request.page_of_list(groups.collect())))
    }

    /// What discounts take off the cart as a whole.
    async fn discount_allocations(&self) -> Result<Vec<CartDiscountAllocation>, ApiError> {
        discount::of_cart(&self.0)
    }

    /// The discount codes that were typed in.
    async fn discount_codes(&self) -> Vec<CartDiscountCode> {
        discount::codes_of(&self.0)
    }

    /// What it costs.
    #[graphql(deprecation = "Use `cost`.")]
    async fn estimated_cost(&self) -> CartEstimatedCost {
        CartEstimatedCost(self.clone())
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
        ctx: &Context<'_>,
        #[graphql(desc = "The value's key.")] key: String,
        #[graphql(desc = "The value's namespace.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        let found = metafield::find(ctx, OwnerType::Cart, self.0.row.id, namespace, key).await?;
        Ok(found.map(|metafield| metafield.of(self.clone())))
    }

    /// Values of its own, in the order in which they were asked for.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        let found = metafield::find_all(ctx, OwnerType::Cart, self.0.row.id, &identifiers).await?;
        Ok(found.into_iter().map(|found| found.map(|metafield| metafield.of(self.clone()))).collect())
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
