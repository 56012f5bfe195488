//! Discounts: which were tried, which were chosen, and what they take.

use serde_json::json;

use super::words::{amount, of_cart, promise, reason};
use crate::money::Currency;
use crate::pricing::engine::answer::{Application, Inapplicable};
use crate::pricing::engine::basic::{self, Part, WHOLE_BP};
use crate::pricing::engine::buy_x_get_y;
use crate::pricing::engine::candidate::{Candidate, Gathered, Take};
use crate::pricing::engine::combine::Choice;
use crate::pricing::engine::lines::Line;
use crate::pricing::engine::model::{CartToPrice, DiscountRule, Effect, Spread, Value};
use crate::pricing::engine::order::Left;
use crate::pricing::engine::settle::{Taken, left_out};
use crate::pricing::engine::trace::{Step, StepKind, Subject, Trace};

/// A discount that cannot take anything off.
pub(in crate::pricing::engine) fn refused(
    trace: &mut Trace,
    name: &str,
    rule: &DiscountRule,
    refusal: Inapplicable,
) {
    trace.step(|| {
        let message = format!("Does not apply: {}.", reason(refusal));
        let data = json!({ "discount": rule.id, "reason": format!("{refusal:?}") });
        of_cart(StepKind::Discount, false, name, message, data)
    });
}

/// Codes that are for no discount, or for one that an earlier code is for.
pub(in crate::pricing::engine) fn codes(trace: &mut Trace, cart: &CartToPrice) {
    if !trace.is_on() {
        return;
    }
    for (place, code) in cart.codes.iter().enumerate() {
        let is_known = code.discount.is_some_and(|id| cart.discounts.iter().any(|rule| rule.id == id));
        let is_second = cart.codes.iter().take(place).any(|earlier| earlier.discount == code.discount);
        let message = match (is_known, is_second) {
            (false, _) => format!("Does not apply: {}.", reason(Inapplicable::NotFound)),
            (true, true) => "Does not apply: an earlier code is for the same discount.".to_owned(),
            (true, false) => continue,
        };
        let data = json!({ "discount": code.discount });
        trace.step(|| of_cart(StepKind::Discount, false, &code.code, message, data));
    }
}

/// Which discounts were chosen, and why the others were not.
pub(in crate::pricing::engine) fn combination(
    trace: &mut Trace,
    currency: Currency,
    gathered: &Gathered<'_>,
    choice: &Choice,
    applications: &[Application],
) {
    if !trace.is_on() || gathered.candidates.is_empty() {
        return;
    }
    let chosen = choice.members.iter().filter_map(|place| gathered.candidates.get(*place));
    let names: Vec<&str> = chosen.map(Candidate::name).collect();
    let alone = |candidate: &Candidate<'_>| json!({ "discount": candidate.rule.id, "title": candidate.name(), "aloneMinor": candidate.alone_minor });
    let data = json!({
        "totalMinor": choice.total_minor,
        "compared": choice.compared,
        "allCompared": !choice.is_cut,
        "candidates": gathered.candidates.iter().map(alone).collect::<Vec<_>>(),
    });
    let message = format!(
        "Of {} discounts that could apply, the set that takes the most off, {}, was chosen: {}.",
        gathered.candidates.len(),
        amount(choice.total_minor, currency),
        names.join(", ")
    );
    trace.step(|| of_cart(StepKind::Combination, true, "", message, data));
    for candidate in &gathered.candidates {
        let Some(refusal) = left_out(gathered, candidate, applications) else { continue };
        let message = format!(
            "Would take {} off alone ({}), but {}.",
            amount(candidate.alone_minor, currency),
            promise(candidate.value, candidate.spread, currency),
            reason(refusal)
        );
        let data = json!({
            "discount": candidate.rule.id,
            "reason": format!("{refusal:?}"),
            "aloneMinor": candidate.alone_minor,
        });
        trace.step(|| of_cart(StepKind::Discount, false, candidate.name(), message, data));
    }
}

/// What the chosen discounts take, with each rounding on the way.
pub(in crate::pricing::engine) fn taken(
    trace: &mut Trace,
    cart: &CartToPrice,
    lines: &[Line<'_>],
    base: &Left,
    taken: &[Taken<'_>],
) {
    if !trace.is_on() {
        return;
    }
    let mut told = Told { currency: cart.conversion.to, left: base.amounts.clone(), trace };
    // Discounts on the order are all computed on what those on lines have left.
    let mut order_base = base.amounts.clone();
    for Taken { candidate, parts } in taken {
        match &candidate.take {
            Take::Lines(_) => {
                for part in parts {
                    told.rounding_on_line(candidate, lines.get(part.place));
                    told.off_line(candidate, lines.get(part.place), part);
                }
                order_base.clone_from(&told.left);
            }
            Take::Order(order) => {
                let sum = order.entitled.iter().filter_map(|place| order_base.get(*place)).sum();
                told.rounding_on_order(candidate, sum, parts.len());
                for part in parts {
                    told.off_line(candidate, lines.get(part.place), part);
                }
            }
            Take::Deliveries(_) => {
                for part in parts {
                    told.off(candidate, Subject::Delivery(part.place), part.amount_minor, part.amount_minor);
                }
            }
        }
    }
}

/// What is told of discounts, with what they have left of each measured line.
struct Told<'a> {
    currency: Currency,
    left: Vec<i64>,
    trace: &'a mut Trace,
}

impl Told<'_> {
    /// An amount off a line.
    fn off_line(&mut self, candidate: &Candidate<'_>, line: Option<&Line<'_>>, part: &Part) {
        if let (Some(line), Some(left)) = (line, self.left.get_mut(part.place)) {
            let before = *left;
            *left -= part.amount_minor;
            self.off(candidate, Subject::Line(line.place), before, part.amount_minor);
            if let Effect::BuyXGetY { .. } = candidate.rule.effect {
                let units = buy_x_get_y::units_got(line, candidate.value, part.amount_minor);
                self.got(units);
            }
        }
    }

    /// How many units of the line just told of are got.
    fn got(&mut self, units: i64) {
        self.trace.amend(|step| {
            step.message = format!("{} So much is saved on {units} that are got.", step.message);
            if let Some(data) = step.data.as_object_mut() {
                data.insert("unitsGot".to_owned(), json!(units));
            }
        });
    }

    /// An amount off a line or a delivery.
    fn off(&mut self, candidate: &Candidate<'_>, subject: Subject, before: i64, off: i64) {
        let currency = self.currency;
        self.trace.step(|| Step {
            subject,
            kind: StepKind::Discount,
            applied: true,
            rule: candidate.name().to_owned(),
            message: format!(
                "Takes {} off ({}).",
                amount(off, currency),
                promise(candidate.value, candidate.spread, currency)
            ),
            before_minor: Some(before),
            after_minor: Some(before.saturating_sub(off)),
            data: json!({ "discount": candidate.rule.id, "amountMinor": off }),
        });
    }

    /// A percentage of a line, or of a unit that is got, that is no whole number of minor units.
    fn rounding_on_line(&mut self, candidate: &Candidate<'_>, line: Option<&Line<'_>>) {
        if let (Some(line), Value::Percentage(bp)) = (line, candidate.value) {
            let (of, what) = match candidate.rule.effect {
                Effect::BuyXGetY { .. } => (line.unit_minor(), "a unit"),
                Effect::Basic { .. } | Effect::FreeShipping { .. } => (line.subtotal_minor, "the line"),
            };
            self.rounding(candidate, Subject::Line(line.place), bp, of, what);
        }
    }

    /// A percentage of the order that is no whole number of minor units, and that it was spread.
    fn rounding_on_order(&mut self, candidate: &Candidate<'_>, sum: i64, lines: usize) {
        if let Value::Percentage(bp) = candidate.value {
            self.rounding(candidate, Subject::Cart, bp, sum, "what is left of the order");
        }
        if lines > 1 {
            self.trace.step(|| {
                let message = format!(
                    "Is spread over {lines} lines by what is left of them, by the largest remainder."
                );
                let data = json!({ "discount": candidate.rule.id, "lines": lines });
                of_cart(StepKind::Rounding, true, candidate.name(), message, data)
            });
        }
    }

    fn rounding(&mut self, candidate: &Candidate<'_>, subject: Subject, bp: i32, of: i64, what: &str) {
        let exact = i128::from(of) * i128::from(bp);
        if exact % i128::from(WHOLE_BP) == 0 {
            return;
        }
        let rounded = basic::percentage(of, bp);
        let currency = self.currency;
        self.trace.step(|| Step {
            subject,
            kind: StepKind::Rounding,
            applied: true,
            rule: candidate.name().to_owned(),
            message: format!(
                "{} of {what}, {}, is rounded half up to {}.",
                promise(candidate.value, Spread::Each, currency).trim_end_matches(" off"),
                amount(of, currency),
                amount(rounded, currency)
            ),
            before_minor: Some(of),
            after_minor: Some(rounded),
            data: json!({ "basisPoints": bp, "exactTenThousandths": exact.to_string() }),
        });
    }
}
