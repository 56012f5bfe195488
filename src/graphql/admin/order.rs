//! Orders for staff.

use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use entity::id::OrderId;
use entity::{
    order as order_row, order_discount_application, order_line, order_shipping_line, order_tax_line,
};

use super::allowed;
use crate::error::Fault;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::{CurrencyCode, DateTime, Decimal};
use crate::money::{Currency, Money};
use crate::order::{self, FinancialStatus, OrderView};
use crate::page::{PageRequest, SortKind};

/// The scope that reading orders needs.
const READ_ORDERS: &str = "read_orders";

/// An amount of money.
#[derive(Clone, Debug, SimpleObject)]
pub struct MoneyV2 {
    /// How much.
    pub amount: Decimal,
    /// In which currency.
    pub currency_code: CurrencyCode,
}

fn money(minor: i64, currency: &str) -> Result<MoneyV2, ApiError> {
    let currency = Currency::find(currency).ok_or_else(|| Fault::new("an order has an unknown currency"))?;
    Ok(MoneyV2 {
        amount: Decimal(Money::new(minor, currency).to_string()),
        currency_code: CurrencyCode(currency),
    })
}

/// How the money of an order stands.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderDisplayFinancialStatus {
    /// Promised, not taken.
    Authorized,
    /// Taken in full.
    Paid,
    /// Taken in part.
    PartiallyPaid,
    /// Given back in part.
    PartiallyRefunded,
    /// Awaited.
    Pending,
    /// Given back in full.
    Refunded,
    /// The promise was dropped.
    Voided,
}

/// An order in a list.
#[derive(Clone)]
pub struct OrderSummary(order_row::Model);

/// An order in a list.
#[Object(name = "OrderSummary")]
impl OrderSummary {
    /// Its global id.
    async fn id(&self) -> ID {
        id::encode("Order", self.0.id)
    }

    /// Its number as people see it.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// The buyer's e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.email.as_deref()
    }

    /// When it was placed.
    async fn processed_at(&self) -> DateTime {
        DateTime(self.0.processed_at)
    }

    /// What the buyer pays.
    async fn total_price(&self) -> Result<MoneyV2, ApiError> {
        money(self.0.total_minor, &self.0.currency)
    }

    /// Whether it was paid through a test gateway.
    async fn test(&self) -> bool {
        self.0.test
    }
}

/// An order.
pub struct Order(OrderView);

/// An order.
#[Object]
impl Order {
    /// Its global id.
    async fn id(&self) -> ID {
        id::encode("Order", self.0.row.id)
    }

    /// Its number as people see it.
    async fn name(&self) -> &str {
        &self.0.row.name
    }

    /// The buyer's e-mail address.
    async fn email(&self) -> Option<&str> {
        self.0.row.email.as_deref()
    }

    /// A note of the buyer.
    async fn note(&self) -> Option<&str> {
        self.0.row.note.as_deref()
    }

    /// When it was placed.
    async fn processed_at(&self) -> DateTime {
        DateTime(self.0.row.processed_at)
    }

    /// How its money stands.
    async fn display_financial_status(&self) -> Option<OrderDisplayFinancialStatus> {
        Some(match order::financial_status(self.0.row.total_minor, &self.0.transactions) {
            FinancialStatus::Authorized => OrderDisplayFinancialStatus::Authorized,
            FinancialStatus::Paid => OrderDisplayFinancialStatus::Paid,
            FinancialStatus::PartiallyPaid => OrderDisplayFinancialStatus::PartiallyPaid,
            FinancialStatus::PartiallyRefunded => OrderDisplayFinancialStatus::PartiallyRefunded,
            FinancialStatus::Pending => OrderDisplayFinancialStatus::Pending,
            FinancialStatus::Refunded => OrderDisplayFinancialStatus::Refunded,
            FinancialStatus::Voided => OrderDisplayFinancialStatus::Voided,
        })
    }

    /// All lines after discounts.
    async fn subtotal_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.discounted_subtotal_minor())
    }

    /// All that was taken off, of lines and deliveries.
    async fn total_discounts(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.discount_minor)
    }

    /// The deliveries, before discounts.
    async fn total_shipping_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.shipping_minor)
    }

    /// All taxes.
    async fn total_tax(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.tax_minor)
    }

    /// Whether the prices held the tax.
    async fn taxes_included(&self) -> bool {
        self.0.row.taxes_included
    }

    /// Whether the tax provider did not answer, so that the shop's own rates stand in.
    async fn tax_fallback(&self) -> bool {
        self.0.row.tax_fallback
    }

    /// Whether a carrier did not answer, so that a rate declared for that stands in.
    async fn delivery_fallback(&self) -> bool {
        self.0.row.delivery_fallback
    }

    /// The taxes of the order by rate.
    async fn tax_lines(&self) -> Result<Vec<TaxLine>, ApiError> {
        self.taxes(|_| true)
    }

    /// What buyers pay for deliveries.
    async fn shipping_lines(&self) -> Result<Vec<ShippingLine>, ApiError> {
        let line = |line: &order_shipping_line::Model| {
            Ok(ShippingLine {
                title: line.title.clone(),
                code: line.method_handle.clone(),
                original_price: self.money(line.amount_minor)?,
                discounted_price: self.money(line.amount_minor - line.discount_minor)?,
                tax_lines: self.taxes(|tax| tax.shipping_line_id == Some(line.id))?,
            })
        };
        self.0.shipping.iter().map(line).collect()
    }

    /// The discounts that took something off.
    async fn discount_applications(&self) -> Result<Vec<OrderDiscount>, ApiError> {
        let discount = |application: &order_discount_application::Model| {
            Ok(OrderDiscount {
                title: application.title.clone(),
                code: application.code.clone(),
                amount: self.money(application.amount_minor)?,
            })
        };
        self.0.applications.iter().map(discount).collect()
    }

    /// What the buyer pays.
    async fn total_price(&self) -> Result<MoneyV2, ApiError> {
        self.money(self.0.row.total_minor)
    }

    /// Whether it was paid through a test gateway.
    async fn test(&self) -> bool {
        self.0.row.test
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
        let line = |line: &order_line::Model| {
            Ok(LineItem {
                title: line.title.clone(),
                variant_title: line.variant_title.clone(),
                sku: line.sku.clone(),
                quantity: line.quantity,
                original_total: self.money(line.subtotal_minor)?,
                discounted_total: self.money(line.total_minor)?,
                tax_lines: self.taxes(|tax| tax.order_line_id == Some(line.id))?,
            })
        };
        let lines = self.0.lines.iter().map(line).collect::<Result<Vec<_>, ApiError>>()?;
        Ok(Connection(request.page_of_list(lines)))
    }
}

/// A line of an order.
#[derive(Clone, SimpleObject)]
pub struct LineItem {
    /// The product's title then.
    pub title: String,
    /// The variant's title then.
    pub variant_title: String,
    /// Its stock keeping unit then.
    pub sku: Option<String>,
    /// Units.
    pub quantity: i32,
    /// All units before discounts.
    pub original_total: MoneyV2,
    /// All units after discounts.
    pub discounted_total: MoneyV2,
    /// Its taxes by rate.
    pub tax_lines: Vec<TaxLine>,
}

/// A tax.
#[derive(Clone, SimpleObject)]
pub struct TaxLine {
    /// What buyers read.
    pub title: String,
    /// Who takes it.
    pub source: String,
    /// As a part of the price: 0.19 is 19 %.
    pub rate: Decimal,
    /// How much.
    pub price: MoneyV2,
}

/// A delivery that the buyer pays for.
#[derive(Clone, SimpleObject)]
pub struct ShippingLine {
    /// What buyers read.
    pub title: String,
    /// Its name for programs.
    pub code: String,
    /// Before discounts.
    pub original_price: MoneyV2,
    /// After discounts.
    pub discounted_price: MoneyV2,
    /// Its taxes by rate.
    pub tax_lines: Vec<TaxLine>,
}

/// A discount that took something off.
#[derive(Clone, SimpleObject)]
pub struct OrderDiscount {
    /// What it was called.
    pub title: String,
    /// The code that was typed in.
    pub code: Option<String>,
    /// How much it took off.
    pub amount: MoneyV2,
}

impl Order {
    fn money(&self, minor: i64) -> Result<MoneyV2, ApiError> {
        money(minor, &self.0.row.currency)
    }

    /// The taxes that are meant, those of one rate added up.
    fn taxes(&self, is_meant: impl Fn(&order_tax_line::Model) -> bool) -> Result<Vec<TaxLine>, ApiError> {
        let mut sums: Vec<(&order_tax_line::Model, i64)> = Vec::new();
        for tax in self.0.taxes.iter().filter(|tax| is_meant(tax)) {
            let is_same = |other: &order_tax_line::Model| {
                (&other.title, &other.jurisdiction, other.rate_e6)
                    == (&tax.title, &tax.jurisdiction, tax.rate_e6)
            };
            match sums.iter_mut().find(|(other, _)| is_same(other)) {
                Some((_, sum)) => *sum = sum.saturating_add(tax.amount_minor),
                None => sums.push((tax, tax.amount_minor)),
            }
        }
        let line = |(tax, minor): (&order_tax_line::Model, i64)| {
            Ok(TaxLine {
                title: tax.title.clone(),
                source: tax.jurisdiction.clone(),
                rate: Decimal(millionths(tax.rate_e6)),
                price: self.money(minor)?,
            })
        };
        sums.into_iter().map(line).collect()
    }
}

/// A number of millionths as a decimal without zeros at its end.
fn millionths(rate_e6: i64) -> String {
    let text = format!("{}.{:06}", rate_e6 / 1_000_000, rate_e6 % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Queries about orders.
#[derive(Default)]
pub struct OrderQuery;

/// Queries about orders.
#[Object]
impl OrderQuery {
    /// An order. Needs the scope `read_orders`.
    async fn order(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its global id.")] id: ID,
    ) -> Result<Option<Order>, ApiError> {
        let app = allowed(ctx, READ_ORDERS)?;
        let found = order::find_order(app.db.reader(), OrderId(id::decode("Order", &id)?)).await?;
        Ok(found.map(Order))
    }

    /// The orders in the order in which they were placed. Needs the scope `read_orders`.
    #[allow(clippy::too_many_arguments, reason = "the schema says which arguments the field has")]
    async fn orders(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(default = false, desc = "Turned round: the newest first.")] reverse: bool,
    ) -> Result<Connection<OrderSummary>, ApiError> {
        let app = allowed(ctx, READ_ORDERS)?;
        let request = PageRequest::parse(first, after.as_deref(), last, before.as_deref(), reverse)?;
        let request = request.sorted_by(SortKind::Key)?;
        let page = order::list_orders(app.db.reader(), &request).await?;
        Ok(Connection(page.map(OrderSummary)))
    }
}
