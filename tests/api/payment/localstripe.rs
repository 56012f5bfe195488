//! The life of a payment at `localstripe`, a stand-in of Stripe that others wrote, at `LOCALSTRIPE_URL`.
//!
//! It refuses parameters that Stripe takes and leaves fields out that Stripe sends, so that there is a filter between:
//! it drops those parameters and works those fields out from the charge. It calls every refusal a mistake in the request,
//! and the filter calls those of a card what Stripe calls them. It knows no pages, no codes of refusals and no
//! idempotency, and takes refunds of more than there is: those are judged elsewhere.

use std::io::{Read, Write};
use std::net::TcpStream;

use chrono::Utc;
use secrecy::SecretString;
use serde_json::{Value, json};
use tradepost::money::{Currency, Money};
use tradepost::payment::provider::contract::{
    Capture, PayOutcome, PayRequest, PaymentProvider, PaymentRef, ProviderFault, ProviderKeys, Refusal,
};
use tradepost::payment::provider::{PATIENCE, Stripe};
use url::Url;
use url::form_urlencoded::{Serializer, parse};

use crate::spec::peer::{Answer, Asked, Peer};
use crate::support::skip::skipped;

/// What it refuses and Stripe takes.
const REFUSED: [&str; 7] = [
    "description",
    "return_url",
    "receipt_email",
    "automatic_payment_methods[enabled]",
    "cancellation_reason",
    "created[gte]",
    "limit",
];
/// It hangs nothing on a payment when it is captured.
const REFUSED_AT_CAPTURE: &str = "metadata[move_key]";

fn address() -> Option<Url> {
    let address = std::env::var("LOCALSTRIPE_URL").ok().and_then(|text| Url::parse(&text).ok());
    if address.is_none() {
        skipped("no LOCALSTRIPE_URL; start localstripe on this machine and set it");
    }
    address
}

/// One request, without any of our own code for asking Stripe.
fn ask(address: &Url, method: &str, target: &str, body: &str) -> (u16, Value) {
    let host = format!("{}:{}", address.host_str().unwrap(), address.port_or_known_default().unwrap());
    let mut stream = TcpStream::connect(&host).unwrap();
    let head = format!(
        "{method} {target} HTTP/1.0\r\nHost: {host}\r\nAuthorization: Bearer sk_test_12345\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    stream.write_all(head.as_bytes()).unwrap();
    let mut text = String::new();
    stream.read_to_string(&mut text).unwrap();
    let status = text.split(' ').nth(1).unwrap().parse().unwrap();
    (status, serde_json::from_str(text.split_once("\r\n\r\n").unwrap().1).unwrap_or(Value::Null))
}

/// What it can read of what we send.
fn filtered(path: &str, text: &str) -> String {
    let is_capture = path.ends_with("/capture");
    let is_kept = |name: &str| !(REFUSED.contains(&name) || is_capture && name == REFUSED_AT_CAPTURE);
    let kept = parse(text.as_bytes()).filter(|(name, _)| is_kept(name));
    Serializer::new(String::new()).extend_pairs(kept).finish()
}

/// The sums that Stripe tells and it does not.
fn completed(mut thing: Value) -> Value {
    if thing["object"] == "list" {
        let data = thing["data"].take();
        thing["data"] = data.as_array().unwrap().iter().cloned().map(completed).collect();
    }
    if thing["object"] == "payment_intent" {
        let (charge, status) = (&thing["latest_charge"], thing["status"].clone());
        let amount = thing["amount"].as_i64().unwrap();
        // What it gives back by itself is what was never taken: nobody asked for that by the payment's name.
        let refunds = charge["refunds"]["data"].as_array().into_iter().flatten();
        let untaken = refunds.filter(|refund| refund["payment_intent"].is_null());
        let untaken: i64 = untaken.map(|refund| refund["amount"].as_i64().unwrap()).sum();
        let received = if status == "succeeded" { amount - untaken } else { 0 };
        thing["amount_capturable"] = json!(if status == "requires_capture" { amount } else { 0 });
        thing["amount_received"] = json!(received);
    }
    thing
}

struct Local {
    stripe: Stripe,
    address: Url,
    _filter: Peer,
}

impl Local {
    fn start(address: &Url) -> Self {
        let to = address.clone();
        let filter = Peer::start(move |asked: &Asked| {
            let (path, query) = asked.target.split_once('?').unwrap_or((&asked.target, ""));
            let target = format!("{path}?{}", filtered(path, query));
            let (status, mut body) = ask(&to, &asked.method, &target, &filtered(path, &asked.body));
            if status == 402 {
                body["error"]["type"] = json!("card_error");
            }
            Answer::json(status, &completed(body))
        });
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let secret = SecretString::from("sk_test_12345");
        let keys = ProviderKeys { secret, webhook_secret: None, publishable: None };
        let base = Url::parse(&filter.url).unwrap();
        let stripe = Stripe::from_keys(keys, &base, PATIENCE).unwrap();
        Self { stripe, address: address.clone(), _filter: filter }
    }

    /// A payment method of a card with this number, as a front end makes it.
    fn card(&self, number: &str) -> String {
        let body =
            format!("type=card&card[number]={number}&card[exp_month]=12&card[exp_year]=2040&card[cvc]=123");
        let (status, method) = ask(&self.address, "POST", "/v1/payment_methods", &body);
        assert_eq!(status, 200, "{method}");
        method["id"].as_str().unwrap().to_owned()
    }

    /// What the buyer does with a challenge.
    fn answer_challenge(&self, reference: &str, secret: &str, passes: bool) {
        let path = format!("/v1/payment_intents/{reference}/_authenticate");
        let (status, told) =
            ask(&self.address, "POST", &path, &format!("client_secret={secret}&success={passes}"));
        assert_eq!(status, 200, "{told}");
    }

    /// Its own word on how a payment stands.
    fn status(&self, reference: &str) -> String {
        let (_, told) = ask(&self.address, "GET", &format!("/v1/payment_intents/{reference}"), "");
        told["status"].as_str().unwrap().to_owned()
    }
}

fn euros(minor: i64) -> Money {
    Money::new(minor, Currency::find("EUR").unwrap())
}

fn request(key: &str, token: String, capture: Capture) -> PayRequest {
    PayRequest {
        amount: euros(5_000),
        key: key.to_owned(),
        token: Some(token),
        capture,
        return_url: "https://shop.example/return".to_owned(),
        cancel_url: "https://shop.example/cancel".to_owned(),
        email: Some("buyer@example.com".to_owned()),
        description: "Tools".to_owned(),
        language: "en".to_owned(),
        begun_at: Utc::now(),
    }
}

fn kept(request: &PayRequest, reference: &str) -> PaymentRef {
    PaymentRef {
        key: request.key.clone(),
        reference: Some(reference.to_owned()),
        token: request.token.clone(),
        begun_at: request.begun_at,
        amount: request.amount,
        capture: request.capture,
    }
}

/// The name of a payment that came about, and whether it was taken.
fn paid(outcome: Result<PayOutcome, ProviderFault>) -> (String, bool) {
    match outcome {
        Ok(PayOutcome::Paid(paid)) => {
            assert_eq!(paid.amount, euros(5_000));
            (paid.reference.unwrap(), paid.captured)
        }
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_at_localstripe_is_taken_promised_captured_and_given_back() {
    let Some(address) = address() else { return };
    let local = Local::start(&address);
    let stripe = &local.stripe;
    let visa = local.card("4242424242424242");

    let at_once = request("at-once", visa.clone(), Capture::Automatic);
    let (reference, captured) = paid(stripe.pay(&at_once).await);
    assert!(captured && local.status(&reference) == "succeeded");
    let back = stripe.refund(&reference, euros(2_000), "refund-1").await.unwrap();
    assert_eq!((back.amount, back.settled), (euros(2_000), true));
    let again = stripe.refund(&reference, euros(2_000), "refund-1").await.unwrap();
    assert_eq!(again.reference, back.reference);
    let over = stripe.refund(&reference, euros(3_001), "refund-2").await;
    assert!(matches!(over, Err(ProviderFault::Refused(Refusal::AmountTooLarge))), "{over:?}");
    stripe.undo(&kept(&at_once, &reference)).await.unwrap();

    let later = request("later", visa.clone(), Capture::Manual);
    let (reference, captured) = paid(stripe.pay(&later).await);
    assert!(!captured && local.status(&reference) == "requires_capture");
    let taken = stripe.capture(&reference, euros(3_000), "capture-1").await.unwrap();
    assert_eq!((taken.amount, taken.settled), (euros(3_000), true));
    assert_eq!(local.status(&reference), "succeeded");
    let voided = stripe.void(&reference, "void-1").await;
    assert!(matches!(voided, Err(ProviderFault::Refused(_))), "{voided:?}");

    let let_go = request("let-go", visa, Capture::Manual);
    let (reference, _) = paid(stripe.pay(&let_go).await);
    stripe.void(&reference, "void-2").await.unwrap();
    stripe.void(&reference, "void-2").await.unwrap();
    assert_eq!(local.status(&reference), "canceled");
    let gone = stripe.capture(&reference, euros(5_000), "capture-2").await;
    assert!(matches!(gone, Err(ProviderFault::Refused(Refusal::Abandoned))), "{gone:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_challenge_at_localstripe_is_passed_failed_or_left() {
    let Some(address) = address() else { return };
    let local = Local::start(&address);
    let stripe = &local.stripe;
    let card = local.card("4000002500003155");
    let challenged = async |key: &str| {
        let attempt = request(key, card.clone(), Capture::Automatic);
        let outcome = stripe.pay(&attempt).await;
        let Ok(PayOutcome::ActionRequired { reference, action }) = outcome else { panic!("{outcome:?}") };
        (attempt, reference, action.client_secret.unwrap())
    };

    let (attempt, reference, secret) = challenged("passes").await;
    local.answer_challenge(&reference, &secret, true);
    let settled = paid(stripe.settle(&kept(&attempt, &reference)).await);
    assert_eq!(settled, (reference, true));

    let (attempt, reference, secret) = challenged("fails").await;
    local.answer_challenge(&reference, &secret, false);
    let refused = stripe.settle(&kept(&attempt, &reference)).await;
    assert!(matches!(refused, Err(ProviderFault::Refused(Refusal::CardDeclined))), "{refused:?}");
    assert_eq!(local.status(&reference), "canceled", "nobody pays it later");

    let (attempt, reference, _) = challenged("leaves").await;
    stripe.undo(&kept(&attempt, &reference)).await.unwrap();
    assert_eq!(local.status(&reference), "canceled");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_card_that_localstripe_declines_pays_nothing() {
    let Some(address) = address() else { return };
    let local = Local::start(&address);
    let declined = request("declined", local.card("4000000000000341"), Capture::Automatic);
    let outcome = local.stripe.pay(&declined).await;
    assert!(matches!(outcome, Err(ProviderFault::Refused(Refusal::CardDeclined))), "{outcome:?}");
    let unknown = request("unknown", "pm_of_nobody".to_owned(), Capture::Automatic);
    assert!(local.stripe.pay(&unknown).await.is_err());
}
