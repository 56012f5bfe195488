//! What rules may say, and how they are switched on and off.

use chrono::Weekday;
use entity::event;
use entity::id::{CollectionId, PriceListId, PricingRuleId, PricingRunId, SegmentId};
use entity::market::RoundingMode;
use entity::pricing_rule::{self, PricingRuleState};
use sea_orm::EntityTrait;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::money::MAX_MINOR;
use tradepost::pricing::dynamic::{
    Action, Bound, Change, Condition, Ending, NewRule, PricingRuleError, Range, Season, YearDay, activate,
    archive, pause, revert_run, run_rule, save_rule, simulate,
};

use super::{always, have_active, have_products, lower, rule_row, runs};
use crate::support::TestShop;
use crate::support::market::{currency, price_list};

async fn everything(app: &App) -> String {
    let db = app.db.fresh();
    let rows = (
        pricing_rule::Entity::find().all(db).await.unwrap(),
        runs(app).await,
        event::Entity::find().all(db).await.unwrap().len(),
    );
    format!("{rows:#?}")
}

fn code(error: &PricingRuleError) -> Option<&'static str> {
    error.code().map(|code| code.as_str())
}

fn all(condition: Condition, deep: usize) -> Condition {
    (0..deep).fold(condition, |condition, _| Condition::All(vec![condition]))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_without_sense_are_refused() {
    let shop = TestShop::open().await;
    let (us, _) = shop.sell_abroad().await;
    let dollars = shop.list_prices(&price_list(us, "USD")).await;
    let good = lower("good");
    let saved = save_rule(&shop.app, &Actor::System, &good).await.unwrap();
    let archived = save_rule(&shop.app, &Actor::System, &lower("old")).await.unwrap();
    archive(&shop.app, &Actor::System, archived).await.unwrap();
    let asking = |condition| NewRule { condition, ..good.clone() };
    let doing = |change, ending| NewRule { action: Action { change, ending }, ..good.clone() };
    let within = |floor, ceiling| NewRule { floor, ceiling, ..good.clone() };
    let stock = |min, max| asking(Condition::Stock { units: Range { min, max } });
    let cover = |window_days| asking(Condition::StockCover { window_days, days: Range::from(1) });
    let hours = |weekdays: &[Weekday], from_minute, to_minute| {
        asking(Condition::Hours { weekdays: weekdays.to_vec(), from_minute, to_minute })
    };
    let day = |month, day| YearDay { month, day };
    let ending = Ending { mode: RoundingMode::Up, step_minor: 100, ending_minor: 100 };
    let amount = |minor| Some(Bound::Amount(minor));
    let before = everything(&shop.app).await;
    for (expected, new) in [
        ("INVALID", NewRule { name: " ".to_owned(), ..good.clone() }),
        ("INVALID", NewRule { name: "x".repeat(256), ..good.clone() }),
        ("INVALID", NewRule { name: "lo\nwer".to_owned(), ..good.clone() }),
        ("EMPTY_CONDITION", asking(Condition::All(Vec::new()))),
        ("EMPTY_CONDITION", asking(Condition::Any(vec![always(), Condition::All(Vec::new())]))),
        ("EMPTY_CONDITION", stock(None, None)),
        ("EMPTY_CONDITION", asking(Condition::Tag(Vec::new()))),
        ("EMPTY_CONDITION", asking(Condition::Season(Vec::new()))),
        ("TOO_DEEP", asking(all(always(), 4))),
        ("TOO_MANY", asking(Condition::All(vec![always(); 50]))),
        ("TOO_MANY", asking(Condition::Collection(vec![CollectionId(1); 51]))),
        ("OUT_OF_RANGE", stock(Some(2), Some(1))),
        ("OUT_OF_RANGE", stock(Some(i64::MAX), None)),
        ("OUT_OF_RANGE", cover(0)),
        ("OUT_OF_RANGE", cover(366)),
        ("INVALID", asking(Condition::Season(vec![Season { from: day(2, 30), to: day(3, 1) }]))),
        ("INVALID", hours(&[], 600, 600)),
        ("INVALID", hours(&[], 1_440, 10)),
        ("INVALID", hours(&[Weekday::Mon, Weekday::Mon], 0, 10)),
        ("INVALID", asking(Condition::Vendor(vec![String::new()]))),
        ("INVALID", asking(Condition::Vendor(vec!["Ac\tme".to_owned()]))),
        ("UNKNOWN_SEGMENT", asking(Condition::Segment(SegmentId(9)))),
        ("UNKNOWN_COLLECTION", asking(Condition::Collection(vec![CollectionId(9)]))),
        ("PERCENTAGE_OUT_OF_RANGE", doing(Change::Percentage(-10_001), None)),
        ("PERCENTAGE_OUT_OF_RANGE", doing(Change::Percentage(10_001), None)),
        ("PERCENTAGE_OUT_OF_RANGE", doing(Change::Percentage(i32::MIN), None)),
        ("PERCENTAGE_OUT_OF_RANGE", doing(Change::Percentage(0), None)),
        ("OUT_OF_RANGE", doing(Change::Step(0), None)),
        ("OUT_OF_RANGE", doing(Change::Step(-MAX_MINOR - 1), None)),
        ("OUT_OF_RANGE", doing(Change::Step(i64::MIN), None)),
        ("INVALID", doing(Change::Step(-1), Some(ending))),
        ("LIMIT_REQUIRED", within(None, amount(500))),
        ("LIMIT_REQUIRED", doing(Change::Step(1), None)),
        ("FLOOR_ABOVE_CEILING", within(amount(501), amount(500))),
        ("FLOOR_ABOVE_CEILING", within(Some(Bound::OverCost(2)), Some(Bound::OverCost(1)))),
        ("OUT_OF_RANGE", within(amount(0), None)),
        ("OUT_OF_RANGE", within(amount(-1), None)),
        ("OUT_OF_RANGE", within(amount(MAX_MINOR + 1), None)),
        ("OUT_OF_RANGE", within(Some(Bound::OverCost(-10_001)), None)),
        ("OUT_OF_RANGE", within(Some(Bound::OverCost(100_001)), None)),
        ("STEP_LIMIT_OUT_OF_RANGE", NewRule { max_step_bp: 0, ..good.clone() }),
        ("STEP_LIMIT_OUT_OF_RANGE", NewRule { max_step_bp: 10_001, ..good.clone() }),
        ("OUT_OF_RANGE", NewRule { every_minutes: 0, ..good.clone() }),
        ("OUT_OF_RANGE", NewRule { every_minutes: 44_641, ..good.clone() }),
        ("UNKNOWN_PRICE_LIST", NewRule { list: PriceListId(99), ..good.clone() }),
        ("CURRENCY_MISMATCH", NewRule { currency: currency("USD"), ..good.clone() }),
        ("CURRENCY_MISMATCH", NewRule { list: dollars, ..good.clone() }),
        ("UNKNOWN_RULE", NewRule { id: Some(PricingRuleId(99)), ..good.clone() }),
        ("WRONG_STATE", NewRule { id: Some(archived), ..good.clone() }),
    ] {
        let error = save_rule(&shop.app, &Actor::System, &new).await.unwrap_err();
        assert_eq!(code(&error), Some(expected), "{error} {new:?}");
    }
    let unknown = PricingRuleId(99);
    for (expected, error) in [
        ("UNKNOWN_RULE", activate(&shop.app, &Actor::System, unknown).await.unwrap_err()),
        ("UNKNOWN_RULE", simulate(&shop.app, &Actor::System, unknown, |_| {}).await.unwrap_err()),
        ("UNKNOWN_RULE", run_rule(&shop.app, &Actor::System, unknown).await.unwrap_err()),
        ("UNKNOWN_RUN", revert_run(&shop.app, &Actor::System, PricingRunId(99)).await.unwrap_err()),
        ("SIMULATION_REQUIRED", activate(&shop.app, &Actor::System, saved).await.unwrap_err()),
        ("WRONG_STATE", run_rule(&shop.app, &Actor::System, saved).await.unwrap_err()),
        ("WRONG_STATE", pause(&shop.app, &Actor::System, saved).await.unwrap_err()),
        ("WRONG_STATE", archive(&shop.app, &Actor::System, archived).await.unwrap_err()),
    ] {
        assert_eq!(code(&error), Some(expected), "{error}");
    }
    let stranger =
        Actor::Admin { token: entity::id::AccessTokenId(1), scopes: vec!["write_products".to_owned()] };
    for error in [
        save_rule(&shop.app, &stranger, &good).await.unwrap_err(),
        activate(&shop.app, &stranger, saved).await.unwrap_err(),
        simulate(&shop.app, &stranger, saved, |_| {}).await.unwrap_err(),
        run_rule(&shop.app, &stranger, saved).await.unwrap_err(),
        revert_run(&shop.app, &stranger, PricingRunId(1)).await.unwrap_err(),
    ] {
        assert!(matches!(error, PricingRuleError::Forbidden), "{error}");
    }
    assert_eq!(everything(&shop.app).await, before, "nothing has changed");
    let scope =
        Actor::Admin { token: entity::id::AccessTokenId(1), scopes: vec!["write_price_rules".to_owned()] };
    save_rule(&shop.app, &scope, &asking(all(always(), 3))).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_is_activated_only_after_what_it_says_was_simulated() {
    let shop = TestShop::open().await;
    have_products(&shop, 1).await;
    let app = &shop.app;
    let state = async |id| {
        let row = rule_row(app, id).await;
        (row.state, row.version, row.next_run_at.is_some())
    };
    let id = save_rule(app, &Actor::System, &lower("first")).await.unwrap();
    assert_eq!(state(id).await, (PricingRuleState::Draft, 1, false));
    let refused = async || {
        let error = activate(app, &Actor::System, id).await.unwrap_err();
        assert_eq!(code(&error), Some("SIMULATION_REQUIRED"));
    };
    refused().await;
    simulate(app, &Actor::System, id, |_| {}).await.unwrap();
    activate(app, &Actor::System, id).await.unwrap();
    assert_eq!(state(id).await, (PricingRuleState::Active, 1, true));

    // What a simulation does not depend on leaves the rule on.
    let renamed = NewRule { id: Some(id), every_minutes: 30, ..lower("renamed") };
    save_rule(app, &Actor::System, &renamed).await.unwrap();
    assert_eq!(state(id).await, (PricingRuleState::Active, 1, true));
    let stronger = NewRule { max_step_bp: 5_000, ..renamed.clone() };
    save_rule(app, &Actor::System, &stronger).await.unwrap();
    assert_eq!(state(id).await, (PricingRuleState::Draft, 2, false));
    refused().await;
    // Put back to what was simulated it may be activated as it is.
    save_rule(app, &Actor::System, &renamed).await.unwrap();
    activate(app, &Actor::System, id).await.unwrap();
    assert_eq!(state(id).await, (PricingRuleState::Active, 3, true));

    pause(app, &Actor::System, id).await.unwrap();
    assert_eq!(state(id).await, (PricingRuleState::Paused, 3, false));
    activate(app, &Actor::System, id).await.unwrap();
    archive(app, &Actor::System, id).await.unwrap();
    assert_eq!(state(id).await, (PricingRuleState::Archived, 3, false));
    assert_eq!(code(&activate(app, &Actor::System, id).await.unwrap_err()), Some("WRONG_STATE"));
    have_active(app, &lower("second")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_rules_of_the_sample_shop_make_sense() {
    let shop = TestShop::open().await;
    have_products(&shop, 1).await;
    let rules: Vec<serde_json::Value> =
        serde_json::from_str(include_str!("../../../demo/pricing_rules.json")).unwrap();
    for rule in &rules {
        let number = |name: &str| i32::try_from(rule[name].as_i64().unwrap()).unwrap();
        let bound = |name: &str| rule.get(name).map(|bound| serde_json::from_value(bound.clone()).unwrap());
        let new = NewRule {
            name: rule["name"].as_str().unwrap().to_owned(),
            condition: serde_json::from_value(rule["condition"].clone()).unwrap(),
            action: serde_json::from_value(rule["action"].clone()).unwrap(),
            floor: bound("floor"),
            ceiling: bound("ceiling"),
            max_step_bp: number("maxStepBp"),
            priority: number("priority"),
            every_minutes: number("everyMinutes"),
            ..lower("sample")
        };
        have_active(&shop.app, &new).await;
    }
    assert_eq!(rules.len(), 3);
}
