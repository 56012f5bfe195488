//! For whom, when, where and of how much a discount holds.

use chrono::Duration;
use entity::id::{CollectionId, CustomerId, DiscountId, MarketId, SegmentId, VariantId};

use super::cart::{now, only};
use super::fixture::{cart, delivery, order, priced, product, products, refusals, shipping, with_code};
use crate::pricing::engine::{
    CartToPrice, DiscountRule, ForCustomers, Inapplicable, Requirement, Spread, Targets, TypedCode, Value,
};

/// What comes of a discount with a change, on a cart with a change.
fn outcome(
    change_rule: impl FnOnce(&mut DiscountRule),
    change_cart: impl FnOnce(&mut CartToPrice),
) -> Option<Inapplicable> {
    let mut rule = product(1, Value::Percentage(1_000), Spread::Each, products(&[1]));
    change_rule(&mut rule);
    let mut cart = with_code(cart(&[(1, 1_000, 2), (2, 1_000, 5)]), "CODE", rule);
    change_cart(&mut cart);
    let priced = priced(&cart);
    let refusal = refusals(&priced)[0];
    assert_eq!(priced.discount_minor > 0, refusal.is_none());
    refusal
}

fn nothing<T>(_: &mut T) {}

#[test]
fn a_discount_holds_from_its_start_until_just_before_its_end() {
    let between = |start: i64, end: Option<i64>| {
        outcome(
            |rule| {
                rule.starts_at = now() + Duration::seconds(start);
                rule.ends_at = end.map(|end| now() + Duration::seconds(end));
            },
            nothing,
        )
    };
    assert_eq!(between(0, None), None);
    assert_eq!(between(-5, Some(1)), None);
    assert_eq!(between(1, None), Some(Inapplicable::Inactive));
    assert_eq!(between(-5, Some(0)), Some(Inapplicable::Inactive));
}

#[test]
fn a_discount_holds_in_its_markets() {
    let of = |market| outcome(|rule| rule.markets = Some(only(MarketId(market))), nothing);
    assert_eq!((of(1), of(2)), (None, Some(Inapplicable::OtherMarket)));
}

#[test]
fn a_discount_holds_for_its_customers() {
    let named = |customer: Option<i64>| {
        outcome(
            |rule| rule.customers = ForCustomers::Named(only(CustomerId(1))),
            |cart| cart.buyer.customer = customer.map(CustomerId),
        )
    };
    assert_eq!(named(None), Some(Inapplicable::CustomerMissing));
    assert_eq!(named(Some(2)), Some(Inapplicable::CustomerNotEligible));
    assert_eq!(named(Some(1)), None);
    let segment = |customer: Option<i64>, segment: i64| {
        outcome(
            |rule| rule.customers = ForCustomers::Segments(only(SegmentId(1))),
            |cart| {
                cart.buyer.customer = customer.map(CustomerId);
                cart.buyer.segments = only(SegmentId(segment));
            },
        )
    };
    assert_eq!(segment(None, 2), Some(Inapplicable::CustomerMissing));
    assert_eq!(segment(Some(1), 2), Some(Inapplicable::CustomerNotEligible));
    assert_eq!(segment(Some(1), 1), None);
}

#[test]
fn a_discount_that_is_used_up_does_not_hold() {
    let exhausted = outcome(nothing, |cart| {
        cart.usage.exhausted.insert(DiscountId(1));
    });
    assert_eq!(exhausted, Some(Inapplicable::UsageLimitReached));
    let once = |is_used: bool| {
        outcome(
            |rule| rule.once_per_customer = true,
            |cart| {
                if is_used {
                    cart.usage.used_by_buyer.insert(DiscountId(1));
                }
            },
        )
    };
    assert_eq!(once(true), Some(Inapplicable::CustomerUsageLimitReached));
    // Nobody is signed in: the order decides.
    assert_eq!(once(false), None);
    let often = outcome(nothing, |cart| {
        cart.usage.used_by_buyer.insert(DiscountId(1));
    });
    assert_eq!(often, None);
}

#[test]
fn what_is_required_is_counted_over_what_is_meant_before_discounts() {
    let of = |requirement| outcome(|rule| rule.requirement = requirement, nothing);
    assert_eq!(of(Requirement::Subtotal(2_000)), None);
    assert_eq!(of(Requirement::Subtotal(2_001)), Some(Inapplicable::SubtotalTooSmall));
    assert_eq!(of(Requirement::Quantity(2)), None);
    assert_eq!(of(Requirement::Quantity(3)), Some(Inapplicable::QuantityTooSmall));
    let with_gift_card = |requirement| {
        let mut rule = order(1, Value::Percentage(1_000));
        rule.requirement = requirement;
        let mut cart = with_code(cart(&[(1, 1_000, 2), (2, 9_000, 1)]), "CODE", rule);
        cart.lines[1].is_gift_card = true;
        refusals(&priced(&cart))[0]
    };
    assert_eq!(with_gift_card(Requirement::Subtotal(2_000)), None);
    assert_eq!(with_gift_card(Requirement::Subtotal(2_001)), Some(Inapplicable::SubtotalTooSmall));
    assert_eq!(with_gift_card(Requirement::Quantity(3)), Some(Inapplicable::QuantityTooSmall));
}

#[test]
fn merchandise_is_meant_by_product_variant_or_collection() {
    let named = |product: i64, variant: i64, collection: i64| {
        let targets = Targets::Named {
            products: only(entity::id::ProductId(product)),
            variants: only(VariantId(variant)),
            collections: only(CollectionId(collection)),
        };
        outcome(|rule| *rule = product_rule(targets), |cart| cart.lines.truncate(1))
    };
    assert_eq!(named(9, 9, 9), Some(Inapplicable::NoEntitledLines));
    assert_eq!((named(1, 9, 9), named(9, 1, 9), named(9, 9, 1)), (None, None, None));
    assert_eq!(outcome(nothing, |cart| cart.lines.clear()), Some(Inapplicable::NoEntitledLines));
}

fn product_rule(targets: Targets) -> DiscountRule {
    let mut rule = product(1, Value::Percentage(1_000), Spread::Each, targets);
    rule.method = crate::pricing::engine::DiscountMethod::Code;
    rule
}

#[test]
fn codes_of_no_discount_and_discounts_without_their_code_change_nothing() {
    let unknown = |cart: &mut CartToPrice| {
        cart.discounts.clear();
    };
    assert_eq!(outcome(nothing, unknown), Some(Inapplicable::NotFound));
    let mut cart = with_code(cart(&[(1, 1_000, 1)]), "CODE", order(1, Value::Percentage(1_000)));
    cart.codes = vec![TypedCode { code: "OTHER".to_owned(), discount: None, code_id: None }];
    let priced = priced(&cart);
    assert_eq!(refusals(&priced), [Some(Inapplicable::NotFound)]);
    assert_eq!(priced.discount_minor, 0);
}

#[test]
fn free_shipping_needs_a_delivery_with_a_cost() {
    let of = |cost: Option<i64>| {
        let mut cart = with_code(cart(&[(1, 1_000, 1)]), "SHIP", shipping(1));
        cart.deliveries = cost.map(|cost| delivery("home", cost)).into_iter().collect();
        refusals(&priced(&cart))[0]
    };
    assert_eq!(of(None), Some(Inapplicable::NoEntitledDeliveries));
    assert_eq!(of(Some(0)), Some(Inapplicable::NothingLeft));
    assert_eq!(of(Some(1)), None);
    let mut cart = with_code(cart(&[(1, 1_000, 1)]), "SHIP", shipping(1));
    cart.deliveries = vec![delivery("home", 500)];
    cart.deliveries[0].cost_minor = None;
    let priced = priced(&cart);
    assert_eq!(refusals(&priced), [Some(Inapplicable::NoEntitledDeliveries)]);
    assert_eq!((priced.shipping_minor, priced.total_minor), (None, 1_000));
}
