//! Stripe, judged by the description of its API that it publishes, and by the money in the book of a stand-in.

pub mod book;
mod desk;
mod event;
mod later;
mod page;
mod pay;
mod session;
mod standing;
mod undo;

use std::time::Duration;

use chrono::{TimeDelta, Utc};
use secrecy::SecretString;
use tradepost::money::{Currency, Money};
use tradepost::payment::provider::Stripe;
use tradepost::payment::provider::contract::{
    Capture, Paid, PayOutcome, PayRequest, PaymentRef, ProviderFault, ProviderKeys, Refusal,
};

use self::book::Stand;
use crate::spec::Spec;
use crate::spec::peer::Asked;

/// The secret of the stand-in.
pub const SECRET: &str = "sk_test_of_the_tests";
/// The secret that signs its webhooks.
pub const WEBHOOK_SECRET: &str = "whsec_of_the_tests";
/// How long the tests wait for an answer that does not come.
const PATIENCE: Duration = Duration::from_millis(1_500);

fn keys() -> ProviderKeys {
    ProviderKeys {
        secret: SecretString::from(SECRET),
        webhook_secret: Some(SecretString::from(WEBHOOK_SECRET)),
        publishable: Some("pk_test_of_the_tests".to_owned()),
    }
}

/// The adapter, at an address.
fn stripe_at(url: &str) -> Stripe {
    stripe_with(keys(), url)
}

fn stripe_with(keys: ProviderKeys, url: &str) -> Stripe {
    let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
    Stripe::from_keys(keys, &url::Url::parse(url).unwrap(), PATIENCE).unwrap()
}

fn stripe(stand: &Stand) -> Stripe {
    stripe_at(&stand.peer.url)
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

/// What is kept of an attempt: the same at every repetition, without the answer.
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

fn long_ago(request: PayRequest) -> PayRequest {
    PayRequest { begun_at: Utc::now() - TimeDelta::hours(21), ..request }
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

/// What a form-encoded body says, by name.
pub fn fields(asked: &Asked) -> Vec<(String, String)> {
    url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect()
}

pub fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// What Stripe was asked, each request judged by its description.
pub fn judged(stand: &Stand) -> Vec<Asked> {
    let asked = stand.peer.asked();
    let Some(spec) = Spec::load("stripe.json") else {
        panic!("the project keeps the part of the description that its tests need");
    };
    for asked in &asked {
        let wrong = match asked.method.as_str() {
            "POST" => spec.check_form("POST", asked.path(), &asked.body),
            _ => spec.check_parameters("GET", &asked.target),
        };
        assert_eq!(wrong, [""; 0], "{} {} {}", asked.method, asked.target, asked.body);
        assert_eq!(asked.header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
        assert_eq!(asked.header("stripe-version"), Some("2022-11-15"));
        assert_eq!(asked.header("idempotency-key").is_some(), asked.method == "POST", "{}", asked.target);
    }
    asked
}

/// Methods and paths of what was asked.
fn steps(stand: &Stand) -> Vec<String> {
    judged(stand).iter().map(|asked| format!("{} {}", asked.method, asked.path())).collect()
}
