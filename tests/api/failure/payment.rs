//! Payments that come about in another way than the shop would like.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use entity::order_transaction;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tokio::runtime::Handle;
use tradepost::actor::Actor;
use tradepost::app::App;
use tradepost::checkout;
use tradepost::money::Money;
use tradepost::payment::TestState;
use tradepost::pricing::{FixedPrice, save_base_prices};

use super::{Books, bought, figure, reconciled, tell};
use crate::payment::attempt::{gateway, row, submitted};
use crate::payment::shop::{StripeShop, mugs, pay_by, pay_in_session};
use crate::payment::stripe::book::{Fault, Stand};
use crate::payment::webhook;
use crate::spec::peer::Asked;
use crate::support::discount::{coded, off_order};
use crate::support::market::currency;
use crate::support::{ProductSpec, TestShop, at_once};

/// What one of those said who were there at the same moment: the address that the buyer was led to, or the order's id.
async fn say(shop: &TestShop, attempt: &str, reference: &str, who: usize) -> Option<String> {
    tokio::time::sleep(Duration::from_millis(rand::random_range(0..10))).await;
    match who {
        0..3 => {
            let body = json!({ "id": format!("evt_{reference}"), "reference": reference }).to_string();
            assert_eq!(webhook::tell(shop, &body).await, 200, "no webhook is refused");
            None
        }
        3 => {
            let address = format!("{}/checkout/attempts/{attempt}", shop.url);
            let answer = shop.client.get(address).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 200, "no buyer sees a failure");
            let order = answer.url().path().strip_prefix("/orders/").map(str::to_owned);
            order.map(|id| format!("gid://shopify/Order/{id}"))
        }
        _ => {
            for _ in 0..1_000 {
                let outcome = shop.attempt(attempt).await;
                if let Some(order) = outcome["orderId"].as_str() {
                    return Some(order.split('?').next().unwrap().to_owned());
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
            panic!("{attempt} has not ended")
        }
    }
}

/// Case 11: 1,000 carts, the webhook three times and the buyer in two windows within 10 ms; here 40 carts.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_11_the_webhook_and_the_buyer_at_the_same_moment_make_one_order() {
    let count = figure(40, 1_000);
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug").stock(1_000)]).await;
    let mug = shop.variant_id("mug").await;
    let mut told = 0;
    for _ in 0..count / 20 {
        let mut wave = Vec::new();
        for _ in 0..20 {
            let cart = shop.ready_cart(&mug, 1, "action").await;
            let attempt = submitted(&shop, &cart.id, "token").await;
            let reference = row(&shop, &attempt).await.provider_reference.unwrap();
            assert!(gateway(&shop).decide(&reference, TestState::Taken));
            wave.push((attempt, reference));
        }
        let wave = Arc::new(wave);
        let said = at_once(wave.len() * 5, |index| {
            let (shop, wave) = (Arc::clone(&shop), Arc::clone(&wave));
            async move {
                let (attempt, reference) = &wave[index / 5];
                say(&shop, attempt, reference, index % 5).await
            }
        })
        .await;
        for (index, said) in said.into_iter().enumerate() {
            let Some(said) = said else { continue };
            let order = row(&shop, &wave[index / 5].0).await.order_id.unwrap();
            assert_eq!(said, format!("gid://shopify/Order/{order}"), "both are told of the same order");
            told += 1;
        }
    }
    assert!(told >= count);
    let books = reconciled(&shop).await;
    assert_eq!(books, Books { orders: count, taken: count, given_back: 0 });
    assert_eq!(webhook::events(&shop).await.len(), count, "each event is kept once");
    tell(&format!("case 11: {count} carts, the webhook three times and the buyer twice at once: {books:?}"));
}

/// Asks, at the very moment at which Stripe is asked for a payment, whether the key is in the database.
fn watching(app: Arc<OnceLock<App>>, keys: Arc<Mutex<Vec<(String, bool)>>>) -> impl Fn(&Asked) + Send + Sync {
    let runtime = Handle::current();
    move |asked: &Asked| {
        if (asked.method.as_str(), asked.path()) != ("POST", "/v1/payment_intents") {
            return;
        }
        let key = asked.header("idempotency-key").unwrap().to_owned();
        let (app, runtime, sought) = (app.get().unwrap().clone(), runtime.clone(), key.clone());
        // The stand-in's own thread is busy with the request.
        let asking = std::thread::spawn(move || {
            runtime.block_on(async move {
                let stored = completion_attempt::Entity::find()
                    .filter(completion_attempt::Column::IdempotencyKey.eq(sought));
                stored.one(app.db.fresh()).await.unwrap().is_some()
            })
        });
        let is_stored = asking.join().unwrap();
        keys.lock().unwrap().push((key, is_stored));
    }
}

/// Case 15: 500 payments whose answers are lost after Stripe took the money, three times each; here 12. That a capture
/// after the order has one key as well is told by the tests of captures.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_15_a_payment_has_one_key_that_is_stored_before_it_is_asked_for() {
    let count = figure(12, 500);
    let (app, keys) = (Arc::new(OnceLock::new()), Arc::<Mutex<Vec<(String, bool)>>>::default());
    let stand = Stand::start_watched(watching(Arc::clone(&app), Arc::clone(&keys)));
    let at = StripeShop::at(stand, 1_000, |_| {}).await;
    assert!(app.set(at.shop.app.clone()).is_ok());
    for _ in 0..count {
        let cart = at.cart(1, Some("pm_card_visa")).await;
        for _ in 0..3 {
            at.stand.fail("POST /v1/payment_intents", Fault::Garbage);
            at.stand.fail("GET /v1/payment_intents", Fault::Status(502));
        }
        let attempt = submitted(&at.shop, &cart.id, "token").await;
        let began = at.shop.app.clock.now();
        while row(&at.shop, &attempt).await.state != AttemptState::Done {
            at.shop.app.clock.advance(TimeDelta::seconds(5));
            checkout::resume_due(&at.shop.app).await.unwrap();
            assert!(at.shop.app.clock.now() - began <= TimeDelta::seconds(60), "settled within a minute");
        }
    }
    let asked = std::mem::take(&mut *keys.lock().unwrap());
    assert!(asked.iter().all(|(_, is_stored)| *is_stored), "{asked:?}");
    let mut times: BTreeMap<&str, usize> = BTreeMap::new();
    for (key, _) in &asked {
        *times.entry(key.as_str()).or_default() += 1;
    }
    assert_eq!(times.len(), count, "one key for each payment");
    assert!(times.values().all(|asked| *asked == 4), "lost three times: {times:?}");
    let rows = order_transaction::Entity::find().all(at.shop.app.db.fresh()).await.unwrap();
    assert!(rows.iter().all(|row| times.contains_key(row.idempotency_key.as_str())));
    assert_eq!((rows.len(), at.stand.book().intents.len()), (count, count));
    assert_eq!(at.stand.book().taken(), i64::try_from(count).unwrap() * 1_740);
    tell(&format!(
        "case 15: {count} payments, each lost three times: {count} captures, {} keys",
        times.len()
    ));
}

/// What happens between the buyer's agreement and the order.
const CHANGES: [&str; 9] = [
    "nothing",
    "more",
    "less",
    "another product",
    "a voucher",
    "a dearer price",
    "a cheaper price",
    "another delivery",
    "more, agreed to with the old session",
];

/// Does one of the changes to a cart of a mug and tells nobody.
async fn change(shop: &TestShop, cart: &str, what: &str) {
    let id = ("cartId", "ID!", json!(cart));
    let found = shop.cart(cart).await;
    if found.is_null() {
        return;
    }
    let line = found["lines"]["nodes"][0]["id"].clone();
    let lines = |quantity: i64| json!([{ "id": line, "quantity": quantity }]);
    let update = |quantity| ("lines", "[CartLineUpdateInput!]!", lines(quantity));
    match what {
        "more" | "more, agreed to with the old session" => {
            shop.change_cart("cartLinesUpdate", &[id, update(3)]).await;
        }
        "less" => {
            shop.change_cart("cartLinesUpdate", &[id, update(1)]).await;
        }
        "another product" => {
            let pin = json!([{ "merchandiseId": shop.variant_id("pin").await }]);
            shop.change_cart("cartLinesAdd", &[id, ("lines", "[CartLineInput!]!", pin)]).await;
        }
        "a voucher" => {
            shop.change_cart(
                "cartDiscountCodesUpdate",
                &[id, ("discountCodes", "[String!]", json!(["FIVE"]))],
            )
            .await;
        }
        "a dearer price" | "a cheaper price" => {
            let was = found["lines"]["nodes"][0]["cost"]["amountPerQuantity"]["amount"].as_str().unwrap();
            let was = Money::parse(was, currency("EUR")).unwrap();
            let minor = was.minor + if what == "a dearer price" { 7 } else { -3 };
            let price = FixedPrice::of(shop.first_variant("mug").await, Money { minor, ..was });
            save_base_prices(&shop.app, &Actor::System, &[price]).await.unwrap();
        }
        "another delivery" => {
            let group = found["deliveryGroups"]["nodes"][0]["id"].clone();
            let choice = json!([{ "deliveryGroupId": group, "deliveryOptionHandle": "express" }]);
            let kind = "[CartSelectedDeliveryOptionInput!]!";
            shop.change_cart(
                "cartSelectedDeliveryOptionsUpdate",
                &[id, ("selectedDeliveryOptions", kind, choice)],
            )
            .await;
        }
        _ => {}
    }
}

/// Case 18: 1,000 carts that are changed at random between the provider's session and the submission, before it or at
/// the same moment; here 54. An order costs what was taken for it, or there is none and nothing was taken.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_18_a_cart_that_changes_while_it_is_paid_costs_what_was_taken_or_is_no_order() {
    let count = figure(54, 1_000);
    let shop = Arc::new(TestShop::open().await);
    let product = |handle: &str, price: &str| ProductSpec::new(handle).price(price).stock(10_000);
    shop.have(&[product("mug", "12.50"), product("pin", "3.33")]).await;
    shop.discount(&coded("FIVE", off_order(tradepost::pricing::engine::Value::Amount(500)))).await;
    let mug = shop.variant_id("mug").await;
    let mut came: BTreeMap<(&str, bool), (usize, usize)> = BTreeMap::new();
    for run in 0..count {
        let (what, at_the_same_moment) = (CHANGES[run % CHANGES.len()], (run / CHANGES.len()) % 2 == 1);
        let cart = shop.ready_cart(&mug, 2, "manual").await;
        let opened = pay_in_session(&shop, &cart.id, (&cart.total, "EUR"), "test").await;
        let session = opened["providerSession"]["reference"].as_str().unwrap().to_owned();
        let changing = {
            let (shop, cart) = (Arc::clone(&shop), cart.id.clone());
            tokio::spawn(async move { change(&shop, &cart, what).await })
        };
        let outcome = if at_the_same_moment {
            let outcome = bought(&shop, &cart.id).await;
            changing.await.unwrap();
            outcome
        } else {
            changing.await.unwrap();
            if what.ends_with("with the old session") {
                let total = shop.cart(&cart.id).await["cost"]["totalAmount"]["amount"].clone();
                pay_by(&shop, &cart.id, (total.as_str().unwrap(), "EUR"), "test", Some(&session)).await;
            }
            bought(&shop, &cart.id).await
        };
        let is_ordered = outcome["__typename"] == "CartCompletionSuccess";
        let entry = came.entry((what, at_the_same_moment)).or_default();
        if is_ordered {
            entry.0 += 1
        } else {
            entry.1 += 1
        }
        assert!(is_ordered || outcome["errors"][0]["code"].is_string(), "{what}: {outcome:#}");
    }
    for ((what, beside), (orders, refusals)) in &came {
        tell(&format!("case 18: {what}, at the same moment {beside}: {orders} orders, {refusals} refusals"));
        if *what == "nothing" {
            assert_eq!(*refusals, 0);
        } else if !beside {
            assert_eq!(*orders, 0, "{what}: the buyer had agreed to another total");
        }
    }
    let books = reconciled(&shop).await;
    assert!(books.orders > 0 && books.given_back == 0, "{books:?}");
    for order in shop.orders().await {
        shop.order_adds_up(order.id).await;
    }
    let level = mugs(&shop).await;
    assert_eq!((level.0 + level.2, level.1), (10_000, 0));
}
