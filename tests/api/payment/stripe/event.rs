//! Webhooks: only Stripe's are read, and only while they are fresh.

use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;
use tradepost::payment::provider::contract::{
    EventMeaning, Inbound, PaymentProvider, ProviderEvent, ProviderKeys, WebhookFault,
};

use super::{WEBHOOK_SECRET, keys, stripe_at, stripe_with};
use crate::spec::Spec;

const NOWHERE: &str = "http://127.0.0.1:1/";

fn sign(secret: &str, time: &str, body: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(secret.as_bytes()).unwrap();
    mac.update(format!("{time}.{body}").as_bytes());
    mac.finalize().into_bytes().iter().map(|byte| format!("{byte:02x}")).collect()
}

fn event(kind: &str, object: &Value) -> Value {
    json!({ "id": "evt_1", "object": "event", "api_version": "2022-11-15", "created": 1_790_000_000,
        "livemode": false, "pending_webhooks": 1, "request": null, "type": kind, "data": { "object": object } })
}

async fn read(header: Option<&str>, body: &str, now: DateTime<Utc>) -> Result<ProviderEvent, WebhookFault> {
    let header = header.map(str::to_owned);
    let lookup = move |name: &str| header.clone().filter(|_| name == "stripe-signature");
    stripe_at(NOWHERE).read_event(&Inbound { header: &lookup, body: body.as_bytes(), now }).await
}

async fn read_signed(event: &Value) -> Result<ProviderEvent, WebhookFault> {
    let (body, now) = (event.to_string(), Utc::now());
    let time = now.timestamp().to_string();
    read(Some(&format!("t={time},v1={}", sign(WEBHOOK_SECRET, &time, &body))), &body, now).await
}

fn payment() -> Value {
    json!({ "id": "pi_1", "object": "payment_intent", "metadata": { "attempt_key": "key-1" } })
}

#[tokio::test]
async fn a_signed_event_is_read_and_any_other_is_forged() {
    let body = event("payment_intent.succeeded", &payment()).to_string();
    let now = Utc::now();
    let time = now.timestamp().to_string();
    let right = sign(WEBHOOK_SECRET, &time, &body);
    let wrong = sign("whsec_of_somebody_else", &time, &body);
    let stale = (now - TimeDelta::days(1)).timestamp().to_string();
    for header in [
        format!("t={time},v1={right}"),
        format!("t={time},v0={wrong},v1={wrong},v1={right}"),
        format!("t={time}, v1={right}, v2=x"),
    ] {
        assert_eq!(read(Some(&header), &body, now).await.unwrap().id, "evt_1", "{header}");
    }
    for header in [
        String::new(),
        format!("v1={right}"),
        format!("t={time}"),
        format!("t={time},v1="),
        format!("t={time},v1={wrong}"),
        format!("t={time},v0={right}"),
        format!("t={time},v1={}", &right[2..]),
        format!("t={time},v1={right}00"),
        format!("t={time},v1=zz{}", &right[2..]),
        format!("t={stale},v1={right}"),
        format!("t=soon,v1={}", sign(WEBHOOK_SECRET, "soon", &body)),
        format!("t={stale},v1={wrong}"),
    ] {
        assert_eq!(read(Some(&header), &body, now).await, Err(WebhookFault::Forged), "{header}");
    }
    let header = format!("t={time},v1={right}");
    assert_eq!(read(None, &body, now).await, Err(WebhookFault::Forged));
    let changed = body.replace("pi_1", "pi_2");
    assert_eq!(read(Some(&header), &changed, now).await, Err(WebhookFault::Forged));
}

#[tokio::test]
async fn an_event_of_another_time_is_stale_both_ways() {
    let body = event("payment_intent.succeeded", &payment()).to_string();
    let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
    for (seconds, fresh) in [(0, true), (299, true), (-299, true), (301, false), (-301, false)] {
        let time = (now + TimeDelta::seconds(seconds)).timestamp().to_string();
        let header = format!("t={time},v1={}", sign(WEBHOOK_SECRET, &time, &body));
        let outcome = read(Some(&header), &body, now).await;
        if fresh {
            assert!(outcome.is_ok(), "{seconds}");
        } else {
            assert_eq!(outcome, Err(WebhookFault::Stale), "{seconds}");
        }
    }
}

#[tokio::test]
async fn without_a_secret_no_event_is_believed_and_what_is_no_event_is_not_read() {
    let stripe = stripe_with(ProviderKeys { webhook_secret: None, ..keys() }, NOWHERE);
    let inbound = Inbound { header: &|_| Some("t=1,v1=00".to_owned()), body: b"{}", now: Utc::now() };
    assert_eq!(stripe.read_event(&inbound).await, Err(WebhookFault::Unchecked));
    for event in [
        json!({}),
        json!([]),
        json!({ "id": "evt_1", "type": "payment_intent.succeeded" }),
        json!({ "id": "1; DROP", "type": "payment_intent.succeeded", "data": { "object": {} } }),
        json!({ "id": "evt_1", "type": "a\nb", "data": { "object": {} } }),
    ] {
        assert_eq!(read_signed(&event).await, Err(WebhookFault::Unreadable), "{event}");
    }
}

#[tokio::test]
async fn events_tell_what_they_are_about_and_what_to_ask() {
    let spec = Spec::load("stripe.json").unwrap();
    let page = json!({ "id": "cs_test_1", "object": "checkout.session", "client_reference_id": "key-2",
        "payment_intent": "pi_2", "metadata": {} });
    let charge = json!({ "id": "ch_3", "object": "charge", "payment_intent": "pi_3",
        "metadata": { "attempt_key": "key-3" } });
    let refund =
        json!({ "id": "re_4", "object": "refund", "payment_intent": { "id": "pi_4" }, "metadata": null });
    let dispute = json!({ "id": "dp_5", "object": "dispute", "payment_intent": "pi_5", "metadata": {} });
    let customer = json!({ "id": "cus_6", "object": "customer" });
    use EventMeaning::{Dispute, Other, Payment, Refund};
    for (kind, object, meaning, reference, key) in [
        ("payment_intent.succeeded", payment(), Payment, Some("pi_1"), Some("key-1")),
        ("payment_intent.amount_capturable_updated", payment(), Payment, Some("pi_1"), Some("key-1")),
        ("payment_intent.payment_failed", payment(), Payment, Some("pi_1"), Some("key-1")),
        ("payment_intent.created", payment(), Other, Some("pi_1"), Some("key-1")),
        ("checkout.session.completed", page.clone(), Payment, Some("cs_test_1"), Some("key-2")),
        ("checkout.session.expired", page, Payment, Some("cs_test_1"), Some("key-2")),
        ("charge.refunded", charge.clone(), Refund, Some("pi_3"), Some("key-3")),
        ("charge.succeeded", charge, Other, Some("pi_3"), Some("key-3")),
        ("refund.updated", refund.clone(), Refund, Some("pi_4"), None),
        ("charge.refund.updated", refund, Refund, Some("pi_4"), None),
        ("charge.dispute.created", dispute, Dispute, Some("pi_5"), None),
        ("customer.created", customer, Other, None, None),
    ] {
        let event = event(kind, &object);
        assert_eq!(spec.check_thing("event", &event), [""; 0]);
        let read = read_signed(&event).await.unwrap();
        let expected = ProviderEvent {
            id: "evt_1".to_owned(),
            kind: kind.to_owned(),
            reference: reference.map(str::to_owned),
            key: key.map(str::to_owned),
            meaning,
        };
        assert_eq!(read, expected, "{kind}");
    }
}
