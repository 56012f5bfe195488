//! Webhooks: telling Stripe's from anybody else's, and reading what they are about.
//!
//! Each is signed with HMAC-SHA256 over its time, a point and its body, with a secret that only Stripe and the shop
//! know. While a secret is being replaced there are several signatures.

use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::Sha256;

use super::wire::{ATTEMPT_KEY, Metadata, is_name};
use crate::payment::provider::contract::{EventMeaning, Inbound, ProviderEvent, WebhookFault};

/// The header of the time and the signatures.
const SIGNATURE_HEADER: &str = "stripe-signature";
/// Signatures that are tried at most.
const MAX_SIGNATURES: usize = 8;
/// Characters of a kind at most.
const MAX_KIND_LENGTH: usize = 100;

/// `event`.
#[derive(Deserialize)]
struct Event {
    id: String,
    #[serde(rename = "type")]
    kind: String,
    data: Data,
}

#[derive(Deserialize)]
struct Data {
    object: Object,
}

/// What an event is about: a payment, a page, a charge, a refund or a dispute.
#[derive(Deserialize)]
struct Object {
    id: Option<String>,
    object: Option<String>,
    payment_intent: Option<serde_json::Value>,
    client_reference_id: Option<String>,
    metadata: Option<Metadata>,
}

/// Reads an event after it was proven to be Stripe's.
pub(super) fn read(
    secret: Option<&SecretString>,
    inbound: &Inbound<'_>,
) -> Result<ProviderEvent, WebhookFault> {
    let secret = secret.ok_or(WebhookFault::Unchecked)?;
    let header = (inbound.header)(SIGNATURE_HEADER).ok_or(WebhookFault::Forged)?;
    let sent_at = prove(secret, &header, inbound.body)?;
    if !inbound.is_timely(sent_at) {
        return Err(WebhookFault::Stale);
    }
    let event: Event = serde_json::from_slice(inbound.body).map_err(|_| WebhookFault::Unreadable)?;
    let is_kind = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._".contains(&byte);
    if !is_name(&event.id, "evt_") || event.kind.len() > MAX_KIND_LENGTH || !event.kind.bytes().all(is_kind) {
        return Err(WebhookFault::Unreadable);
    }
    let (meaning, about) = (meaning(&event.kind), event.data.object);
    let reference = match about.object.as_deref() {
        Some("payment_intent" | "checkout.session") => about.id,
        _ => about.payment_intent.and_then(name_of),
    };
    let known = |name: &String| is_name(name, "pi_") || is_name(name, "cs_");
    let hung = about.metadata.and_then(|mut hung| hung.remove(ATTEMPT_KEY));
    Ok(ProviderEvent {
        id: event.id,
        kind: event.kind,
        reference: reference.filter(known),
        key: hung.or(about.client_reference_id).filter(|key| !key.is_empty()),
        meaning,
    })
}

/// When a body was signed, if one of the signatures is right.
fn prove(secret: &SecretString, header: &str, body: &[u8]) -> Result<DateTime<Utc>, WebhookFault> {
    let parts = || header.split(',').filter_map(|part| part.trim().split_once('='));
    let time =
        parts().find_map(|(name, value)| (name == "t").then_some(value)).ok_or(WebhookFault::Forged)?;
    let signed = parts().filter_map(|(name, value)| (name == "v1").then_some(value)).take(MAX_SIGNATURES);
    for signature in signed {
        let Some(signature) = bytes_of(signature) else {
            continue;
        };
        let mut mac = Hmac::<Sha256>::new_from_slice(secret.expose_secret().as_bytes())
            .map_err(|_| WebhookFault::Unchecked)?;
        for part in [time.as_bytes(), b".", body] {
            mac.update(part);
        }
        // In constant time.
        if mac.verify_slice(&signature).is_ok() {
            let seconds: i64 = time.parse().map_err(|_| WebhookFault::Forged)?;
            return DateTime::from_timestamp(seconds, 0).ok_or(WebhookFault::Forged);
        }
    }
    Err(WebhookFault::Forged)
}

/// Hexadecimal text as bytes.
fn bytes_of(text: &str) -> Option<Vec<u8>> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|digit| digit.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let (pairs, rest) = digits.as_deref()?.as_chunks::<2>();
    rest.is_empty().then(|| pairs.iter().map(|[high, low]| (high << 4) | low).collect())
}

/// The name of a thing that is told by its name or in full.
fn name_of(value: serde_json::Value) -> Option<String> {
    match value {
        serde_json::Value::String(name) => Some(name),
        other => other.get("id")?.as_str().map(str::to_owned),
    }
}

fn meaning(kind: &str) -> EventMeaning {
    match kind {
        "payment_intent.succeeded"
        | "payment_intent.amount_capturable_updated"
        | "payment_intent.payment_failed"
        | "payment_intent.processing"
        | "payment_intent.requires_action"
        | "payment_intent.canceled"
        | "payment_intent.partially_funded"
        | "checkout.session.completed"
        | "checkout.session.expired"
        | "checkout.session.async_payment_succeeded"
        | "checkout.session.async_payment_failed" => EventMeaning::Payment,
        "charge.refunded" => EventMeaning::Refund,
        _ if kind.starts_with("refund.") || kind.starts_with("charge.refund.") => EventMeaning::Refund,
        _ if kind.starts_with("charge.dispute.") => EventMeaning::Dispute,
        _ => EventMeaning::Other,
    }
}
