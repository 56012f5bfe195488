//! Prices that are told step by step.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::id::VariantId;
use entity::price_list::CompareAtMode;
use proptest::prelude::*;

use entity::id::PriceListId;
use entity::market::RoundingMode;
use entity::price;

use super::choose::tiers;
use super::engine::{Step, StepKind};
use super::explain::explain;
use super::tier::tier_for;
use crate::catalog::PriceBasis;
use crate::market::{Conversion, RATE_ONE_E9, Rounding};
use crate::market::{ListRule, PriceRules};
use crate::money::Currency;

fn now() -> DateTime<Utc> {
    "2026-11-24T12:00:00Z".parse().unwrap()
}

fn row(list: i64, currency: &str, min_quantity: i32, amount_minor: i64) -> price::Model {
    price::Model {
        variant_id: VariantId(1),
        price_list_id: PriceListId(list),
        currency: currency.to_owned(),
        min_quantity,
        valid_from: DateTime::UNIX_EPOCH,
        valid_to: None,
        amount_minor,
        compare_at_minor: None,
    }
}

fn list(id: i64, adjust_bp: Option<i32>) -> ListRule {
    let name = format!("List {id}").into();
    ListRule { id: PriceListId(id), name, adjust_bp, compare_at: CompareAtMode::Adjusted }
}

fn basis(lists: Vec<ListRule>, adjust_bp: i32, to: &str, rate_e9: i64) -> PriceBasis {
    let conversion = Conversion {
        from: Currency::find("EUR").unwrap(),
        to: Currency::find(to).unwrap(),
        rate_e9,
        rounding: Rounding::new(RoundingMode::Nearest, 100, 99).unwrap(),
    };
    PriceBasis { rules: Arc::new(PriceRules { lists, adjust_bp, conversion }), now: now() }
}

fn told(steps: &[Step]) -> Vec<(StepKind, bool, &str)> {
    steps.iter().map(|step| (step.kind, step.applied, step.message.as_str())).collect()
}

#[test]
fn a_price_that_is_made_of_a_base_price_is_told_step_by_step() {
    let soon = price::Model { valid_from: now() + TimeDelta::days(1), ..row(0, "EUR", 1, 500) };
    let rows = [row(0, "EUR", 1, 1_000), row(0, "EUR", 10, 900), soon];
    let basis = basis(vec![list(3, None), list(4, Some(-500))], 1_000, "USD", 1_080_000_000);
    let (tier, steps) = explain(&rows, &basis, 2);
    assert_eq!(tier.map(|tier| tier.amount_minor), Some(999));
    assert_eq!(
        told(&steps),
        [
            (StepKind::FixedPrice, false, "The list fixes no price of it in USD now."),
            (StepKind::FixedPrice, false, "The list fixes no price of it in USD now."),
            (StepKind::BasePrice, true, "The base price is 10.00 EUR."),
            (StepKind::Adjustment, true, "The list adds -5 % to base prices."),
            (StepKind::Adjustment, false, "The market's 10 % are not added: a list has a percentage."),
            (StepKind::CurrencyConversion, true, "1 EUR is 1.08 USD."),
            (
                StepKind::Rounding,
                true,
                "10.26 USD is rounded to the nearest amount that ends on 0.99 USD, one every 1.00 USD: 9.99 USD."
            ),
            (StepKind::BasePrice, false, "5.00 EUR holds from 2026-11-25T12:00:00+00:00 on."),
            (StepKind::QuantityBreak, false, "From 10 units on one would cost 8.99 USD."),
        ]
    );
    let rules: Vec<&str> = steps.iter().map(|step| step.rule.as_str()).collect();
    assert_eq!(rules[..4], ["List 3", "List 4", "Base price", "List 4"]);
    assert_eq!(steps[2].data["currency"], "EUR");
    assert_eq!((steps[2].after_minor, steps[6].after_minor), (Some(1_000), Some(999)));
    let (tier, steps) = explain(&rows, &basis, 10);
    assert_eq!(tier.map(|tier| (tier.min_quantity, tier.amount_minor)), Some((10, 899)));
    let last = steps.last().unwrap();
    assert_eq!((last.kind, last.applied), (StepKind::QuantityBreak, true));
    assert_eq!((last.before_minor, last.after_minor), (Some(999), Some(899)));
}

#[test]
fn a_price_that_a_list_fixes_is_told_and_the_rest_was_not_asked() {
    let over = price::Model { valid_to: Some(now()), ..row(3, "EUR", 1, 1) };
    let rows =
        [row(0, "EUR", 1, 1_000), over, row(4, "EUR", 5, 700), row(4, "EUR", 1, 800), row(5, "EUR", 1, 1)];
    let basis = basis(vec![list(3, None), list(4, None), list(5, Some(100))], 0, "EUR", RATE_ONE_E9);
    let (tier, steps) = explain(&rows, &basis, 1);
    assert_eq!(tier.map(|tier| tier.amount_minor), Some(800));
    assert_eq!(
        told(&steps),
        [
            (StepKind::FixedPrice, false, "The list fixes no price of it in EUR now."),
            (StepKind::FixedPrice, false, "0.01 EUR held until 2026-11-24T12:00:00+00:00."),
            (StepKind::FixedPrice, true, "The list fixes 8.00 EUR."),
            (StepKind::FixedPrice, false, "It was not asked: a list before it fixes the price."),
            (StepKind::BasePrice, false, "It was not asked: a list fixes the price."),
            (StepKind::QuantityBreak, false, "From 5 units on one would cost 7.00 EUR."),
        ]
    );
    let (none, steps) = explain(&[], &basis, 1);
    assert_eq!(none, None);
    assert!(steps.iter().all(|step| !step.applied), "{steps:#?}");
}

fn any_row() -> impl Strategy<Value = price::Model> {
    let currency = prop_oneof![Just("EUR"), Just("USD")];
    let amount = prop_oneof![0_i64..10_000, 99_999_999_000_i64..100_000_000_000];
    (0_i64..4, currency, 1_i32..12, amount, -3_i64..3, proptest::option::of(-2_i64..4)).prop_map(
        |(list, currency, min_quantity, amount, from, to)| price::Model {
            valid_from: now() + TimeDelta::days(from),
            valid_to: to
                .map(|to| now() + TimeDelta::days(to))
                .filter(|to| *to > now() + TimeDelta::days(from)),
            ..row(list, currency, min_quantity, amount)
        },
    )
}

proptest! {
    #[test]
    fn what_is_explained_is_what_it_costs(
        rows in proptest::collection::vec(any_row(), 0..25),
        percentages in proptest::collection::vec(proptest::option::of(-10_000_i32..=100_000), 0..4),
        adjust in -10_000_i32..10_000, to in prop_oneof![Just("EUR"), Just("USD")], quantity in 1_i32..15,
    ) {
        let lists = percentages.into_iter().zip(1..).map(|(bp, id)| list(id, bp)).collect();
        let basis = basis(lists, adjust, to, 1_080_000_000);
        let (tier, steps) = explain(&rows, &basis, quantity);
        prop_assert_eq!(tier, tier_for(&tiers(&rows, &basis), quantity));
        let fixed = steps.iter().filter(|step| step.applied).filter(|step| {
            matches!(step.kind, StepKind::FixedPrice | StepKind::BasePrice)
        });
        prop_assert_eq!(fixed.count(), usize::from(tier.is_some()), "one price is the price");
        let last = steps.iter().rev().find(|step| step.applied && step.after_minor.is_some());
        prop_assert_eq!(last.and_then(|step| step.after_minor), tier.map(|tier| tier.amount_minor));
    }
}
