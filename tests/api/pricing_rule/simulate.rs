//! Trying rules without changing anything.

use std::collections::BTreeMap;

use chrono::TimeDelta;
use entity::product;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::money::Money;
use tradepost::pricing::dynamic::{
    Action, Bound, Change, Condition, NewRule, Range, SimulatedPrice, Simulation, Why, save_rule, simulate,
};
use tradepost::pricing::{FixedPrice, ScheduledPrice, save_base_prices, schedule_prices};
use tradepost::store::BASE_PRICE_LIST;

use super::{base_prices, have_active, have_cost, have_products, lower, node, publish};
use crate::support::market::currency;
use crate::support::{ProductSpec, TestShop};

async fn tried(app: &App, new: &NewRule) -> (Vec<SimulatedPrice>, Simulation) {
    let id = save_rule(app, &Actor::System, new).await.unwrap();
    let mut told = Vec::new();
    let simulation =
        simulate(app, &Actor::System, id, |prices| told.extend_from_slice(prices)).await.unwrap();
    (told, simulation)
}

/// Which of the products named `p0`, `p1` and so on a condition matches.
async fn matched(shop: &TestShop, condition: Condition) -> Vec<usize> {
    let (told, _) = tried(&shop.app, &NewRule { condition, ..lower("rule") }).await;
    let places = (0..).zip(&told).filter(|(_, price)| price.stays != Some(Why::NotMatched));
    places.map(|(place, _)| place).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_simulation_tells_prices_and_margins_before_and_after_and_changes_nothing() {
    let shop = TestShop::open().await;
    have_products(&shop, 5).await;
    let mut card = ProductSpec::new("card").price("25.00");
    card.vendor = "Cards".to_owned();
    shop.have(&[card]).await;
    product::Entity::update_many()
        .col_expr(product::Column::IsGiftCard, Expr::value(true))
        .filter(product::Column::Handle.eq("card"))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    for (handle, cost) in [("p0", 600), ("p1", 1_900), ("p2", 1_500), ("p4", 1_000)] {
        have_cost(&shop, handle, cost, "EUR").await;
    }
    let third = shop.first_variant("p2").await;
    let euros = |minor| Money::new(minor, currency("EUR"));
    let by_ten = FixedPrice { min_quantity: 10, ..FixedPrice::of(third, euros(2_800)) };
    save_base_prices(&shop.app, &Actor::System, &[by_ten]).await.unwrap();
    let app = node(&shop).await;
    let now = app.clock.now().naive_utc();
    let sale = ScheduledPrice {
        variant_id: shop.first_variant("p4").await,
        min_quantity: 1,
        amount: euros(4_000),
        compare_at: None,
        from: now + TimeDelta::hours(1),
        to: Some(now + TimeDelta::hours(3)),
    };
    schedule_prices(&app, &Actor::System, BASE_PRICE_LIST, &[sale]).await.unwrap();
    app.clock.advance(TimeDelta::hours(2));

    let before = base_prices(&shop.app).await;
    let rule = NewRule { floor: Some(Bound::OverCost(1_000)), max_step_bp: 2_000, ..lower("rule") };
    let (told, simulation) = tried(&app, &rule).await;
    let rows: Vec<_> = told
        .iter()
        .map(|price| {
            (
                price.min_quantity,
                price.before_minor,
                price.after_minor,
                price.margin_before_bp,
                price.margin_after_bp,
                price.stays,
            )
        })
        .collect();
    assert_eq!(
        rows,
        [
            (1, 1_000, 900, Some(4_000), Some(3_333), None),
            (1, 2_000, 2_000, Some(500), Some(500), Some(Why::Floor)),
            (1, 3_000, 2_700, Some(5_000), Some(4_444), None),
            (10, 2_800, 2_520, Some(4_642), Some(4_047), None),
            (1, 4_000, 4_000, None, None, Some(Why::NoCost)),
            (1, 4_000, 4_000, Some(7_500), Some(7_500), Some(Why::Temporary)),
        ]
    );
    assert_eq!((simulation.looked_at, simulation.raised, simulation.lowered), (6, 0, 3));
    assert_eq!(simulation.stay, BTreeMap::from([("FLOOR", 1), ("NO_COST", 1), ("TEMPORARY", 1)]));
    assert_eq!((simulation.average_change_bp, simulation.lowest_margin_bp), (-1_000, Some(500)));
    assert_eq!(base_prices(&shop.app).await, before, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_are_looked_up_of_each_variant() {
    let shop = TestShop::open().await;
    let product = |handle: &str, vendor: &str, kind: &str, tags: &str, stock| {
        let spec = ProductSpec::new(handle).stock(stock);
        ProductSpec { vendor: vendor.to_owned(), kind: kind.to_owned(), tags: tags.to_owned(), ..spec }
    };
    shop.have(&[
        product("p0", "Ada", "Lamp", "old stock, blue", 100),
        product("p1", "Ada", "Chair", "", 30),
        product("p2", "Bob", "Lamp", "blue", 5),
        product("p3", "Bob", "Chair", "", 60),
    ])
    .await;
    for (handle, days) in [("p0", 100), ("p1", 10), ("p2", 1), ("p3", 50)] {
        publish(&shop, handle, days).await;
    }
    for (handle, quantity) in [("p0", 10), ("p3", 20), ("p3", 10)] {
        let cart = shop.ready_cart(&shop.variant_id(handle).await, quantity, "approve").await;
        shop.buy(&cart.id).await;
    }
    let window = shop.collect("window", &["p1", "p2"]).await;
    let window = entity::id::CollectionId(window.rsplit('/').next().unwrap().parse().unwrap());
    let words = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
    for (condition, expected) in [
        (Condition::Stock { units: Range::up_to(30) }, vec![1, 2, 3]),
        (Condition::Demand { window_days: 30, milli_per_day: Range::from(1_000) }, vec![3]),
        (
            Condition::Demand { window_days: 30, milli_per_day: Range { min: Some(1), max: Some(999) } },
            vec![0],
        ),
        // 90 units at 10 in 30 days last for 270 days, 30 at 30 for 30.
        (Condition::StockCover { window_days: 30, days: Range::up_to(30) }, vec![3]),
        (Condition::StockCover { window_days: 30, days: Range { min: Some(31), max: Some(270) } }, vec![0]),
        (Condition::Age { days: Range::from(50) }, vec![0, 3]),
        (Condition::Vendor(words(&["ada"])), vec![0, 1]),
        (Condition::ProductType(words(&["lamp", "sofa"])), vec![0, 2]),
        (Condition::Tag(words(&["OLD STOCK"])), vec![0]),
        (Condition::Collection(vec![window]), vec![1, 2]),
        (
            Condition::All(vec![
                Condition::Tag(words(&["blue"])),
                Condition::Any(vec![
                    Condition::Collection(vec![window]),
                    Condition::Age { days: Range::from(200) },
                ]),
            ]),
            vec![2],
        ),
    ] {
        assert_eq!(matched(&shop, condition.clone()).await, expected, "{condition:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_active_rules_the_first_by_priority_wins_also_in_a_simulation() {
    let shop = TestShop::open().await;
    have_products(&shop, 3).await;
    let raise = NewRule {
        action: Action { change: Change::Step(100), ending: None },
        floor: None,
        ceiling: Some(Bound::Amount(9_000)),
        priority: 5,
        ..lower("raise")
    };
    // A draft goes before nobody.
    save_rule(&shop.app, &Actor::System, &raise).await.unwrap();
    let (told, _) = tried(&shop.app, &lower("lower")).await;
    assert!(told.iter().all(|price| price.stays.is_none()));
    let first = have_active(&shop.app, &raise).await;
    let (told, simulation) = tried(&shop.app, &lower("lower")).await;
    assert!(told.iter().all(|price| price.stays == Some(Why::Outranked(first))));
    assert_eq!(simulation.stay, BTreeMap::from([("OUTRANKED", 3)]));
    let (told, _) = tried(&shop.app, &NewRule { priority: 6, ..lower("higher") }).await;
    assert!(told.iter().all(|price| price.stays.is_none()));
    let (told, _) = tried(&shop.app, &NewRule { priority: 5, ..lower("as high, but later") }).await;
    assert!(told.iter().all(|price| price.stays == Some(Why::Outranked(first))));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_simulation_takes_as_many_statements_for_a_few_variants_as_for_hundreds() {
    let shop = TestShop::open().await;
    have_products(&shop, 3).await;
    let everything = Condition::Any(vec![
        Condition::StockCover { window_days: 30, days: Range::from(0) },
        Condition::Demand { window_days: 7, milli_per_day: Range::from(0) },
        Condition::Tag(vec!["x".to_owned()]),
        Condition::Age { days: Range::from(0) },
    ]);
    let id = save_rule(&shop.app, &Actor::System, &NewRule { condition: everything, ..lower("rule") })
        .await
        .unwrap();
    let statements = async || {
        let before = shop.app.db.statement_count();
        let simulation = simulate(&shop.app, &Actor::System, id, |_| {}).await.unwrap();
        (simulation.looked_at, shop.app.db.statement_count() - before)
    };
    let (few, first) = statements().await;
    let sizes: Vec<String> = (0..20).map(|size| format!("s{size}")).collect();
    let sizes: Vec<&str> = sizes.iter().map(String::as_str).collect();
    shop.have(&[
        ProductSpec::new("wide").in_sizes_and_colors(&sizes, &["red", "green", "blue", "black", "white"])
    ])
    .await;
    let (many, second) = statements().await;
    assert_eq!((few, many), (3, 103));
    assert_eq!(first, second);
    assert!(first <= 20, "{first}");
}
