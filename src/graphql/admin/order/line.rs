//! The lines of an order, and what else it is made of.

use std::sync::Arc;

use async_graphql::{ID, Object, SimpleObject};
use entity::id::OrderLineId;
use entity::{order_line, order_tax_line};

use super::Shared;
use crate::error::Fault;
use crate::graphql::admin::money::MoneyV2;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::Decimal;
use crate::order;

/// A line of an order.
#[derive(Clone)]
pub struct LineItem {
    order: Shared,
    place: usize,
}

impl LineItem {
    pub(super) fn new(order: &Shared, place: usize) -> Self {
        Self { order: Arc::clone(order), place }
    }

    /// The line with this key.
    ///
    /// # Errors
    /// A fault where the order has none.
    pub(super) fn find(order: &Shared, id: OrderLineId) -> Result<Self, ApiError> {
        let place = order.view.lines.iter().position(|line| line.id == id);
        let missing = || Fault::new("an order lacks a line that was given back");
        Ok(Self::new(order, place.ok_or_else(missing)?))
    }

    fn left(&self, row: &order_line::Model) -> i32 {
        row.quantity - order::refunded_quantity(&self.order.view, row.id)
    }

    fn row(&self) -> Result<&order_line::Model, ApiError> {
        let row = self.order.view.lines.get(self.place);
        row.ok_or_else(|| Fault::new("a line has no place in its order").into())
    }
}

/// A line of an order.
#[Object]
impl LineItem {
    /// Its global id.
    async fn id(&self) -> Result<ID, ApiError> {
        Ok(id::encode("LineItem", self.row()?.id))
    }

    /// The product's title then.
    async fn title(&self) -> Result<&str, ApiError> {
        Ok(&self.row()?.title)
    }

    /// The variant's title then.
    async fn variant_title(&self) -> Result<&str, ApiError> {
        Ok(&self.row()?.variant_title)
    }

    /// Its stock keeping unit then.
    async fn sku(&self) -> Result<Option<&str>, ApiError> {
        Ok(self.row()?.sku.as_deref())
    }

    /// Units, as they were ordered.
    async fn quantity(&self) -> Result<i32, ApiError> {
        Ok(self.row()?.quantity)
    }

    /// Units that were not given back.
    async fn current_quantity(&self) -> Result<i32, ApiError> {
        Ok(self.left(self.row()?))
    }

    /// Units that can be given back.
    async fn refundable_quantity(&self) -> Result<i32, ApiError> {
        Ok(self.left(self.row()?))
    }

    /// All units before discounts.
    async fn original_total(&self) -> Result<MoneyV2, ApiError> {
        Ok(self.order.currencies.money(self.row()?.subtotal_minor))
    }

    /// All units after discounts.
    async fn discounted_total(&self) -> Result<MoneyV2, ApiError> {
        Ok(self.order.currencies.money(self.row()?.total_minor))
    }

    /// Its taxes by rate.
    async fn tax_lines(&self) -> Result<Vec<TaxLine>, ApiError> {
        let id = self.row()?.id;
        Ok(taxes_of(&self.order, |tax| tax.order_line_id == Some(id)))
    }
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

/// The taxes of an order that are meant, those of one rate added up.
pub(super) fn taxes_of(order: &Shared, is_meant: impl Fn(&order_tax_line::Model) -> bool) -> Vec<TaxLine> {
    let mut sums: Vec<(&order_tax_line::Model, i64)> = Vec::new();
    for tax in order.view.taxes.iter().filter(|tax| is_meant(tax)) {
        let is_same = |other: &order_tax_line::Model| {
            (&other.title, &other.jurisdiction, other.rate_e6) == (&tax.title, &tax.jurisdiction, tax.rate_e6)
        };
        match sums.iter_mut().find(|(other, _)| is_same(other)) {
            Some((_, sum)) => *sum = sum.saturating_add(tax.amount_minor),
            None => sums.push((tax, tax.amount_minor)),
        }
    }
    let line = |(tax, minor): (&order_tax_line::Model, i64)| TaxLine {
        title: tax.title.clone(),
        source: tax.jurisdiction.clone(),
        rate: Decimal(millionths(tax.rate_e6)),
        price: order.currencies.money(minor),
    };
    sums.into_iter().map(line).collect()
}

/// A number of millionths as a decimal without zeros at its end.
fn millionths(rate_e6: i64) -> String {
    let text = format!("{}.{:06}", rate_e6 / 1_000_000, rate_e6 % 1_000_000);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
