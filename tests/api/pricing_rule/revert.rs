//! Taking runs back.

use chrono::TimeDelta;
use entity::price_history::{self, PriceReason};
use entity::pricing_rule::{self, PricingRuleState};
use entity::pricing_run::{self, PricingRunState};
use entity::pricing_run_change::PricingChangeOutcome;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::money::Money;
use tradepost::pricing::dynamic::{Action, Change, KeptPrice, NewRule, activate, revert_run, run_rule};
use tradepost::pricing::{FixedPrice, save_base_prices};

use super::{
    base_prices, changes, have_active, have_products, lower, node, prices, rule_row, runs, set_price, shown,
};
use crate::support::market::currency;
use crate::support::{TestShop, at_once};

async fn reverted_in_history(app: &App) -> usize {
    let rows = price_history::Entity::find().filter(price_history::Column::Reason.eq(PriceReason::Reverted));
    rows.all(app.db.fresh()).await.unwrap().len()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_is_taken_back_but_for_prices_that_somebody_has_changed_since() {
    let shop = TestShop::open().await;
    have_products(&shop, 3).await;
    let euros = |minor| Some(Money::new(minor, currency("EUR")));
    let first = shop.first_variant("p0").await;
    let compared = FixedPrice { compare_at: euros(950), ..FixedPrice::of(first, euros(1_000).unwrap()) };
    let by_ten = FixedPrice { min_quantity: 10, compare_at: None, amount: euros(800).unwrap(), ..compared };
    save_base_prices(&shop.app, &Actor::System, &[compared, by_ten]).await.unwrap();
    let before = prices(&shop.app, tradepost::store::BASE_PRICE_LIST).await;
    let id = have_active(&shop.app, &lower("rule")).await;
    let ran = run_rule(&shop.app, &Actor::System, id).await.unwrap();
    assert_eq!(base_prices(&shop.app).await, [900, 720, 1_800, 2_700]);
    set_price(&shop, "p1", 1_700).await;

    let reverted = revert_run(&shop.app, &Actor::System, ran.run).await.unwrap();
    assert_eq!((reverted.put_back, reverted.kept), (3, 1));
    let second = shop.first_variant("p1").await;
    let kept = KeptPrice { variant: second, min_quantity: 1, before_minor: 2_000, after_minor: 1_800 };
    assert_eq!(reverted.kept_prices, [kept]);
    let mut expected = before;
    expected[2].2 = 1_700;
    assert_eq!(prices(&shop.app, tradepost::store::BASE_PRICE_LIST).await, expected);
    assert_eq!(shown(&shop, "p0").await, "10.0");
    assert_eq!(shop.product_row("p0").await.min_price_minor, 1_000);
    assert_eq!(reverted_in_history(&shop.app).await, 3);
    assert_eq!(runs(&shop.app).await[0].state, PricingRunState::Reverted);
    assert_eq!(rule_row(&shop.app, id).await.state, PricingRuleState::Paused, "it would do the same again");
    let outcomes: Vec<_> = changes(&shop.app).await.into_iter().map(|change| change.outcome).collect();
    let (back, kept) = (Some(PricingChangeOutcome::Reverted), Some(PricingChangeOutcome::Kept));
    assert_eq!(outcomes, [back, back, kept, back]);

    assert_eq!(revert_run(&shop.app, &Actor::System, ran.run).await.unwrap(), reverted, "once is enough");
    assert_eq!(reverted_in_history(&shop.app).await, 3);
    // What was taken back leaves the whole step of the day.
    activate(&shop.app, &Actor::System, id).await.unwrap();
    run_rule(&shop.app, &Actor::System, id).await.unwrap();
    assert_eq!(base_prices(&shop.app).await[0], 900);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_runs_the_later_is_taken_back_first() {
    let shop = TestShop::open().await;
    have_products(&shop, 1).await;
    let rule = NewRule { action: Action { change: Change::Percentage(-200), ending: None }, ..lower("rule") };
    let id = have_active(&shop.app, &rule).await;
    let one = run_rule(&shop.app, &Actor::System, id).await.unwrap().run;
    let two = run_rule(&shop.app, &Actor::System, id).await.unwrap().run;
    assert_eq!(base_prices(&shop.app).await, [960]);
    let kept = revert_run(&shop.app, &Actor::System, one).await.unwrap();
    assert_eq!((kept.put_back, kept.kept), (0, 1), "the second run stands on it");
    assert_eq!(base_prices(&shop.app).await, [960]);
    let back = revert_run(&shop.app, &Actor::System, two).await.unwrap();
    assert_eq!((back.put_back, back.kept), (1, 0));
    assert_eq!(base_prices(&shop.app).await, [980]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_was_cut_short_can_be_taken_back_once_its_node_is_given_up() {
    let shop = TestShop::open().await;
    have_products(&shop, 2).await;
    let app = node(&shop).await;
    let id = have_active(&app, &lower("rule")).await;
    let run = run_rule(&app, &Actor::System, id).await.unwrap().run;
    pricing_run::Entity::update_many()
        .col_expr(pricing_run::Column::State, Expr::value("running"))
        .filter(pricing_run::Column::Id.eq(run))
        .exec(app.db.writer())
        .await
        .unwrap();
    pricing_rule::Entity::update_many()
        .col_expr(pricing_rule::Column::LeaseUntil, Expr::value(app.clock.now() + TimeDelta::seconds(120)))
        .filter(pricing_rule::Column::Id.eq(id))
        .exec(app.db.writer())
        .await
        .unwrap();
    let busy = revert_run(&app, &Actor::System, run).await.unwrap_err();
    assert_eq!(busy.code().map(|code| code.as_str()), Some("RUN_IN_PROGRESS"));
    assert_eq!(base_prices(&app).await, [900, 1_800], "nothing has changed");
    app.clock.advance(TimeDelta::seconds(121));
    let reverted = revert_run(&app, &Actor::System, run).await.unwrap();
    assert_eq!((reverted.put_back, reverted.kept), (2, 0));
    assert_eq!(base_prices(&app).await, [1_000, 2_000]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_run_that_is_taken_back_many_times_at_once_is_taken_back_once() {
    let shop = TestShop::open().await;
    have_products(&shop, 10).await;
    let id = have_active(&shop.app, &lower("rule")).await;
    let run = run_rule(&shop.app, &Actor::System, id).await.unwrap().run;
    let outcomes = at_once(6, |_| {
        let app = shop.app.clone();
        async move { revert_run(&app, &Actor::System, run).await.unwrap() }
    })
    .await;
    assert!(outcomes.iter().all(|reverted| (reverted.put_back, reverted.kept) == (10, 0)), "{outcomes:?}");
    assert_eq!(reverted_in_history(&shop.app).await, 10);
    assert_eq!(base_prices(&shop.app).await, (1..=10).map(|place| place * 1_000).collect::<Vec<_>>());
}
