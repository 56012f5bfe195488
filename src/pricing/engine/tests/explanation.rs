//! Why a cart costs what it does.

use super::fixture::{cart, delivery, order, product, products, shipping, with, with_code};
use crate::pricing::Tier;
use crate::pricing::engine::{
    CartToPrice, CombinesWith, Spread, Step, StepKind, Subject, Targets, TaxRate, TaxRounding, TaxSource,
    Trace, TypedCode, Value, price,
};

fn steps(cart: &CartToPrice) -> Vec<Step> {
    let mut trace = Trace::on();
    price(cart, &mut trace).unwrap();
    trace.into_steps()
}

fn everything() -> CartToPrice {
    let mut weak = product(1, Value::Percentage(100), Spread::Each, products(&[1]));
    weak.combines_with = CombinesWith::default();
    let mut cart = with(
        cart(&[(1, 1_005, 1), (2, 500, 12)]),
        vec![weak, product(2, Value::Percentage(1_000), Spread::Each, Targets::All), shipping(4)],
    );
    cart = with_code(cart, "ORDER", order(3, Value::Percentage(333)));
    cart.codes.push(TypedCode { code: "NONE".to_owned(), discount: None, code_id: None });
    cart.lines[1].tiers.push(Tier { min_quantity: 10, amount_minor: 450, compare_at_minor: None });
    cart.deliveries = vec![delivery("home", 600)];
    cart.taxes.source = TaxSource::Rates(vec![
        TaxRate {
            id: entity::id::TaxRateId(1),
            title: "VAT".to_owned(),
            jurisdiction: "DE".to_owned(),
            rate_e6: 190_000,
            compound: false,
            class: None,
            on_shipping: true,
        }
        .into(),
    ]);
    cart.taxes.rounding = TaxRounding::Line;
    cart.tenders = vec![1_000];
    cart
}

#[test]
fn steps_come_in_the_order_in_which_a_price_is_made() {
    let told: Vec<(StepKind, bool, Subject)> =
        steps(&everything()).into_iter().map(|step| (step.kind, step.applied, step.subject)).collect();
    assert_eq!(
        told,
        [
            (StepKind::BasePrice, true, Subject::Line(0)),
            (StepKind::QuantityBreak, true, Subject::Line(1)),
            (StepKind::Discount, false, Subject::Cart),
            (StepKind::Combination, true, Subject::Cart),
            (StepKind::Discount, false, Subject::Cart),
            (StepKind::Delivery, true, Subject::Delivery(0)),
            (StepKind::Rounding, true, Subject::Line(0)),
            (StepKind::Discount, true, Subject::Line(0)),
            (StepKind::Discount, true, Subject::Line(1)),
            (StepKind::Rounding, true, Subject::Cart),
            (StepKind::Rounding, true, Subject::Cart),
            (StepKind::Discount, true, Subject::Line(0)),
            (StepKind::Discount, true, Subject::Line(1)),
            (StepKind::Discount, true, Subject::Delivery(0)),
            (StepKind::Tax, true, Subject::Line(0)),
            (StepKind::Tax, true, Subject::Line(1)),
            (StepKind::Tax, true, Subject::Delivery(0)),
            (StepKind::Tender, true, Subject::Cart),
        ]
    );
}

#[test]
fn steps_are_told_in_plain_words() {
    let words: Vec<String> =
        steps(&everything()).into_iter().map(|step| format!("{}: {}", step.rule, step.message)).collect();
    for expected in [
        ": From 10 units on one costs 4.50 EUR, and 12 cost 54.00 EUR.",
        "NONE: Does not apply: no discount has this code.",
        "Discount 1: Would take 0.10 EUR off alone (1 % off), but it may not stand beside those that together take the \
         most off.",
        "Discount 2: 10 % of the line, 10.05 EUR, is rounded half up to 1.01 EUR.",
        "Discount 2: Takes 1.01 EUR off (10 % off).",
        "ORDER: Is spread over 2 lines by what is left of them, by the largest remainder.",
        "home: Costs 6.00 EUR.",
        ": Could pay 10.00 EUR, and pays 10.00 EUR of 55.72 EUR.",
    ] {
        assert!(words.iter().any(|word| word == expected), "{expected} is not in {words:#?}");
    }
}

#[test]
fn nothing_is_kept_where_nobody_asked_and_steps_survive_being_stored() {
    let mut trace = Trace::off();
    price(&everything(), &mut trace).unwrap();
    assert!(!trace.is_on());
    assert_eq!(trace.into_steps(), []);
    let steps = steps(&everything());
    let text = serde_json::to_string(&steps).unwrap();
    assert_eq!(serde_json::from_str::<Vec<Step>>(&text).unwrap(), steps);
}
