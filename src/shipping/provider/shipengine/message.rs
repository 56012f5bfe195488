//! Messages that ShipEngine sends by itself, and how they are told from those of anybody else.
//!
//! Each is signed with RSA-SHA256 over its time and its body; the keys are public. The signature alone does not do:
//! ShipEngine signs the messages of all its customers alike, and any of them may name our address. So a secret that
//! only our account knows must come with it, in a header that was named when the messages were asked for.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use aws_lc_rs::signature::{RSA_PKCS1_2048_8192_SHA256, RsaPublicKeyComponents};
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use chrono::{DateTime, TimeDelta, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use subtle::ConstantTimeEq;

use super::client::Client;
use super::parcel;
use crate::inbound::Inbound;
use crate::secret;
use crate::shipping::provider::label::{Message, MessageFault};

/// The header in which our own secret comes back.
pub(super) const SECRET_HEADER: &str = "x-tradepost-webhook-secret";
const KEY_ID_HEADER: &str = "x-shipengine-rsa-sha256-key-id";
const SIGNATURE_HEADER: &str = "x-shipengine-rsa-sha256-signature";
const TIME_HEADER: &str = "x-shipengine-timestamp";

/// How long the keys are believed.
const KEYS_LAST: TimeDelta = TimeDelta::hours(12);
/// How soon they are fetched again for a key that is not among them.
const KEYS_REST: TimeDelta = TimeDelta::minutes(1);
/// How long the keys are waited for.
const PATIENCE: Duration = Duration::from_secs(5);
/// Keys that are kept at most.
const MAX_KEYS: usize = 20;

/// The public keys by their names.
#[derive(Default)]
pub(super) struct Keys(Mutex<Known>);

#[derive(Default)]
struct Known {
    keys: HashMap<String, PublicKey>,
    fetched_at: Option<DateTime<Utc>>,
}

/// Modulus and exponent.
#[derive(Clone)]
struct PublicKey {
    n: Vec<u8>,
    e: Vec<u8>,
}

#[derive(Deserialize)]
struct KeySet {
    keys: Vec<JsonKey>,
}

/// A key as RFC 7517 writes it.
#[derive(Deserialize)]
struct JsonKey {
    kty: String,
    kid: Option<String>,
    n: Option<String>,
    e: Option<String>,
}

impl Keys {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A key, fetched where it is not known or has been known for long.
    async fn find(
        &self,
        client: &Client,
        now: DateTime<Utc>,
        id: &str,
    ) -> Result<Option<PublicKey>, MessageFault> {
        {
            let known = self.known();
            let found = known.keys.get(id).cloned();
            let age = known.fetched_at.map(|at| now.signed_duration_since(at).abs());
            let lasts = if found.is_some() { KEYS_LAST } else { KEYS_REST };
            if age.is_some_and(|age| age < lasts) {
                return Ok(found);
            }
        }
        let answer = client.get_within(PATIENCE, &["jwks"], &Vec::new()).await;
        let keys = answer
            .ok()
            .and_then(|text| key_set(&text))
            .ok_or(MessageFault::Unchecked("the keys cannot be had"))?;
        let mut known = self.known();
        known.fetched_at = Some(now);
        known.keys = keys;
        Ok(known.keys.get(id).cloned())
    }
}

fn key_set(text: &str) -> Option<HashMap<String, PublicKey>> {
    let set: KeySet = serde_json::from_str(text).ok()?;
    let key = |key: JsonKey| {
        let part = |text: Option<String>| URL_SAFE_NO_PAD.decode(text?.trim_end_matches('=')).ok();
        let key_of = (part(key.n)?, part(key.e)?);
        (key.kty == "RSA").then_some((key.kid?, PublicKey { n: key_of.0, e: key_of.1 }))
    };
    Some(set.keys.into_iter().take(MAX_KEYS).filter_map(key).collect())
}

/// Reads a message and proves who sent it: our secret first, which costs nothing, then its time, then the signature.
pub(super) async fn read(
    client: &Client,
    keys: &Keys,
    secret: Option<&SecretString>,
    inbound: &Inbound<'_>,
) -> Result<Message, MessageFault> {
    let Inbound { header, body, now } = *inbound;
    let secret = secret.ok_or(MessageFault::Unchecked("no secret is set"))?;
    let shown = header(SECRET_HEADER).ok_or(MessageFault::Forged("no secret"))?;
    // Digests are of one length: how long the secret is cannot be measured either.
    let (shown, expected) = (secret::hash_token(&shown), secret::hash_token(secret.expose_secret()));
    if !bool::from(shown.ct_eq(&expected)) {
        return Err(MessageFault::Forged("another secret"));
    }
    let time = header(TIME_HEADER).ok_or(MessageFault::Forged("no time"))?;
    let sent_at: DateTime<Utc> = time.parse().map_err(|_| MessageFault::Forged("no time"))?;
    if !inbound.is_timely(sent_at) {
        return Err(MessageFault::Stale);
    }
    let signature = header(SIGNATURE_HEADER).ok_or(MessageFault::Forged("no signature"))?;
    let signature = STANDARD.decode(signature).map_err(|_| MessageFault::Forged("no signature"))?;
    let key_id = header(KEY_ID_HEADER).ok_or(MessageFault::Forged("no key"))?;
    let key = keys.find(client, now, &key_id).await?.ok_or(MessageFault::Forged("an unknown key"))?;
    let signed = [time.as_bytes(), b".", body].concat();
    RsaPublicKeyComponents { n: key.n.as_slice(), e: key.e.as_slice() }
        .verify(&RSA_PKCS1_2048_8192_SHA256, &signed, &signature)
        .map_err(|_| MessageFault::Forged("another signature"))?;
    let news = parcel::message(body).ok_or(MessageFault::Unreadable)?;
    Ok(Message { key: secret::hex_digest(body), news })
}
