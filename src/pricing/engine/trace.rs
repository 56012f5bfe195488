//! Why a price is what it is: each rule that was tried, each rounding, in order.

use serde::{Deserialize, Serialize};
use serde_json::Value as Json;

/// What a step is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "place", rename_all = "snake_case")]
pub enum Subject {
    /// The line at this place.
    Line(usize),
    /// The delivery at this place.
    Delivery(usize),
    /// The cart as a whole.
    Cart,
}

/// What was tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum StepKind {
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
    /// What a pricing rule asks for before it changes a price.
    Condition,
    /// What a pricing rule does to a price.
    PricingRule,
    /// A floor, a ceiling, or the largest step of a day.
    Limit,
}

/// One step towards a price.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// What it is about.
    pub subject: Subject,
    /// What was tried.
    pub kind: StepKind,
    /// Whether it changed something.
    pub applied: bool,
    /// The rule's name, such as a discount's title.
    pub rule: String,
    /// What happened and why, in plain English.
    pub message: String,
    /// The amount before, in minor units.
    pub before_minor: Option<i64>,
    /// The amount after.
    pub after_minor: Option<i64>,
    /// The numbers behind the words.
    pub data: Json,
}

/// Collects steps where somebody asked for them, and costs nothing where nobody did.
#[derive(Debug, Default)]
pub struct Trace(Option<Vec<Step>>);

impl Trace {
    /// Collects nothing.
    #[must_use]
    pub fn off() -> Self {
        Self(None)
    }

    /// Collects all steps.
    #[must_use]
    pub fn on() -> Self {
        Self(Some(Vec::new()))
    }

    /// Adds a step, which is only made where somebody asked.
    pub fn step(&mut self, make: impl FnOnce() -> Step) {
        if let Some(steps) = &mut self.0 {
            steps.push(make());
        }
    }

    /// Says more in the last step.
    pub(super) fn amend(&mut self, change: impl FnOnce(&mut Step)) {
        if let Some(step) = self.0.as_mut().and_then(|steps| steps.last_mut()) {
            change(step);
        }
    }

    /// Whether somebody asked.
    #[must_use]
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// The steps in their order.
    #[must_use]
    pub fn into_steps(self) -> Vec<Step> {
        self.0.unwrap_or_default()
    }
}
