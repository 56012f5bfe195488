//! Many who write at once: deadlocks, busy databases, numbers.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use entity::store_credit_txn::StoreCreditTxnKind;
use entity::{order, store_credit_txn};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Statement};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::checkout::{self, Submission};
use tradepost::discount::NewDiscount;
use tradepost::money::Money;
use tradepost::pricing::engine;
use tradepost::store_credit::{Credit, credit};

use super::{bought, figure, reconciled, tell};
use crate::support::discount::{WITH_ALL, coded, off_order};
use crate::support::market::currency;
use crate::support::{ProductSpec, TestShop, at_once};

/// How often PostgreSQL ended a deadlock in this database; none on SQLite, where one writes at a time.
async fn deadlocks(shop: &TestShop) -> Option<i64> {
    if shop.app.db.is_embedded() {
        return None;
    }
    let sql = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    let asked = Statement::from_string(shop.app.db.backend(), sql);
    let row = shop.app.db.writer().query_one_raw(asked).await.unwrap().unwrap();
    Some(row.try_get_by_index(0).unwrap())
}

/// A cart of both products, in one order or the other, as are its codes.
async fn crossing(shop: &TestShop, variants: &[String; 2], turned: bool) -> String {
    let (first, second) = if turned { (1, 0) } else { (0, 1) };
    let codes = ["ONE", "TWO"];
    let input = json!({
        "lines": [{ "merchandiseId": variants[first] }, { "merchandiseId": variants[second] }],
        "discountCodes": [codes[first], codes[second]],
        "buyerIdentity": { "email": "ada@example.com", "countryCode": "DE" },
        "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
            "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
            "zip": "10115", "countryCode": "DE" } } }] },
    });
    let cart = shop.make_cart(input).await;
    let id = cart["id"].as_str().unwrap().to_owned();
    shop.pay(&id, cart["cost"]["totalAmount"]["amount"].as_str().unwrap(), "approve").await;
    id
}

/// Case 21: 32 workers order baskets of (A, B) and of (B, A), with vouchers that cross each other as well: 5,000
/// orders; here 96. Nobody sees a deadlock.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_21_baskets_that_cross_each_other_show_nobody_a_deadlock() {
    const WORKERS: usize = 32;
    let each = figure(3, 157);
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("a").stock(10_000), ProductSpec::new("b").stock(10_000)]).await;
    let variants = [shop.variant_id("a").await, shop.variant_id("b").await];
    let voucher = NewDiscount {
        usage_limit: Some(100_000),
        combines_with: WITH_ALL,
        ..off_order(engine::Value::Amount(100))
    };
    for code in ["ONE", "TWO"] {
        shop.discount(&coded(code, voucher.clone())).await;
    }
    let mut carts = Vec::new();
    for number in 0..WORKERS * each {
        carts.push(crossing(&shop, &variants, number % 2 == 1).await);
    }
    let carts = Arc::new(carts);
    let outcomes = at_once(WORKERS, |worker| {
        let (shop, carts) = (Arc::clone(&shop), Arc::clone(&carts));
        async move {
            let mut outcomes = Vec::new();
            for number in 0..each {
                let began = Instant::now();
                let outcome = bought(&shop, &carts[number * WORKERS + worker]).await;
                outcomes.push((outcome, began.elapsed()));
            }
            outcomes
        }
    })
    .await;
    let mut took = Vec::new();
    for (outcome, elapsed) in outcomes.into_iter().flatten() {
        assert_eq!(outcome["__typename"], "CartCompletionSuccess", "{outcome:#}");
        took.push(elapsed);
    }
    let count = WORKERS * each;
    let books = reconciled(&shop).await;
    assert_eq!((books.orders, books.taken, books.given_back), (count, count, 0));
    for handle in ["a", "b"] {
        assert_eq!(shop.level(handle).await.committed, i64::try_from(count).unwrap());
    }
    took.sort();
    let late = took[count * 99 / 100];
    tell(&format!("case 21: {count} orders, p99 {late:?}, deadlocks retried: {:?}", deadlocks(&shop).await));
}

/// Case 22: 50 writers for 60 s, half of them in another process; here 3 s. None is told that the database is busy, and
/// each write that was confirmed is there.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_22_fifty_writers_are_never_told_that_the_database_is_busy() {
    let lasts = Duration::from_secs(u64::try_from(figure(3, 60)).unwrap());
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug").stock(1_000_000)]).await;
    let mug: Arc<str> = shop.variant_id("mug").await.into();
    let (customer, _) = shop.customer_with_credit("ada@example.com", 0).await;
    let other = shop.second_node().await;
    let mut carts = Vec::new();
    for _ in 0..25 {
        carts.push(shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned());
    }
    let (carts, credited) = (Arc::new(carts), Arc::new(AtomicU64::new(0)));
    let until = Instant::now() + lasts;
    let added = at_once(50, |writer| {
        let (shop, mug, other) = (Arc::clone(&shop), Arc::clone(&mug), other.clone());
        let (carts, credited) = (Arc::clone(&carts), Arc::clone(&credited));
        async move {
            let mut written = 0;
            while Instant::now() < until {
                if writer % 2 == 0 {
                    let line = json!([{ "merchandiseId": &*mug }]);
                    let arguments =
                        [("cartId", "ID!", json!(carts[writer / 2])), ("lines", "[CartLineInput!]!", line)];
                    let added = shop.change_cart("cartLinesAdd", &arguments).await;
                    assert_eq!(added["userErrors"], json!([]));
                } else {
                    let amount = Money::new(1, currency("EUR"));
                    let reference = format!("writer {writer}, {written}");
                    let one = Credit { customer, amount, reference, expires_at: None };
                    credit(&other, &Actor::System, &one).await.unwrap();
                    credited.fetch_add(1, Ordering::Relaxed);
                }
                written += 1;
            }
            written
        }
    })
    .await;
    let mut units = 0;
    for (place, cart) in carts.iter().enumerate() {
        assert_eq!(
            shop.cart(cart).await["totalQuantity"],
            json!(added[place * 2]),
            "each confirmed unit is there"
        );
        units += added[place * 2];
    }
    let entries = store_credit_txn::Entity::find()
        .filter(store_credit_txn::Column::Kind.eq(StoreCreditTxnKind::Credit))
        .count(shop.app.db.fresh())
        .await
        .unwrap();
    assert_eq!(entries, credited.load(Ordering::Relaxed), "each confirmed credit is there");
    assert!(added.iter().all(|written| *written > 0), "nobody starves: {added:?}");
    tell(&format!("case 22: {lasts:?}: {units} units and {entries} credits were written by 50 writers"));
}

/// What came of it, asked for again where thousands had their turn first and there was no connection for half a minute.
async fn again_if_late<T, E: std::fmt::Debug, F: Future<Output = Result<T, E>>>(ask: impl Fn() -> F) -> T {
    for _ in 0..9 {
        if let Ok(answer) = ask().await {
            return answer;
        }
    }
    ask().await.unwrap()
}

/// Case 25: 2,000 orders at once on two nodes have a number each; here 100. There are no invoices, whose numbers would
/// have to follow on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_25_orders_that_are_placed_at_once_have_a_number_each() {
    let count = figure(100, 2_000);
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug").stock(10_000)]).await;
    let other = shop.second_node().await;
    let carts = Arc::new(super::ready_carts(&shop, &shop.variant_id("mug").await, count, "approve").await);
    at_once(count, |index| {
        let (app, carts) =
            (if index % 2 == 0 { shop.app.clone() } else { other.clone() }, Arc::clone(&carts));
        async move {
            let token = carts[index].rsplit('/').next().unwrap();
            let submitted = again_if_late(|| checkout::submit(&app, token, "token")).await;
            let Submission::Accepted(id) = submitted else { panic!("{submitted:?}") };
            again_if_late(|| checkout::drive(&app, id)).await;
        }
    })
    .await;
    let orders: Vec<order::Model> = shop.orders().await;
    let numbers: BTreeSet<i64> = orders.iter().map(|order| order.number).collect();
    let names: BTreeSet<&str> = orders.iter().map(|order| order.name.as_str()).collect();
    assert_eq!((orders.len(), numbers.len(), names.len()), (count, count, count));
    for order in &orders {
        assert_eq!(order.name, format!("#{}", order.number));
    }
    let last = 1_000 + i64::try_from(count).unwrap();
    assert_eq!(numbers.first(), Some(&1_001));
    // A transaction that is repeated on PostgreSQL draws another number.
    assert!(!shop.app.db.is_embedded() || numbers.last() == Some(&last), "{:?}", numbers.last());
    tell(&format!("case 25: {count} orders at once, as many numbers"));
}
