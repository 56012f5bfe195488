//! Decisions against tables, and against trying every amount.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Weekday};
use entity::id::{CollectionId, PriceListId, PricingRuleId, SegmentId};
use entity::market::RoundingMode;
use proptest::prelude::*;

use super::condition::{Condition, Range, Season, YearDay};
use super::decide::{Decision, Why, decide, first_match};
use super::facts::{Facts, Moment, Standing};
use super::rule::{Action, Bound, Change, Ending, Rule, Side};
use super::told::Told;
use crate::money::{Currency, MAX_MINOR};
use crate::pricing::engine::{StepKind, Trace};
use crate::store::TimeZone;

fn moment(text: &str, zone: &str) -> Moment {
    Moment::new(text.parse().unwrap(), TimeZone::find(zone).unwrap())
}

/// A Wednesday at noon.
fn noon() -> Moment {
    moment("2026-11-25T12:00:00Z", "UTC")
}

fn always() -> Condition {
    Condition::Stock { units: Range::from(0) }
}

fn rule(change: Change, floor: Option<Bound>, ceiling: Option<Bound>) -> Rule {
    Rule {
        id: PricingRuleId(1),
        name: "rule".to_owned(),
        list: PriceListId(0),
        currency: Currency::find("EUR").unwrap(),
        condition: always(),
        action: Action { change, ending: None },
        floor,
        ceiling,
        max_step_bp: 10_000,
        priority: 0,
    }
}

fn facts() -> Facts {
    Facts { stock: Some(10), ..Facts::default() }
}

fn standing(amount_minor: i64) -> Standing {
    Standing {
        min_quantity: 1,
        amount_minor,
        compare_at_minor: None,
        moved_minor: 0,
        valid_from: DateTime::UNIX_EPOCH,
        is_temporary: false,
    }
}

fn made(rule: &Rule, facts: &Facts, standing: &Standing) -> Result<i64, Why> {
    match decide(rule, facts, standing, &noon(), &mut Trace::off()) {
        Decision::Changed { amount_minor, .. } => Ok(amount_minor),
        Decision::Stays(why) => Err(why),
    }
}

#[test]
fn prices_move_as_the_rule_says_and_within_its_limits() {
    use Bound::{Amount, OverCost};
    use Change::{Percentage, Step};
    let cost = Facts { cost_minor: Some(600), ..facts() };
    for (case, change, floor, ceiling, step, facts, now, moved, expected) in [
        ("a percentage down", Percentage(-1_000), Some(Amount(1)), None, 10_000, &cost, 1_000, 0, Ok(900)),
        ("rounded once", Percentage(-333), Some(Amount(1)), None, 10_000, &cost, 1_000, 0, Ok(967)),
        ("a step up", Step(50), None, Some(Amount(2_000)), 10_000, &cost, 1_000, 0, Ok(1_050)),
        ("down to the floor", Step(-500), Some(Amount(700)), None, 10_000, &cost, 1_000, 0, Ok(700)),
        ("at the floor", Step(-500), Some(Amount(1_000)), None, 10_000, &cost, 1_000, 0, Err(Why::Floor)),
        ("below the floor", Step(-5), Some(Amount(1_500)), None, 10_000, &cost, 1_000, 0, Err(Why::Floor)),
        ("up to the ceiling", Step(500), None, Some(Amount(1_100)), 10_000, &cost, 1_000, 0, Ok(1_100)),
        ("above the ceiling", Step(5), None, Some(Amount(900)), 10_000, &cost, 1_000, 0, Err(Why::Ceiling)),
        (
            "up from below the floor",
            Step(5),
            Some(Amount(1_100)),
            Some(Amount(1_200)),
            10_000,
            &cost,
            1_000,
            0,
            Ok(1_100),
        ),
        (
            "a floor by cost",
            Percentage(-5_000),
            Some(OverCost(2_500)),
            None,
            10_000,
            &cost,
            1_000,
            0,
            Ok(750),
        ),
        (
            "a ceiling by cost",
            Percentage(5_000),
            None,
            Some(OverCost(10_000)),
            10_000,
            &cost,
            1_000,
            0,
            Ok(1_200),
        ),
        ("no cost", Percentage(-1), Some(OverCost(0)), None, 10_000, &facts(), 1_000, 0, Err(Why::NoCost)),
        ("no cost is needed", Percentage(-1_000), Some(Amount(1)), None, 10_000, &facts(), 1_000, 0, Ok(900)),
        ("the step of a day", Percentage(-5_000), Some(Amount(1)), None, 500, &cost, 1_000, 0, Ok(950)),
        ("what is left of the step", Percentage(-300), Some(Amount(1)), None, 500, &cost, 970, -30, Ok(950)),
        (
            "the step is used up",
            Percentage(-300),
            Some(Amount(1)),
            None,
            500,
            &cost,
            950,
            -50,
            Err(Why::StepLimit),
        ),
        (
            "another rule went further",
            Percentage(100),
            None,
            Some(Amount(9_000)),
            500,
            &cost,
            1_200,
            200,
            Err(Why::StepLimit),
        ),
        ("by hand since", Percentage(1_000), None, Some(Amount(9_000)), 1_000, &cost, 2_000, 100, Ok(2_090)),
        (
            "back within the day",
            Percentage(1_000),
            None,
            Some(Amount(9_000)),
            1_000,
            &cost,
            900,
            -100,
            Ok(990),
        ),
        (
            "too little to be seen",
            Percentage(1),
            None,
            Some(Amount(9_000)),
            10_000,
            &cost,
            100,
            0,
            Err(Why::Same),
        ),
        ("never to nothing", Percentage(-10_000), Some(Amount(1)), None, 10_000, &cost, 1_000, 0, Ok(1)),
        ("never below nothing", Step(-5_000), Some(Amount(1)), None, 10_000, &cost, 1_000, 0, Ok(1)),
        (
            "never to what cannot be counted with",
            Percentage(10_000),
            None,
            Some(Amount(MAX_MINOR)),
            10_000,
            &cost,
            MAX_MINOR - 1,
            0,
            Ok(MAX_MINOR),
        ),
        (
            "limits that exclude each other",
            Step(-5),
            Some(Amount(900)),
            Some(Amount(800)),
            10_000,
            &cost,
            1_000,
            0,
            Err(Why::Floor),
        ),
    ] {
        let rule = Rule { max_step_bp: step, ..rule(change, floor, ceiling) };
        let standing = Standing { moved_minor: moved, ..standing(now) };
        assert_eq!(made(&rule, facts, &standing), expected, "{case}");
    }
}

#[test]
fn new_prices_end_as_the_rule_says_also_where_a_limit_cuts_them() {
    let ending = Ending { mode: RoundingMode::Nearest, step_minor: 100, ending_minor: 99 };
    for (case, change, floor, ceiling, now, expected) in [
        ("free", -1_000, 1, 9_999, 1_499, Ok(1_399)),
        ("cut from below", -5_000, 850, 9_999, 1_499, Ok(899)),
        ("cut from above", 5_000, 1, 1_850, 1_499, Ok(1_799)),
        ("no such amount within the limits", -5_000, 1_420, 9_999, 1_450, Ok(1_420)),
        ("the same", -100, 1, 9_999, 1_499, Err(Why::Same)),
    ] {
        let mut rule =
            rule(Change::Percentage(change), Some(Bound::Amount(floor)), Some(Bound::Amount(ceiling)));
        rule.action.ending = Some(ending);
        assert_eq!(made(&rule, &facts(), &standing(now)), expected, "{case}");
    }
}

#[test]
fn what_a_price_is_compared_with_stays_while_it_is_more() {
    let rule = rule(Change::Step(100), None, Some(Bound::Amount(9_000)));
    for (before, after) in
        [(Some(1_500), Some(1_500)), (Some(1_100), None), (Some(1_050), None), (None, None)]
    {
        let standing = Standing { compare_at_minor: before, ..standing(1_000) };
        let expected = Decision::Changed { amount_minor: 1_100, compare_at_minor: after };
        assert_eq!(decide(&rule, &facts(), &standing, &noon(), &mut Trace::off()), expected);
    }
}

#[test]
fn prices_that_were_set_for_a_while_and_variants_that_do_not_match_stay() {
    let rule = rule(Change::Step(-100), Some(Bound::Amount(1)), None);
    let sale = Standing { is_temporary: true, ..standing(1_000) };
    assert_eq!(made(&rule, &facts(), &sale), Err(Why::Temporary));
    let uncounted = Facts { stock: None, ..facts() };
    assert_eq!(made(&rule, &uncounted, &standing(1_000)), Err(Why::NotMatched));
}

#[test]
fn the_trace_tells_each_condition_the_change_the_limits_and_the_end() {
    let mut rule = rule(Change::Percentage(-1_000), Some(Bound::Amount(950)), None);
    rule.condition =
        Condition::All(vec![always(), Condition::Any(vec![Condition::Tag(vec!["x".to_owned()]), always()])]);
    let mut trace = Trace::on();
    let decision = decide(&rule, &facts(), &standing(1_000), &noon(), &mut trace);
    assert_eq!(decision, Decision::Changed { amount_minor: 950, compare_at_minor: None });
    let steps = trace.into_steps();
    let told: Vec<(StepKind, bool, Option<i64>)> =
        steps.iter().map(|step| (step.kind, step.applied, step.after_minor)).collect();
    let expected = [
        (StepKind::Condition, true, None),
        (StepKind::Condition, false, None),
        (StepKind::Condition, true, None),
        (StepKind::Limit, true, None),
        (StepKind::Adjustment, true, Some(900)),
        (StepKind::PricingRule, true, Some(950)),
    ];
    assert_eq!(told, expected);
    assert!(steps.iter().all(|step| step.rule == "rule" && !step.message.is_empty()));
    let mut trace = Trace::on();
    let _ = decide(&rule, &Facts::default(), &standing(1_000), &noon(), &mut trace);
    let last = trace.into_steps().pop().unwrap();
    assert_eq!((last.applied, last.data["why"].as_str()), (false, Some("NOT_MATCHED")));
}

fn holds(condition: &Condition, facts: &Facts, moment: &Moment) -> bool {
    condition.holds(facts, moment, &mut Told::of("rule", &mut Trace::off()))
}

#[test]
fn conditions_on_stock_and_sales_compare_exactly() {
    let selling = |stock, sold| Facts { stock, sold: BTreeMap::from([(30, sold)]), ..Facts::default() };
    let cover = |days| Condition::StockCover { window_days: 30, days };
    let demand = |milli_per_day| Condition::Demand { window_days: 30, milli_per_day };
    for (case, condition, facts, expected) in [
        ("90 days exactly", cover(Range::from(90)), selling(Some(90), 30), true),
        ("a little less", cover(Range::from(90)), selling(Some(89), 30), false),
        ("100 units at 31 in 30 days last for 96.8", cover(Range::up_to(96)), selling(Some(100), 31), false),
        ("within 97", cover(Range::up_to(97)), selling(Some(100), 31), true),
        ("without sales for ever", cover(Range::from(90)), selling(Some(1), 0), true),
        ("for ever is never short", cover(Range::up_to(9)), selling(Some(0), 0), false),
        ("sold past zero", cover(Range::up_to(0)), selling(Some(-5), 3), true),
        ("not counted", cover(Range::from(0)), selling(None, 3), false),
        ("a third a day", demand(Range::from(333)), selling(None, 10), true),
        ("not 334 thousandths", demand(Range::from(334)), selling(None, 10), false),
        ("nothing sold", demand(Range::up_to(0)), selling(None, 0), true),
        (
            "stock",
            Condition::Stock { units: Range { min: Some(3), max: Some(5) } },
            selling(Some(5), 0),
            true,
        ),
        ("too much stock", Condition::Stock { units: Range::up_to(4) }, selling(Some(5), 0), false),
    ] {
        assert_eq!(holds(&condition, &facts, &noon()), expected, "{case}");
    }
}

#[test]
fn conditions_on_the_product_compare_in_any_case() {
    let facts = Facts {
        published_at: Some("2026-10-26T12:00:01Z".parse().unwrap()),
        product_type: "lamp".to_owned(),
        vendor: "maker".to_owned(),
        tags: BTreeSet::from(["old stock".to_owned()]),
        collections: BTreeSet::from([CollectionId(7)]),
        segment: Some(SegmentId(3)),
        ..Facts::default()
    };
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    for (condition, expected) in [
        (Condition::Age { days: Range::from(29) }, true),
        (Condition::Age { days: Range::from(30) }, false),
        (Condition::ProductType(words(&["Chair", "LAMP"])), true),
        (Condition::ProductType(words(&["Chair"])), false),
        (Condition::Vendor(words(&["Maker"])), true),
        (Condition::Tag(words(&["new", "Old Stock"])), true),
        (Condition::Tag(words(&["old"])), false),
        (Condition::Collection(vec![CollectionId(1), CollectionId(7)]), true),
        (Condition::Collection(vec![CollectionId(1)]), false),
        (Condition::Segment(SegmentId(3)), true),
        (Condition::Segment(SegmentId(4)), false),
    ] {
        assert_eq!(holds(&condition, &facts, &noon()), expected, "{condition:?}");
        assert!(!holds(&condition, &Facts::default(), &noon()), "of nothing is known: {condition:?}");
    }
    let coming = Facts { published_at: Some(noon().now + TimeDelta::days(1)), ..Facts::default() };
    assert!(!holds(&Condition::Age { days: Range::up_to(0) }, &coming, &noon()));
}

#[test]
fn seasons_and_hours_are_those_of_the_shops_clocks() {
    let day = |month, day| YearDay { month, day };
    let winter = Condition::Season(vec![Season { from: day(11, 27), to: day(1, 6) }]);
    let leap = Condition::Season(vec![Season { from: day(2, 29), to: day(2, 29) }]);
    let evening = |weekdays: &[Weekday]| Condition::Hours {
        weekdays: weekdays.to_vec(),
        from_minute: 22 * 60,
        to_minute: 2 * 60,
    };
    let lunch = Condition::Hours { weekdays: vec![Weekday::Fri], from_minute: 12 * 60, to_minute: 13 * 60 };
    for (condition, time, expected) in [
        // Berlin is an hour ahead of UTC in winter, and two in summer.
        (&winter, "2026-11-26T22:59:59Z", false),
        (&winter, "2026-11-26T23:00:00Z", true),
        (&winter, "2027-01-06T22:59:59Z", true),
        (&winter, "2027-01-06T23:00:00Z", false),
        (&leap, "2028-02-29T12:00:00Z", true),
        (&leap, "2027-03-01T12:00:00Z", false),
        (&lunch, "2026-11-27T11:00:00Z", true),
        (&lunch, "2026-11-27T12:00:00Z", false),
        (&lunch, "2026-07-03T10:00:00Z", true),
        (&lunch, "2026-11-26T11:00:00Z", false),
        (&evening(&[Weekday::Fri]), "2026-11-27T21:00:00Z", true),
        (&evening(&[Weekday::Fri]), "2026-11-28T00:59:00Z", true),
        (&evening(&[Weekday::Fri]), "2026-11-28T01:00:00Z", false),
        (&evening(&[Weekday::Fri]), "2026-11-28T21:00:00Z", false),
        (&evening(&[Weekday::Fri]), "2026-11-27T00:30:00Z", false),
        (&evening(&[]), "2026-11-27T00:30:00Z", true),
    ] {
        assert_eq!(holds(condition, &Facts::default(), &moment(time, "Europe/Berlin")), expected, "{time}");
    }
    assert!([day(2, 29), day(12, 31), day(4, 30)].into_iter().all(YearDay::exists));
    assert!(![day(2, 30), day(4, 31), day(0, 1), day(13, 1), day(1, 0)].into_iter().any(YearDay::exists));
}

#[test]
fn of_rules_in_their_order_the_first_that_matches_is_found() {
    let step = |id, condition| Rule {
        id: PricingRuleId(id),
        condition,
        ..rule(Change::Step(-1), Some(Bound::Amount(1)), None)
    };
    let rules = [step(1, Condition::Tag(vec!["x".to_owned()])), step(2, always()), step(3, always())];
    let found = first_match(&rules, &facts(), &noon()).map(|rule| rule.id);
    assert_eq!(found, Some(PricingRuleId(2)));
    assert_eq!(first_match(&rules[..1], &facts(), &noon()), None);
}

#[test]
fn conditions_are_kept_in_words_that_are_read_back() {
    let kept = serde_json::json!({ "all": [
        { "stockCover": { "windowDays": 30, "days": { "min": 90 } } },
        { "any": [{ "tag": ["old"] }, { "season": [{ "from": { "month": 11, "day": 27 }, "to": { "month": 1, "day": 6 } }] }] },
        { "hours": { "weekdays": ["Fri"], "fromMinute": 0, "toMinute": 60 } },
        { "segment": 3 }, { "collection": [7] }
    ] });
    let read: Condition = serde_json::from_value(kept.clone()).unwrap();
    assert_eq!(serde_json::to_value(&read).unwrap(), kept);
    for wrong in [
        serde_json::json!({ "stock": { "units": { "min": 1 }, "more": 1 } }),
        serde_json::json!({ "stock": { "units": { "least": 1 } } }),
        serde_json::json!({ "not": { "tag": ["old"] } }),
        serde_json::json!({ "stock": { "units": { "min": 1.5 } } }),
    ] {
        assert!(serde_json::from_value::<Condition>(wrong.clone()).is_err(), "{wrong}");
    }
}

fn any_bound() -> impl Strategy<Value = Option<Bound>> {
    prop_oneof![
        Just(None),
        (1_i64..2_000).prop_map(|minor| Some(Bound::Amount(minor))),
        (-5_000_i32..20_000).prop_map(|bp| Some(Bound::OverCost(bp))),
    ]
}

fn any_rule() -> impl Strategy<Value = Rule> {
    let change = prop_oneof![
        (-10_000_i32..=10_000).prop_map(Change::Percentage),
        (-1_000_i64..1_000).prop_map(Change::Step)
    ];
    let ending = proptest::option::of((1_i64..120).prop_flat_map(|step_minor| {
        (0..step_minor).prop_map(move |ending_minor| Ending {
            mode: RoundingMode::Nearest,
            step_minor,
            ending_minor,
        })
    }));
    (change, ending, any_bound(), any_bound(), 1_i32..=10_000).prop_map(
        |(change, ending, floor, ceiling, max_step_bp)| Rule {
            action: Action { change, ending },
            max_step_bp,
            ..rule(change, floor, ceiling)
        },
    )
}

fn any_price() -> impl Strategy<Value = (Facts, Standing)> {
    (1_i64..1_500, proptest::option::of(0_i64..1_500), -300_i64..300, proptest::option::of(1_i64..2_000))
        .prop_map(|(minor, cost_minor, moved_minor, compare_at_minor)| {
            (Facts { cost_minor, ..facts() }, Standing { moved_minor, compare_at_minor, ..standing(minor) })
        })
}

/// Whether an amount is one that the rule may write, by the words of the rule.
fn is_allowed(rule: &Rule, facts: &Facts, standing: &Standing, minor: i64) -> bool {
    let within = |bound: Option<Bound>, side| {
        bound.is_none_or(|bound| match (bound.minor(facts.cost_minor, side), side) {
            (Some(floor), Side::Floor) => minor >= floor,
            (Some(ceiling), Side::Ceiling) => minor <= ceiling,
            (None, _) => false,
        })
    };
    let anchor = standing.amount_minor - standing.moved_minor;
    let is_within_step =
        anchor >= 0 && (minor - anchor).abs() * 10_000 <= anchor * i64::from(rule.max_step_bp);
    let is_forward = if rule.action.change.is_up() {
        minor > standing.amount_minor
    } else {
        minor < standing.amount_minor
    };
    minor > 0
        && is_forward
        && is_within_step
        && within(rule.floor, Side::Floor)
        && within(rule.ceiling, Side::Ceiling)
}

proptest! {
    #[test]
    fn no_price_leaves_its_floor_its_ceiling_and_the_step_of_the_day(
        rule in any_rule(), (facts, standing) in any_price(),
    ) {
        match decide(&rule, &facts, &standing, &noon(), &mut Trace::off()) {
            Decision::Changed { amount_minor, compare_at_minor } => {
                prop_assert!(is_allowed(&rule, &facts, &standing, amount_minor), "{}", amount_minor);
                prop_assert!(compare_at_minor.is_none_or(|minor| minor > amount_minor));
            }
            Decision::Stays(why) => {
                let again = decide(&rule, &facts, &standing, &noon(), &mut Trace::on());
                prop_assert_eq!(again, Decision::Stays(why), "nothing has changed, so nothing changes");
            }
        }
    }

    #[test]
    fn without_an_ending_it_is_the_allowed_amount_next_to_the_target(
        rule in any_rule(), (facts, standing) in any_price(),
    ) {
        let rule = Rule { action: Action { ending: None, ..rule.action }, ..rule };
        let needs_cost = [rule.floor, rule.ceiling].iter().any(|bound| matches!(bound, Some(Bound::OverCost(_))));
        prop_assume!(!needs_cost || facts.cost_minor.is_some());
        let (numerator, denominator) = rule.action.change.of(standing.amount_minor);
        let target = (2 * numerator.max(0) + denominator).div_euclid(2 * denominator);
        let allowed: Vec<i64> =
            (1..5_000).filter(|minor| is_allowed(&rule, &facts, &standing, *minor)).collect();
        let expected = allowed.into_iter().min_by_key(|minor| (i128::from(*minor) - target).abs());
        // A target that is no move at all stays, although other amounts would be allowed.
        let is_move = if rule.action.change.is_up() {
            target > i128::from(standing.amount_minor)
        } else {
            target < i128::from(standing.amount_minor)
        };
        match made(&rule, &facts, &standing) {
            Ok(minor) => prop_assert_eq!(Some(minor), expected),
            Err(_) => prop_assert!(expected.is_none() || !is_move, "{:?} was allowed", expected),
        }
    }

    #[test]
    fn run_after_run_the_prices_of_a_day_stay_within_the_step_and_come_to_rest(
        rule in any_rule(), (facts, standing) in any_price(),
    ) {
        let start = standing.amount_minor;
        let mut standing = Standing { moved_minor: 0, ..standing };
        let mut runs = 0;
        while let Ok(minor) = made(&rule, &facts, &standing) {
            standing.amount_minor = minor;
            standing.moved_minor = minor - start;
            prop_assert!((minor - start).abs() * 10_000 <= start * i64::from(rule.max_step_bp));
            runs += 1;
            prop_assert!(runs <= 5_000, "it moves in one direction, so it must end");
        }
        let last = made(&rule, &facts, &standing);
        prop_assert_eq!(made(&rule, &facts, &standing), last);
    }
}

#[test]
fn a_digest_is_that_of_what_the_rule_says() {
    let one = rule(Change::Step(-1), Some(Bound::Amount(1)), None);
    let digest = one.digest().unwrap();
    let renamed = Rule { name: "another".to_owned(), id: PricingRuleId(9), ..one.clone() };
    assert_eq!(renamed.digest().unwrap(), digest);
    for other in [
        Rule { max_step_bp: 1, ..one.clone() },
        Rule { priority: 1, ..one.clone() },
        Rule { floor: Some(Bound::Amount(2)), ..one.clone() },
        Rule { ceiling: Some(Bound::Amount(2)), ..one.clone() },
        Rule { list: PriceListId(1), ..one.clone() },
        Rule { condition: Condition::Stock { units: Range::from(1) }, ..one.clone() },
        Rule { action: Action { change: Change::Step(-2), ending: None }, ..one },
    ] {
        assert_ne!(other.digest().unwrap(), digest, "{other:?}");
    }
}
