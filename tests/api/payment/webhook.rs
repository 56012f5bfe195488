//! Webhooks of payment providers: proven, kept once, never believed.

use chrono::TimeDelta;
use entity::provider_event::{self, ProviderEventMeaning};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    EntityTrait,
};
use serde_json::json;
use tradepost::checkout;
use tradepost::payment::{TestState, purge_events};

use super::attempt::{gateway, row, shop_with_mug, submitted};
use crate::support::TestShop;

async fn post(shop: &TestShop, provider: &str, signature: Option<&str>, body: &str) -> u16 {
    let request =
        shop.client.post(format!("{}/webhooks/payments/{provider}", shop.url)).body(body.to_owned());
    let request = match signature {
        Some(signature) => request.header("test-signature", signature),
        None => request,
    };
    request.send().await.unwrap().status().as_u16()
}

/// Sends an event of the test gateway; returns the status of the answer.
pub async fn tell(shop: &TestShop, body: &str) -> u16 {
    let signature = gateway(shop).sign(body.as_bytes());
    post(shop, "test", Some(&signature), body).await
}

pub async fn events(shop: &TestShop) -> Vec<provider_event::Model> {
    provider_event::Entity::find().all(shop.app.db.fresh()).await.unwrap()
}

/// Waits until all events are handled.
pub async fn handled(shop: &TestShop) {
    for _ in 0..500 {
        if events(shop).await.iter().all(|event| event.handled_at.is_some()) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("{:#?}", events(shop).await);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_makes_the_shop_ask_and_the_order_is_made() {
    for by_key in [true, false] {
        let (shop, mug) = shop_with_mug().await;
        let cart = shop.ready_cart(&mug, 1, "processing").await;
        let attempt = submitted(&shop, &cart.id, "once").await;
        let kept = row(&shop, &attempt).await;
        let reference = kept.provider_reference.clone().unwrap();
        let about = |id: &str| {
            if by_key {
                json!({ "id": id, "key": kept.idempotency_key }).to_string()
            } else {
                json!({ "id": id, "reference": reference }).to_string()
            }
        };
        // What it says is not believed: the bank has not decided yet.
        assert_eq!(tell(&shop, &about("evt_early")).await, 200);
        handled(&shop).await;
        assert_eq!(shop.orders().await, []);
        gateway(&shop).decide(&reference, TestState::Taken);
        assert_eq!(tell(&shop, &about("evt_paid")).await, 200);
        handled(&shop).await;
        assert_eq!(shop.orders().await.len(), 1);
        assert_eq!(shop.attempt(&attempt).await["__typename"], "CartCompletionSuccess");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn forged_and_broken_webhooks_leave_nothing() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "processing").await;
    let attempt = submitted(&shop, &cart.id, "once").await;
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    gateway(&shop).decide(&reference, TestState::Taken);
    let body = json!({ "id": "evt_1", "reference": reference }).to_string();
    let signature = gateway(&shop).sign(body.as_bytes());
    assert_eq!(post(&shop, "test", None, &body).await, 400);
    assert_eq!(post(&shop, "test", Some(""), &body).await, 400);
    assert_eq!(post(&shop, "test", Some(&signature), &format!("{body} ")).await, 400);
    assert_eq!(post(&shop, "test", Some(&signature[1..]), &body).await, 400);
    assert_eq!(tell(&shop, "no event").await, 400);
    assert_eq!(post(&shop, "manual", Some(&signature), &body).await, 400);
    assert_eq!(post(&shop, "stripe", Some(&signature), &body).await, 404);
    assert_eq!(post(&shop, "nobody", Some(&signature), &body).await, 404);
    assert_eq!(tell(&shop, &"x".repeat(256 * 1024 + 1)).await, 413);
    assert_eq!(events(&shop).await, []);
    assert_eq!(shop.orders().await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_replayed_webhook_is_answered_and_has_no_effect() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "approve").await;
    shop.buy(&cart.id).await;
    let reference = gateway(&shop).payments()[0].reference.clone();
    let body = json!({ "id": "evt_1", "reference": reference }).to_string();
    for _ in 0..3 {
        assert_eq!(tell(&shop, &body).await, 200);
    }
    handled(&shop).await;
    assert_eq!(events(&shop).await.len(), 1);
    assert_eq!(shop.orders().await.len(), 1);
    assert_eq!(gateway(&shop).payments().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_about_an_unknown_payment_is_noted_and_dropped_in_time() {
    let (shop, _) = shop_with_mug().await;
    assert_eq!(tell(&shop, &json!({ "id": "evt_1", "reference": "test_nobodys" }).to_string()).await, 200);
    shop.app.clock.advance(TimeDelta::seconds(10));
    checkout::handle_events(&shop.app).await.unwrap();
    assert_eq!(events(&shop).await[0].handled_at, None, "the answer that names it may be under way");
    shop.app.clock.advance(TimeDelta::minutes(3));
    checkout::handle_events(&shop.app).await.unwrap();
    assert!(events(&shop).await[0].handled_at.is_some());
    assert_eq!(checkout::handle_events(&shop.app).await.unwrap(), 0);
    purge_events(&shop.app).await.unwrap();
    assert_eq!(events(&shop).await.len(), 1);
    shop.app.clock.advance(TimeDelta::days(61));
    purge_events(&shop.app).await.unwrap();
    assert_eq!(events(&shop).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_webhook_that_was_kept_and_lost_is_handled_by_the_job() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "processing").await;
    let attempt = submitted(&shop, &cart.id, "once").await;
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    gateway(&shop).decide(&reference, TestState::Taken);
    let body = json!({ "id": "evt_1", "reference": reference }).to_string();
    let signature = gateway(&shop).sign(body.as_bytes());
    let header = move |_: &str| Some(signature.clone());
    // As the endpoint does, and no further: the process ended there.
    let inbound =
        tradepost::payment::Inbound { header: &header, body: body.as_bytes(), now: shop.app.clock.now() };
    tradepost::payment::receive_event(&shop.app, "test", &inbound).await.unwrap();
    assert_eq!(checkout::handle_events(&shop.app).await.unwrap(), 0, "it is left to its own task at first");
    shop.app.clock.advance(TimeDelta::seconds(4));
    assert_eq!(checkout::handle_events(&shop.app).await.unwrap(), 1);
    assert_eq!(shop.orders().await.len(), 1);
    assert!(events(&shop).await[0].handled_at.is_some());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_flood_of_events_that_cannot_be_handled_yet_keeps_no_other_waiting() {
    /// More than are read at once.
    const FLOOD: usize = 120;
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "processing").await;
    let attempt = submitted(&shop, &cart.id, "once").await;
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    gateway(&shop).decide(&reference, TestState::Taken);
    let event = |number: usize, reference: &str| provider_event::ActiveModel {
        id: NotSet,
        gateway: Set("test".to_owned()),
        event_id: Set(format!("evt_{number}")),
        kind: Set("payment".to_owned()),
        meaning: Set(ProviderEventMeaning::Payment),
        reference: Set(Some(reference.to_owned())),
        attempt_key: Set(None),
        received_at: Set(shop.app.clock.now()),
        handled_at: Set(None),
    };
    let flood = (1..=FLOOD).map(|number| event(number, "test_nobodys"));
    let all = flood.chain([event(FLOOD + 1, &reference)]);
    provider_event::Entity::insert_many(all).exec(shop.app.db.writer()).await.unwrap();
    shop.app.clock.advance(TimeDelta::seconds(4));
    assert_eq!(checkout::handle_events(&shop.app).await.unwrap(), FLOOD + 1);
    assert_eq!(shop.orders().await.len(), 1);
    let open = events(&shop).await.iter().filter(|event| event.handled_at.is_none()).count();
    assert_eq!(open, FLOOD);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_told_of_an_attempt_that_failed_makes_no_order() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "action").await;
    let attempt = submitted(&shop, &cart.id, "once").await;
    checkout::give_up(&shop.app, &attempt).await.unwrap();
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    assert_eq!(tell(&shop, &json!({ "id": "evt_1", "reference": reference }).to_string()).await, 200);
    handled(&shop).await;
    assert_eq!(shop.orders().await, []);
    assert_eq!(gateway(&shop).payments()[0].state, TestState::Undone);
}
