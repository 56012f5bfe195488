//! Attempts that are paid through PayPal, from the cart to the order, each request judged by PayPal's descriptions.

use chrono::TimeDelta;
use entity::completion_attempt::{AttemptState, CaptureMode};
use entity::order_transaction;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::checkout;

use super::attempt::{row, submitted};
use super::paypal::{judged, name_of};
use super::shop::{PayPalShop, financial_status, mugs, pay_by, pay_in_session};

const SUCCESS: &str = "CartCompletionSuccess";
const WAITS: &str = "CartCompletionActionRequired";
const FAILED: &str = "CartCompletionFailed";

/// Submits a cart whose buyer is sent to PayPal; the attempt, and PayPal's order.
async fn sent_to_paypal(at: &PayPalShop, quantity: i64) -> (String, String) {
    let cart = at.cart(quantity, None).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let waiting = at.shop.attempt(&attempt).await;
    assert_eq!(waiting["__typename"], WAITS, "{waiting:#}");
    let order = row(&at.shop, &attempt).await.provider_reference.unwrap();
    let page = format!("https://www.sandbox.paypal.com/checkoutnow?token={order}");
    assert_eq!(waiting["action"]["redirectUrl"].as_str(), Some(page.as_str()));
    assert_eq!(waiting["action"]["provider"], "paypal");
    (attempt, order)
}

/// Where PayPal sends a buyer who approved, or gave up.
fn way_back(at: &PayPalShop, name: &str) -> String {
    let opened = judged(&at.stand).into_iter().rfind(|asked| asked.path() == "/v2/checkout/orders").unwrap();
    let told = opened.json()["payment_source"]["paypal"]["experience_context"][name].clone();
    told.as_str().unwrap().to_owned()
}

/// Follows an address as a browser does; the page in the end.
async fn follow(at: &PayPalShop, address: &str) -> String {
    let answer = at.shop.client.get(address).send().await.unwrap();
    assert_eq!(answer.status().as_u16(), 200, "{address}");
    answer.text().await.unwrap()
}

async fn references(at: &PayPalShop) -> Vec<Option<String>> {
    let rows = order_transaction::Entity::find().all(at.shop.app.db.fresh()).await.unwrap();
    assert!(rows.iter().all(|row| row.gateway == "paypal"));
    rows.into_iter().map(|row| row.provider_reference).collect()
}

/// Lets the recovery job work as long as it may take.
async fn a_minute_later(at: &PayPalShop) {
    for _ in 0..6 {
        at.shop.app.clock.advance(TimeDelta::seconds(10));
        checkout::resume_due(&at.shop.app).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_approves_at_paypal_comes_back_to_the_order() {
    let at = PayPalShop::open().await;
    let (attempt, order) = sent_to_paypal(&at, 2).await;
    let back = way_back(&at, "return_url");
    assert_eq!(back, format!("{}/checkout/attempts/{attempt}", at.shop.url));
    follow(&at, &format!("{back}?token={order}&PayerID=A1")).await;
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], WAITS, "back without having approved");
    at.stand.approve(&order);
    assert_eq!(at.stand.kept(), 0, "approving takes nothing");
    for _ in 0..2 {
        let page = follow(&at, &format!("{back}?token={order}&PayerID=A1")).await;
        assert!(page.contains("#1001"), "{page}");
        assert_eq!((at.shop.orders().await.len(), at.stand.kept()), (1, 2_990));
    }
    let done = at.shop.attempt(&attempt).await;
    assert_eq!(financial_status(&at.shop, &done).await, "PAID");
    assert_eq!(references(&at).await, [Some(name_of(&at.stand.only_order(), "captures"))]);
    assert_eq!(mugs(&at.shop).await, (8, 0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_does_not_come_back_has_the_order_by_paypals_webhook() {
    let at = PayPalShop::open().await;
    let (attempt, order) = sent_to_paypal(&at, 1).await;
    at.tell("WH-1", "CHECKOUT.ORDER.APPROVED", &at.stand.order(&order)).await;
    assert_eq!(at.shop.orders().await, [], "it says so, and PayPal does not");
    at.stand.approve(&order);
    at.tell("WH-2", "CHECKOUT.ORDER.APPROVED", &at.stand.order(&order)).await;
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], SUCCESS);
    let capture = at.stand.only_order()["purchase_units"][0]["payments"]["captures"][0].clone();
    assert_eq!(capture["custom_id"].as_str(), Some(row(&at.shop, &attempt).await.idempotency_key.as_str()));
    at.tell("WH-3", "PAYMENT.CAPTURE.COMPLETED", &capture).await;
    assert_eq!((at.shop.orders().await.len(), at.stand.kept()), (1, 1_740));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_is_taken_later_makes_an_authorized_order() {
    let at = PayPalShop::open_with(|config| config.payment.capture = CaptureMode::Manual).await;
    let (attempt, order) = sent_to_paypal(&at, 1).await;
    at.stand.approve(&order);
    follow(&at, &way_back(&at, "return_url")).await;
    assert_eq!(financial_status(&at.shop, &at.shop.attempt(&attempt).await).await, "AUTHORIZED");
    assert_eq!(references(&at).await, [Some(name_of(&at.stand.only_order(), "authorizations"))]);
    assert_eq!(at.stand.kept(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_gave_up_pays_nothing_also_when_he_approves_later() {
    let at = PayPalShop::open().await;
    let (attempt, order) = sent_to_paypal(&at, 10).await;
    follow(&at, &way_back(&at, "cancel_url")).await;
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], FAILED);
    assert_eq!(mugs(&at.shop).await, (10, 0, 0));
    at.stand.approve(&order);
    at.tell("WH-1", "CHECKOUT.ORDER.APPROVED", &at.stand.order(&order)).await;
    follow(&at, &way_back(&at, "return_url")).await;
    assert_eq!((at.shop.orders().await, at.stand.kept()), (Vec::new(), 0));
    assert_eq!(at.stand.only_order()["status"], "APPROVED", "nothing was taken by it");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_paypal_declines_frees_the_stock_and_the_cart_can_be_paid_otherwise() {
    let at = PayPalShop::open().await;
    let cart = at.cart(10, None).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let order = row(&at.shop, &attempt).await.provider_reference.unwrap();
    at.stand.approve(&order);
    at.stand.refuse("/capture", 422, "INSTRUMENT_DECLINED");
    follow(&at, &way_back(&at, "return_url")).await;
    let failed = at.shop.attempt(&attempt).await;
    assert_eq!(failed["__typename"], FAILED, "{failed:#}");
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_CARD_DECLINED");
    assert_eq!((mugs(&at.shop).await, at.stand.kept()), ((10, 0, 0), 0));
    pay_by(&at.shop, &cart.id, (&cart.total, "EUR"), "manual", None).await;
    at.shop.buy(&cart.id).await;
    assert_eq!(mugs(&at.shop).await, (0, 0, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_that_were_lost_make_one_order_and_one_capture() {
    let at = PayPalShop::open().await;
    // Where the buyer is to approve is not told at first.
    at.stand.lose("POST /v2/checkout/orders");
    let cart = at.cart(1, None).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    assert_eq!(row(&at.shop, &attempt).await.state, AttemptState::Paying);
    a_minute_later(&at).await;
    let order = row(&at.shop, &attempt).await.provider_reference.unwrap();
    assert_eq!(at.stand.only_order()["id"].as_str(), Some(order.as_str()), "the same key is the same order");
    at.stand.approve(&order);
    at.stand.lose("/capture");
    follow(&at, &way_back(&at, "return_url")).await;
    assert_eq!((at.shop.orders().await.len(), at.stand.kept()), (0, 1_740), "taken, and not known to be");
    a_minute_later(&at).await;
    assert_eq!(at.shop.attempt(&attempt).await["__typename"], SUCCESS);
    assert_eq!((at.shop.orders().await.len(), at.stand.kept()), (1, 1_740));
    let captures = judged(&at.stand).iter().filter(|asked| asked.path().ends_with("/capture")).count();
    assert_eq!(captures, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_buyer_approved_in_paypals_front_end_is_claimed_by_one_attempt() {
    let at = PayPalShop::open().await;
    let cart = at.shop.ready_cart(&at.mug, 1, "manual").await;
    let opened = pay_in_session(&at.shop, &cart.id, (&cart.total, "EUR"), "paypal").await;
    assert_eq!(opened["userErrors"], json!([]));
    let session = &opened["providerSession"];
    let reference = session["reference"].as_str().unwrap().to_owned();
    assert_eq!(session["clientSecret"], Value::Null);
    assert!(session["approveUrl"].as_str().unwrap().ends_with(&reference));
    at.stand.approve(&reference);
    assert_eq!(at.stand.kept(), 0);
    at.shop.buy(&cart.id).await;
    let other = at.cart(1, Some(&reference)).await;
    let attempt = submitted(&at.shop, &other.id, "thief").await;
    let failed = at.shop.attempt(&attempt).await;
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_INVALID_PAYMENT_METHOD", "{failed:#}");
    assert_eq!((at.shop.orders().await.len(), at.stand.kept()), (1, 1_740));
    assert_eq!(mugs(&at.shop).await, (9, 0, 1));
    judged(&at.stand);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_of_paypals_that_was_made_dearer_or_cheaper_pays_nothing() {
    let at = PayPalShop::open().await;
    for value in ["17.39", "17.41"] {
        let (attempt, order) = sent_to_paypal(&at, 1).await;
        let amount = json!({ "currency_code": "EUR", "value": value });
        at.stand.book().orders.get_mut(&order).unwrap()["purchase_units"][0]["amount"] = amount;
        at.stand.approve(&order);
        follow(&at, &way_back(&at, "return_url")).await;
        let failed = at.shop.attempt(&attempt).await;
        assert_eq!(failed["__typename"], FAILED, "{value}: {failed:#}");
        assert_eq!(mugs(&at.shop).await, (10, 0, 0), "{value}");
    }
    assert_eq!((at.shop.orders().await, at.stand.kept()), (Vec::new(), 0));
}
