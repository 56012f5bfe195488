//! Input of people who mean no good: refused, logged without secrets, and nothing changes.

use chrono::{DateTime, TimeDelta, Utc};
use entity::completion_attempt::AttemptState;
use serde_json::{Value, json};
use tradepost::checkout;

use super::attempt::{row, submitted};
use super::paypal;
use super::shop::{PayPalShop, StripeShop, Told, hook, mugs, pay_by, pay_in_session, signature};
use super::stripe;
use super::webhook::events;
use crate::support::log::{self, Listener};
use crate::support::market::{market, price_list};

const CARD: Option<&str> = Some("pm_card_visa");
const CHALLENGE: Option<&str> = Some("pm_card_authenticationRequired");
const WAITS: &str = "CartCompletionActionRequired";
const FAILED: &str = "CartCompletionFailed";
/// What only the sender of a webhook knows of; it belongs into no log.
const CANARY: &str = "canary-4242424242424242@evil.example";

/// An attempt that waits for its bank, which has said yes: whoever is believed makes an order.
async fn approved(at: &StripeShop) -> String {
    let cart = at.cart(2, CHALLENGE).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let place = at.stand.book().intents.len() - 1;
    at.stand.change(|book| book.approve(place));
    attempt
}

async fn post(at: &StripeShop, header: Option<String>, body: impl Into<Vec<u8>>) -> Told {
    let headers: Vec<_> = header.into_iter().map(|header| ("stripe-signature", header)).collect();
    hook(&at.shop, "stripe", &headers, body).await
}

fn signed(at: DateTime<Utc>, body: &[u8]) -> Option<String> {
    Some(signature(stripe::WEBHOOK_SECRET, at, body))
}

/// Asserts that requests were logged, and neither what they brought nor a secret of the shop's.
fn is_logged_without(log: &Listener, told: &[Told], secrets: &[&str]) {
    for told in told {
        assert!(!log.of_request(&told.request_id).is_empty(), "{told:?}");
    }
    let text = log.text();
    for secret in secrets {
        assert!(!secret.is_empty() && !text.contains(secret), "{secret}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_event_of_stripe_is_refused_logged_without_secrets_and_changes_nothing() {
    let at = StripeShop::open().await;
    let attempt = approved(&at).await;
    let (before, asked) = (row(&at.shop, &attempt).await, at.stand.peer.asked().len());
    let log = log::listen();
    let now = at.shop.app.clock.now();
    let mut object = at.intent(0);
    object["receipt_email"] = json!(CANARY);
    let body = at.event("evt_1", "payment_intent.succeeded", &object);
    let bytes = body.as_bytes();
    let right = signature(stripe::WEBHOOK_SECRET, now, bytes);
    let of_other_secret = signature("whsec_of_somebody_else", now, bytes);
    let unsigned = format!("t={},v1=", now.timestamp());
    let altered = body.replace("\"amount\":2990", "\"amount\":1");
    assert_ne!(altered, body);
    let mut refused = Vec::new();
    for (header, body) in [
        (None, body.clone()),
        (Some(String::new()), body.clone()),
        (Some(unsigned), body.clone()),
        (Some(of_other_secret), body.clone()),
        (Some(right.replace("v1=", "v0=")), body.clone()),
        (Some(right.clone()), altered),
        (Some(right.clone()), format!("{body} ")),
        (signed(now - TimeDelta::minutes(6), bytes), body.clone()),
        (signed(now + TimeDelta::minutes(6), bytes), body.clone()),
    ] {
        let told = post(&at, header.clone(), body).await;
        assert_eq!(told.status, 400, "{header:?}");
        refused.push(told);
    }
    // Signed with the right secret, and no event.
    for rubbish in [
        b"".to_vec(),
        b"{".to_vec(),
        b"[]".to_vec(),
        b"\xff\xfe".to_vec(),
        CANARY.as_bytes().to_vec(),
        at.event("1; DROP TABLE orders", "payment_intent.succeeded", &object).into_bytes(),
        at.event("evt_2", "payment_intent\nsucceeded", &object).into_bytes(),
        br#"{"id":"evt_3","type":"payment_intent.succeeded"}"#.to_vec(),
    ] {
        let told = post(&at, signed(now, &rubbish), rubbish.clone()).await;
        assert_eq!(told.status, 400, "{rubbish:?}");
        refused.push(told);
    }
    let large = vec![b'x'; 256 * 1024 + 1];
    let told = post(&at, signed(now, &large), large.clone()).await;
    assert_eq!(told.status, 413);
    refused.push(told);
    for nobody in ["paypal", "nobody", "..%2Fstripe", "Stripe"] {
        let told = hook(&at.shop, nobody, &[("stripe-signature", right.clone())], body.clone()).await;
        assert_eq!(told.status, 404, "{nobody}");
        refused.push(told);
    }
    assert_eq!(events(&at.shop).await, []);
    assert_eq!(row(&at.shop, &attempt).await, before);
    assert_eq!(at.stand.peer.asked().len(), asked, "Stripe is not asked for everybody who knocks");
    assert_eq!((at.shop.orders().await, at.stand.book().refunds.len()), (Vec::new(), 0));
    let key = before.idempotency_key.as_str();
    is_logged_without(
        &log,
        &refused,
        &[CANARY, stripe::SECRET, stripe::WEBHOOK_SECRET, key, "pi_1_secret_x", &right],
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_that_is_replayed_is_done_once_and_not_taken_any_more_when_it_is_old() {
    let at = StripeShop::open().await;
    let attempt = approved(&at).await;
    at.tell("evt_1", "payment_intent.succeeded", &at.intent(0)).await;
    assert_eq!(row(&at.shop, &attempt).await.state, AttemptState::Done);
    let asked = at.stand.peer.asked().len();
    let body = at.event("evt_1", "payment_intent.succeeded", &at.intent(0));
    let captured = signed(at.shop.app.clock.now(), body.as_bytes());
    for _ in 0..3 {
        assert_eq!(post(&at, captured.clone(), body.clone()).await.status, 200);
    }
    at.shop.app.clock.advance(TimeDelta::minutes(6));
    assert_eq!(post(&at, captured, body.clone()).await.status, 400);
    let anew = signed(at.shop.app.clock.now(), body.as_bytes());
    assert_eq!(post(&at, anew, body).await.status, 200, "Stripe itself repeats it with a new signature");
    checkout::handle_events(&at.shop.app).await.unwrap();
    assert_eq!(events(&at.shop).await.len(), 1);
    assert_eq!(at.stand.peer.asked().len(), asked, "what is known is not asked for");
    assert_eq!((at.shop.orders().await.len(), at.stand.book().taken()), (1, 2_990));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_event_moves_the_payment_that_it_names_and_nobody_elses() {
    let at = StripeShop::open().await;
    let (first, second) = (approved(&at).await, approved(&at).await);
    // Of another shop with the same account.
    let mut foreign = at.intent(0);
    foreign["id"] = json!("pi_of_another_shop");
    foreign["metadata"] = json!({ "attempt_key": "the key of another shop" });
    let body = at.event("evt_1", "payment_intent.succeeded", &foreign);
    let header = signed(at.shop.app.clock.now(), body.as_bytes());
    assert_eq!(post(&at, header, body).await.status, 200, "Stripe must not send it for ever");
    at.shop.app.clock.advance(TimeDelta::minutes(3));
    checkout::handle_events(&at.shop.app).await.unwrap();
    assert!(events(&at.shop).await[0].handled_at.is_some());
    for attempt in [&first, &second] {
        assert_eq!(row(&at.shop, attempt).await.state, AttemptState::ActionRequired);
    }
    // The key of one and the name of the other: the shop's own word counts.
    let mut crossed = at.intent(1);
    crossed["metadata"] = json!({ "attempt_key": at.key(&first).await });
    at.tell("evt_2", "payment_intent.succeeded", &crossed).await;
    assert_eq!(row(&at.shop, &first).await.state, AttemptState::Done);
    assert_eq!(row(&at.shop, &second).await.state, AttemptState::ActionRequired);
    let orders = at.shop.orders().await;
    assert_eq!((orders.len(), row(&at.shop, &first).await.order_id), (1, Some(orders[0].id)));
    assert_eq!(row(&at.shop, &first).await.provider_reference.as_deref(), Some("pi_1"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_amount_or_currency_at_the_provider_is_no_order_and_goes_back() {
    for (amount, currency) in [(2_991, "eur"), (2_989, "eur"), (1, "eur"), (2_990, "usd"), (2_990, "jpy")] {
        let at = StripeShop::open().await;
        let attempt = approved(&at).await;
        at.stand.change(|book| {
            let intent = &mut book.intents[0];
            intent["amount"] = json!(amount);
            intent["amount_received"] = json!(amount);
            intent["currency"] = json!(currency);
        });
        at.tell("evt_1", "payment_intent.succeeded", &at.intent(0)).await;
        let failed = at.shop.attempt(&attempt).await;
        assert_eq!(failed["__typename"], FAILED, "{amount} {currency}: {failed:#}");
        assert_eq!(failed["errors"][0]["code"], "PAYMENT_ERROR");
        assert_eq!(at.shop.orders().await, []);
        assert_eq!((at.stand.book().taken(), at.stand.book().refunds.len()), (0, 1), "{amount} {currency}");
        assert_eq!(mugs(&at.shop).await, (10, 0, 0));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_that_changed_its_currency_is_not_paid_by_the_session_of_the_old_one() {
    let at = StripeShop::open().await;
    at.shop.rate("USD", 1_000_000_000).await;
    let abroad = at.shop.sell_in(&market("us", "USD", &["US"])).await;
    let list = at.shop.list_prices(&price_list(abroad, "USD")).await;
    at.shop.fix_price(list, "mug", "USD", 1_250).await;
    let cart = at.shop.ready_cart(&at.mug, 1, "manual").await;
    pay_in_session(&at.shop, &cart.id, (&cart.total, "EUR"), "stripe").await;
    at.stand.change(|book| book.approve(0));
    let identity = json!({ "countryCode": "US" });
    let arguments =
        [("cartId", "ID!", json!(cart.id)), ("buyerIdentity", "CartBuyerIdentityInput!", identity)];
    let moved = at.shop.change_cart("cartBuyerIdentityUpdate", &arguments).await;
    let total = &moved["cart"]["cost"]["totalAmount"];
    assert_eq!(total["currencyCode"], "USD", "{moved:#}");
    assert_eq!(total["amount"], cart.total.as_str(), "the same number of another currency");
    let refused = at.shop.submit(&cart.id, "as it was").await;
    assert_eq!(refused["result"]["__typename"], "SubmitFailed", "{refused:#}");

    let set = pay_by(&at.shop, &cart.id, (&cart.total, "USD"), "stripe", Some("pi_1")).await;
    assert_eq!(set["userErrors"], json!([]));
    let attempt = submitted(&at.shop, &cart.id, "in dollars").await;
    let failed = at.shop.attempt(&attempt).await;
    assert_eq!(failed["errors"][0]["code"], "PAYMENT_INVALID_PAYMENT_METHOD", "{failed:#}");
    assert_eq!((at.stand.book().states(), at.stand.book().taken()), (vec!["requires_capture"], 0));
    assert_eq!((at.shop.orders().await, mugs(&at.shop).await), (Vec::new(), (10, 0, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_address_says_of_a_payment_is_not_believed() {
    let at = StripeShop::open().await;
    let log = log::listen();
    let paid = at.cart(1, CARD).await;
    at.shop.buy(&paid.id).await;
    let cart = at.cart(2, CHALLENGE).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let address = format!("{}/checkout/attempts/{attempt}", at.shop.url);
    for claim in [
        "status=success",
        "redirect_status=succeeded&payment_intent=pi_1&payment_intent_client_secret=pi_1_secret_x",
        "session_id=cs_test_1&paid=true&amount=0&currency=EUR",
        "attempt=1-x&state=done&orderId=1&token=5O190127TN364715T&PayerID=A1",
    ] {
        let answer = at.shop.client.get(format!("{address}?{claim}")).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{claim}");
        assert!(!answer.url().path().starts_with("/orders/"), "{claim} led to {}", answer.url());
        assert_eq!(at.shop.attempt(&attempt).await["__typename"], WAITS, "{claim}");
    }
    let (id, secret) = attempt.split_once('-').unwrap();
    let first = format!("1-{secret}");
    for forged in
        [format!("{id}-"), format!("{id}-{}", "A".repeat(secret.len())), first, format!("{attempt}%00")]
    {
        for end in ["", "/cancel", "?status=success"] {
            let forged = format!("{}/checkout/attempts/{forged}{end}", at.shop.url);
            let answer = at.shop.client.get(&forged).send().await.unwrap();
            assert_eq!(answer.status().as_u16(), 404, "{forged}");
        }
    }
    assert_eq!(row(&at.shop, &attempt).await.state, AttemptState::ActionRequired, "nobody else can end it");
    assert_eq!((at.shop.orders().await.len(), mugs(&at.shop).await), (1, (7, 2, 1)));
    is_logged_without(&log, &[], &[secret, "pi_1_secret_x", stripe::SECRET, "PayerID=A1"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_not_opened_by_a_key_that_was_guessed() {
    let at = StripeShop::open().await;
    let log = log::listen();
    let mut keys = Vec::new();
    for _ in 0..2 {
        let cart = at.cart(1, CARD).await;
        let done = at.shop.buy(&cart.id).await;
        let (id, key) = done["orderId"].as_str().unwrap().split_once("?key=").unwrap();
        keys.push((id.rsplit('/').next().unwrap().to_owned(), key.to_owned()));
    }
    let (number, key) = keys[0].clone();
    let mut guesses =
        vec![String::new(), keys[1].1.clone(), key.to_uppercase(), key.to_lowercase(), format!("{key}=")];
    guesses.extend((0..key.len()).map(|cut| key[..cut].to_owned()));
    guesses.extend((0..key.len()).map(|place| {
        let mut letters: Vec<char> = key.chars().collect();
        letters[place] = if letters[place] == 'A' { 'B' } else { 'A' };
        letters.into_iter().collect::<String>()
    }));
    guesses.retain(|guess| *guess != key);
    assert!(guesses.len() > 2 * key.len());
    let order = "query($id: ID!, $key: String!) { order(id: $id, key: $key) { name email } }";
    for guess in &guesses {
        let id = format!("gid://shopify/Order/{number}");
        assert_eq!(
            at.shop.ask(order, json!({ "id": id, "key": guess })).await["order"],
            Value::Null,
            "{guess}"
        );
    }
    for guess in guesses.iter().step_by(8) {
        let mut address = url::Url::parse(&format!("{}/orders/{number}", at.shop.url)).unwrap();
        address.query_pairs_mut().append_pair("key", guess);
        let answer = at.shop.client.get(address).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 404, "{guess}");
        assert!(!answer.text().await.unwrap().contains("ada@example.com"));
    }
    let id = format!("gid://shopify/Order/{number}");
    assert_eq!(at.shop.ask(order, json!({ "id": id, "key": key })).await["order"]["name"], "#1001");
    is_logged_without(&log, &[], &[&key, &keys[1].1, &guesses[1], stripe::SECRET]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_forged_event_of_paypal_is_refused_logged_without_secrets_and_changes_nothing() {
    let at = PayPalShop::open().await;
    let cart = at.cart(1, None).await;
    let attempt = submitted(&at.shop, &cart.id, "token").await;
    let before = row(&at.shop, &attempt).await;
    let order = before.provider_reference.clone().unwrap();
    at.stand.approve(&order);
    let log = log::listen();
    let mut resource = at.stand.order(&order);
    resource["payer"] = json!({ "email_address": CANARY });
    let event = json!({ "id": "WH-1", "event_type": "CHECKOUT.ORDER.APPROVED", "resource": resource });
    let body = event.to_string();
    at.stand.book().signed.insert("right".to_owned(), body.clone());
    let mut old = at.transmission("right");
    old[4].1 = (at.shop.app.clock.now() - TimeDelta::minutes(6)).to_rfc3339();
    let mut elsewhere = at.transmission("right");
    elsewhere[1].1 = "https://paypal.com.evil.example/cert".to_owned();
    let mut refused = Vec::new();
    for (headers, body) in [
        (Vec::new(), body.clone()),
        (at.transmission("wrong"), body.clone()),
        (at.transmission("right"), body.replace("17.40", "1.00")),
        (at.transmission("right"), format!("{body} ")),
        (at.transmission("right"), "{".to_owned()),
        (old, body.clone()),
        (elsewhere, body.clone()),
    ] {
        let told = hook(&at.shop, "paypal", &headers, body).await;
        assert_eq!(told.status, 400, "{headers:?}");
        refused.push(told);
    }
    at.stand.refuse("/verify-webhook-signature", 500, "");
    let unchecked = hook(&at.shop, "paypal", &at.transmission("right"), body.clone()).await;
    assert_eq!(unchecked.status, 503, "PayPal sends it again");
    refused.push(unchecked);
    assert_eq!((events(&at.shop).await, at.stand.kept()), (Vec::new(), 0));
    assert_eq!(row(&at.shop, &attempt).await, before);
    is_logged_without(
        &log,
        &refused,
        &[CANARY, paypal::book::SECRET, paypal::book::WEBHOOK_ID, &before.idempotency_key],
    );
}
