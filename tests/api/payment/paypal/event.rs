//! Webhooks: PayPal's own, and those of others.

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::future::join_all;
use tradepost::payment::provider::PayPal;
use tradepost::payment::provider::contract::{
    EventMeaning, Inbound, PaymentProvider, ProviderEvent, WebhookFault,
};

use super::book::Stand;
use super::{judged, paypal, paypal_with, settings};

/// As PayPal writes it: a check sum changes with a space, a zero, an escape, the order of names.
const BODY: &str = "{\"id\":\"WH-58D329510W468432D-8HN650336L201105X\", \"event_version\":\"1.0\",\n\
    \"create_time\":\"2026-11-25T10:05:00.0Z\",\"resource_type\":\"capture\",\"event_type\":\"PAYMENT.CAPTURE.COMPLETED\",\
    \"resource\":{\"amount\":{\"value\":\"50.00\",\"currency_code\":\"EUR\"},\"custom_id\":\"a-key\",\"rate\":1.0,\
    \"note\":\"caf\\u00e9 \\/ ü\",\"id\":\"42311647XV020574X\"}}";
const SIGNATURE: &str = "kekCXvn1UGcYTzYNHBv+x7zDBBnLAUWbXQS/B5W2WlTYoZJh3j8XJ0rZIYbTIhcd9Q==";
const CERT_URL: &str =
    "https://api.sandbox.paypal.com/v1/notifications/certs/CERT-360caa42-fca2a594-90621ecd";

fn sent_at() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-25T10:05:01Z").unwrap().to_utc()
}

fn headers() -> Vec<(&'static str, String)> {
    vec![
        ("paypal-auth-algo", "SHA256withRSA".to_owned()),
        ("paypal-cert-url", CERT_URL.to_owned()),
        ("paypal-transmission-id", "d938e770-8046-11e6-8103-6b62a8a99ac4".to_owned()),
        ("paypal-transmission-sig", SIGNATURE.to_owned()),
        ("paypal-transmission-time", "2026-11-25T10:05:01Z".to_owned()),
    ]
}

fn with(name: &str, value: &str) -> Vec<(&'static str, String)> {
    headers().into_iter().map(|(own, old)| (own, if own == name { value.to_owned() } else { old })).collect()
}

async fn read_at(
    paypal: &PayPal,
    headers: &[(&str, String)],
    body: &[u8],
    now: DateTime<Utc>,
) -> Result<ProviderEvent, WebhookFault> {
    let header = |name: &str| headers.iter().find(|(own, _)| *own == name).map(|(_, value)| value.clone());
    paypal.read_event(&Inbound { header: &header, body, now }).await
}

async fn read(
    paypal: &PayPal,
    headers: &[(&str, String)],
    body: &[u8],
) -> Result<ProviderEvent, WebhookFault> {
    read_at(paypal, headers, body, sent_at() + TimeDelta::seconds(2)).await
}

fn signing() -> Stand {
    let stand = Stand::start();
    stand.book().signed.insert(SIGNATURE.to_owned(), BODY.to_owned());
    stand
}

#[tokio::test]
async fn an_event_of_paypals_is_read_after_paypal_said_that_it_is() {
    let stand = signing();
    let event = read(&paypal(&stand), &headers(), BODY.as_bytes()).await.unwrap();
    let expected = ProviderEvent {
        id: "WH-58D329510W468432D-8HN650336L201105X".to_owned(),
        kind: "PAYMENT.CAPTURE.COMPLETED".to_owned(),
        reference: Some("42311647XV020574X".to_owned()),
        key: Some("a-key".to_owned()),
        meaning: EventMeaning::Payment,
    };
    assert_eq!(event, expected);
    let sent = judged(&stand).remove(0);
    assert_eq!(sent.path(), "/v1/notifications/verify-webhook-signature");
    assert!(sent.body.contains(BODY), "byte for byte");
}

#[tokio::test]
async fn an_event_that_paypal_did_not_sign_is_forged() {
    let stand = signing();
    let paypal = paypal(&stand);
    let altered = BODY.replace("50.00", "5000.00");
    assert_eq!(read(&paypal, &headers(), altered.as_bytes()).await, Err(WebhookFault::Forged));
    let anew = serde_json::from_str::<serde_json::Value>(BODY).unwrap().to_string();
    assert_eq!(read(&paypal, &headers(), anew.as_bytes()).await, Err(WebhookFault::Forged), "another sum");
    let other = with("paypal-transmission-sig", "AAAA");
    assert_eq!(read(&paypal, &other, BODY.as_bytes()).await, Err(WebhookFault::Forged));
    for status in [400, 422] {
        stand.refuse("/verify-webhook-signature", status, "VALIDATION_ERROR");
        assert_eq!(read(&paypal, &headers(), BODY.as_bytes()).await, Err(WebhookFault::Forged), "{status}");
    }
    assert_eq!(judged(&stand).len(), 5, "PayPal was asked about each");
}

#[tokio::test]
async fn what_cannot_be_paypals_is_not_asked_about() {
    let stand = signing();
    let paypal = paypal(&stand);
    for (name, _) in headers() {
        let fewer: Vec<_> = headers().into_iter().filter(|(own, _)| *own != name).collect();
        assert_eq!(read(&paypal, &fewer, BODY.as_bytes()).await, Err(WebhookFault::Forged), "without {name}");
        assert_eq!(
            read(&paypal, &with(name, ""), BODY.as_bytes()).await,
            Err(WebhookFault::Forged),
            "{name}"
        );
    }
    for (name, value) in [
        ("paypal-cert-url", "https://paypal.com.evil.example/cert"),
        ("paypal-cert-url", "http://api.paypal.com/cert"),
        ("paypal-cert-url", "https://api.paypal.com@evil.example/cert"),
        ("paypal-auth-algo", "SHA256\",\"webhook_id\":\"X"),
        ("paypal-transmission-id", "a b"),
        ("paypal-transmission-time", "yesterday"),
        ("paypal-transmission-sig", &"A".repeat(501)),
    ] {
        let outcome = read(&paypal, &with(name, value), BODY.as_bytes()).await;
        assert_eq!(outcome, Err(WebhookFault::Forged), "{name} {value}");
    }
    for body in ["", "{", "[]", "{}", "null", &format!("{BODY}}}"), &format!("{BODY},\"x\":1"), "{\"id\":1}"]
    {
        assert_eq!(read(&paypal, &headers(), body.as_bytes()).await, Err(WebhookFault::Unreadable), "{body}");
    }
    assert_eq!(read(&paypal, &headers(), b"{\"id\":\"\xff\"}").await, Err(WebhookFault::Unreadable));
    let named = BODY.replace("WH-58D329510W468432D-8HN650336L201105X", "WH 1\\n<b>");
    assert_eq!(read(&paypal, &headers(), named.as_bytes()).await, Err(WebhookFault::Unreadable));
    let long = BODY.replace("caf", &"a".repeat(300_000));
    assert_eq!(read(&paypal, &headers(), long.as_bytes()).await, Err(WebhookFault::Unreadable));
    assert!(stand.peer.asked().is_empty());
}

#[tokio::test]
async fn of_many_events_at_once_paypal_is_asked_about_a_few() {
    let stand = signing();
    let paypal = paypal(&stand);
    for _ in 0..8 {
        stand.be_late("/verify-webhook-signature");
    }
    let head = headers();
    let outcomes = join_all((0..20).map(|_| read(&paypal, &head, BODY.as_bytes()))).await;
    assert!(outcomes.iter().all(|outcome| *outcome == Err(WebhookFault::Unchecked)), "{outcomes:?}");
    assert_eq!(judged(&stand).len(), 8, "the others are to be sent again");
    assert!(read(&paypal, &head, BODY.as_bytes()).await.is_ok());
}

#[tokio::test]
async fn an_event_that_was_sent_long_ago_is_stale() {
    let stand = signing();
    let paypal = paypal(&stand);
    for (seconds, expected) in
        [(301, Err(WebhookFault::Stale)), (-301, Err(WebhookFault::Stale)), (299, Ok(()))]
    {
        let now = sent_at() + TimeDelta::seconds(seconds);
        let outcome = read_at(&paypal, &headers(), BODY.as_bytes(), now).await.map(|_| ());
        assert_eq!(outcome, expected, "{seconds}");
    }
    assert_eq!(judged(&stand).len(), 1);
}

#[tokio::test]
async fn an_event_is_unchecked_where_paypal_cannot_be_asked() {
    let stand = signing();
    let unchecked = Err(WebhookFault::Unchecked);
    let mut without = settings(&stand.peer.url);
    without.webhook_id = None;
    assert_eq!(read(&paypal_with(&without), &headers(), BODY.as_bytes()).await, unchecked);
    assert!(stand.peer.asked().is_empty());
    let paypal = paypal(&stand);
    for (status, issue) in [(500, ""), (429, ""), (403, "PERMISSION_DENIED")] {
        stand.refuse("/verify-webhook-signature", status, issue);
        assert_eq!(read(&paypal, &headers(), BODY.as_bytes()).await, unchecked, "{status}");
    }
    stand.be_late("/verify-webhook-signature");
    assert_eq!(read(&paypal, &headers(), BODY.as_bytes()).await, unchecked);
    let nowhere = paypal_with(&settings("http://127.0.0.1:1"));
    assert_eq!(read(&nowhere, &headers(), BODY.as_bytes()).await, unchecked);
    assert!(read(&paypal, &headers(), BODY.as_bytes()).await.is_ok(), "and taken when it is sent again");
    judged(&stand);
}
