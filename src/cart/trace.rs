//! Why a cart costs what it costs.

use std::collections::BTreeSet;
use std::sync::Arc;

use entity::id::DiscountId;

use super::view::CartView;
use crate::error::Fault;
use crate::pricing::engine::{self, Inapplicable, Step, StepKind, Subject, Trace};
use crate::pricing::explain;

impl CartView {
    /// Each step towards its price, in order: for each line how its unit price came about, then what the engine did with
    /// all of them. Runs the engine once more when it is asked for first, and remembers the steps.
    ///
    /// # Errors
    /// A fault where the cart cannot be priced, which it was before.
    pub fn price_trace(&self) -> Result<Arc<Vec<Step>>, Fault> {
        if let Some(steps) = self.steps.get() {
            return Ok(Arc::clone(steps));
        }
        let mut steps = Vec::new();
        for (place, line) in self.lines.iter().enumerate() {
            let (_, towards) = explain(&line.merchandise.prices, &self.terms.basis, line.row.quantity);
            steps.extend(towards.into_iter().map(|step| Step { subject: Subject::Line(place), ..step }));
        }
        let mut trace = Trace::on();
        engine::price(&self.priced_from, &mut trace).map_err(Fault::new)?;
        steps.extend(trace.into_steps());
        Ok(Arc::clone(self.steps.get_or_init(|| Arc::new(steps))))
    }
}

/// Those of the steps that led to the price of the line at a place: its own and those of the cart as a whole.
#[must_use]
pub fn steps_of_line(steps: &[Step], place: usize) -> Vec<&Step> {
    let is_meant = |step: &&Step| match step.subject {
        Subject::Line(other) => other == place,
        Subject::Cart => true,
        Subject::Delivery(_) => false,
    };
    steps.iter().filter(is_meant).collect()
}

/// Why a discount does not hold for this buyer here and now, whatever is in the cart.
const NOT_FOR_BUYER: [Inapplicable; 4] = [
    Inapplicable::Inactive,
    Inapplicable::OtherMarket,
    Inapplicable::CustomerMissing,
    Inapplicable::CustomerNotEligible,
];

/// Those of [`steps_of_line`] that a buyer may see: nothing of discounts that others have, or will have, unless the buyer
/// has typed in their codes.
#[must_use]
pub fn steps_for_buyer<'a>(cart: &CartView, steps: &'a [Step], place: usize) -> Vec<&'a Step> {
    let typed: BTreeSet<DiscountId> = cart.details.codes.iter().filter_map(|code| code.discount).collect();
    let mut steps = steps_of_line(steps, place);
    steps.retain(|step| is_for_buyer(step, &typed));
    steps
}

fn is_for_buyer(step: &Step, typed: &BTreeSet<DiscountId>) -> bool {
    if step.applied || step.kind != StepKind::Discount {
        return true;
    }
    let discount = step.data.get("discount").and_then(serde_json::Value::as_i64).map(DiscountId);
    let reason = step.data.get("reason").and_then(serde_json::Value::as_str);
    let is_hidden = NOT_FOR_BUYER.iter().any(|why| reason == Some(format!("{why:?}").as_str()));
    !is_hidden || discount.is_some_and(|discount| typed.contains(&discount))
}
