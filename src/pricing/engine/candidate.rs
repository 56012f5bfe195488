//! The discounts that could take something off, and what each would take alone.

use std::collections::BTreeMap;

use entity::id::DiscountId;

use super::answer::{Inapplicable, PriceError, TargetSelection};
use super::basic::{self, Part};
use super::buy_x_get_y::{self, Offer};
use super::eligible;
use super::explain;
use super::lines::Line;
use super::model::{
    Buy, CartToPrice, DiscountClass, DiscountMethod, DiscountRule, Effect, Spread, Targets, TypedCode, Value,
};
use super::order::{Left, OrderTake};
use super::shipping;
use super::trace::Trace;

/// What free shipping takes off, in hundredths of a percent.
const WHOLE: i32 = 10_000;

/// A discount that could take something off.
#[derive(Clone, Debug)]
pub(super) struct Candidate<'a> {
    /// The discount.
    pub(super) rule: &'a DiscountRule,
    /// The code by which it came.
    pub(super) code: Option<&'a TypedCode>,
    /// The class by which it is combined.
    pub(super) class: DiscountClass,
    /// How much it promises, in the cart's currency.
    pub(super) value: Value,
    /// Off each, or once.
    pub(super) spread: Spread,
    /// Off what.
    pub(super) selection: TargetSelection,
    /// What it takes.
    pub(super) take: Take,
    /// How much that is where no other discount stands beside it: more than zero.
    pub(super) alone_minor: i64,
}

/// What a discount takes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Take {
    /// So much off lines.
    Lines(Vec<Part>),
    /// A part of what is left of lines.
    Order(OrderTake),
    /// So much off deliveries.
    Deliveries(Vec<Part>),
}

impl Candidate<'_> {
    /// By what buyers and staff know it: its code, else its title.
    pub(super) fn name(&self) -> &str {
        name(self.rule, self.code)
    }

    /// Whether others of a class may stand beside it, as far as this one is concerned.
    pub(super) fn allows(&self, class: DiscountClass) -> bool {
        let with = self.rule.combines_with;
        match class {
            DiscountClass::Product => with.product,
            DiscountClass::Order => with.order,
            DiscountClass::Shipping => with.shipping,
        }
    }

    /// Whether both allow it.
    pub(super) fn stands_beside(&self, other: &Candidate<'_>) -> bool {
        self.allows(other.class) && other.allows(self.class)
    }

    /// What it takes off lines or deliveries whatever the others do; nothing of one on the order.
    pub(super) fn parts(&self) -> &[Part] {
        match &self.take {
            Take::Lines(parts) | Take::Deliveries(parts) => parts,
            Take::Order(_) => &[],
        }
    }
}

/// By what buyers and staff know a discount.
pub(super) fn name<'a>(rule: &'a DiscountRule, code: Option<&'a TypedCode>) -> &'a str {
    code.map_or(rule.title.as_str(), |code| code.code.as_str())
}

/// The discounts of a cart.
#[derive(Clone, Debug, Default)]
pub(super) struct Gathered<'a> {
    /// Those that could take something off, in the order of their keys.
    pub(super) candidates: Vec<Candidate<'a>>,
    /// Why the others cannot.
    pub(super) refusals: BTreeMap<DiscountId, Inapplicable>,
}

/// Looks which discounts could take something off: those that apply by themselves, and those whose code was typed in.
///
/// # Errors
/// [`PriceError::Overflow`].
pub(super) fn gather<'a>(
    cart: &'a CartToPrice,
    lines: &[Line<'_>],
    base: &Left,
    trace: &mut Trace,
) -> Result<Gathered<'a>, PriceError> {
    let mut rules: Vec<&DiscountRule> = cart.discounts.iter().map(AsRef::as_ref).collect();
    rules.sort_by_key(|rule| rule.id);
    rules.dedup_by_key(|rule| rule.id);
    let mut gathered = Gathered::default();
    for rule in rules {
        let code = cart.codes.iter().find(|code| code.discount == Some(rule.id));
        if rule.method == DiscountMethod::Code && code.is_none() {
            continue;
        }
        let outcome = match eligible::refusal_for_buyer(cart, rule) {
            Some(refusal) => Err(refusal),
            None => candidate(cart, rule, code, lines, base)?,
        };
        match outcome {
            Ok(candidate) => gathered.candidates.push(candidate),
            Err(refusal) => {
                explain::refused(trace, name(rule, code), rule, refusal);
                gathered.refusals.insert(rule.id, refusal);
            }
        }
    }
    Ok(gathered)
}

/// What a discount would take, or why it takes nothing.
fn candidate<'a>(
    cart: &'a CartToPrice,
    rule: &'a DiscountRule,
    code: Option<&'a TypedCode>,
    lines: &[Line<'_>],
    base: &Left,
) -> Result<Result<Candidate<'a>, Inapplicable>, PriceError> {
    let required_of = match &rule.effect {
        Effect::Basic { targets, .. } => eligible::meant(targets, lines),
        Effect::BuyXGetY { buys, .. } => eligible::meant(buys, lines),
        Effect::FreeShipping { .. } => eligible::meant(&Targets::All, lines),
    };
    if required_of.is_empty() {
        return Ok(Err(Inapplicable::NoEntitledLines));
    }
    if let Some(refusal) =
        eligible::refusal_for_amount(&cart.conversion, rule.requirement, lines, &required_of)
    {
        return Ok(Err(refusal));
    }
    let class = eligible::class_of(rule);
    let (value, spread) = promise(cart, &rule.effect);
    let take = match take(cart, rule, class, lines, required_of)? {
        Ok(take) => take,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let alone_minor = match &take {
        Take::Lines(parts) | Take::Deliveries(parts) => parts.iter().map(|part| part.amount_minor).sum(),
        Take::Order(order) => order.alone(base, lines),
    };
    if alone_minor <= 0 {
        return Ok(Err(Inapplicable::NothingLeft));
    }
    let selection = selection(&rule.effect);
    Ok(Ok(Candidate { rule, code, class, value, spread, selection, take, alone_minor }))
}

/// What a discount takes of the lines that it means, or why it takes nothing.
fn take(
    cart: &CartToPrice,
    rule: &DiscountRule,
    class: DiscountClass,
    lines: &[Line<'_>],
    meant: Vec<usize>,
) -> Result<Result<Take, Inapplicable>, PriceError> {
    let (value, spread) = promise(cart, &rule.effect);
    Ok(match &rule.effect {
        Effect::Basic { .. } if class == DiscountClass::Order => {
            Ok(Take::Order(OrderTake { value, spread, entitled: meant }))
        }
        Effect::Basic { .. } => Ok(Take::Lines(basic::off_lines(value, spread, lines, &meant)?)),
        Effect::BuyXGetY { buy, gets, get_quantity, uses_per_order, .. } => {
            let offer = Offer {
                buy: match buy {
                    Buy::Quantity(_) => *buy,
                    Buy::Amount(minor) => Buy::Amount(eligible::worth(&cart.conversion, *minor)),
                },
                get_quantity: i64::from(*get_quantity),
                uses: uses_per_order.map(i64::from),
                value,
            };
            buy_x_get_y::assign(lines, &meant, &eligible::meant(gets, lines), &offer).map(Take::Lines)
        }
        Effect::FreeShipping { countries, max_cost_minor } => {
            let most = max_cost_minor.map(|minor| eligible::worth(&cart.conversion, minor));
            let parts = shipping::free(&cart.deliveries, countries.as_ref(), most);
            if parts.is_empty() {
                Err(Inapplicable::NoEntitledDeliveries)
            } else {
                Ok(Take::Deliveries(parts.into_iter().filter(|part| part.amount_minor > 0).collect()))
            }
        }
    })
}

/// How much an effect promises, in the cart's currency.
fn promise(cart: &CartToPrice, effect: &Effect) -> (Value, Spread) {
    let converted = |value: &Value| match value {
        Value::Percentage(_) => *value,
        Value::Amount(minor) => Value::Amount(eligible::worth(&cart.conversion, *minor)),
        Value::Price(minor) => Value::Price(eligible::worth(&cart.conversion, *minor)),
    };
    match effect {
        Effect::Basic { value, spread, .. } => (converted(value), *spread),
        Effect::BuyXGetY { value, .. } => (converted(value), Spread::Each),
        Effect::FreeShipping { .. } => (Value::Percentage(WHOLE), Spread::Each),
    }
}

/// Off which of the lines or deliveries an effect takes.
fn selection(effect: &Effect) -> TargetSelection {
    match effect {
        Effect::Basic { targets: Targets::All, .. }
        | Effect::FreeShipping { countries: None, max_cost_minor: None } => TargetSelection::All,
        Effect::Basic { targets: Targets::Named { .. }, .. } | Effect::FreeShipping { .. } => {
            TargetSelection::Entitled
        }
        Effect::BuyXGetY { .. } => TargetSelection::Explicit,
    }
}
