//! What an order is: who bought what, and what it cost.

use async_graphql::{ID, Object};
use entity::{order_discount_application, order_shipping_line};

use super::Shared;
use super::line::{LineItem, OrderDiscount, ShippingLine, TaxLine, taxes_of};
use crate::graphql::admin::money::MoneyV2;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CurrencyCode, DateTime};
use crate::page::PageRequest;

/// What an order is.
#[derive(Clone)]
pub struct OrderAbout(pub(super) Shared);

impl OrderAbout {
    fn money(&self, minor: i64) -> MoneyV2 {
        self.0.currencies.money(minor)
    }
}

/// What an order is.
#[Object]
impl OrderAbout {
    /// Its global id.
    async fn id(&self) -> ID {
        id::encode("Order", self.0.view.row.id)
    }

    /// Its number as people see it.
    async fn name(&self) -> &str {
        &self.0.view.row.name
    }

    /// The buyer's e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.view.row.email.as_deref()
    }

    /// A note of the buyer.
    async fn note(&self) -> Option<&str> {
        self.0.view.row.note.as_deref()
    }

    /// When it was written down.
    async fn created_at(&self) -> DateTime {
        DateTime(self.0.view.row.created_at)
    }

    /// When it was placed.
    async fn processed_at(&self) -> DateTime {
        DateTime(self.0.view.row.processed_at)
    }

    /// When it was last changed.
    async fn updated_at(&self) -> DateTime {
        DateTime(self.0.view.row.updated_at)
    }

    /// The shop's currency, in which `shopMoney` is told.
    async fn currency_code(&self) -> CurrencyCode {
        CurrencyCode(self.0.currencies.of_shop())
    }

    /// The currency that the buyer pays in.
    async fn presentment_currency_code(&self) -> CurrencyCode {
        CurrencyCode(self.0.currencies.presentment())
    }

    /// All lines after discounts.
    async fn subtotal_price(&self) -> MoneyV2 {
        self.money(self.0.view.discounted_subtotal_minor())
    }

    /// All that was taken off, of lines and deliveries.
    async fn total_discounts(&self) -> MoneyV2 {
        self.money(self.0.view.row.discount_minor)
    }

    /// The deliveries, before discounts.
    async fn total_shipping_price(&self) -> MoneyV2 {
        self.money(self.0.view.row.shipping_minor)
    }

    /// All taxes.
    async fn total_tax(&self) -> MoneyV2 {
        self.money(self.0.view.row.tax_minor)
    }

    /// Whether the prices held the tax.
    async fn taxes_included(&self) -> bool {
        self.0.view.row.taxes_included
    }

    /// Whether the tax provider did not answer, so that the shop's own rates stand in.
    async fn tax_fallback(&self) -> bool {
        self.0.view.row.tax_fallback
    }

    /// Whether a carrier did not answer, so that a rate declared for that stands in.
    async fn delivery_fallback(&self) -> bool {
        self.0.view.row.delivery_fallback
    }

    /// The taxes of the order by rate.
    async fn tax_lines(&self) -> Vec<TaxLine> {
        taxes_of(&self.0, |_| true)
    }

    /// What buyers pay for deliveries.
    async fn shipping_lines(&self) -> Vec<ShippingLine> {
        let line = |line: &order_shipping_line::Model| ShippingLine {
            title: line.title.clone(),
            code: line.method_handle.clone(),
            original_price: self.money(line.amount_minor),
            discounted_price: self.money(line.amount_minor - line.discount_minor),
            tax_lines: taxes_of(&self.0, |tax| tax.shipping_line_id == Some(line.id)),
        };
        self.0.view.shipping.iter().map(line).collect()
    }

    /// The discounts that took something off.
    async fn discount_applications(&self) -> Vec<OrderDiscount> {
        let discount = |application: &order_discount_application::Model| OrderDiscount {
            title: application.title.clone(),
            code: application.code.clone(),
            amount: self.money(application.amount_minor),
        };
        self.0.view.applications.iter().map(discount).collect()
    }

    /// What the buyer pays.
    async fn total_price(&self) -> MoneyV2 {
        self.money(self.0.view.row.total_minor)
    }

    /// Whether it was paid through a test gateway.
    async fn test(&self) -> bool {
        self.0.view.row.test
    }

    /// What was bought.
    async fn line_items(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round.")] reverse: bool,
    ) -> Result<Connection<LineItem>, ApiError> {
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let lines = (0..self.0.view.lines.len()).map(|place| LineItem::new(&self.0, place)).collect();
        Ok(Connection(request.page_of_list(lines)))
    }
}
