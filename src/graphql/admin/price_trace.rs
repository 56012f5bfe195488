//! Why something costs what it costs, for staff.

use async_graphql::{Enum, Json, SimpleObject};

use super::money::MoneyV2;
use crate::money::{Currency, Money};
use crate::pricing::engine::{Step, StepKind};

/// What was tried.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum PriceTraceStepKind {
    /// The price that the shop set.
    BasePrice,
    /// A price that a list fixes.
    FixedPrice,
    /// A percentage of a list or a market.
    Adjustment,
    /// A rate between currencies.
    CurrencyConversion,
    /// Rounding by a market's rule, or to minor units.
    Rounding,
    /// A price from a quantity on.
    QuantityBreak,
    /// A discount.
    Discount,
    /// Of a set of discounts that exclude each other, which was chosen.
    Combination,
    /// What a delivery costs.
    Delivery,
    /// A tax.
    Tax,
    /// An exemption from a tax.
    TaxExemption,
    /// A gift card or store credit.
    Tender,
    /// Whether a pricing rule is for something.
    Condition,
    /// What a pricing rule makes of a price.
    PricingRule,
    /// What holds a pricing rule back: a floor, a ceiling, a largest step.
    Limit,
}

impl From<StepKind> for PriceTraceStepKind {
    fn from(kind: StepKind) -> Self {
        match kind {
            StepKind::BasePrice => Self::BasePrice,
            StepKind::FixedPrice => Self::FixedPrice,
            StepKind::Adjustment => Self::Adjustment,
            StepKind::CurrencyConversion => Self::CurrencyConversion,
            StepKind::Rounding => Self::Rounding,
            StepKind::QuantityBreak => Self::QuantityBreak,
            StepKind::Discount => Self::Discount,
            StepKind::Combination => Self::Combination,
            StepKind::Delivery => Self::Delivery,
            StepKind::Tax => Self::Tax,
            StepKind::TaxExemption => Self::TaxExemption,
            StepKind::Tender => Self::Tender,
            StepKind::Condition => Self::Condition,
            StepKind::PricingRule => Self::PricingRule,
            StepKind::Limit => Self::Limit,
        }
    }
}

/// One step towards a price.
#[derive(Clone, Debug, SimpleObject)]
pub struct PriceTraceStep {
    /// What was tried.
    pub kind: PriceTraceStepKind,
    /// The rule's name, such as that of a price list.
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

impl PriceTraceStep {
    /// A step whose amounts are in the currency that its data names, else in the buyer's.
    pub(super) fn of(step: Step, currency: Currency) -> Self {
        let named = step.data.get("currency").and_then(|code| code.as_str()).and_then(Currency::find);
        let currency = named.unwrap_or(currency);
        let money = |minor| MoneyV2::from(Money::new(minor, currency));
        Self {
            kind: step.kind.into(),
            rule: step.rule,
            applied: step.applied,
            message: step.message,
            before: step.before_minor.map(money),
            after: step.after_minor.map(money),
            data: Json(step.data),
        }
    }
}
