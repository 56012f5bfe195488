//! Payments that a provider's own front end was given before the cart was submitted: claimed by an order, or closed.

use std::sync::Arc;

use chrono::TimeDelta;
use entity::payment_session::{self, PaymentSessionState};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tradepost::checkout;
use tradepost::payment::TestState;

use super::attempt::{gateway, row, shop_with_mug, submitted};
use super::shop::{StripeShop, pay_by, pay_in_session};
use super::stripe::book::Fault;
use super::stripe::judged;
use crate::failure::{figure, tell};
use crate::support::{ReadyCart, TestShop, at_once};

/// Opens a session for a cart as it stands; returns the provider's name for it.
async fn opened(shop: &TestShop, cart: &ReadyCart, provider: &str) -> String {
    let payload = pay_in_session(shop, &cart.id, (&cart.total, "EUR"), provider).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["providerSession"]["reference"].as_str().unwrap().to_owned()
}

/// How the sessions stand in the shop's own book, in the order in which they were opened.
async fn states(shop: &TestShop) -> Vec<PaymentSessionState> {
    let rows = payment_session::Entity::find().order_by_asc(payment_session::Column::Id);
    rows.all(shop.app.db.fresh()).await.unwrap().iter().map(|row| row.state).collect()
}

/// Case 17: a cart is paid in two tabs, with a session each; both were confirmed and both tabs submit at the same moment.
/// One order, paid once; what was promised in the other session is let go without anybody doing anything. 10 carts; full
/// 200.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_17_of_two_sessions_on_one_cart_one_pays_the_order_and_the_other_is_let_go() {
    let rounds = figure(10, 200);
    let (shop, mug) = shop_with_mug().await;
    let shop = Arc::new(shop);
    let stock = crate::support::ProductSpec::new("mug").price("12.50").stock(1_000);
    shop.have(&[stock]).await;
    for round in 0..rounds {
        let cart = shop.ready_cart(&mug, 1, "manual").await;
        let (one, other) = (opened(&shop, &cart, "test").await, opened(&shop, &cart, "test").await);
        assert_ne!(one, other, "each tab has a session of its own");
        at_once(2, |tab| {
            let (shop, cart) = (Arc::clone(&shop), cart.id.clone());
            async move { shop.submit(&cart, &format!("tab {tab}")).await }
        })
        .await;
        assert_eq!(shop.orders().await.len(), round + 1);
        let of = |session: &str| gateway(&shop).session_state(session);
        assert_eq!((of(&one), of(&other)), (Some(TestState::Promised), Some(TestState::Taken)));
        assert_eq!(checkout::close_sessions(&shop.app).await.unwrap(), 2);
        assert_eq!((of(&one), of(&other)), (Some(TestState::Undone), Some(TestState::Taken)));
        let late = shop.ready_cart(&mug, 1, &one).await;
        let attempt = submitted(&shop, &late.id, "late").await;
        let outcome = shop.attempt(&attempt).await;
        assert_eq!(outcome["errors"][0]["code"], "PAYMENT_INVALID_PAYMENT_METHOD", "{outcome:#}");
    }
    let taken = gateway(&shop).payments().iter().filter(|payment| payment.state == TestState::Taken).count();
    assert_eq!(taken, rounds);
    let expected = [PaymentSessionState::Closed, PaymentSessionState::Claimed].repeat(rounds);
    assert_eq!(states(&shop).await, expected);
    assert_eq!(checkout::close_sessions(&shop.app).await.unwrap(), 0, "nothing is looked at twice");
    tell(&format!(
        "case 17: {rounds} carts with two confirmed sessions each: {taken} orders, {rounds} let go"
    ));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn case_17_stripe_lets_the_second_of_two_confirmed_payments_go() {
    let at = StripeShop::open().await;
    let cart = at.shop.ready_cart(&at.mug, 1, "manual").await;
    assert_eq!(opened(&at.shop, &cart, "stripe").await, "pi_1");
    assert_eq!(opened(&at.shop, &cart, "stripe").await, "pi_2");
    at.stand.change(|book| {
        book.approve(0);
        book.approve(1);
    });
    at.shop.buy(&cart.id).await;
    assert_eq!(at.stand.book().states(), ["requires_capture", "succeeded"]);
    assert_eq!(checkout::close_sessions(&at.shop.app).await.unwrap(), 2);
    assert_eq!(at.stand.book().states(), ["canceled", "succeeded"]);
    assert_eq!((at.stand.book().taken(), at.stand.book().refunds.len()), (1_740, 0));
    assert_eq!(at.shop.orders().await.len(), 1);
    assert_eq!(states(&at.shop).await, [PaymentSessionState::Closed, PaymentSessionState::Claimed]);
    judged(&at.stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_that_nobody_claims_is_closed_after_a_day_also_when_the_provider_was_out_of_reach() {
    let at = StripeShop::open().await;
    let cart = at.shop.ready_cart(&at.mug, 1, "manual").await;
    opened(&at.shop, &cart, "stripe").await;
    at.stand.change(|book| book.approve(0));
    at.shop.app.clock.advance(TimeDelta::minutes(24 * 60 - 1));
    assert_eq!(checkout::close_sessions(&at.shop.app).await.unwrap(), 0);
    at.shop.app.clock.advance(TimeDelta::minutes(1));
    at.stand.fail("pi_1/cancel", Fault::Status(500));
    assert_eq!(checkout::close_sessions(&at.shop.app).await.unwrap(), 1);
    assert_eq!(at.stand.book().states(), ["requires_capture"]);
    assert_eq!(states(&at.shop).await, [PaymentSessionState::Open]);
    assert_eq!(checkout::close_sessions(&at.shop.app).await.unwrap(), 0, "not at once again");
    at.shop.app.clock.advance(TimeDelta::minutes(10));
    assert_eq!(checkout::close_sessions(&at.shop.app).await.unwrap(), 1);
    assert_eq!(at.stand.book().states(), ["canceled"]);
    assert_eq!(states(&at.shop).await, [PaymentSessionState::Closed]);
    // The cart is open, and can be paid otherwise.
    pay_by(&at.shop, &cart.id, (&cart.total, "EUR"), "stripe", Some("pm_card_visa")).await;
    at.shop.buy(&cart.id).await;
    at.shop.app.clock.advance(TimeDelta::days(31));
    checkout::close_sessions(&at.shop.app).await.unwrap();
    assert_eq!(states(&at.shop).await, [], "and is forgotten in the end");
    judged(&at.stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_is_left_to_the_attempt_that_has_it() {
    let at = StripeShop::open().await;
    let cart = at.shop.ready_cart(&at.mug, 1, "manual").await;
    opened(&at.shop, &cart, "stripe").await;
    at.stand.change(|book| book.approve(0));
    // Stripe does not answer for a while.
    at.stand.fail("GET /v1/payment_intents/pi_1", Fault::Status(500));
    at.stand.fail("GET /v1/payment_intents/pi_1", Fault::Status(500));
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], "CartCompletionProcessing");
    at.shop.app.clock.advance(TimeDelta::hours(25));
    assert_eq!(checkout::close_sessions(&at.shop.app).await.unwrap(), 1);
    assert_eq!(states(&at.shop).await, [PaymentSessionState::Open]);
    for _ in 0..5 {
        at.shop.app.clock.advance(TimeDelta::seconds(40));
        checkout::resume_due(&at.shop.app).await.unwrap();
    }
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], "CartCompletionSuccess");
    assert_eq!(checkout::close_sessions(&at.shop.app).await.unwrap(), 1);
    assert_eq!(states(&at.shop).await, [PaymentSessionState::Claimed]);
    assert_eq!((at.stand.book().taken(), at.stand.book().refunds.len()), (1_740, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_of_a_cart_is_not_closed_where_another_cart_took_it() {
    let at = StripeShop::open().await;
    let cart = at.shop.ready_cart(&at.mug, 1, "manual").await;
    let session = opened(&at.shop, &cart, "stripe").await;
    at.stand.change(|book| book.approve(0));
    let same = at.cart(1, Some(&session)).await;
    at.shop.buy(&same.id).await;
    at.shop.app.clock.advance(TimeDelta::hours(25));
    assert_eq!(checkout::close_sessions(&at.shop.app).await.unwrap(), 1);
    assert_eq!(at.stand.book().states(), ["succeeded"], "it is the order's");
    assert_eq!((at.stand.book().taken(), at.stand.book().refunds.len()), (1_740, 0));
    judged(&at.stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_whose_provider_was_turned_off_waits_for_it() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    let session = opened(&shop, &cart, "test").await;
    let mut config = shop.app.config.as_ref().clone();
    config.demo = false;
    let mut without = tradepost::app::App::open(config).await.unwrap();
    without.clock = shop.app.clock.clone();
    shop.app.clock.advance(TimeDelta::hours(24));
    assert_eq!(checkout::close_sessions(&without).await.unwrap(), 1);
    assert_eq!(states(&shop).await, [PaymentSessionState::Open], "only the provider can let go");
    shop.app.clock.advance(TimeDelta::minutes(10));
    checkout::close_sessions(&shop.app).await.unwrap();
    assert_eq!(gateway(&shop).session_state(&session), Some(TestState::Undone));
    assert_eq!(states(&shop).await, [PaymentSessionState::Closed]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stranger_cannot_open_sessions_without_end() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    let mut last = String::new();
    for _ in 0..30 {
        last = opened(&shop, &cart, "test").await;
    }
    let refused = pay_in_session(&shop, &cart.id, (&cart.total, "EUR"), "test").await;
    assert_eq!(refused["userErrors"], json!([{ "code": "INVALID_PAYMENT", "field": ["payment"] }]));
    assert_eq!((&refused["cart"], &refused["providerSession"]), (&Value::Null, &Value::Null));
    assert_eq!(states(&shop).await, [PaymentSessionState::Open; 30], "nobody was asked for one more");
    let other = shop.ready_cart(&mug, 1, "manual").await;
    opened(&shop, &other, "test").await;
    // The cart is as it was, with the last session, and what makes no sense does not count.
    shop.app.clock.advance(TimeDelta::hours(1));
    for _ in 0..40 {
        let senseless = pay_in_session(&shop, &cart.id, ("1.00", "EUR"), "test").await;
        assert_eq!(senseless["userErrors"][0]["code"], "INVALID_PAYMENT");
    }
    let again = opened(&shop, &cart, "test").await;
    assert_ne!(again, last);
    shop.buy(&cart.id).await;
    assert_eq!(gateway(&shop).session_state(&again), Some(TestState::Taken));
    let over = pay_in_session(&shop, &cart.id, (&cart.total, "EUR"), "test").await;
    assert_eq!(over["userErrors"], json!([{ "code": "INVALID", "field": ["cartId"] }]), "it is an order");
    assert_eq!(states(&shop).await.len(), 32);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_keeps_the_session_that_its_cart_was_submitted_with() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "manual").await;
    let session = opened(&shop, &cart, "test").await;
    let attempt = submitted(&shop, &cart.id, "token").await;
    assert_eq!(row(&shop, &attempt).await.provider_token, Some(session));
}
