//! A buyer is not kept from buying by an earlier attempt of their own.

use chrono::{TimeDelta, Utc};
use entity::completion_attempt::AttemptState;
use entity::id::AttemptId;
use serde_json::{Value, json};
use tradepost::checkout::{self, Submission, Way};
use tradepost::payment::TestState;

use super::{customer, levels, ready_as, refused_for, token_of};
use crate::payment::attempt::{gateway, row, submitted};
use crate::support::{ProductSpec, ReadyCart, TestShop};

/// A shop with one mug, whose clock stands still.
async fn shop_with_last_mug() -> (TestShop, String) {
    let shop = TestShop::open_at(Utc::now()).await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(1)]).await;
    let mug = shop.variant_id("mug").await;
    (shop, mug)
}

/// How many payments are in this state.
fn count(shop: &TestShop, state: TestState) -> usize {
    gateway(shop).payments().iter().filter(|payment| payment.state == state).count()
}

/// Submits a cart whose buyer must go to the bank; returns the attempt's public id.
async fn sent_to_the_bank(shop: &TestShop, cart: &ReadyCart) -> String {
    let attempt = submitted(shop, &cart.id, "first").await;
    assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionActionRequired");
    assert_eq!(levels(shop, "mug").await, (0, 1, 0));
    attempt
}

/// Accepts a cart without driving its attempt.
async fn accepted(shop: &TestShop, cart: &ReadyCart) -> AttemptId {
    match checkout::submit(&shop.app, token_of(&cart.id), "later").await.unwrap() {
        Submission::Accepted(id) => id,
        other => panic!("{other:?}"),
    }
}

async fn fails_for_stock(shop: &TestShop, id: AttemptId) -> bool {
    let public = checkout::public_id(&shop.app, id).unwrap();
    let outcome = shop.attempt(&public).await;
    outcome["errors"][0]["code"] == "INVENTORY_RESERVATION_ERROR"
}

/// Asks to pay a cart otherwise; returns the refusals.
async fn pay_otherwise(shop: &TestShop, cart: &ReadyCart, token: &str) -> Value {
    let query = "mutation($id: ID!, $payment: CartPaymentInput!) {
        cartPaymentUpdate(cartId: $id, payment: $payment) { cart { id } userErrors { code field } } }";
    let payment = json!({ "amount": { "amount": cart.total, "currencyCode": "EUR" },
        "providerPaymentMethod": { "provider": "test", "token": token } });
    shop.ask(query, json!({ "id": cart.id, "payment": payment })).await["cartPaymentUpdate"].clone()
}

fn is_busy_or_gone(payload: &Value) -> bool {
    payload["cart"].is_null() && payload["userErrors"] == json!([{ "code": "INVALID", "field": ["cartId"] }])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_leaves_the_banks_page_pays_the_last_unit_otherwise() {
    let (shop, mug) = shop_with_last_mug().await;
    let cart = shop.ready_cart(&mug, 1, "action").await;
    let first = sent_to_the_bank(&shop, &cart).await;
    let prepare = "mutation($id: ID!) { cartPrepareForCompletion(cartId: $id) { result { __typename } } }";
    let prepared = shop.ask(prepare, json!({ "id": cart.id })).await;
    assert_eq!(
        prepared["cartPrepareForCompletion"]["result"]["__typename"], "CartStatusReady",
        "the unit is held for this very cart"
    );

    shop.pay(&cart.id, &cart.total, "approve").await;
    assert_eq!(count(&shop, TestState::Undone), 1, "nobody pays the first one later");
    assert_eq!(levels(&shop, "mug").await, (1, 0, 0));
    assert_eq!(row(&shop, &first).await.state, AttemptState::Failed);
    shop.buy(&cart.id).await;
    assert_eq!(shop.orders().await.len(), 1);
    assert_eq!((count(&shop, TestState::Undone), count(&shop, TestState::Taken)), (1, 1));
    assert_eq!(levels(&shop, "mug").await, (0, 0, 1));
    assert_eq!(checkout::make_way(&shop.app, token_of(&cart.id)).await.unwrap(), Way::Ordered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_can_be_opened_although_an_earlier_attempt_waits_for_the_buyer() {
    let (shop, mug) = shop_with_last_mug().await;
    let cart = shop.ready_cart(&mug, 1, "action").await;
    sent_to_the_bank(&shop, &cart).await;
    let opened = crate::payment::shop::pay_in_session(&shop, &cart.id, (&cart.total, "EUR"), "test").await;
    assert_eq!(opened["userErrors"], json!([]), "{opened:#}");
    shop.buy(&cart.id).await;
    assert_eq!((count(&shop, TestState::Undone), count(&shop, TestState::Taken)), (1, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_paid_in_the_last_moment_wins_over_paying_otherwise() {
    let (shop, mug) = shop_with_last_mug().await;
    let cart = shop.ready_cart(&mug, 1, "action").await;
    let first = sent_to_the_bank(&shop, &cart).await;
    let reference = row(&shop, &first).await.provider_reference.unwrap();
    assert!(gateway(&shop).decide(&reference, TestState::Taken));
    let refused = pay_otherwise(&shop, &cart, "approve").await;
    assert!(is_busy_or_gone(&refused), "the cart is an order: {refused:#}");
    let again = shop.submit(&cart.id, "second").await["result"].clone();
    assert_eq!(again["__typename"], "SubmitAlreadyAccepted");
    assert_eq!(again["attemptId"], first.as_str());
    assert_eq!(shop.attempt(&first).await["__typename"], "CartCompletionSuccess", "and here it is");
    assert_eq!((shop.orders().await.len(), count(&shop, TestState::Taken)), (1, 1));
    assert_eq!(gateway(&shop).payments().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_a_bank_works_on_is_not_given_up() {
    let (shop, mug) = shop_with_last_mug().await;
    let cart = shop.ready_cart(&mug, 1, "processing").await;
    let first = submitted(&shop, &cart.id, "first").await;
    assert_eq!(checkout::make_way(&shop.app, token_of(&cart.id)).await.unwrap(), Way::Blocked);
    assert!(is_busy_or_gone(&pay_otherwise(&shop, &cart, "approve").await));
    let session = crate::payment::shop::pay_in_session(&shop, &cart.id, (&cart.total, "EUR"), "test").await;
    assert!(is_busy_or_gone(&session), "{session:#}");
    assert_eq!(count(&shop, TestState::Processing), 1);
    let reference = row(&shop, &first).await.provider_reference.unwrap();
    assert!(gateway(&shop).decide(&reference, TestState::Taken));
    shop.app.clock.advance(TimeDelta::seconds(10));
    checkout::resume_due(&shop.app).await.unwrap();
    assert_eq!(shop.attempt(&first).await["__typename"], "CartCompletionSuccess");
    assert_eq!(levels(&shop, "mug").await, (0, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_without_an_attempt_has_nothing_in_its_way() {
    let (shop, mug) = shop_with_last_mug().await;
    let cart = shop.ready_cart(&mug, 1, "decline").await;
    assert_eq!(checkout::make_way(&shop.app, token_of(&cart.id)).await.unwrap(), Way::Free);
    submitted(&shop, &cart.id, "first").await;
    assert_eq!(checkout::make_way(&shop.app, token_of(&cart.id)).await.unwrap(), Way::Free);
    assert_eq!(checkout::make_way(&shop.app, "nobodyknowsthis").await.unwrap(), Way::Free);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_buys_the_last_unit_with_another_cart_than_the_one_at_the_bank() {
    let (shop, mug) = shop_with_last_mug().await;
    let ada = customer(&shop, "ada@example.com").await;
    let left = ready_as(&shop, &ada, &mug, 1, "action").await;
    let first = sent_to_the_bank(&shop, &left).await;
    // On another device: the unit that they hold themselves is not sold out to them.
    let other = ready_as(&shop, &ada, &mug, 1, "approve").await;
    shop.buy(&other.id).await;
    assert_eq!(row(&shop, &first).await.state, AttemptState::Failed);
    assert_eq!((count(&shop, TestState::Undone), count(&shop, TestState::Taken)), (1, 1));
    assert_eq!(shop.orders().await.len(), 1);
    assert_eq!(levels(&shop, "mug").await, (0, 0, 1));
    // The first cart is open and has nothing to be ordered.
    let late = shop.submit(&left.id, "again").await;
    assert_eq!(refused_for(&late), ["MERCHANDISE_OUT_OF_STOCK"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customers_own_payment_of_the_last_moment_wins_over_their_other_cart() {
    let (shop, mug) = shop_with_last_mug().await;
    let ada = customer(&shop, "ada@example.com").await;
    let left = ready_as(&shop, &ada, &mug, 1, "action").await;
    let first = sent_to_the_bank(&shop, &left).await;
    let other = ready_as(&shop, &ada, &mug, 1, "approve").await;
    let reference = row(&shop, &first).await.provider_reference.unwrap();
    assert!(gateway(&shop).decide(&reference, TestState::Taken));
    let second = submitted(&shop, &other.id, "second").await;
    assert_eq!(shop.attempt(&second).await["errors"][0]["code"], "INVENTORY_RESERVATION_ERROR");
    assert_eq!(shop.attempt(&first).await["__typename"], "CartCompletionSuccess");
    assert_eq!(shop.orders().await.len(), 1);
    assert_eq!((count(&shop, TestState::Undone), count(&shop, TestState::Taken)), (0, 1));
    assert_eq!(levels(&shop, "mug").await, (0, 0, 1));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_only_knows_an_e_mail_address_takes_no_stock_away() {
    let (shop, mug) = shop_with_last_mug().await;
    let (ada, eve) = (customer(&shop, "ada@example.com").await, customer(&shop, "eve@example.com").await);
    // A guest with the same address, and another customer: both were accepted before the unit was held.
    let guest = accepted(&shop, &shop.ready_cart(&mug, 1, "approve").await).await;
    let other = accepted(&shop, &ready_as(&shop, &eve, &mug, 1, "approve").await).await;
    let left = ready_as(&shop, &ada, &mug, 1, "action").await;
    let first = sent_to_the_bank(&shop, &left).await;
    for attempt in [guest, other] {
        checkout::drive(&shop.app, attempt).await.unwrap();
        assert!(fails_for_stock(&shop, attempt).await);
    }
    let late = shop.cart_with(&mug, 1).await;
    assert_eq!(late["warnings"][0]["code"], "MERCHANDISE_OUT_OF_STOCK", "{late:#}");
    assert_eq!(row(&shop, &first).await.state, AttemptState::ActionRequired);
    assert_eq!(levels(&shop, "mug").await, (0, 1, 0));
    assert_eq!(gateway(&shop).payments().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_that_finds_its_stock_held_by_its_own_buyer_has_it() {
    let (shop, mug) = shop_with_last_mug().await;
    let ada = customer(&shop, "ada@example.com").await;
    let other = accepted(&shop, &ready_as(&shop, &ada, &mug, 1, "approve").await).await;
    let left = ready_as(&shop, &ada, &mug, 1, "action").await;
    let first = sent_to_the_bank(&shop, &left).await;
    checkout::drive(&shop.app, other).await.unwrap();
    assert_eq!(row(&shop, &first).await.state, AttemptState::Failed);
    let public = checkout::public_id(&shop.app, other).unwrap();
    assert_eq!(shop.attempt(&public).await["__typename"], "CartCompletionSuccess");
    assert_eq!((count(&shop, TestState::Undone), count(&shop, TestState::Taken)), (1, 1));
    assert_eq!(levels(&shop, "mug").await, (0, 0, 1));
}
