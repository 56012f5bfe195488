//! Why a line of a cart costs what it costs. An addition of this server.

use async_graphql::{Enum, Json, SimpleObject};

use crate::cart::{CartView, steps_for_buyer};
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::storefront::money::MoneyV2;
use crate::money::{Currency, Money};
use crate::pricing::engine::{Step, StepKind};

/// A step towards the price of a line: a rule that was tried. An addition of this server.
#[derive(Clone, SimpleObject)]
pub struct PriceTraceStep {
    /// What was tried.
    pub kind: PriceTraceStepKind,
    /// The rule's name, such as a discount's title.
    pub rule: String,
    /// Whether it changed something.
    pub applied: bool,
    /// What happened and why, in plain English.
    pub message: String,
    /// The amount before.
    pub before: Option<MoneyV2>,
    /// The amount after.
    pub after: Option<MoneyV2>,
    /// The numbers behind the words.
    pub data: Json<serde_json::Value>,
}

/// What is tried on the way to a price. An addition of this server.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum PriceTraceStepKind {
    /// A percentage of a list or a market.
    Adjustment,
    /// The price that the shop set.
    BasePrice,
    /// Of discounts that exclude each other, which were chosen.
    Combination,
    /// What a pricing rule asks for before it changes a price.
    Condition,
    /// A rate between currencies.
    CurrencyConversion,
    /// What a delivery costs.
    Delivery,
    /// A discount.
    Discount,
    /// A price that a list fixes.
    FixedPrice,
    /// A floor, a ceiling, or the largest step of a day.
    Limit,
    /// What a pricing rule does to a price.
    PricingRule,
    /// A price from a quantity on.
    QuantityBreak,
    /// Rounding by a market's rule, or to minor units.
    Rounding,
    /// A tax.
    Tax,
    /// An exemption from a tax.
    TaxExemption,
    /// A gift card or store credit.
    Tender,
}

/// The steps of the line at a place of a cart that its buyer may see, and those of the cart as a whole.
pub(super) fn trace_of(cart: &CartView, place: usize) -> Result<Vec<PriceTraceStep>, ApiError> {
    let steps = cart.price_trace()?;
    let own =
        Currency::find(&cart.row.currency).ok_or_else(|| Fault::new("a cart has an unknown currency"))?;
    Ok(steps_for_buyer(cart, &steps, place).into_iter().map(|step| step_of(step, own)).collect())
}

fn step_of(step: &Step, own: Currency) -> PriceTraceStep {
    // Steps before the conversion name their currency.
    let named = step.data.get("currency").and_then(serde_json::Value::as_str).and_then(Currency::find);
    let money = |minor: i64| MoneyV2::from(Money::new(minor, named.unwrap_or(own)));
    PriceTraceStep {
        kind: kind_of(step.kind),
        rule: step.rule.clone(),
        applied: step.applied,
        message: step.message.clone(),
        before: step.before_minor.map(money),
        after: step.after_minor.map(money),
        data: Json(step.data.clone()),
    }
}

fn kind_of(kind: StepKind) -> PriceTraceStepKind {
    match kind {
        StepKind::BasePrice => PriceTraceStepKind::BasePrice,
        StepKind::FixedPrice => PriceTraceStepKind::FixedPrice,
        StepKind::Adjustment => PriceTraceStepKind::Adjustment,
        StepKind::CurrencyConversion => PriceTraceStepKind::CurrencyConversion,
        StepKind::Rounding => PriceTraceStepKind::Rounding,
        StepKind::QuantityBreak => PriceTraceStepKind::QuantityBreak,
        StepKind::Discount => PriceTraceStepKind::Discount,
        StepKind::Combination => PriceTraceStepKind::Combination,
        StepKind::Delivery => PriceTraceStepKind::Delivery,
        StepKind::Tax => PriceTraceStepKind::Tax,
        StepKind::TaxExemption => PriceTraceStepKind::TaxExemption,
        StepKind::Tender => PriceTraceStepKind::Tender,
        StepKind::Condition => PriceTraceStepKind::Condition,
        StepKind::PricingRule => PriceTraceStepKind::PricingRule,
        StepKind::Limit => PriceTraceStepKind::Limit,
    }
}
