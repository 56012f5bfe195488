//! Worked examples. What must happen follows the public documentation that each names; the numbers are our own where it
//! gives none.

use std::sync::Arc;

use super::fixture::{
    cart, delivery, off_lines, order, priced, product, products, refusals, rule, shipping, with, with_code,
};
use crate::market::{Conversion, Rounding};
use crate::money::Currency;
use crate::pricing::engine::{
    Buy, CombinesWith, DiscountClass, Effect, Inapplicable, Spread, TargetSelection, Value,
};

/// Buy so many of some products, get so many of others.
fn buy_x_get_y(
    id: i64,
    buys: &[i64],
    buy: Buy,
    gets: &[i64],
    get_quantity: i32,
    value: Value,
) -> super::super::DiscountRule {
    rule(
        id,
        DiscountClass::Product,
        Effect::BuyXGetY {
            buys: products(buys),
            buy,
            gets: products(gets),
            get_quantity,
            value,
            uses_per_order: None,
        },
    )
}

const FREE: Value = Value::Percentage(10_000);

/// Shopify Help Center, "Amount off products": a percentage or a fixed amount off the products that are named.
#[test]
fn amounts_off_products() {
    let of = |value, spread, targets| {
        off_lines(&priced(&with(
            cart(&[(1, 1_005, 1), (2, 999, 2), (3, 500, 1)]),
            vec![product(1, value, spread, targets)],
        )))
    };
    for (value, spread, expected) in [
        (Value::Percentage(1_000), Spread::Each, [101, 200, 0]),
        (Value::Percentage(10_000), Spread::Each, [1_005, 1_998, 0]),
        (Value::Amount(300), Spread::Each, [300, 600, 0]),
        (Value::Amount(1_000), Spread::Each, [1_000, 1_998, 0]),
        (Value::Price(500), Spread::Each, [505, 998, 0]),
        (Value::Price(1_000), Spread::Each, [5, 0, 0]),
        // 1000 over 1005 and 1998: 334.665 and 665.334.
        (Value::Amount(1_000), Spread::Across, [335, 665, 0]),
        (Value::Amount(9_999), Spread::Across, [1_005, 1_998, 0]),
        // 3003 in all become 2003.
        (Value::Price(2_003), Spread::Across, [335, 665, 0]),
    ] {
        assert_eq!(of(value, spread, products(&[1, 2])), expected, "{value:?} {spread:?}");
    }
}

/// Shopify Help Center, "Amount off order": a fixed amount is shared by the lines by their worth; it never makes the order
/// cost less than nothing.
#[test]
fn amounts_off_the_order() {
    let of = |value| {
        let priced = priced(&with(cart(&[(1, 1_000, 1), (2, 500, 2), (3, 333, 3)]), vec![order(1, value)]));
        (priced.discount_minor, off_lines(&priced))
    };
    // 10 % of 2999 is 299.9.
    assert_eq!(of(Value::Percentage(1_000)), (300, vec![100, 100, 100]));
    // 1000 over 1000, 1000 and 999: 333.44, 333.44, 333.11.
    assert_eq!(of(Value::Amount(1_000)), (1_000, vec![334, 333, 333]));
    assert_eq!(of(Value::Amount(5_000)), (2_999, vec![1_000, 1_000, 999]));
    assert_eq!(of(Value::Price(2_000)), (999, vec![333, 333, 333]));
}

/// A gift card is money: Shopify Help Center, "Discount codes", does not let discounts apply to gift cards.
#[test]
fn gift_cards_are_not_discounted() {
    let mut cart = with(cart(&[(1, 1_000, 1), (2, 1_000, 1)]), vec![order(1, Value::Amount(1_500))]);
    cart.lines[1].is_gift_card = true;
    assert_eq!(off_lines(&priced(&cart)), [1_000, 0]);
    cart.lines[0].is_gift_card = true;
    assert_eq!(off_lines(&priced(&cart)), [0, 0]);
}

/// Shopify Help Center, "Combining discounts", its table of combinations: discounts on products count before the subtotal
/// is made, discounts on the order are taken of that subtotal, and free shipping stands beside both. 20 % off trousers, 10 %
/// off shirts, 10 % off the order, 5 off from 200 on.
#[test]
fn discounts_that_combine() {
    let trousers = || product(1, Value::Percentage(2_000), Spread::Each, products(&[1]));
    let shirts = || product(2, Value::Percentage(1_000), Spread::Each, products(&[2]));
    let welcome = || order(3, Value::Percentage(1_000));
    let spend = || order(4, Value::Amount(500));
    let clothes = || {
        let mut cart = cart(&[(1, 10_000, 1), (2, 5_000, 2)]);
        cart.deliveries = vec![delivery("home", 900)];
        cart
    };
    // 20 and 10 off, then 10 % of the 170 that are left.
    let all = priced(&with(clothes(), vec![trousers(), shirts(), welcome()]));
    assert_eq!((all.discount_minor, off_lines(&all)), (4_700, vec![2_800, 1_900]));
    assert_eq!(all.total_minor, 20_000 - 4_700 + 900);
    // Two discounts on the order, each of the same 170.
    let two = priced(&with(clothes(), vec![trousers(), shirts(), welcome(), spend()]));
    assert_eq!(two.discount_minor, 3_000 + 1_700 + 500);
    // Of two on one product the better one only.
    let better = product(5, Value::Percentage(3_000), Spread::Each, products(&[1]));
    let best = priced(&with(clothes(), vec![trousers(), better]));
    assert_eq!((best.discount_minor, best.applications.len()), (3_000, 1));
    assert_eq!(best.applications[0].discount.0, 5);
    // With free shipping.
    let free = priced(&with(clothes(), vec![trousers(), welcome(), shipping(6)]));
    assert_eq!((free.discount_minor, free.shipping_discount_minor), (2_000 + 1_800, 900));
    assert_eq!(free.total_minor, 20_000 - 3_800);
    assert_eq!(free.shipping_minor, Some(900));
}

/// Shopify Help Center, "Combining discounts": where discounts cannot be combined the best for the customer counts. It takes
/// both to allow it.
#[test]
fn discounts_that_do_not_combine() {
    let mut ten = order(1, Value::Percentage(1_000));
    ten.combines_with = CombinesWith::default();
    let fifteen = product(2, Value::Percentage(1_500), Spread::Each, products(&[1]));
    let of = |first: i64, second: i64| {
        priced(&with_code(
            with_code(cart(&[(1, first, 1), (2, second, 1)]), "TEN", ten.clone()),
            "FIFTEEN",
            fifteen.clone(),
        ))
    };
    // 10 % of 200 against 15 % of 100.
    let priced = of(10_000, 10_000);
    assert_eq!(priced.discount_minor, 2_000);
    assert_eq!(refusals(&priced), [None, Some(Inapplicable::NotCombined)]);
    // 10 % of 110 against 15 % of 100.
    let priced = of(10_000, 1_000);
    assert_eq!(priced.discount_minor, 1_500);
    assert_eq!(refusals(&priced), [Some(Inapplicable::NotCombined), None]);
    // 10 % of 150 is as much as 15 % of 100: the smaller key wins.
    assert_eq!(refusals(&of(10_000, 5_000)), [None, Some(Inapplicable::NotCombined)]);
}

/// A code that would combine and still brings nothing is told so, and one for the same discount again as well.
#[test]
fn codes_that_bring_nothing() {
    let small = product(1, Value::Percentage(1_000), Spread::Each, products(&[1]));
    let large = product(2, Value::Percentage(2_000), Spread::Each, products(&[1]));
    let mut cart = with_code(with_code(cart(&[(1, 1_000, 1)]), "SMALL", small), "LARGE", large);
    let mut again = cart.codes[1].clone();
    again.code = "LARGE TOO".to_owned();
    cart.codes.push(again);
    assert_eq!(
        refusals(&priced(&cart)),
        [Some(Inapplicable::NothingLeft), None, Some(Inapplicable::NotCombined)]
    );
}

/// Shopify Help Center, "Buy X get Y": the customer buys a quantity, or spends an amount, and gets other items for less or
/// for nothing; both must be in the cart.
#[test]
fn buy_some_get_others() {
    let of = |lines: &[(i64, i64, i32)], rule| off_lines(&priced(&with(cart(lines), vec![rule])));
    let two_for_one = || buy_x_get_y(1, &[1], Buy::Quantity(2), &[2], 1, FREE);
    assert_eq!(of(&[(1, 1_000, 1), (2, 400, 1)], two_for_one()), [0, 0]);
    assert_eq!(of(&[(1, 1_000, 2), (2, 400, 1)], two_for_one()), [0, 400]);
    assert_eq!(of(&[(1, 1_000, 2), (2, 400, 2)], two_for_one()), [0, 400]);
    assert_eq!(of(&[(1, 1_000, 5), (2, 400, 3)], two_for_one()), [0, 800]);
    let half = buy_x_get_y(1, &[1], Buy::Quantity(1), &[2], 2, Value::Percentage(5_000));
    // Half of 4.01 is rounded up for each.
    assert_eq!(of(&[(1, 1_000, 1), (2, 401, 3)], half), [0, 402]);
    let spend = || buy_x_get_y(1, &[1], Buy::Amount(5_000), &[2], 1, Value::Amount(300));
    assert_eq!(of(&[(1, 2_500, 1), (2, 400, 1)], spend()), [0, 0]);
    assert_eq!(of(&[(1, 2_500, 2), (2, 400, 1)], spend()), [0, 300]);
    assert_eq!(of(&[(1, 2_500, 4), (2, 400, 3)], spend()), [0, 600]);
    let price = buy_x_get_y(1, &[1], Buy::Quantity(1), &[2], 1, Value::Price(100));
    assert_eq!(of(&[(1, 2_500, 1), (2, 400, 1)], price), [0, 300]);
}

/// The same topic: bought and got may be the same products; a unit that is got is none that is bought.
#[test]
fn buy_some_get_some_of_the_same() {
    let of = |lines: &[(i64, i64, i32)], rule| off_lines(&priced(&with(cart(lines), vec![rule])));
    let second_free = || buy_x_get_y(1, &[1, 2], Buy::Quantity(1), &[1, 2], 1, FREE);
    assert_eq!(of(&[(1, 1_000, 1)], second_free()), [0]);
    assert_eq!(of(&[(1, 1_000, 2)], second_free()), [1_000]);
    assert_eq!(of(&[(1, 1_000, 3)], second_free()), [1_000]);
    assert_eq!(of(&[(1, 1_000, 4)], second_free()), [2_000]);
    // The dearer one is free: best for the buyer.
    assert_eq!(of(&[(1, 1_000, 1), (2, 400, 1)], second_free()), [1_000, 0]);
    // Three shirts at 10 pay for one worth 30, not for two at 10.
    let spend = buy_x_get_y(1, &[1, 2], Buy::Amount(3_000), &[1, 2], 1, FREE);
    assert_eq!(of(&[(1, 3_000, 1), (2, 1_000, 3)], spend), [3_000, 0]);
    let mut once = second_free();
    if let Effect::BuyXGetY { uses_per_order, .. } = &mut once.effect {
        *uses_per_order = Some(1);
    }
    assert_eq!(of(&[(1, 1_000, 4)], once), [1_000]);
}

/// Shopify Help Center, "Free shipping": for some countries, and only for rates up to an amount.
#[test]
fn free_shipping() {
    let of = |countries: Option<&str>, max_cost_minor| {
        let countries = countries.map(|country| super::cart::only(country.to_owned()));
        let effect = Effect::FreeShipping { countries, max_cost_minor };
        let mut cart = cart(&[(1, 1_000, 1)]);
        cart.deliveries = vec![delivery("a", 500), delivery("b", 1_500)];
        cart.deliveries[1].country = Some("FR".to_owned());
        let priced = priced(&with_code(cart, "SHIP", rule(1, DiscountClass::Shipping, effect)));
        (priced.shipping_discount_minor, priced.total_minor, refusals(&priced)[0])
    };
    assert_eq!(of(None, None), (2_000, 1_000, None));
    assert_eq!(of(Some("DE"), None), (500, 2_500, None));
    assert_eq!(of(None, Some(499)), (0, 3_000, Some(Inapplicable::NoEntitledDeliveries)));
    assert_eq!(of(None, Some(500)), (500, 2_500, None));
    assert_eq!(of(Some("FR"), Some(500)), (0, 3_000, Some(Inapplicable::NoEntitledDeliveries)));
    assert_eq!(of(Some("US"), None), (0, 3_000, Some(Inapplicable::NoEntitledDeliveries)));
}

/// Amounts of rules are the shop's, the cart's are those of the buyer: 5 EUR are 812 JPY at 162.34.
#[test]
fn amounts_are_converted() {
    let mut cart = with(cart(&[(1, 1_000, 2)]), vec![order(1, Value::Amount(500))]);
    let yen = Currency::find("JPY").unwrap();
    let euro = Currency::find("EUR").unwrap();
    cart.conversion =
        Conversion { from: euro, to: yen, rate_e9: 162_340_000_000, rounding: Rounding::MINOR_UNIT };
    let in_yen = priced(&cart);
    assert_eq!(in_yen.discount_minor, 812);
    assert_eq!(in_yen.applications[0].value, Value::Amount(812));
    let mut needy = order(2, Value::Percentage(1_000));
    needy.requirement = super::super::Requirement::Subtotal(1_233);
    cart.discounts = vec![Arc::new(needy)];
    // 12.33 EUR are 2002 JPY: 2000 do not suffice.
    assert_eq!(priced(&cart).discount_minor, 0);
}

/// What the API shows of each discount.
#[test]
fn applications_tell_what_they_are() {
    let mut cart = with(
        cart(&[(1, 1_000, 1), (2, 1_000, 3)]),
        vec![
            shipping(9),
            order(7, Value::Percentage(500)),
            buy_x_get_y(5, &[2], Buy::Quantity(2), &[2], 1, FREE),
        ],
    );
    cart = with_code(cart, "ONE", product(3, Value::Amount(100), Spread::Each, products(&[1])));
    cart.deliveries = vec![delivery("home", 700)];
    let priced = priced(&cart);
    let told: Vec<_> = priced
        .applications
        .iter()
        .map(|one| (one.discount.0, one.code.as_deref(), one.selection, one.spread, one.amount_minor))
        .collect();
    // 5 % of 900 and 2000.
    assert_eq!(
        told,
        [
            (3, Some("ONE"), TargetSelection::Entitled, Spread::Each, 100),
            (5, None, TargetSelection::Explicit, Spread::Each, 1_000),
            (7, None, TargetSelection::All, Spread::Across, 145),
            (9, None, TargetSelection::All, Spread::Each, 700),
        ]
    );
    assert_eq!(priced.applications[3].value, FREE);
    let of_first: Vec<_> =
        priced.lines[0].allocations.iter().map(|part| (part.application, part.amount_minor)).collect();
    assert_eq!(of_first, [(0, 100), (2, 45)]);
}

/// The first tender pays first.
#[test]
fn tenders_pay_in_their_order() {
    let mut cart = cart(&[(1, 1_000, 1)]);
    for (tenders, paid, due) in [
        (vec![300, 300], vec![300, 300], 400),
        (vec![700, 700, 10], vec![700, 300, 0], 0),
        (vec![-5, 2_000], vec![0, 1_000], 0),
        (vec![], vec![], 1_000),
    ] {
        cart.tenders = tenders;
        let priced = priced(&cart);
        assert_eq!((priced.tenders, priced.due_minor), (paid, due));
    }
}
