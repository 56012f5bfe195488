//! Attempts that are paid through Stripe, from the cart to the order, each request judged by Stripe's description.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::completion_attempt::{AttemptState, CaptureMode};
use entity::order_transaction::{self, TransactionKind, TransactionStatus};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::checkout;

use super::attempt::{row, submitted};
use super::shop::{StripeShop, financial_status, mugs, pay_by, pay_in_session};
use super::stripe::book::Fault;
use super::stripe::{field, fields, judged};

const CARD: Option<&str> = Some("pm_card_visa");
const CHALLENGE: Option<&str> = Some("pm_card_authenticationRequired");
const SUCCESS: &str = "CartCompletionSuccess";
const WAITS: &str = "CartCompletionActionRequired";
const FAILED: &str = "CartCompletionFailed";

async fn transactions(at: &StripeShop) -> Vec<order_transaction::Model> {
    order_transaction::Entity::find().all(at.shop.app.db.fresh()).await.unwrap()
}

/// The keys under which payments were asked for.
fn keys(at: &StripeShop) -> Vec<String> {
    let asked = judged(&at.stand);
    let payments =
        asked.iter().filter(|asked| asked.method == "POST" && asked.path() == "/v1/payment_intents");
    payments.map(|asked| asked.header("idempotency-key").unwrap().to_owned()).collect()
}

/// Follows an address as a browser does; the page in the end.
async fn follow(at: &StripeShop, address: &str) -> String {
    let answer = at.shop.client.get(address).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{address}");
    answer.text().await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_is_charged_makes_a_paid_order() {
    let at = StripeShop::open().await;
    let cart = at.cart(2, CARD).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let done = at.shop.attempt(&attempt).await;
    assert_eq!(done["__typename"], SUCCESS, "{done:#}");
    assert_eq!(financial_status(&at.shop, &done).await, "PAID");
    assert_eq!(at.stand.book().taken(), 2_990);
    let key = at.key(&attempt).await;
    assert_eq!(keys(&at), std::slice::from_ref(&key));
    let rows = transactions(&at).await;
    assert_eq!(rows.len(), 1);
    assert_eq!((rows[0].kind, rows[0].status), (TransactionKind::Sale, TransactionStatus::Success));
    assert_eq!((rows[0].gateway.as_str(), rows[0].amount_minor), ("stripe", 2_990));
    assert_eq!(rows[0].provider_reference.as_deref(), Some("pi_1"));
    assert_eq!(rows[0].idempotency_key, key);
    assert!(at.shop.orders().await[0].test, "with a test key no real money moves");
    assert_eq!(mugs(&at.shop).await, (8, 0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_is_handed_on_and_the_webhook_after_it_makes_the_order() {
    let at = StripeShop::open().await;
    let cart = at.cart(2, CHALLENGE).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let waiting = at.shop.attempt(&attempt).await;
    assert_eq!(waiting["__typename"], WAITS, "{waiting:#}");
    assert_eq!(waiting["action"]["redirectUrl"], "https://hooks.stripe.com/3d_secure_2");
    assert_eq!(waiting["action"]["clientSecret"], "pi_1_secret_x");
    assert_eq!(waiting["action"]["provider"], "stripe");
    assert_eq!(at.way_back("return_url"), format!("{}/checkout/attempts/{attempt}", at.shop.url));
    for (id, kind) in [("evt_1", "payment_intent.requires_action"), ("evt_2", "payment_intent.succeeded")] {
        at.tell(id, kind, &at.intent(0)).await;
        assert_eq!(at.shop.orders().await, [], "{kind}: the bank has not decided yet");
    }
    assert_eq!(mugs(&at.shop).await, (8, 2, 0));

    at.stand.change(|book| book.approve(0));
    at.tell("evt_3", "payment_intent.succeeded", &at.intent(0)).await;
    let done = at.shop.attempt(&attempt).await;
    assert_eq!(done["__typename"], SUCCESS, "{done:#}");
    assert_eq!(financial_status(&at.shop, &done).await, "PAID");
    assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (1, 2_990));
    let page = follow(&at, &at.way_back("return_url")).await;
    assert!(page.contains("#1001"), "the browser comes back after the webhook: {page}");
    assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (1, 2_990));
    // What is told of a payment whose order is there, as of every payment, costs the provider no question.
    let asked = at.stand.peer.asked().len();
    at.tell("evt_4", "payment_intent.succeeded", &at.intent(0)).await;
    assert_eq!(at.stand.peer.asked().len(), asked);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_that_fails_frees_the_stock_and_the_cart_can_be_paid_otherwise() {
    let at = StripeShop::open().await;
    let cart = at.cart(10, CHALLENGE).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    at.stand.change(|book| book.refuse(0, "payment_intent_authentication_failure"));
    at.tell("evt_1", "payment_intent.payment_failed", &at.intent(0)).await;
    let failed = at.shop.attempt(&attempt).await;
    assert_eq!(failed["__typename"], FAILED, "{failed:#}");
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_CARD_DECLINED");
    assert_eq!(at.stand.book().states(), ["canceled"], "nobody pays it later");
    assert_eq!(mugs(&at.shop).await, (10, 0, 0));
    pay_by(&at.shop, &cart.id, (&cart.total, "EUR"), "stripe", CARD).await;
    at.shop.buy(&cart.id).await;
    assert_eq!(mugs(&at.shop).await, (0, 0, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_without_a_token_pays_on_stripes_page_and_comes_back_to_the_order() {
    let at = StripeShop::open().await;
    let cart = at.cart(1, None).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let waiting = at.shop.attempt(&attempt).await;
    assert_eq!(waiting["__typename"], WAITS, "{waiting:#}");
    assert_eq!(waiting["action"]["redirectUrl"], "https://checkout.stripe.com/c/pay/cs_test_1");
    let back = at.way_back("success_url");
    follow(&at, &back).await;
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], WAITS, "back without having paid");
    assert_eq!(at.shop.orders().await, []);

    at.stand.change(|book| book.pay_on_page(0));
    let page = follow(&at, &format!("{back}?utm=kept&payment_intent=pi_99&redirect_status=failed")).await;
    assert!(page.contains("#1001"), "{page}");
    assert_eq!(at.stand.book().taken(), 1_740, "taken once the stock was claimed");
    let done = at.shop.attempt(&attempt).await;
    assert_eq!(financial_status(&at.shop, &done).await, "PAID");
    let session = at.stand.book().sessions[0].clone();
    at.tell("evt_1", "checkout.session.completed", &session).await;
    assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (1, 1_740));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_leaves_stripes_page_closes_it() {
    let at = StripeShop::open().await;
    let cart = at.cart(10, None).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    follow(&at, &at.way_back("cancel_url")).await;
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], FAILED);
    assert_eq!(at.stand.book().sessions[0]["status"], "expired", "nobody pays on it later");
    assert_eq!((mugs(&at.shop).await, at.stand.book().taken()), ((10, 0, 0), 0));
    let session = at.stand.book().sessions[0].clone();
    at.tell("evt_1", "checkout.session.expired", &session).await;
    assert_eq!(at.shop.orders().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_is_declined_orders_nothing_and_holds_nothing() {
    let at = StripeShop::open().await;
    for (token, code) in [
        ("pm_card_chargeDeclined", "PAYMENT_CARD_DECLINED"),
        ("pm_card_chargeDeclinedInsufficientFunds", "PAYMENT_INSUFFICIENT_FUNDS"),
        ("pm_of_somebody_else", "PAYMENT_INVALID_PAYMENT_METHOD"),
        ("no name of Stripe's", "PAYMENT_INVALID_PAYMENT_METHOD"),
    ] {
        let cart = at.cart(10, Some(token)).await;
        let attempt = submitted(&at.shop, &cart.id, "token").await;
        let failed = at.shop.attempt(&attempt).await;
        assert_eq!(failed["__typename"], FAILED, "{token}: {failed:#}");
        assert_eq!(failed["errors"][0]["code"], code, "{token}");
        assert_eq!(mugs(&at.shop).await, (10, 0, 0), "{token}");
    }
    assert_eq!((at.shop.orders().await, at.stand.book().taken()), (Vec::new(), 0));
    judged(&at.stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_is_taken_later_makes_an_authorized_order() {
    let at = StripeShop::open_with(|config| config.payment.capture = CaptureMode::Manual).await;
    let by_card = at.cart(1, CARD).await;
    let done = at.shop.buy(&by_card.id).await;
    assert_eq!(financial_status(&at.shop, &done).await, "AUTHORIZED");
    let on_page = at.cart(1, None).await;
    let attempt = submitted(&at.shop, &on_page.id, "token").await;
    at.stand.change(|book| book.pay_on_page(0));
    follow(&at, &at.way_back("success_url")).await;
    assert_eq!(financial_status(&at.shop, &at.shop.attempt(&attempt).await).await, "AUTHORIZED");
    assert_eq!((at.stand.book().states(), at.stand.book().taken()), (vec!["requires_capture"; 2], 0));
    let kinds: Vec<_> = transactions(&at).await.iter().map(|row| (row.kind, row.status)).collect();
    assert_eq!(kinds, [(TransactionKind::Authorization, TransactionStatus::Success); 2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_was_lost_after_the_money_was_taken_makes_one_order() {
    let at = StripeShop::open().await;
    let cart = at.cart(1, CARD).await;
    at.stand.fail("POST /v1/payment_intents", Fault::Garbage);
    at.shop.buy(&cart.id).await;
    assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (1, 1_740), "found by its key");

    // Nor can it be asked for at first.
    let cart = at.cart(1, CARD).await;
    at.stand.fail("POST /v1/payment_intents", Fault::Garbage);
    at.stand.fail("GET /v1/payment_intents", Fault::Status(503));
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    assert_eq!(row(&at.shop, &attempt).await.state, AttemptState::Paying);
    assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (1, 3_480));
    at.shop.app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(checkout::resume_due(&at.shop.app).await.unwrap(), 1);
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], SUCCESS);
    assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (2, 3_480));
    assert_eq!(at.stand.book().intents.len(), 2);
    let keys = keys(&at);
    assert_eq!(keys.len(), 3);
    assert_eq!(keys.into_iter().collect::<BTreeSet<_>>().len(), 2, "the same payment is the same key");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_was_taken_is_not_told_as_nothing_charged_where_the_shop_may_not_look() {
    for status in [401, 403] {
        let at = StripeShop::open().await;
        let cart = at.cart(1, CARD).await;
        at.stand.fail("POST /v1/payment_intents", Fault::Garbage);
        at.stand.fail("GET /v1/payment_intents", Fault::Status(status));
        let attempt = submitted(&at.shop, &cart.id, "token").await;
        let told = at.shop.attempt(&attempt).await;
        assert_eq!(told["__typename"], "CartCompletionProcessing", "{status}: {told:#}");
        assert_eq!((at.stand.book().taken(), mugs(&at.shop).await), (1_740, (9, 1, 0)));
        at.shop.app.clock.advance(TimeDelta::seconds(11));
        checkout::resume_due(&at.shop.app).await.unwrap();
        assert_eq!(at.shop.attempt(&attempt).await["__typename"], SUCCESS, "{status}");
        assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (1, 1_740));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_buyer_confirmed_in_stripes_front_end_is_claimed_by_one_attempt() {
    let at = StripeShop::open().await;
    let cart = at.shop.ready_cart(&at.mug, 1, "manual").await;
    let opened = pay_in_session(&at.shop, &cart.id, (&cart.total, "EUR"), "stripe").await;
    assert_eq!(opened["userErrors"], json!([]));
    assert_eq!(
        opened["providerSession"],
        json!({ "reference": "pi_1", "clientSecret": "pi_1_secret_x", "approveUrl": Value::Null,
            "publishableKey": "pk_test_of_the_tests" })
    );
    at.stand.change(|book| book.approve(0));
    assert_eq!(at.stand.book().taken(), 0, "it is promised until the attempt takes it");

    // A dearer cart does not get it, nor one that costs the same.
    for (quantity, name) in [(2, "dearer"), (1, "thief")] {
        if name == "thief" {
            at.shop.buy(&cart.id).await;
        }
        let other = at.cart(quantity, Some("pi_1")).await;
        let attempt = submitted(&at.shop, &other.id, name).await;
        let failed = at.shop.attempt(&attempt).await;
        assert_eq!(failed["errors"][0]["code"], "PAYMENT_INVALID_PAYMENT_METHOD", "{name}: {failed:#}");
    }
    assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (1, 1_740));
    let rows = transactions(&at).await;
    assert_eq!(at.intent(0)["metadata"]["attempt_key"], rows[0].idempotency_key);
    assert_eq!(mugs(&at.shop).await, (9, 0, 1));
    let sent = judged(&at.stand);
    assert!(sent.iter().all(|asked| field(&fields(asked), "confirm").is_none()), "the buyer confirmed");
}
