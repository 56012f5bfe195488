//! PayPal, judged by the descriptions of its API that it publishes, and by the money in the book of a stand-in.

mod access;
pub mod book;
mod desk;
mod event;
mod later;
mod pay;
mod session;
mod standing;
mod undo;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use serde_json::Value;
use tradepost::config::{PayPalEnvironment, PayPalSettings};
use tradepost::money::{Currency, Money};
use tradepost::payment::provider::PayPal;
use tradepost::payment::provider::contract::{
    Capture, Paid, PayOutcome, PayRequest, PaymentProvider, PaymentRef, ProviderFault, Refusal,
};

use self::book::{CLIENT_ID, SECRET, Stand, WEBHOOK_ID};
use crate::spec::Spec;
use crate::spec::peer::Asked;

/// How long the tests wait for an answer that does not come.
const PATIENCE: Duration = Duration::from_millis(1_500);

pub fn settings(url: &str) -> PayPalSettings {
    PayPalSettings {
        client_id: CLIENT_ID.to_owned(),
        client_secret: SECRET.to_owned().into(),
        webhook_id: Some(WEBHOOK_ID.to_owned()),
        environment: PayPalEnvironment::Sandbox,
        api_url: url::Url::parse(url).unwrap(),
    }
}

fn paypal_with(settings: &PayPalSettings) -> PayPal {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    PayPal::new(settings, PATIENCE).unwrap()
}

fn paypal(stand: &Stand) -> PayPal {
    paypal_with(&settings(&stand.peer.url))
}

fn money(text: &str, code: &str) -> Money {
    Money::parse(text, Currency::find(code).unwrap()).unwrap()
}

/// 50 euros, taken at once.
fn request(key: &str, token: Option<&str>) -> PayRequest {
    PayRequest {
        amount: money("50", "EUR"),
        key: key.to_owned(),
        token: token.map(str::to_owned),
        capture: Capture::Automatic,
        return_url: "https://shop.example/checkout/return?attempt=7".to_owned(),
        cancel_url: "https://shop.example/checkout/cancel?attempt=7".to_owned(),
        email: Some("buyer@example.com".to_owned()),
        description: "Tools & more".to_owned(),
        language: "de-CH".to_owned(),
        begun_at: Utc::now(),
    }
}

fn promised(request: PayRequest) -> PayRequest {
    PayRequest { capture: Capture::Manual, ..request }
}

/// What is kept of an attempt.
fn kept(request: &PayRequest, reference: Option<&str>) -> PaymentRef {
    PaymentRef {
        key: request.key.clone(),
        reference: reference.map(str::to_owned),
        token: request.token.clone(),
        begun_at: request.begun_at,
        amount: request.amount,
        capture: request.capture,
    }
}

fn hours_ago(request: PayRequest, hours: i64) -> PayRequest {
    PayRequest { begun_at: Utc::now() - TimeDelta::hours(hours), ..request }
}

/// Sends a buyer to PayPal and lets him approve. The name of the order.
async fn approved(stand: &Stand, paypal: &PayPal, request: &PayRequest) -> String {
    let PayOutcome::ActionRequired { reference, .. } = paypal.pay(request).await.unwrap() else {
        panic!("the buyer is to approve");
    };
    stand.approve(&reference);
    reference
}

/// An attempt that was paid, and the name that was told.
async fn paid_with(stand: &Stand, paypal: &PayPal, request: &PayRequest) -> String {
    let order = approved(stand, paypal, request).await;
    match paypal.settle(&kept(request, Some(&order))).await.unwrap() {
        PayOutcome::Paid(Paid { reference: Some(reference), .. }) => reference,
        other => panic!("{other:?}"),
    }
}

/// The name of the first promise or capture of an order.
pub fn name_of(order: &Value, kind: &str) -> String {
    order["purchase_units"][0]["payments"][kind][0]["id"].as_str().unwrap().to_owned()
}

fn paid(reference: &str, text: &str, captured: bool) -> PayOutcome {
    PayOutcome::Paid(Paid { reference: Some(reference.to_owned()), amount: money(text, "EUR"), captured })
}

fn refusal_of<T: std::fmt::Debug>(outcome: Result<T, ProviderFault>) -> Refusal {
    match outcome {
        Err(ProviderFault::Refused(refusal)) => refusal,
        other => panic!("{other:?}"),
    }
}

fn is_unknown<T>(outcome: &Result<T, ProviderFault>) -> bool {
    matches!(outcome, Err(ProviderFault::Unknown(_)))
}

fn is_unsent<T>(outcome: &Result<T, ProviderFault>) -> bool {
    matches!(outcome, Err(ProviderFault::Unsent))
}

fn is_broken<T>(outcome: &Result<T, ProviderFault>) -> bool {
    matches!(outcome, Err(ProviderFault::Broken(_)))
}

fn is_absent<T>(outcome: &Result<T, ProviderFault>) -> bool {
    matches!(outcome, Err(ProviderFault::Absent))
}

/// The description that has a path. What PayPal does not describe it ignores: here it is wrong.
fn description(path: &str) -> Spec {
    let file = match path.split('/').nth(2) {
        Some("checkout") => "paypal-checkout_orders_v2.json",
        Some("payments") => "paypal-payments_payment_v2.json",
        _ => "paypal-notifications_webhooks_v1.json",
    };
    let Some(spec) = Spec::load(file) else {
        panic!("the project keeps the part of the description that its tests need");
    };
    spec.patched(|document| {
        for schema in document["components"]["schemas"].as_object_mut().unwrap().values_mut() {
            close(schema);
        }
    })
}

fn close(schema: &mut Value) {
    if schema.get("properties").is_some() && schema.get("additionalProperties").is_none() {
        schema["additionalProperties"] = Value::Bool(false);
    }
    for part in schema.get_mut("allOf").and_then(Value::as_array_mut).into_iter().flatten() {
        close(part);
    }
}

/// What PayPal was asked, each request judged by its description. Signing in is not among what it describes.
pub fn judged(stand: &Stand) -> Vec<Asked> {
    let asked: Vec<Asked> =
        stand.peer.asked().into_iter().filter(|asked| asked.path() != "/v1/oauth2/token").collect();
    for asked in &asked {
        let target = format!("{} {} {}", asked.method, asked.target, asked.body);
        let is_void = asked.path().ends_with("/void");
        if asked.method != "GET" && !is_void {
            let body = asked.json();
            let wrong = description(asked.path()).check_json(&asked.method, asked.path(), &body);
            assert_eq!(wrong, [""; 0], "{target}");
        } else {
            assert_eq!(asked.body, "", "{target}");
        }
        let makes = asked.method == "POST" && asked.path().starts_with("/v2/") && !is_void;
        let id = asked.header("paypal-request-id");
        assert_eq!(id.is_some(), makes, "{target}");
        assert!(id.is_none_or(|id| !id.is_empty() && id.len() <= 108), "{target}");
        assert_eq!(asked.header("content-type"), Some("application/json"), "{target}");
        assert_eq!(asked.header("prefer"), Some("return=representation"), "{target}");
        assert!(asked.header("authorization").unwrap().starts_with("Bearer A21AA-"), "{target}");
    }
    asked
}

/// Methods and ends of paths of what was asked, with the names left out.
fn steps(stand: &Stand) -> Vec<String> {
    let is_word = |part: &&str| !part.is_empty() && !part.contains(|letter: char| letter.is_ascii_digit());
    let step = |asked: &Asked| {
        let words: Vec<&str> = asked.path().split('/').filter(is_word).collect();
        format!("{} {}", asked.method, words.join(" "))
    };
    judged(stand).iter().map(step).collect()
}

/// The stand-in must answer as PayPal describes its answers, or what follows proves nothing.
#[tokio::test]
async fn the_stand_in_answers_as_paypal_describes() {
    let stand = Stand::start();
    let paypal = paypal(&stand);
    let order = approved(&stand, &paypal, &promised(request("described", None))).await;
    let check = |method: &str, path: &str, status: u16, body: &Value| {
        assert_eq!(description(path).check_answer(method, path, status, body), [""; 0], "{path} {body}");
    };
    check("POST", "/v2/checkout/orders", 201, &stand.order(&order));
    paypal.settle(&kept(&promised(request("described", None)), Some(&order))).await.unwrap();
    let reference = name_of(&stand.only_order(), "authorizations");
    let part = paypal.capture(&reference, money("20", "EUR"), "described-part").await.unwrap();
    paypal.refund(&part.reference.unwrap(), money("5", "EUR"), "described-back").await.unwrap();
    let whole = stand.order(&order);
    check("GET", &format!("/v2/checkout/orders/{order}"), 200, &whole);
    check("POST", &format!("/v2/checkout/orders/{order}/authorize"), 201, &whole);
    let payments = &whole["purchase_units"][0]["payments"];
    check("GET", "/v2/payments/authorizations/1", 200, &payments["authorizations"][0]);
    check("POST", "/v2/payments/authorizations/1/capture", 201, &payments["captures"][0]);
    check("POST", "/v2/payments/captures/1/refund", 201, &payments["refunds"][0]);
    check("GET", "/v2/payments/refunds/1", 200, &payments["refunds"][0]);
    let mut wrong = whole.clone();
    wrong["purchase_units"][0]["amount"]["value"] = Value::from("ten");
    let path = format!("/v2/checkout/orders/{order}");
    assert!(!description(&path).check_answer("GET", &path, 200, &wrong).is_empty(), "the judge judges");
    let misspelt = serde_json::json!({ "intent": "CAPTURE", "purchase_unit": [] });
    assert!(!description(&path).check_json("POST", "/v2/checkout/orders", &misspelt).is_empty());
}
