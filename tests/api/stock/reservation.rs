//! Who holds stock and for how long: the failure cases 3, 4 and 28.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::{TimeDelta, Utc};
use entity::id::{AttemptId, InventoryItemId, VariantId};
use entity::inventory_ledger::{self, StockState};
use entity::inventory_level;
use entity::reservation::ReservationState;
use sea_orm::{ConnectionTrait, EntityTrait, Statement};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::catalog::{Component, save_components};
use tradepost::checkout::{self, Submission};
use tradepost::error::Fault;
use tradepost::inventory::{self, Demand};
use tradepost::payment::TestState;

use super::{item_of, levels, refused_for, stock_at, token_of, with_more};
use crate::failure::{Books, bought, figure, ready_carts, reconciled, tell};
use crate::payment::attempt::{gateway, row, submitted};
use crate::support::{ProductSpec, ReadyCart, TestShop, at_once};

async fn key(shop: &TestShop, handle: &str) -> VariantId {
    shop.variant_rows(handle).await[0].id
}

async fn accepted(shop: &TestShop, cart: &ReadyCart) -> AttemptId {
    match checkout::submit(&shop.app, token_of(&cart.id), "token").await.unwrap() {
        Submission::Accepted(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn why_it_failed(shop: &TestShop, id: AttemptId) -> String {
    let outcome = shop.attempt(&checkout::public_id(&shop.app, id).unwrap()).await;
    outcome["errors"][0]["code"].as_str().unwrap_or_else(|| panic!("{outcome:#}")).to_owned()
}

/// Two lines of one variant, one unit each.
async fn two_lines(shop: &TestShop, variant: &str) -> ReadyCart {
    let cart = shop.ready_cart(variant, 1, "approve").await;
    let engraved = json!({ "merchandiseId": variant, "quantity": 1,
        "attributes": [{ "key": "engraving", "value": "Ada" }] });
    with_more(shop, cart, engraved, "approve").await
}

/// Case 3: two lines of one variant are one demand, at the submission and when the stock is taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_03_two_lines_of_one_variant_are_refused_where_one_unit_is_left() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").stock(2)]).await;
    let mug = shop.variant_id("mug").await;
    let (shown, taken) = (two_lines(&shop, &mug).await, two_lines(&shop, &mug).await);
    let rival = shop.ready_cart(&mug, 1, "approve").await;
    let taken = accepted(&shop, &taken).await;
    shop.buy(&rival.id).await;
    let refused = shop.submit(&shown.id, "token").await;
    assert_eq!(refused_for(&refused), ["MERCHANDISE_NOT_ENOUGH_STOCK_AVAILABLE"; 2], "{refused:#}");
    checkout::drive(&shop.app, taken).await.unwrap();
    assert_eq!(why_it_failed(&shop, taken).await, "INVENTORY_RESERVATION_ERROR");
    assert_eq!(levels(&shop, "mug").await, (1, 0, 1));
    assert_eq!(shop.orders().await.len(), 1);
}

/// Case 3: a bundle and a line of what is in it are one demand.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_03_a_bundle_and_a_line_that_share_an_item_are_refused_where_one_unit_is_left() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("set").price("30.00"), ProductSpec::new("cup").stock(2)]).await;
    let components = [Component { variant_id: key(&shop, "cup").await, quantity: 1 }];
    save_components(&shop.app, &Actor::System, key(&shop, "set").await, &components).await.unwrap();
    let (set, cup) = (shop.variant_id("set").await, shop.variant_id("cup").await);
    let both = shop.ready_cart(&set, 1, "approve").await;
    let both = with_more(&shop, both, json!({ "merchandiseId": cup, "quantity": 1 }), "approve").await;
    let rival = shop.ready_cart(&cup, 1, "approve").await;
    let taken = accepted(&shop, &both).await;
    shop.buy(&rival.id).await;
    checkout::drive(&shop.app, taken).await.unwrap();
    assert_eq!(why_it_failed(&shop, taken).await, "INVENTORY_RESERVATION_ERROR");
    assert_eq!(levels(&shop, "cup").await, (1, 0, 1));
    assert_eq!(shop.orders().await.len(), 1);
}

/// Case 3: whatever two such carts and a third buyer do at the same moment, no unit is sold twice.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_03_carts_with_two_lines_never_oversell_at_the_same_moment() {
    for _ in 0..figure(5, 50) {
        let shop = Arc::new(TestShop::open().await);
        shop.have(&[ProductSpec::new("mug").stock(3)]).await;
        let mug = shop.variant_id("mug").await;
        let mut carts = vec![two_lines(&shop, &mug).await.id, two_lines(&shop, &mug).await.id];
        carts.push(shop.ready_cart(&mug, 1, "approve").await.id);
        let carts = Arc::new(carts);
        at_once(3, |index| {
            let (shop, carts) = (Arc::clone(&shop), Arc::clone(&carts));
            async move { bought(&shop, &carts[index]).await }
        })
        .await;
        let (available, reserved, committed) = levels(&shop, "mug").await;
        assert_eq!((available + committed, reserved), (3, 0));
        assert!(available >= 0 && committed >= 2, "{available} {committed}");
    }
}

/// A generator of numbers that a seed determines.
struct Dice(u64);

impl Dice {
    /// From 0 to below `most`.
    fn roll(&mut self, most: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % most
    }

    fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let most = u64::try_from(of.len()).unwrap();
        of[usize::try_from(self.roll(most)).unwrap()]
    }
}

/// Does one random thing with the stock of a random attempt.
async fn do_one(
    app: &App,
    dice: &mut Dice,
    attempts: &[AttemptId],
    items: &[InventoryItemId],
) -> Result<(), Fault> {
    let attempt = dice.pick(attempts);
    let now = app.clock.now();
    let kind = dice.roll(20);
    let mut demand = Demand::new();
    for _ in 0..=dice.roll(2) {
        demand.insert(dice.pick(items), i64::try_from(dice.roll(3)).unwrap() + 1);
    }
    // One in four has run out by the time that somebody looks.
    let expires_at = now + TimeDelta::minutes(if dice.roll(4) == 0 { 0 } else { 15 });
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            match kind {
                0..=10 => {
                    inventory::reserve_in(&tx, now, attempt, &demand, &[], expires_at).await?;
                }
                11..=16 => inventory::release_in(&tx, now, attempt).await?,
                17 => {
                    inventory::sweep_expired_in(&tx, now).await?;
                }
                _ => {
                    inventory::claim_in(&tx, now, attempt).await?;
                }
            }
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Levels that are below zero, or hold another number in reserve than their live reservations say: at one moment.
async fn wrong_levels(app: &App) -> i64 {
    let sql = "SELECT COUNT(*) FROM inventory_level l WHERE l.available < 0 OR l.reserved < 0 OR l.reserved <> \
         COALESCE((SELECT SUM(r.quantity) FROM reservation r WHERE r.item_id = l.item_id \
           AND r.location_id = l.location_id AND r.state = 'held'), 0)";
    let db = app.db.fresh();
    let row =
        db.query_one_raw(Statement::from_string(db.get_database_backend(), sql)).await.unwrap().unwrap();
    row.try_get_by_index(0).unwrap()
}

/// Case 4, with its own figure: 10,000 random reservations, releases and claims by 16 workers, on attempts and shelves
/// that they share; looked at after every 100.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn case_04_what_is_reserved_is_the_sum_of_the_live_reservations_all_the_time() {
    const OPERATIONS: usize = 10_000;
    const WORKERS: usize = 16;
    const UNITS: i64 = 400;
    let shop = Arc::new(TestShop::open_at(Utc::now()).await);
    let handles = ["a", "b", "c", "d"];
    let products = handles.map(|handle| ProductSpec::new(handle).stock(UNITS));
    shop.have(&products).await;
    let second = tradepost::inventory::NewLocation {
        id: None,
        name: "South".to_owned(),
        address: tradepost::market::Address { country_code: Some("DE".to_owned()), ..Default::default() },
        coordinates: None,
        active: true,
        fulfills_online: true,
        offers_pickup: false,
        pickup_time: String::new(),
    };
    let south = inventory::save_location(&shop.app, &Actor::System, &second).await.unwrap();
    let mut items = Vec::new();
    for handle in handles {
        stock_at(&shop, handle, south, UNITS).await;
        items.push(item_of(&shop, handle).await);
    }
    let mut attempts = Vec::new();
    for cart in ready_carts(&shop, &shop.variant_id("a").await, 24, "approve").await {
        attempts.push(accepted(&shop, &ReadyCart { id: cart, total: String::new() }).await);
    }
    let (items, attempts) = (Arc::new(items), Arc::new(attempts));
    let (done, wrong) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    at_once(WORKERS, |worker| {
        let (shop, items, attempts) = (Arc::clone(&shop), Arc::clone(&items), Arc::clone(&attempts));
        let (done, wrong) = (Arc::clone(&done), Arc::clone(&wrong));
        async move {
            let mut dice = Dice(u64::try_from(worker).unwrap() * 7_919 + 11);
            while done.load(Ordering::Relaxed) < OPERATIONS {
                do_one(&shop.app, &mut dice, &attempts, &items).await.unwrap();
                if done.fetch_add(1, Ordering::Relaxed) % 100 == 99 && wrong_levels(&shop.app).await != 0 {
                    wrong.fetch_add(1, Ordering::Relaxed);
                }
            }
        }
    })
    .await;
    assert_eq!(wrong.load(Ordering::Relaxed), 0);
    let claimed =
        shop.reservations().await.iter().filter(|held| held.state == ReservationState::Converted).count();
    assert!(claimed > 100, "{claimed}");
    // Nothing is left when the time is over.
    shop.app.clock.advance(TimeDelta::minutes(30));
    while checkout::sweep_reservations(&shop.app).await.unwrap() > 0 {}
    let ledger = inventory_ledger::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    for level in inventory_level::Entity::find().all(shop.app.db.fresh()).await.unwrap() {
        assert_eq!((level.reserved, level.available + level.committed), (0, UNITS), "{level:?}");
        let sum = |state| {
            let own = ledger.iter().filter(|entry| {
                (entry.item_id, entry.location_id, entry.state) == (level.item_id, level.location_id, state)
            });
            own.map(|entry| entry.delta).sum::<i64>()
        };
        assert_eq!((sum(StockState::Reserved), sum(StockState::Committed)), (0, level.committed));
    }
    tell(&format!(
        "case 4: {OPERATIONS} operations by {WORKERS} workers, {claimed} claims: no level was wrong"
    ));
}

/// Case 28: the time of 500 reservations runs out between the bank's yes and the order, while sweeps run and other
/// buyers come; here 100. Whoever finds a unit has the order, whoever finds none has the money back, and every unit is
/// sold; nothing is held after twice the time.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn case_28_stock_that_runs_out_of_its_time_before_the_order_is_had_anew_or_the_money_goes_back() {
    let count = figure(100, 500);
    let (rivals, sweeps) = (count / 5, 10);
    let shop = Arc::new(TestShop::open_at(Utc::now()).await);
    let stock = i64::try_from(count).unwrap();
    shop.have(&[ProductSpec::new("mug").stock(stock)]).await;
    let mug = shop.variant_id("mug").await;
    let rival_carts = Arc::new(ready_carts(&shop, &mug, rivals, "approve").await);
    let mut attempts = Vec::new();
    for cart in ready_carts(&shop, &mug, count, "processing").await {
        let attempt = submitted(&shop, &cart, "token").await;
        let row = row(&shop, &attempt).await;
        assert!(gateway(&shop).decide(&row.provider_reference.unwrap(), TestState::Taken));
        attempts.push(row.id);
    }
    assert_eq!(levels(&shop, "mug").await, (0, stock, 0));
    shop.app.clock.advance(TimeDelta::minutes(31));
    let attempts = Arc::new(attempts);
    at_once(count + rivals + sweeps, |index| {
        let (shop, attempts, rival_carts) =
            (Arc::clone(&shop), Arc::clone(&attempts), Arc::clone(&rival_carts));
        async move {
            // The sweeps are spread among the others.
            if index < sweeps {
                checkout::sweep_reservations(&shop.app).await.unwrap();
            } else if index < sweeps + rivals {
                bought(&shop, &rival_carts[index - sweeps]).await;
            } else {
                checkout::drive(&shop.app, attempts[index - sweeps - rivals]).await.unwrap();
            }
        }
    })
    .await;
    let began = shop.app.clock.now();
    loop {
        shop.app.clock.advance(TimeDelta::seconds(6));
        if checkout::resume_due(&shop.app).await.unwrap() == 0 {
            break;
        }
        assert!(shop.app.clock.now() - began < TimeDelta::minutes(5), "an attempt does not come to its end");
    }
    shop.app.clock.advance(shop.app.config.reservation_time * 2);
    while checkout::sweep_reservations(&shop.app).await.unwrap() > 0 {}
    let books = reconciled(&shop).await;
    assert_eq!(levels(&shop, "mug").await, (0, 0, stock), "every unit was sold: {books:?}");
    assert_eq!((books.orders, books.taken), (count, count));
    let leaked = shop.reservations().await.iter().filter(|held| held.state == ReservationState::Held).count();
    assert_eq!(leaked, 0);
    tell(&format!("case 28: {count} expiries before the order, {rivals} rivals: {books:?}, {leaked} leaked"));
}

/// Case 28: without anybody who comes meanwhile, what has expired is had anew, whether it was swept or not.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_28_stock_that_nobody_else_took_is_had_anew() {
    for is_swept in [true, false] {
        let shop = TestShop::open_at(Utc::now()).await;
        shop.have(&[ProductSpec::new("mug").stock(2)]).await;
        let cart = shop.ready_cart(&shop.variant_id("mug").await, 2, "processing").await;
        let attempt = submitted(&shop, &cart.id, "token").await;
        let reference = row(&shop, &attempt).await.provider_reference.unwrap();
        assert!(gateway(&shop).decide(&reference, TestState::Taken));
        shop.app.clock.advance(TimeDelta::minutes(31));
        if is_swept {
            assert_eq!(checkout::sweep_reservations(&shop.app).await.unwrap(), 1);
        }
        checkout::resume_due(&shop.app).await.unwrap();
        assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionSuccess");
        assert_eq!(reconciled(&shop).await, Books { orders: 1, taken: 1, given_back: 0 });
        assert_eq!(levels(&shop, "mug").await, (0, 0, 2));
    }
}
