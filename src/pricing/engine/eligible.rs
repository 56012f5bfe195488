//! Which discounts may be tried on a cart: for whom, when and where they hold, and what of the cart they mean.

use super::answer::Inapplicable;
use super::lines::Line;
use super::model::{
    CartToPrice, DiscountClass, DiscountRule, Effect, ForCustomers, LineToPrice, Requirement, Targets,
};
use crate::market::Conversion;
use crate::money::MAX_MINOR;

/// The class by which a discount is combined. What an effect takes from decides where a rule says something else: free
/// shipping takes from deliveries, buy X get Y from lines of its choice, a value from lines or from the order.
pub(super) fn class_of(rule: &DiscountRule) -> DiscountClass {
    match (&rule.effect, rule.class) {
        (Effect::FreeShipping { .. }, _) => DiscountClass::Shipping,
        (Effect::Basic { .. }, DiscountClass::Order) => DiscountClass::Order,
        (Effect::Basic { .. } | Effect::BuyXGetY { .. }, _) => DiscountClass::Product,
    }
}

/// An amount of a rule in the cart's currency. What passes the largest amount counts as that: a limit or an amount that
/// no price reaches.
pub(super) fn worth(conversion: &Conversion, minor: i64) -> i64 {
    conversion.worth(minor.max(0)).unwrap_or(MAX_MINOR)
}

/// Why a discount does not hold for this buyer, here and now; none where it does. What the cart holds is not looked at.
///
/// A discount that each buyer may use once holds for a buyer who is not known yet: the order decides, by the e-mail
/// address that it must have.
pub(super) fn refusal_for_buyer(cart: &CartToPrice, rule: &DiscountRule) -> Option<Inapplicable> {
    if cart.now < rule.starts_at || rule.ends_at.is_some_and(|end| cart.now >= end) {
        return Some(Inapplicable::Inactive);
    }
    if rule.markets.as_ref().is_some_and(|markets| !markets.contains(&cart.buyer.market)) {
        return Some(Inapplicable::OtherMarket);
    }
    refusal_for_customer(cart, rule).or_else(|| {
        if cart.usage.exhausted.contains(&rule.id) {
            Some(Inapplicable::UsageLimitReached)
        } else if rule.once_per_customer && cart.usage.used_by_buyer.contains(&rule.id) {
            Some(Inapplicable::CustomerUsageLimitReached)
        } else {
            None
        }
    })
}

fn refusal_for_customer(cart: &CartToPrice, rule: &DiscountRule) -> Option<Inapplicable> {
    let belongs = match &rule.customers {
        ForCustomers::All => return None,
        ForCustomers::Named(customers) => cart.buyer.customer.is_some_and(|buyer| customers.contains(&buyer)),
        ForCustomers::Segments(segments) => !segments.is_disjoint(&cart.buyer.segments),
    };
    match cart.buyer.customer {
        None => Some(Inapplicable::CustomerMissing),
        Some(_) if !belongs => Some(Inapplicable::CustomerNotEligible),
        Some(_) => None,
    }
}

/// Whether merchandise is meant. Gift cards never are: they are money.
pub(super) fn is_meant(targets: &Targets, line: &LineToPrice) -> bool {
    !line.is_gift_card
        && match targets {
            Targets::All => true,
            Targets::Named { products, variants, collections } => {
                products.contains(&line.product)
                    || variants.contains(&line.variant)
                    || line.collections.iter().any(|collection| collections.contains(collection))
            }
        }
}

/// The lines that are meant, by their places among the measured ones.
pub(super) fn meant(targets: &Targets, lines: &[Line<'_>]) -> Vec<usize> {
    lines
        .iter()
        .enumerate()
        .filter(|(_, line)| is_meant(targets, line.source))
        .map(|(place, _)| place)
        .collect()
}

/// Why the cart does not hold enough of what is meant, all before any discount; none where it does.
pub(super) fn refusal_for_amount(
    conversion: &Conversion,
    requirement: Requirement,
    lines: &[Line<'_>],
    entitled: &[usize],
) -> Option<Inapplicable> {
    let entitled = entitled.iter().filter_map(|place| lines.get(*place));
    match requirement {
        Requirement::None => None,
        Requirement::Subtotal(minor) => (entitled.map(|line| line.subtotal_minor).sum::<i64>()
            < worth(conversion, minor))
        .then_some(Inapplicable::SubtotalTooSmall),
        Requirement::Quantity(units) => {
            (entitled.map(|line| line.units).sum::<i64>() < units).then_some(Inapplicable::QuantityTooSmall)
        }
    }
}
