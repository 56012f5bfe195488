//! Webhooks: telling PayPal's from anybody else's, and reading what they are about.
//!
//! Each is signed by PayPal over its name, its time, the name of the webhook and a check sum of its body. PayPal itself
//! is asked whether the signature is right; it must be sent the body byte for byte, for written anew it has another sum.

use chrono::DateTime;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::PayPal;
use super::client::Failure;
use super::wire::{is_name, is_paypals};
use crate::payment::provider::contract::{EventMeaning, Inbound, ProviderEvent, WebhookFault};

/// Bytes of an event at most.
const MAX_EVENT: usize = 256 * 1024;
/// Characters of an event's name at most, and of its kind, of a key.
const MAX_WORD: usize = 127;
/// Events about which PayPal is asked at once at most: anybody can send some that look like its own.
pub(super) const MAX_CHECKS: usize = 8;

/// `event`.
#[derive(Deserialize)]
struct Event {
    id: String,
    event_type: String,
    #[serde(default)]
    resource: Value,
}

/// What comes with an event in its headers, in the form of `verify_webhook_signature`.
#[derive(Serialize)]
struct Transmission<'a> {
    auth_algo: String,
    cert_url: String,
    transmission_id: String,
    transmission_sig: String,
    transmission_time: String,
    webhook_id: &'a str,
}

/// `verify_webhook_signature_response`.
#[derive(Deserialize)]
struct Verdict {
    verification_status: String,
}

impl PayPal {
    /// Reads an event after PayPal said that it is its own. What cannot be PayPal's is not asked about.
    pub(super) async fn read(&self, inbound: &Inbound<'_>) -> Result<ProviderEvent, WebhookFault> {
        let webhook_id = self.webhook_id.as_deref().ok_or(WebhookFault::Unchecked)?;
        let transmission = Transmission::read(inbound, webhook_id)?;
        let sent_at = DateTime::parse_from_rfc3339(&transmission.transmission_time)
            .map_err(|_| WebhookFault::Forged)?;
        if !inbound.is_timely(sent_at) {
            return Err(WebhookFault::Stale);
        }
        let body = std::str::from_utf8(inbound.body).map_err(|_| WebhookFault::Unreadable)?;
        if body.len() > MAX_EVENT {
            return Err(WebhookFault::Unreadable);
        }
        let event: Event = serde_json::from_str(body).map_err(|_| WebhookFault::Unreadable)?;
        if !is_word(&event.id) || !is_word(&event.event_type) {
            return Err(WebhookFault::Unreadable);
        }
        self.prove(&transmission, body).await?;
        Ok(about(event))
    }

    async fn prove(&self, transmission: &Transmission<'_>, body: &str) -> Result<(), WebhookFault> {
        let _place = self.checks.try_acquire().map_err(|_| WebhookFault::Unchecked)?;
        let head = serde_json::to_string(transmission).map_err(|_| WebhookFault::Unchecked)?;
        let head = head.trim_end_matches('}');
        // As it came: it was read as one JSON value, so that nothing of it reaches beyond its place.
        let json = format!("{head},\"webhook_event\":{body}}}");
        let path = ["v1", "notifications", "verify-webhook-signature"];
        match self.call().post::<Verdict>(&path, json, None).await {
            Ok(told) if told.thing.verification_status == "SUCCESS" => Ok(()),
            Ok(_) => Err(WebhookFault::Forged),
            Err(Failure::No(no)) if !no.is_about_keys() => Err(WebhookFault::Forged),
            Err(Failure::No(_) | Failure::Unsent | Failure::Impossible | Failure::Unknown(_)) => {
                Err(WebhookFault::Unchecked)
            }
        }
    }
}

impl<'a> Transmission<'a> {
    fn read(inbound: &Inbound<'_>, webhook_id: &'a str) -> Result<Self, WebhookFault> {
        let header = |name: &str, most: usize| {
            let value = (inbound.header)(name).filter(|value| {
                !value.is_empty() && value.len() <= most && value.bytes().all(|byte| byte.is_ascii_graphic())
            });
            value.ok_or(WebhookFault::Forged)
        };
        let transmission = Self {
            auth_algo: header("paypal-auth-algo", 100)?,
            cert_url: header("paypal-cert-url", 500)?,
            transmission_id: header("paypal-transmission-id", 50)?,
            transmission_sig: header("paypal-transmission-sig", 500)?,
            transmission_time: header("paypal-transmission-time", 100)?,
            webhook_id,
        };
        let is_plain = transmission.auth_algo.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if is_plain && is_paypals(&transmission.cert_url) {
            Ok(transmission)
        } else {
            Err(WebhookFault::Forged)
        }
    }
}

fn is_word(text: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._".contains(&byte);
    !text.is_empty() && text.len() <= MAX_WORD && text.bytes().all(is_plain)
}

fn about(event: Event) -> ProviderEvent {
    let (kind, resource) = (event.event_type, &event.resource);
    let text = |pointer: &str| resource.pointer(pointer).and_then(Value::as_str);
    let (reference, key) = if kind.starts_with("CHECKOUT.") {
        (text("/order_id").or(text("/id")), text("/purchase_units/0/custom_id"))
    } else if kind.starts_with("CUSTOMER.DISPUTE.") {
        (text("/disputed_transactions/0/seller_transaction_id"), text("/disputed_transactions/0/custom"))
    } else {
        // A refund leads up to what it gives back.
        (capture_above(resource).or(text("/id")), text("/custom_id"))
    };
    ProviderEvent {
        id: event.id,
        meaning: meaning(&kind),
        reference: reference.filter(|name| is_name(name)).map(str::to_owned),
        key: key.filter(|key| !key.is_empty() && key.len() <= MAX_WORD).map(str::to_owned),
        kind,
    }
}

fn capture_above(resource: &Value) -> Option<&str> {
    let links = resource.get("links")?.as_array()?;
    let up = links.iter().find(|link| link.get("rel").and_then(Value::as_str) == Some("up"))?;
    let (rest, id) = up.get("href")?.as_str()?.rsplit_once('/')?;
    rest.ends_with("/captures").then_some(id)
}

fn meaning(kind: &str) -> EventMeaning {
    match kind {
        "PAYMENT.CAPTURE.REFUNDED" | "PAYMENT.CAPTURE.REVERSED" => EventMeaning::Refund,
        _ if kind.starts_with("PAYMENT.REFUND.") => EventMeaning::Refund,
        _ if kind.starts_with("CUSTOMER.DISPUTE.") => EventMeaning::Dispute,
        _ if [
            "CHECKOUT.ORDER.",
            "CHECKOUT.PAYMENT-APPROVAL.",
            "PAYMENT.CAPTURE.",
            "PAYMENT.AUTHORIZATION.",
        ]
        .iter()
        .any(|family| kind.starts_with(family)) =>
        {
            EventMeaning::Payment
        }
        _ => EventMeaning::Other,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read(kind: &str, resource: Value) -> (EventMeaning, Option<String>, Option<String>) {
        let event = about(Event { id: "WH-1".to_owned(), event_type: kind.to_owned(), resource });
        assert_eq!((event.id.as_str(), event.kind.as_str()), ("WH-1", kind));
        (event.meaning, event.reference, event.key)
    }

    #[test]
    fn events_tell_what_they_are_about() {
        let own = |text: &str| Some(text.to_owned());
        let order = json!({ "id": "5O190127TN364715T", "purchase_units": [{ "custom_id": "a-key" }] });
        let approved = (EventMeaning::Payment, own("5O190127TN364715T"), own("a-key"));
        assert_eq!(read("CHECKOUT.ORDER.APPROVED", order), approved);
        let href = "https://api.paypal.com/v2/checkout/orders/5O190127TN364715T";
        let capture =
            json!({ "id": "CAPTURE1", "custom_id": "a-key", "links": [{ "rel": "up", "href": href }] });
        let completed = (EventMeaning::Payment, own("CAPTURE1"), own("a-key"));
        for kind in ["COMPLETED", "PENDING", "DECLINED", "DENIED"] {
            assert_eq!(read(&format!("PAYMENT.CAPTURE.{kind}"), capture.clone()), completed, "{kind}");
        }
        let promise = json!({ "id": "PROMISE1", "custom_id": "a-key" });
        let voided = (EventMeaning::Payment, own("PROMISE1"), own("a-key"));
        assert_eq!(read("PAYMENT.AUTHORIZATION.VOIDED", promise), voided);
        let href = "https://api.paypal.com/v2/payments/captures/CAPTURE1";
        let refund = json!({ "id": "REFUND1", "links": [{ "rel": "up", "href": href }] });
        assert_eq!(read("PAYMENT.CAPTURE.REFUNDED", refund), (EventMeaning::Refund, own("CAPTURE1"), None));
        let disputed = json!([{ "seller_transaction_id": "CAPTURE1", "custom": "a-key" }]);
        let dispute = json!({ "dispute_id": "PP-D-1", "disputed_transactions": disputed });
        let disputed = (EventMeaning::Dispute, own("CAPTURE1"), own("a-key"));
        assert_eq!(read("CUSTOMER.DISPUTE.CREATED", dispute), disputed);
        assert_eq!(read("BILLING.PLAN.CREATED", json!({ "id": "P-1" })), (EventMeaning::Other, None, None));
        assert_eq!(read("PAYMENT.CAPTURE.COMPLETED", json!(7)), (EventMeaning::Payment, None, None));
    }
}
