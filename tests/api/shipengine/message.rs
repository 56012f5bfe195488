//! Messages that come by themselves: forged, too old, repeated, out of order.

use std::sync::Arc;

use aws_lc_rs::rand::SystemRandom;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{KeyPair as _, RSA_PKCS1_SHA256};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use entity::shipping_label::ParcelStatus;
use entity::webhook_receipt;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::shipping::{buy_label, void_label};

use super::{Depot, SECRET, configure, shipengine, tracking};
use crate::spec::peer::{Answer, Peer};
use crate::support::{TestShop, at_once};

/// Who signs messages.
struct Signer(KeyPair);

impl Signer {
    fn new() -> Self {
        Self(KeyPair::generate(KeySize::Rsa2048).unwrap())
    }

    /// Its public key as ShipEngine publishes it.
    fn published(&self, id: &str) -> Value {
        // RSAPublicKey (RFC 8017): a sequence of modulus and exponent.
        let der = self.0.public_key().as_ref().to_vec();
        assert_eq!((der.len(), &der[..9]), (270, [0x30, 0x82, 1, 0x0a, 2, 0x82, 1, 1, 0].as_slice()));
        let (n, e) = (URL_SAFE_NO_PAD.encode(&der[9..265]), URL_SAFE_NO_PAD.encode(&der[267..]));
        json!({ "keys": [{ "kty": "RSA", "kid": id, "n": n, "e": e, "alg": "RS256", "use": "sig" }] })
    }

    fn sign(&self, sent_at: &str, body: &str) -> String {
        let mut signature = vec![0; self.0.public_modulus_len()];
        let signed = format!("{sent_at}.{body}");
        self.0.sign(&RSA_PKCS1_SHA256, &SystemRandom::new(), signed.as_bytes(), &mut signature).unwrap();
        STANDARD.encode(signature)
    }
}

/// A depot with a label whose parcel is told of, and who tells.
struct Told {
    depot: Depot,
    signer: Signer,
}

impl Told {
    async fn open() -> Self {
        let (depot, signer) = (Depot::open().await, Signer::new());
        let keys = signer.published("key-1");
        depot.peer.respond(move |asked| match asked.path() {
            "/jwks" => Answer::json(200, &keys),
            _ => shipengine(asked),
        });
        buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap();
        Self { depot, signer }
    }

    fn headers(&self, sent_at: DateTime<Utc>, body: &str) -> Vec<(&'static str, String)> {
        let time = sent_at.to_rfc3339_opts(chrono::SecondsFormat::Millis, true);
        vec![
            ("x-tradepost-webhook-secret", SECRET.to_owned()),
            ("x-shipengine-rsa-sha256-key-id", "key-1".to_owned()),
            ("x-shipengine-rsa-sha256-signature", self.signer.sign(&time, body)),
            ("x-shipengine-timestamp", time),
        ]
    }

    async fn post(&self, headers: &[(&str, String)], body: &str) -> u16 {
        let mut request = self.depot.shop.client.post(format!("{}/webhooks/shipengine", self.depot.shop.url));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        request.body(body.to_owned()).send().await.unwrap().status().as_u16()
    }

    /// Sends a message as ShipEngine does.
    async fn tell(&self, data: &Value) -> u16 {
        let body = message(data);
        self.post(&self.headers(Utc::now(), &body), &body).await
    }

    async fn status(&self) -> ParcelStatus {
        self.depot.labels().await[0].parcel_status
    }

    async fn receipts(&self) -> u64 {
        webhook_receipt::Entity::find().count(self.depot.app.db.writer()).await.unwrap()
    }
}

fn message(data: &Value) -> String {
    let url = "https://api.shipengine.com/v1/tracking?carrier_code=stamps_com";
    json!({ "resource_url": url, "resource_type": "API_TRACK", "data": data }).to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_moves_the_parcel_and_the_same_one_again_does_not() {
    let told = Told::open().await;
    let body = message(&tracking("IT", &[("AC", 1), ("IT", 2)]));
    let headers = told.headers(Utc::now(), &body);
    assert_eq!(told.post(&headers, &body).await, 200);
    assert_eq!((told.status().await, told.depot.parcel_events().await.len()), (ParcelStatus::InTransit, 2));
    // Replayed as it was, and told anew with another time.
    assert_eq!(told.post(&headers, &body).await, 200);
    assert_eq!(told.tell(&tracking("IT", &[("AC", 1), ("IT", 2)])).await, 200);
    // And once more among news.
    assert_eq!(told.tell(&tracking("AT", &[("AC", 1), ("IT", 2), ("AT", 3)])).await, 200);
    assert_eq!((told.status().await, told.depot.parcel_events().await.len()), (ParcelStatus::Attempted, 3));
    assert_eq!(told.receipts().await, 2);
    assert_eq!(told.depot.happened().await, ["label.bought", "parcel.moved", "parcel.moved"]);
    assert_eq!(told.depot.peer.asked_for("GET", "/jwks").len(), 1, "the keys are kept");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_in_any_order_end_the_same() {
    let told = Told::open().await;
    for news in [
        tracking("DE", &[("DE", 40)]),
        tracking("AC", &[("AC", 1)]),
        tracking("AT", &[("AT", 30), ("IT", 20)]),
        tracking("IT", &[("IT", 50)]),
    ] {
        assert_eq!(told.tell(&news).await, 200);
        assert_eq!(told.status().await, ParcelStatus::Delivered, "it never goes back");
    }
    assert_eq!(told.depot.parcel_events().await.len(), 5);
    assert_eq!(told.depot.labels().await[0].ask_at, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_same_message_many_times_at_once_moves_the_parcel_once() {
    let told = Arc::new(Told::open().await);
    let body = message(&tracking("IT", &[("IT", 2)]));
    let headers = Arc::new(told.headers(Utc::now(), &body));
    let answers = at_once(12, |_| {
        let (told, headers, body) = (Arc::clone(&told), Arc::clone(&headers), body.clone());
        async move { told.post(&headers, &body).await }
    })
    .await;
    assert_eq!(answers, [200; 12]);
    assert_eq!((told.depot.parcel_events().await.len(), told.receipts().await), (1, 1));
    assert_eq!(told.depot.happened().await, ["label.bought", "parcel.moved"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_cannot_prove_who_they_are_changes_nothing() {
    let told = Told::open().await;
    let body = message(&tracking("DE", &[("DE", 40)]));
    let good = told.headers(Utc::now(), &body);
    let with = |name: &str, value: &str| {
        let mut headers = good.clone();
        let place = headers.iter().position(|(own, _)| *own == name).unwrap();
        headers[place].1 = value.to_owned();
        headers
    };
    let without = |name: &str| {
        good.iter().filter(|(own, _)| *own != name).cloned().collect::<Vec<(&'static str, String)>>()
    };
    let mallory = Signer::new();
    let time = good[3].1.clone();
    let other = message(&tracking("IT", &[("IT", 1)]));
    let cases = [
        (with("x-tradepost-webhook-secret", "a secret that only our account knowz"), 400),
        (with("x-tradepost-webhook-secret", ""), 400),
        (without("x-tradepost-webhook-secret"), 400),
        (without("x-shipengine-rsa-sha256-signature"), 400),
        (without("x-shipengine-rsa-sha256-key-id"), 400),
        (without("x-shipengine-timestamp"), 400),
        (with("x-shipengine-timestamp", "yesterday"), 400),
        (with("x-shipengine-rsa-sha256-key-id", "key-2"), 400),
        (with("x-shipengine-rsa-sha256-signature", "AAAA"), 400),
        (with("x-shipengine-rsa-sha256-signature", &mallory.sign(&time, &body)), 400),
        // Of another message, and of this one at another time.
        (with("x-shipengine-rsa-sha256-signature", &told.signer.sign(&time, &other)), 400),
        (with("x-shipengine-rsa-sha256-signature", &told.signer.sign("2026-01-01T00:00:00Z", &body)), 400),
        (told.headers(Utc::now() - TimeDelta::minutes(6), &body), 400),
        (told.headers(Utc::now() + TimeDelta::minutes(6), &body), 400),
    ];
    for (headers, expected) in cases {
        assert_eq!(told.post(&headers, &body).await, expected, "{headers:?}");
    }
    assert_eq!(told.status().await, ParcelStatus::Unknown);
    assert_eq!((told.depot.parcel_events().await.len(), told.receipts().await), (0, 0));
    // Unknown keys are not looked up again and again.
    assert!(told.depot.peer.asked_for("GET", "/jwks").len() <= 1);
    assert_eq!(told.post(&good, &body).await, 200);
    assert_eq!(told.status().await, ParcelStatus::Delivered);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_that_make_no_sense_or_are_of_others_parcels_have_no_effect() {
    let told = Told::open().await;
    let mut strange = tracking("DE", &[("DE", 40)]);
    strange["tracking_number"] = json!("1Z932R800392060079");
    assert_eq!(told.tell(&strange).await, 200);
    let mut carrier = tracking("DE", &[("DE", 40)]);
    carrier["carrier_code"] = json!("ups");
    assert_eq!(told.tell(&carrier).await, 200);
    let mut ahead = tracking("DE", &[("DE", 40)]);
    ahead["events"][0]["occurred_at"] = json!("2099-01-01T00:00:00Z");
    assert_eq!(told.tell(&ahead).await, 200);
    for (body, expected) in [("no JSON", 400), (r#"{"resource_type":"API_TRACK"}"#, 400), ("{}", 400)] {
        assert_eq!(told.post(&told.headers(Utc::now(), body), body).await, expected, "{body}");
    }
    let batch = r#"{"resource_type":"API_BATCH","data":{"batch_id":"se-1"}}"#;
    assert_eq!(told.post(&told.headers(Utc::now(), batch), batch).await, 200);
    let large = "x".repeat(300 * 1024);
    assert_eq!(told.post(&told.headers(Utc::now(), &large), &large).await, 413);
    assert_eq!((told.status().await, told.depot.parcel_events().await.len()), (ParcelStatus::Unknown, 0));
    // A label that was given back has no parcel any more.
    void_label(&told.depot.app, &Actor::System, told.depot.labels().await[0].id).await.unwrap();
    assert_eq!(told.tell(&tracking("IT", &[("IT", 10)])).await, 200);
    assert_eq!(told.depot.parcel_events().await.len(), 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_come_again_where_the_senders_keys_cannot_be_had() {
    let told = Told::open().await;
    told.depot.peer.respond(|asked| match asked.path() {
        "/jwks" => Answer::text(503, ""),
        _ => shipengine(asked),
    });
    assert_eq!(told.tell(&tracking("IT", &[("IT", 10)])).await, 503);
    assert_eq!(told.status().await, ParcelStatus::Unknown);
    let keys = told.signer.published("key-1");
    told.depot.peer.respond(move |_| Answer::json(200, &keys));
    assert_eq!(told.tell(&tracking("IT", &[("IT", 10)])).await, 200);
    assert_eq!(told.status().await, ParcelStatus::InTransit);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_secret_messages_come_again_and_without_a_provider_there_is_nothing_to_send_to() {
    let peer = Peer::start(shipengine);
    let deaf = TestShop::open_with(|config| {
        configure(config, &peer);
        config.shipengine.as_mut().unwrap().webhook_secret = None;
    });
    let deaf = deaf.await;
    let answer =
        deaf.client.post(format!("{}/webhooks/shipengine", deaf.url)).body("{}").send().await.unwrap();
    assert_eq!((answer.status().as_u16(), peer.asked().len()), (503, 0));
    let shop = TestShop::open().await;
    for path in ["/webhooks/shipengine", "/webhooks/other"] {
        let answer = shop.client.post(format!("{}{path}", shop.url)).body("{}").send().await.unwrap();
        assert_eq!(answer.status(), 404, "{path}");
    }
}
