//! Attempts that wait for their buyer, their provider, or both.

use std::sync::Arc;

use chrono::{TimeDelta, Utc};
use entity::completion_attempt::{self, AttemptState, CaptureMode};
use entity::id::AttemptId;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::app::App;
use tradepost::checkout::{self, AttemptOutcome};
use tradepost::payment::{TestGateway, TestState};

use crate::support::{ProductSpec, TestShop, at_once};

/// A shop whose clock stands still, with ten mugs.
pub async fn shop_with_mug() -> (TestShop, String) {
    let shop = TestShop::open_at(Utc::now()).await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let mug = shop.variant_id("mug").await;
    (shop, mug)
}

pub fn gateway(shop: &TestShop) -> &Arc<TestGateway> {
    shop.app.payments.test_gateway().unwrap()
}

/// Submits a cart; returns the public id of its attempt.
pub async fn submitted(shop: &TestShop, cart: &str, token: &str) -> String {
    let submitted = shop.submit(cart, token).await;
    submitted["result"]["attemptId"].as_str().unwrap_or_else(|| panic!("{submitted:#}")).to_owned()
}

pub async fn row(shop: &TestShop, attempt: &str) -> completion_attempt::Model {
    let id: i64 = attempt.split_once('-').unwrap().0.parse().unwrap();
    completion_attempt::Entity::find_by_id(AttemptId(id)).one(shop.app.db.fresh()).await.unwrap().unwrap()
}

async fn levels(shop: &TestShop) -> (i64, i64, i64) {
    let level = shop.level("mug").await;
    (level.available, level.reserved, level.committed)
}

fn states(shop: &TestShop) -> Vec<TestState> {
    gateway(shop).payments().iter().map(|payment| payment.state).collect()
}

async fn status_of_only_order(shop: &TestShop, outcome: &Value) -> Value {
    let id = outcome["orderId"].as_str().unwrap();
    let query = "query($id: ID!) { node(id: $id) { ... on Order { financialStatus } } }";
    assert_eq!(shop.orders().await.len(), 1);
    shop.ask(query, json!({ "id": id })).await["node"]["financialStatus"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_answers_the_bank_gets_one_order() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 2, "action").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let waiting = shop.attempt(&attempt).await;
    assert_eq!(waiting["__typename"], "CartCompletionActionRequired", "{waiting:#}");
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    let action = &waiting["action"];
    let page = format!("{}/checkout/test-payment/{reference}", shop.url);
    assert_eq!(action["redirectUrl"].as_str(), Some(page.as_str()));
    assert_eq!(action["clientSecret"], format!("{reference}_secret"));
    assert_eq!(action["provider"], "test");
    assert_eq!(levels(&shop).await, (8, 2, 0));
    assert_eq!(submitted(&shop, &cart.id, "again").await, attempt, "a cart has one attempt at a time");

    assert!(gateway(&shop).decide(&reference, TestState::Taken));
    let soon = shop.attempt(&attempt).await;
    assert_eq!(soon["__typename"], "CartCompletionActionRequired", "asked every few seconds at most");
    shop.app.clock.advance(TimeDelta::seconds(5));
    let done = shop.attempt(&attempt).await;
    assert_eq!(done["__typename"], "CartCompletionSuccess", "{done:#}");
    assert_eq!(status_of_only_order(&shop, &done).await, "PAID");
    assert_eq!(levels(&shop).await, (8, 0, 2));
    assert_eq!(states(&shop), [TestState::Taken]);
    let ended = row(&shop, &attempt).await;
    assert_eq!((ended.action, ended.lease_until), (None, None), "what the front end went on by is dropped");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_a_bank_works_on_is_asked_for_until_it_is_decided() {
    for (decision, expected) in
        [(TestState::Taken, "CartCompletionSuccess"), (TestState::Refused, "CartCompletionFailed")]
    {
        let (shop, mug) = shop_with_mug().await;
        let cart = shop.ready_cart(&mug, 1, "processing").await;
        let attempt = submitted(&shop, &cart.id, "first").await;
        assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionProcessing");
        let kept = row(&shop, &attempt).await;
        assert_eq!((kept.state, kept.lease_until), (AttemptState::Paying, None));
        gateway(&shop).decide(&kept.provider_reference.unwrap(), decision);
        // Nobody comes back and no webhook arrives.
        let began = shop.app.clock.now();
        while shop.attempt_state(&attempt).await == AttemptState::Paying {
            shop.app.clock.advance(TimeDelta::seconds(5));
            checkout::resume_due(&shop.app).await.unwrap();
            assert!(shop.app.clock.now() - began <= TimeDelta::seconds(60), "settled within a minute");
        }
        assert_eq!(shop.attempt(&attempt).await["__typename"], expected);
    }
}

impl TestShop {
    async fn attempt_state(&self, attempt: &str) -> AttemptState {
        row(self, attempt).await.state
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stock_of_a_buyer_at_the_bank_is_held_and_free_when_the_time_is_over() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 10, "action").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    shop.app.clock.advance(TimeDelta::minutes(29));
    assert_eq!(
        checkout::sweep_reservations(&shop.app).await.unwrap(),
        0,
        "longer than for a payment at once"
    );
    checkout::resume_due(&shop.app).await.unwrap();
    assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionActionRequired");
    assert_eq!(levels(&shop).await, (0, 10, 0));

    shop.app.clock.advance(TimeDelta::minutes(1));
    checkout::resume_due(&shop.app).await.unwrap();
    let left = shop.attempt(&attempt).await;
    assert_eq!(left["__typename"], "CartCompletionFailed", "{left:#}");
    assert_eq!(left["errors"][0]["code"], "PAYMENT_ERROR");
    assert_eq!(levels(&shop).await, (10, 0, 0));
    assert_eq!(states(&shop), [TestState::Undone], "nobody pays it later");
    assert_eq!(shop.orders().await, []);

    shop.pay(&cart.id, &cart.total, "approve").await;
    shop.buy(&cart.id).await;
    assert_eq!(levels(&shop).await, (0, 0, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_paid_in_the_last_moment_becomes_an_order() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 10, "action").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    gateway(&shop).decide(&row(&shop, &attempt).await.provider_reference.unwrap(), TestState::Taken);
    shop.app.clock.advance(TimeDelta::minutes(30));
    let given_up = checkout::give_up(&shop.app, &attempt).await.unwrap().unwrap();
    assert!(matches!(given_up, AttemptOutcome::Done { .. }), "{given_up:?}");
    assert_eq!(shop.orders().await.len(), 1);
    assert_eq!(levels(&shop).await, (0, 0, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_gives_up_can_pay_otherwise_at_once() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "action").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let given_up = checkout::give_up(&shop.app, &attempt).await.unwrap().unwrap();
    assert!(matches!(given_up, AttemptOutcome::Failed(_)), "{given_up:?}");
    assert_eq!(states(&shop), [TestState::Undone]);
    shop.pay(&cart.id, &cart.total, "manual").await;
    shop.buy(&cart.id).await;
    assert_eq!(checkout::give_up(&shop.app, "1-wrong").await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_goes_back_where_the_stock_was_sold_while_the_buyer_was_away() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 10, "processing").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    shop.app.clock.advance(TimeDelta::hours(1));
    checkout::sweep_reservations(&shop.app).await.unwrap();
    let rival = shop.ready_cart(&mug, 1, "approve").await;
    shop.buy(&rival.id).await;
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    gateway(&shop).decide(&reference, TestState::Taken);
    let outcome = checkout::come_back(&shop.app, &attempt).await.unwrap().unwrap();
    assert!(matches!(outcome, AttemptOutcome::Failed(_)), "{outcome:?}");
    let failed = shop.attempt(&attempt).await;
    assert_eq!(failed["errors"][0]["code"], "INVENTORY_RESERVATION_ERROR");
    let payments = gateway(&shop).payments();
    let of_attempt = payments.iter().find(|payment| payment.reference == reference).unwrap();
    assert_eq!(of_attempt.state, TestState::Undone);
    assert_eq!(shop.orders().await.len(), 1);
    assert_eq!(levels(&shop).await, (9, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_amount_than_was_due_goes_back_and_is_no_order() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "overcharge").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let failed = shop.attempt(&attempt).await;
    assert_eq!(failed["__typename"], "CartCompletionFailed", "{failed:#}");
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_ERROR");
    assert_eq!(failed["errors"][0]["message"], "Another amount was paid than was due. The money goes back");
    assert_eq!(states(&shop), [TestState::Undone]);
    assert_eq!(shop.orders().await, []);
    assert_eq!(levels(&shop).await, (10, 0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn promised_money_makes_the_order_authorized() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "authorize").await;
    let outcome = shop.buy(&cart.id).await;
    assert_eq!(status_of_only_order(&shop, &outcome).await, "AUTHORIZED");

    let shop = TestShop::open_with(|config| config.payment.capture = CaptureMode::Manual).await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "approve").await;
    let outcome = shop.buy(&cart.id).await;
    assert_eq!(status_of_only_order(&shop, &outcome).await, "AUTHORIZED");
    assert_eq!(states(&shop), [TestState::Promised]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_whose_provider_was_turned_off_waits_for_it() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "processing").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let kept = row(&shop, &attempt).await;
    gateway(&shop).decide(kept.provider_reference.as_ref().unwrap(), TestState::Taken);
    let mut config = shop.app.config.as_ref().clone();
    config.demo = false;
    let mut without = App::open(config).await.unwrap();
    without.clock = shop.app.clock.clone();
    shop.app.clock.advance(TimeDelta::seconds(10));
    assert_eq!(checkout::resume_due(&without).await.unwrap(), 1);
    assert_eq!(row(&shop, &attempt).await.state, AttemptState::Paying, "only the provider can tell");
    shop.app.clock.advance(TimeDelta::seconds(30));
    checkout::resume_due(&shop.app).await.unwrap();
    assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionSuccess");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_comes_back_on_many_ways_at_once_is_charged_once() {
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug").stock(100)]).await;
    let mug = shop.variant_id("mug").await;
    let mut attempts = Vec::new();
    for _ in 0..50 {
        let cart = shop.ready_cart(&mug, 1, "action").await;
        let attempt = submitted(&shop, &cart.id, "first").await;
        let reference = row(&shop, &attempt).await.provider_reference.unwrap();
        gateway(&shop).decide(&reference, TestState::Taken);
        attempts.push((attempt, reference));
    }
    at_once(100, |index| {
        let (shop, (attempt, reference)) = (Arc::clone(&shop), attempts[index / 2].clone());
        async move {
            if index % 2 == 0 {
                checkout::come_back(&shop.app, &attempt).await.unwrap();
            } else {
                let body = json!({ "id": format!("evt_{index}"), "reference": reference }).to_string();
                assert_eq!(super::webhook::tell(&shop, &body).await, 200);
            }
        }
    })
    .await;
    for (attempt, _) in &attempts {
        // Whoever of the two was first may still be at work.
        let mut outcome = shop.attempt(attempt).await;
        for _ in 0..500 {
            if outcome["__typename"] == "CartCompletionSuccess" {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            outcome = shop.attempt(attempt).await;
        }
        assert_eq!(outcome["__typename"], "CartCompletionSuccess", "{outcome:#}");
    }
    assert_eq!(shop.orders().await.len(), 50);
    assert_eq!(states(&shop), [TestState::Taken; 50]);
    assert_eq!(levels(&shop).await, (50, 0, 50));
}

const PAY: &str = "mutation($id: ID!, $payment: CartPaymentInput!) { cartPaymentUpdate(cartId: $id, payment: $payment) {
    cart { id } providerSession { reference clientSecret publishableKey approveUrl } userErrors { code field } } }";

fn with_session(provider: &str, amount: &str) -> Value {
    json!({ "amount": { "amount": amount, "currencyCode": "EUR" },
            "providerPaymentMethod": { "provider": provider, "session": true } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_made_for_the_cart_as_it_stands_and_pays_for_it_only() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    let made = shop.ask(PAY, json!({ "id": cart.id, "payment": with_session("test", &cart.total) })).await
        ["cartPaymentUpdate"]
        .clone();
    assert_eq!(made["userErrors"], json!([]));
    let session = &made["providerSession"];
    let reference = session["reference"].as_str().unwrap();
    assert_eq!(session["clientSecret"], format!("{reference}_secret"));
    assert_eq!(session["publishableKey"], "test_public");
    assert_eq!(states(&shop), [], "a session takes no money");

    // Of another amount, and of another cart once it is used.
    let dear = shop.ready_cart(&mug, 2, reference).await;
    let attempt = submitted(&shop, &dear.id, "stolen").await;
    assert_eq!(shop.attempt(&attempt).await["errors"][0]["code"], "PAYMENT_INVALID_PAYMENT_METHOD");
    let outcome = shop.buy(&cart.id).await;
    assert_eq!(status_of_only_order(&shop, &outcome).await, "PAID");
    let same = shop.ready_cart(&mug, 1, reference).await;
    let attempt = submitted(&shop, &same.id, "twice").await;
    assert_eq!(shop.attempt(&attempt).await["errors"][0]["code"], "PAYMENT_INVALID_PAYMENT_METHOD");
    assert_eq!(states(&shop), [TestState::Taken]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sessions_that_make_no_sense_are_refused() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    for (payment, code) in [
        (with_session("test", "1.00"), "INVALID_PAYMENT"),
        (with_session("manual", &cart.total), "PAYMENT_METHOD_NOT_SUPPORTED"),
        (with_session("stripe", &cart.total), "PAYMENT_METHOD_NOT_SUPPORTED"),
        (with_session("free", &cart.total), "PAYMENT_METHOD_NOT_SUPPORTED"),
    ] {
        let refused = shop.ask(PAY, json!({ "id": cart.id, "payment": payment })).await;
        let refused = &refused["cartPaymentUpdate"];
        assert_eq!(refused["userErrors"], json!([{ "code": code, "field": ["payment"] }]), "{payment}");
        assert_eq!(refused["providerSession"], Value::Null);
    }
    shop.buy(&cart.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_ways_to_pay_are_told_with_what_a_front_end_needs() {
    let shop = TestShop::open_with(|config| {
        config.payment.manual_instructions = Some("IBAN DE00".to_owned());
    })
    .await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "manual").await;
    let query =
        "query($id: ID) { paymentMethods(cartId: $id) { provider instructions needsToken publishableKey } }";
    let expected = json!([
        { "provider": "manual", "instructions": "IBAN DE00", "needsToken": false, "publishableKey": null },
        { "provider": "test", "instructions": null, "needsToken": true, "publishableKey": "test_public" },
    ]);
    for id in [json!(null), json!(cart.id)] {
        assert_eq!(shop.ask(query, json!({ "id": id })).await["paymentMethods"], expected);
    }
    let nobodys = json!({ "id": "gid://shopify/Cart/nobodyknowsthis" });
    assert_eq!(shop.ask(query, nobodys).await["paymentMethods"], json!([]));

    let closed = TestShop::open_with(|config| config.payment.manual = false).await;
    let methods = closed.ask("{ paymentMethods { provider } }", json!({})).await;
    assert_eq!(methods["paymentMethods"], json!([{ "provider": "test" }]));
}
