//! Random discounts.

use std::collections::BTreeSet;

use chrono::Duration;
use entity::id::{
    CollectionId, CustomerId, DiscountCodeId, DiscountId, MarketId, ProductId, SegmentId, VariantId,
};

use super::cart::{now, only};
use super::dice::Dice;
use super::house::pricing::engine::{
    Buy, CombinesWith, DiscountClass, DiscountMethod, DiscountRule, Effect, ForCustomers, Requirement,
    Spread, Targets, TypedCode, Value,
};

/// A discount.
pub(super) fn rule(dice: &mut Dice, index: u64) -> DiscountRule {
    let id = i64::try_from(index).unwrap() + 1;
    let (class, effect) = match dice.range(0, 9) {
        0..=2 => (DiscountClass::Product, basic(dice)),
        3..=5 => (DiscountClass::Order, basic(dice)),
        6..=7 => (DiscountClass::Product, buy_x_get_y(dice)),
        _ => (DiscountClass::Shipping, free_shipping(dice)),
    };
    let is_code = dice.happens(50);
    DiscountRule {
        id: DiscountId(id),
        title: format!("Discount {id}"),
        method: if is_code { DiscountMethod::Code } else { DiscountMethod::Automatic },
        class,
        effect,
        requirement: match dice.range(0, 9) {
            0 => Requirement::Subtotal(dice.range(1, 5_000)),
            1 => Requirement::Quantity(dice.range(1, 6)),
            _ => Requirement::None,
        },
        combines_with: CombinesWith {
            product: dice.happens(65),
            order: dice.happens(65),
            shipping: dice.happens(65),
        },
        customers: match dice.range(0, 11) {
            0 => ForCustomers::Named(only(CustomerId(dice.range(1, 2)))),
            1 => ForCustomers::Segments(only(SegmentId(dice.range(1, 2)))),
            _ => ForCustomers::All,
        },
        markets: dice.happens(10).then(|| only(MarketId(dice.range(1, 2)))),
        starts_at: now() - Duration::days(dice.pick(&[0, 1, 1, 1, 1, 1, -1])),
        ends_at: dice.happens(20).then(|| now() + Duration::days(dice.pick(&[0, 1, 1, 1]))),
        once_per_customer: dice.happens(20),
    }
}

/// The code of a discount, where it has one that was typed in.
pub(super) fn code(rule: &DiscountRule) -> Option<TypedCode> {
    (rule.method == DiscountMethod::Code && rule.id.0 % 7 != 0).then(|| TypedCode {
        code: format!("CODE{}", rule.id),
        discount: Some(rule.id),
        code_id: Some(DiscountCodeId(rule.id.0)),
    })
}

/// A value off lines or the order.
pub(super) fn basic(dice: &mut Dice) -> Effect {
    let spread = dice.pick(&[Spread::Each, Spread::Across]);
    Effect::Basic { value: value(dice), spread, targets: targets(dice) }
}

/// Buy X get Y.
pub(super) fn buy_x_get_y(dice: &mut Dice) -> Effect {
    let buys = targets(dice);
    let gets = if dice.happens(30) { buys.clone() } else { targets(dice) };
    Effect::BuyXGetY {
        buys,
        buy: if dice.happens(60) {
            Buy::Quantity(dice.small(1, 4))
        } else {
            Buy::Amount(dice.range(1, 1_500))
        },
        gets,
        get_quantity: dice.small(1, 3),
        value: if dice.happens(50) { Value::Percentage(10_000) } else { value(dice) },
        uses_per_order: dice.happens(40).then(|| dice.small(1, 3)),
    }
}

fn free_shipping(dice: &mut Dice) -> Effect {
    Effect::FreeShipping {
        countries: dice.happens(40).then(|| only(dice.pick(&["DE", "FR"]).to_owned())),
        max_cost_minor: dice.happens(40).then(|| dice.range(0, 2_000)),
    }
}

fn value(dice: &mut Dice) -> Value {
    match dice.range(0, 9) {
        0..=4 => {
            Value::Percentage(dice.pick(&[1, 333, 1_000, 1_250, 1_500, 2_000, 3_333, 5_000, 9_999, 10_000]))
        }
        5..=7 => Value::Amount(dice.pick(&[1, 7, 50, 99, 250, 1_000, 4_000])),
        _ => Value::Price(dice.pick(&[0, 1, 100, 499, 2_000])),
    }
}

fn targets(dice: &mut Dice) -> Targets {
    if dice.happens(30) {
        return Targets::All;
    }
    let mut named = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    for _ in 0..dice.range(1, 3) {
        match dice.range(0, 2) {
            0 => {
                named.0.insert(ProductId(dice.range(1, 6)));
            }
            1 => {
                named.1.insert(VariantId(dice.range(1, 6) * 10 + dice.range(0, 1)));
            }
            _ => {
                named.2.insert(CollectionId(dice.range(1, 3)));
            }
        }
    }
    Targets::Named { products: named.0, variants: named.1, collections: named.2 }
}
