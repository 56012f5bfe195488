//! Running rules: what they change, how often, how far, and on one node at a time.

use std::collections::{BTreeMap, HashSet};

use chrono::TimeDelta;
use entity::id::VariantId;
use entity::price_history::{self, PriceReason};
use entity::pricing_run::{self, PricingRunKind, PricingRunState};
use entity::{event, pricing_rule};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::pricing::dynamic::{
    Action, Bound, Change, Condition, NewRule, Range, pause, revert_run, run_due, run_rule, save_rule,
};
use tradepost::store::BASE_PRICE_LIST;

use super::{
    base_prices, changes, have_active, have_cost, have_products, lower, node, prices, rule_row, runs,
    set_price, shown,
};
use crate::support::market::{currency, price_list};
use crate::support::{ProductSpec, TestShop, VariantSpec, at_once};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_changes_prices_says_why_and_shoppers_see_them() {
    let shop = TestShop::open().await;
    let variant = VariantSpec { compare_at: "15.00".to_owned(), ..VariantSpec::default() };
    shop.have(&[
        ProductSpec { variants: vec![variant], ..ProductSpec::new("mug") },
        ProductSpec::new("pot").price("9.50"),
    ])
    .await;
    assert_eq!(shown(&shop, "mug").await, "10.0");
    let id = have_active(&shop.app, &lower("clear the shelves")).await;
    let ran = run_rule(&shop.app, &Actor::System, id).await.unwrap();
    assert_eq!((ran.looked_at, ran.changed, ran.is_complete), (2, 2, true));
    assert_eq!(base_prices(&shop.app).await, [900, 855]);
    assert_eq!(shown(&shop, "mug").await, "9.0", "what was remembered of it is forgotten");
    let sorted = shop.ask("{ products(first: 5, sortKey: PRICE) { nodes { handle } } }", json!({})).await;
    assert_eq!(sorted["products"]["nodes"], json!([{ "handle": "pot" }, { "handle": "mug" }]));
    assert_eq!(shop.product_row("mug").await.min_price_minor, 900);

    let mug = shop.first_variant("mug").await;
    let run = runs(&shop.app).await.remove(0);
    assert_eq!(
        (run.id, run.rule_id, run.kind, run.state),
        (ran.run, id, PricingRunKind::Manual, PricingRunState::Done)
    );
    assert_eq!((run.looked_at_count, run.changed_count, run.finished_at.is_some()), (2, 2, true));
    let change = changes(&shop.app).await.remove(0);
    assert_eq!(
        (change.variant_id, change.min_quantity, change.before_minor, change.after_minor),
        (mug, 1, 1_000, 900)
    );
    assert_eq!((change.compare_at_before_minor, change.compare_at_after_minor), (Some(1_500), Some(1_500)));
    assert_eq!(change.reason, format!("rule/{id} run/{}: clear the shelves", run.id));
    let kinds: Vec<&str> =
        change.trace.as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["CONDITION", "LIMIT", "ADJUSTMENT", "PRICING_RULE"]);
    let history = price_history::Entity::find()
        .filter(price_history::Column::VariantId.eq(mug))
        .filter(price_history::Column::Reason.eq(PriceReason::Rule))
        .all(shop.app.db.fresh())
        .await
        .unwrap();
    assert_eq!(history.len(), 1);
    assert_eq!((history[0].amount_minor, history[0].pricing_run_id), (Some(900), Some(run.id)));
    let told = event::Entity::find().filter(event::Column::Kind.eq("product.prices_changed"));
    let told: HashSet<i64> =
        told.all(shop.app.db.fresh()).await.unwrap().into_iter().map(|event| event.entity_id).collect();
    assert!(
        told.contains(&shop.product_row("mug").await.id.0)
            && told.contains(&shop.product_row("pot").await.id.0)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_rules_together_move_a_price_no_further_than_the_step_of_a_day() {
    let shop = TestShop::open().await;
    have_products(&shop, 1).await;
    let app = node(&shop).await;
    let small =
        NewRule { action: Action { change: Change::Percentage(-400), ending: None }, ..lower("small") };
    let first = have_active(&app, &NewRule { priority: 1, ..small.clone() }).await;
    run_rule(&app, &Actor::System, first).await.unwrap();
    assert_eq!(base_prices(&app).await, [960]);
    pause(&app, &Actor::System, first).await.unwrap();
    let second = have_active(&app, &NewRule { name: "second".to_owned(), ..small }).await;
    let mut reached = Vec::new();
    for _ in 0..4 {
        app.clock.advance(TimeDelta::hours(1));
        run_rule(&app, &Actor::System, second).await.unwrap();
        reached.extend(base_prices(&app).await);
    }
    assert_eq!(reached, [922, 900, 900, 900], "a tenth of what it was before");
    assert_eq!(changes(&app).await.len(), 3, "what changes nothing leaves no trace");
    app.clock.advance(TimeDelta::hours(21));
    run_rule(&app, &Actor::System, second).await.unwrap();
    assert_eq!(base_prices(&app).await, [864], "the first step is over a day old: it counts no more");
    set_price(&shop, "p0", 2_000).await;
    run_rule(&app, &Actor::System, second).await.unwrap();
    assert_eq!(base_prices(&app).await, [1_920], "a price that was set by hand is where it starts");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rules_run_when_they_are_due_and_the_first_by_priority_wins() {
    let shop = TestShop::open().await;
    have_products(&shop, 2).await;
    let app = node(&shop).await;
    assert_eq!(run_due(&app).await.unwrap(), 0);
    have_active(&app, &lower("lower")).await;
    let raise = NewRule {
        action: Action { change: Change::Step(50), ending: None },
        floor: None,
        ceiling: Some(Bound::Amount(1_900)),
        condition: Condition::Stock { units: Range::up_to(1_000) },
        priority: 1,
        every_minutes: 90,
        ..lower("raise")
    };
    let raise = have_active(&app, &raise).await;
    assert_eq!(run_due(&app).await.unwrap(), 2);
    // The second product is above the ceiling of the rule that goes first: it stays.
    assert_eq!(base_prices(&app).await, [1_050, 2_000]);
    assert_eq!(run_due(&app).await.unwrap(), 0, "both have run");
    app.clock.advance(TimeDelta::minutes(60));
    assert_eq!(run_due(&app).await.unwrap(), 1);
    assert_eq!(base_prices(&app).await, [1_050, 2_000], "only the other was due");
    app.clock.advance(TimeDelta::minutes(30));
    assert_eq!(run_due(&app).await.unwrap(), 1);
    assert_eq!(base_prices(&app).await, [1_100, 2_000]);
    pause(&app, &Actor::System, raise).await.unwrap();
    app.clock.advance(TimeDelta::minutes(90));
    assert_eq!(run_due(&app).await.unwrap(), 1);
    assert_eq!(base_prices(&app).await, [990, 1_800]);
    let kinds: HashSet<_> = runs(&app).await.into_iter().map(|run| (run.kind, run.state)).collect();
    assert_eq!(kinds, HashSet::from([(PricingRunKind::Scheduled, PricingRunState::Done)]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rule_of_a_list_changes_the_prices_that_the_list_has_of_its_own() {
    let shop = TestShop::open().await;
    have_products(&shop, 3).await;
    let (us, _) = shop.sell_abroad().await;
    let list = shop.list_prices(&price_list(us, "USD")).await;
    shop.fix_price(list, "p0", "USD", 1_500).await;
    shop.fix_price(list, "p1", "USD", 2_500).await;
    // 9.00 euros are 9.72 dollars, and a quarter above them is 12.15.
    have_cost(&shop, "p0", 900, "EUR").await;
    have_cost(&shop, "p1", 1_000, "USD").await;
    let rule = NewRule {
        list,
        currency: currency("USD"),
        action: Action { change: Change::Percentage(-5_000), ending: None },
        floor: Some(Bound::OverCost(2_500)),
        max_step_bp: 10_000,
        ..lower("dollars")
    };
    let id = have_active(&shop.app, &rule).await;
    run_rule(&shop.app, &Actor::System, id).await.unwrap();
    let on_list: Vec<i64> = prices(&shop.app, list).await.into_iter().map(|(_, _, minor)| minor).collect();
    assert_eq!(on_list, [1_215, 1_250]);
    have_cost(&shop, "p1", 1_000, "JPY").await;
    let ran = run_rule(&shop.app, &Actor::System, id).await.unwrap();
    let why = BTreeMap::from([("FLOOR".to_owned(), 1), ("NO_COST".to_owned(), 1)]);
    assert_eq!((ran.looked_at, ran.changed, &ran.stayed), (2, 0, &why));
    let run = runs(&shop.app).await.pop().unwrap();
    assert_eq!(run.stayed, json!(why), "it is kept why prices stayed");
    assert_eq!(base_prices(&shop.app).await, [1_000, 2_000, 3_000]);
    assert_eq!(shop.product_row("p0").await.min_price_minor, 1_000);
}

/// Leaves a run behind as a node does that dies after the first variant.
async fn cut_short(
    shop: &TestShop,
    app: &tradepost::app::App,
    rule: entity::id::PricingRuleId,
) -> pricing_run::Model {
    run_rule(app, &Actor::System, rule).await.unwrap();
    let run = runs(app).await.pop().unwrap();
    let first: VariantId = shop.first_variant("p0").await;
    pricing_run::Entity::update_many()
        .col_expr(pricing_run::Column::State, Expr::value("running"))
        .col_expr(pricing_run::Column::LastVariantId, Expr::value(first))
        .col_expr(pricing_run::Column::LookedAtCount, Expr::value(1))
        .filter(pricing_run::Column::Id.eq(run.id))
        .exec(app.db.writer())
        .await
        .unwrap();
    pricing_rule::Entity::update_many()
        .col_expr(pricing_rule::Column::LeaseUntil, Expr::value(app.clock.now() + TimeDelta::seconds(120)))
        .col_expr(pricing_rule::Column::NextRunAt, Expr::value(app.clock.now()))
        .filter(pricing_rule::Column::Id.eq(rule))
        .exec(app.db.writer())
        .await
        .unwrap();
    run
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_cut_short_goes_on_where_it_stopped_once_its_node_is_given_up() {
    let shop = TestShop::open().await;
    have_products(&shop, 3).await;
    let app = node(&shop).await;
    let free = Action { change: Change::Percentage(-1_000), ending: None };
    let rule = NewRule { action: free, max_step_bp: 10_000, ..lower("rule") };
    let id = have_active(&app, &rule).await;
    // Nothing matches yet, so that the run that is cut short has changed nothing.
    let nothing =
        NewRule { id: Some(id), condition: Condition::Stock { units: Range::from(1_000) }, ..rule.clone() };
    save_rule(&app, &Actor::System, &nothing).await.unwrap();
    tradepost::pricing::dynamic::simulate(&app, &Actor::System, id, |_| {}).await.unwrap();
    tradepost::pricing::dynamic::activate(&app, &Actor::System, id).await.unwrap();
    let run = cut_short(&shop, &app, id).await;
    assert_eq!(run_due(&app).await.unwrap(), 0, "its node still has it");
    let busy = run_rule(&app, &Actor::System, id).await.unwrap_err();
    assert_eq!(busy.code().map(|code| code.as_str()), Some("RUN_IN_PROGRESS"));
    app.clock.advance(TimeDelta::seconds(121));
    assert_eq!(run_due(&app).await.unwrap(), 1);
    let after = runs(&app).await;
    assert_eq!(after.len(), 1, "it is the same run");
    assert_eq!((after[0].id, after[0].state, after[0].looked_at_count), (run.id, PricingRunState::Done, 3));
    assert_eq!(rule_row(&app, id).await.lease_until, None);

    // What a rule says by now is not what the rest of a run is for.
    let run = cut_short(&shop, &app, id).await;
    save_rule(&app, &Actor::System, &NewRule { id: Some(id), ..rule }).await.unwrap();
    tradepost::pricing::dynamic::simulate(&app, &Actor::System, id, |_| {}).await.unwrap();
    tradepost::pricing::dynamic::activate(&app, &Actor::System, id).await.unwrap();
    app.clock.advance(TimeDelta::seconds(121));
    assert_eq!(run_due(&app).await.unwrap(), 1);
    let after = runs(&app).await;
    let ends: Vec<_> =
        after.iter().filter(|other| other.id >= run.id).map(|run| (run.state, run.changed_count)).collect();
    assert_eq!(ends, [(PricingRunState::Done, 0), (PricingRunState::Done, 3)]);
    assert_eq!(base_prices(&app).await, [900, 1_800, 2_700]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nodes_that_find_a_rule_due_at_once_run_it_once() {
    let shop = TestShop::open().await;
    have_products(&shop, 20).await;
    let app = node(&shop).await;
    let mut other = shop.second_node().await;
    other.clock = app.clock.clone();
    let rule = NewRule {
        action: Action { change: Change::Percentage(-100), ending: None },
        max_step_bp: 10_000,
        ..lower("rule")
    };
    have_active(&app, &rule).await;
    for round in 1..=5_i64 {
        let ran = at_once(6, |index| {
            let app = if index % 2 == 0 { app.clone() } else { other.clone() };
            async move { run_due(&app).await.unwrap() }
        })
        .await;
        assert_eq!(ran.into_iter().sum::<usize>(), 1, "round {round}");
        app.clock.advance(TimeDelta::hours(1));
        let runs = runs(&app).await;
        assert_eq!(i64::try_from(runs.len()).unwrap(), round);
        assert_eq!(runs.iter().map(|run| run.changed_count).sum::<i64>(), round * 20);
    }
    let mut expected = 1_000_i64;
    for _ in 0..5 {
        expected = (expected * 99 + 50) / 100;
    }
    assert_eq!(base_prices(&app).await[0], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_is_set_by_hand_beside_a_run_is_never_lost() {
    let shop = TestShop::open().await;
    have_products(&shop, 1).await;
    let rule = NewRule {
        action: Action { change: Change::Percentage(-100), ending: None },
        max_step_bp: 10_000,
        ..lower("rule")
    };
    let id = have_active(&shop.app, &rule).await;
    for round in 0..15_i64 {
        let by_hand = 10_000 + round * 1_000;
        let (app, set) = (shop.app.clone(), set_price(&shop, "p0", by_hand));
        let run = tokio::spawn(async move { run_rule(&app, &Actor::System, id).await });
        set.await;
        run.await.unwrap().unwrap();
        let now = base_prices(&shop.app).await[0];
        // The run came first and was replaced, or came after and went on from there, or left it for the next.
        assert!([by_hand, (by_hand * 99 + 50) / 100].contains(&now), "{now} after {by_hand}");
    }
    let last = prices(&shop.app, BASE_PRICE_LIST).await;
    assert_eq!(last.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_node_that_dies_between_two_batches_leaves_a_run_that_changes_each_price_once() {
    let shop = TestShop::open().await;
    let sizes: Vec<String> = (0..20).map(|size| format!("s{size}")).collect();
    let sizes: Vec<&str> = sizes.iter().map(String::as_str).collect();
    let colors = ["red", "green", "blue", "black", "white"];
    let wide = |index| ProductSpec::new(&format!("w{index}")).in_sizes_and_colors(&sizes, &colors);
    shop.have(&(0..6).map(wide).collect::<Vec<_>>()).await;
    let app = node(&shop).await;
    let rule = NewRule { max_step_bp: 10_000, ..lower("rule") };
    let id = have_active(&app, &rule).await;
    let node = {
        let app = app.clone();
        tokio::spawn(async move { run_rule(&app, &Actor::System, id).await })
    };
    while runs(&app).await.first().is_none_or(|run| run.last_variant_id == VariantId(0)) {
        tokio::task::yield_now().await;
    }
    node.abort();
    drop(node.await);
    let left = runs(&app).await.remove(0);
    assert!(left.changed_count >= 500, "a batch was written");
    app.clock.advance(TimeDelta::seconds(121));
    if left.state == PricingRunState::Running {
        let before = app.db.statement_count();
        assert_eq!(run_due(&app).await.unwrap(), 1);
        let taken = app.db.statement_count() - before;
        assert!(taken < 60, "{taken} statements for the rest");
    }
    let run = runs(&app).await.remove(0);
    assert_eq!(
        (runs(&app).await.len(), run.state, run.looked_at_count, run.changed_count),
        (1, PricingRunState::Done, 600, 600)
    );
    assert_eq!(changes(&app).await.len(), 600);
    assert!(base_prices(&app).await.iter().all(|minor| *minor == 900));
    let reverted = revert_run(&app, &Actor::System, run.id).await.unwrap();
    assert_eq!((reverted.put_back, reverted.kept), (600, 0));
    assert!(base_prices(&app).await.iter().all(|minor| *minor == 1_000));
}
