//! An order as its buyer sees it.

mod connection;
mod discount;
mod fulfillment;

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::metafield::OwnerType;
use entity::order_address::OrderAddressKind;
use entity::order_line;

use super::address::MailingAddress;
use super::cart::Attribute;
use super::code::{OrderCancelReason, OrderFinancialStatus, OrderFulfillmentStatus};
use super::context;
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use super::money::MoneyV2;
use super::paging::page_request;
use super::variant::ProductVariant;
use crate::cart;
use crate::error::Fault;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CurrencyCode, DateTime, UrlText};
use crate::money::{Currency, Money};
use crate::order::{self, FinancialStatus, OrderView};
use crate::page::PageRequest;

pub use crate::order::status_url;
pub use connection::OrderConnection;
pub use discount::{DiscountAllocation, DiscountApplication};
pub use fulfillment::{Fulfillment, Parcels, loader as parcel_loader};

/// An order.
#[derive(Clone)]
pub struct Order(Arc<OrderView>);

impl Order {
    /// From a loaded order.
    #[must_use]
    pub fn new(view: OrderView) -> Self {
        Self(Arc::new(view))
    }

    fn currency(&self) -> Result<Currency, ApiError> {
        let unknown = || Fault::new("an order has an unknown currency").into();
        Currency::find(&self.0.row.currency).ok_or_else(unknown)
    }

    fn money(&self, minor: i64) -> Result<MoneyV2, ApiError> {
        Ok(MoneyV2::from(Money::new(minor, self.currency()?)))
    }

    fn address(&self, kind: OrderAddressKind) -> Result<Option<MailingAddress>, ApiError> {
        let Some(row) = self.0.addresses.iter().find(|row| row.kind == kind) else {
            return Ok(None);
        };
        let id = id::encode("MailingAddress", format!("{}?model_name=Address", row.id));
        let address = serde_json::from_value(row.address.clone()).map_err(Fault::from)?;
        Ok(Some(MailingAddress { id, address }))
    }
}

fn attributes(json: &serde_json::Value) -> Result<Vec<Attribute>, ApiError> {
    let kept: Vec<cart::Attribute> = serde_json::from_value(json.clone()).map_err(Fault::from)?;
    Ok(kept.iter().map(Attribute::from).collect())
}

/// What was bought, at the prices of that moment.
#[Object]
impl Order {
    /// Where the bill goes.
    async fn billing_address(&self) -> Result<Option<MailingAddress>, ApiError> {
        self.address(OrderAddressKind::Billing)
    }

    /// Why it was cancelled.
    async fn cancel_reason(&self) -> Option<OrderCancelReason> {
        self.0.row.cancel_reason.map(OrderCancelReason::from)
    }

    /// When it was cancelled.
    async fn canceled_at(&self) -> Option<DateTime> {
        self.0.row.cancelled_at.map(DateTime)
    }

    /// In which currency it is paid.
    async fn currency_code(&self) -> Result<CurrencyCode, ApiError> {
        Ok(CurrencyCode(self.currency()?))
    }

    /// All lines after discounts, after what was changed since.
    async fn current_subtotal_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.remainder().subtotal_minor)
    }

    /// The duties, after what was changed since; the shop collects none.
    async fn current_total_duties(&self) -> Option<MoneyV2> {
        None
    }

    /// The total, after what was changed since; nothing once it is cancelled.
    async fn current_total_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.balance().current_total_minor)
    }

    /// The deliveries after discounts, after what was changed since.
    async fn current_total_shipping_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.remainder().shipping_minor)
    }

    /// All taxes, after what was changed since.
    async fn current_total_tax(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.remainder().tax_minor)
    }

    /// The words of the front end.
    async fn custom_attributes(&self) -> Result<Vec<Attribute>, ApiError> {
        attributes(&self.0.row.attributes)
    }

    /// In which language it was placed.
    async fn customer_locale(&self) -> Option<String> {
        Some(self.0.row.language.to_ascii_lowercase().replace('_', "-"))
    }

    /// Its page among the front end's own, for the customer whose it is; none for an order without a customer.
    async fn customer_url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        let (app, row) = (&context::of(ctx)?.app, &self.0.row);
        if row.customer_id.is_none() {
            return Ok(None);
        }
        let path = format!("/account/orders/{}?key={}", row.id, order::key_of(app, row.id)?);
        Ok(Some(UrlText(app.config.storefront_url_of(&path))))
    }

    /// The discounts that took something off.
    async fn discount_applications(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Turned round.", default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<DiscountApplication>, ApiError> {
        let request = page_request(first, after.as_deref(), last, before.as_deref(), reverse)?;
        Ok(Connection(request.page_of_list(discount::applications_of(self)?)))
    }

    /// Whether it was changed since.
    async fn edited(&self) -> bool {
        false
    }

    /// The buyer's e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.row.email.as_deref()
    }

    /// How its money stands.
    async fn financial_status(&self) -> Option<OrderFinancialStatus> {
        Some(match order::financial_status(&self.0) {
            FinancialStatus::Authorized => OrderFinancialStatus::Authorized,
            FinancialStatus::Paid => OrderFinancialStatus::Paid,
            FinancialStatus::PartiallyPaid => OrderFinancialStatus::PartiallyPaid,
            FinancialStatus::PartiallyRefunded => OrderFinancialStatus::PartiallyRefunded,
            FinancialStatus::Pending => OrderFinancialStatus::Pending,
            FinancialStatus::Refunded => OrderFinancialStatus::Refunded,
            FinancialStatus::Voided => OrderFinancialStatus::Voided,
        })
    }

    /// How its parcels stand: `UNFULFILLED` before one has a label, then `IN_PROGRESS`. The shop does not note which lines
    /// are in a parcel, and so never says that all of them were sent.
    async fn fulfillment_status(&self, ctx: &Context<'_>) -> Result<OrderFulfillmentStatus, ApiError> {
        let parcels = context::of(ctx)?.loaders.parcels.load(self.0.row.id).await?.unwrap_or_default();
        let is_sent = !parcels.is_empty();
        Ok(if is_sent { OrderFulfillmentStatus::InProgress } else { OrderFulfillmentStatus::Unfulfilled })
    }

    /// Its global id.
    pub async fn id(&self, ctx: &Context<'_>) -> Result<ID, ApiError> {
        let key = order::key_of(&context::of(ctx)?.app, self.0.row.id)?;
        Ok(id::encode("Order", format!("{}?key={key}", self.0.row.id)))
    }

    /// What was bought.
    async fn line_items(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round.")] reverse: bool,
    ) -> Result<Connection<OrderLineItem>, ApiError> {
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let lines = self.0.lines.iter().map(|line| OrderLineItem { order: self.clone(), line: line.clone() });
        Ok(Connection(request.page_of_list(lines.collect())))
    }

    /// A value of its own.
    pub async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The value's key.")] key: String,
        #[graphql(desc = "The value's namespace.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        let found = metafield::find(ctx, OwnerType::Order, self.0.row.id, namespace, key).await?;
        Ok(found.map(|metafield| metafield.of(self.clone())))
    }

    /// Values of its own, in the order in which they were asked for.
    pub async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        let found = metafield::find_all(ctx, OwnerType::Order, self.0.row.id, &identifiers).await?;
        Ok(found.into_iter().map(|found| found.map(|metafield| metafield.of(self.clone()))).collect())
    }

    /// Its number as people see it.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// Its number.
    async fn order_number(&self) -> i32 {
        i32::try_from(self.0.row.number).unwrap_or(i32::MAX)
    }

    /// The duties as it was placed; the shop collects none.
    async fn original_total_duties(&self) -> Option<MoneyV2> {
        None
    }

    /// The total as it was placed.
    async fn original_total_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.total_minor)
    }

    /// The buyer's telephone number.
    async fn phone(&self) -> Option<&str> {
        self.0.row.phone.as_deref()
    }

    /// When it was placed.
    async fn processed_at(&self) -> DateTime {
        DateTime(self.0.row.processed_at)
    }

    /// Where it goes.
    async fn shipping_address(&self) -> Result<Option<MailingAddress>, ApiError> {
        self.address(OrderAddressKind::Shipping)
    }

    /// What discounts took off the delivery.
    async fn shipping_discount_allocations(&self) -> Result<Vec<DiscountAllocation>, ApiError> {
        discount::of_deliveries(self)
    }

    /// Its page, with the key that opens it.
    async fn status_url(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        Ok(UrlText(status_url(&context::of(ctx)?.app, self.0.row.id)?))
    }

    /// All lines after discounts, without delivery and the taxes that were added.
    async fn subtotal_price(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.money(self.0.discounted_subtotal_minor()).map(Some)
    }

    /// All lines after discounts, without delivery and the taxes that were added.
    #[graphql(deprecation = "Use `subtotalPrice`: it is the same.")]
    async fn subtotal_price_v2(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.money(self.0.discounted_subtotal_minor()).map(Some)
    }

    /// The parcels that were sent.
    async fn successful_fulfillments(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
    ) -> Result<Option<Vec<Fulfillment>>, ApiError> {
        let parcels = context::of(ctx)?.loaders.parcels.load(self.0.row.id).await?.unwrap_or_default();
        Ok(Some(Fulfillment::first_of(&parcels, first)))
    }

    /// What the buyer pays.
    async fn total_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.total_minor)
    }

    /// What the buyer pays.
    #[graphql(deprecation = "Use `totalPrice`: it is the same.")]
    async fn total_price_v2(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.total_minor)
    }

    /// What was given back.
    async fn total_refunded(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.refunded_minor())
    }

    /// What was given back.
    #[graphql(deprecation = "Use `totalRefunded`: it is the same.")]
    async fn total_refunded_v2(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.refunded_minor())
    }

    /// The deliveries, before discounts.
    async fn total_shipping_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.shipping_minor)
    }

    /// The deliveries, before discounts.
    #[graphql(deprecation = "Use `totalShippingPrice`: it is the same.")]
    async fn total_shipping_price_v2(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.shipping_minor)
    }

    /// All taxes, whether prices hold them or they were added.
    async fn total_tax(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.money(self.0.row.tax_minor).map(Some)
    }

    /// All taxes, whether prices hold them or they were added.
    #[graphql(deprecation = "Use `totalTax`: it is the same.")]
    async fn total_tax_v2(&self) -> Result<Option<MoneyV2>, ApiError> {
        self.money(self.0.row.tax_minor).map(Some)
    }
}

/// A line of an order.
#[derive(Clone)]
pub struct OrderLineItem {
    order: Order,
    line: order_line::Model,
}

/// What was bought, as it was then.
#[Object]
impl OrderLineItem {
    /// Units, after what was changed since.
    async fn current_quantity(&self) -> i32 {
        self.line.quantity - order::refunded_quantity(&self.order.0, self.line.id)
    }

    /// The words of the front end.
    async fn custom_attributes(&self) -> Result<Vec<Attribute>, ApiError> {
        attributes(&self.line.attributes)
    }

    /// What discounts took off.
    async fn discount_allocations(&self) -> Result<Vec<DiscountAllocation>, ApiError> {
        discount::of_line(&self.order, self.line.id)
    }

    /// All units, after discounts.
    async fn discounted_total_price(&self) -> Result<MoneyV2, ApiError> {
        self.order.money(self.line.total_minor)
    }

    /// All units, before discounts.
    async fn original_total_price(&self) -> Result<MoneyV2, ApiError> {
        self.order.money(self.line.subtotal_minor)
    }

    /// Units.
    async fn quantity(&self) -> i32 {
        self.line.quantity
    }

    /// The product's title then.
    async fn title(&self) -> &str {
        &self.line.title
    }

    /// The variant as it is now; none if it is gone.
    async fn variant(&self, ctx: &Context<'_>) -> Result<Option<ProductVariant>, ApiError> {
        let Some(id) = self.line.variant_id else {
            return Ok(None);
        };
        ProductVariant::find(ctx, id).await
    }
}
