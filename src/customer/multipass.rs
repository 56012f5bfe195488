//! Multipass: the merchant's own sign-in vouches for a customer with a sealed token.
//!
//! A token is base64url( iv | AES-128-CBC(JSON) | HMAC-SHA256(iv | ciphertext) ); the two keys are the halves of the
//! SHA-256 of a secret that the merchant shares with us. It is good once and for a quarter of an hour.

use std::net::IpAddr;

use aes::cipher::block_padding::Pkcs7;
use aes::cipher::{BlockDecryptMut, KeyIvInit};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use sha2::{Digest, Sha256};

use super::address::AddressChange;

/// Characters of a token at most.
const MAX_TOKEN_LENGTH: usize = 65_536;
/// Bytes of the initialisation vector, of each key and of a block.
const BLOCK: usize = 16;
/// Bytes of the signature.
const SIGNATURE: usize = 32;
/// How old a token may be.
pub(super) const LONGEST_AGE: TimeDelta = TimeDelta::minutes(15);
/// How far the merchant's clock may be before ours.
pub(super) const LARGEST_LEAD: TimeDelta = TimeDelta::minutes(5);

/// What a token says of a customer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Claims {
    pub(super) email: String,
    pub(super) created_at: DateTime<Utc>,
    pub(super) first_name: Option<String>,
    pub(super) last_name: Option<String>,
    /// The customer's name in the merchant's own sign-in.
    #[serde(default, deserialize_with = "text_or_number")]
    pub(super) identifier: Option<String>,
    pub(super) tag_string: Option<String>,
    /// Only from this address the token may be used.
    pub(super) remote_ip: Option<IpAddr>,
    #[serde(default)]
    pub(super) addresses: Vec<ClaimedAddress>,
}

/// An address in a token.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct ClaimedAddress {
    first_name: Option<String>,
    last_name: Option<String>,
    company: Option<String>,
    address1: Option<String>,
    address2: Option<String>,
    city: Option<String>,
    country: Option<String>,
    country_code: Option<String>,
    province: Option<String>,
    province_code: Option<String>,
    zip: Option<String>,
    phone: Option<String>,
    #[serde(rename = "default")]
    pub(super) is_default: bool,
}

impl From<&ClaimedAddress> for AddressChange {
    fn from(claimed: &ClaimedAddress) -> Self {
        let claimed = claimed.clone();
        Self {
            first_name: claimed.first_name,
            last_name: claimed.last_name,
            company: claimed.company,
            address1: claimed.address1,
            address2: claimed.address2,
            city: claimed.city,
            province: claimed.province_code.or(claimed.province),
            zip: claimed.zip,
            country: claimed.country_code.or(claimed.country),
            phone: claimed.phone,
        }
    }
}

fn text_or_number<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<String>, D::Error> {
    Ok(match Option::<serde_json::Value>::deserialize(deserializer)? {
        None | Some(serde_json::Value::Null) => None,
        Some(serde_json::Value::String(text)) => Some(text),
        Some(serde_json::Value::Number(number)) => Some(number.to_string()),
        Some(_) => return Err(serde::de::Error::custom("an identifier is a text")),
    })
}

/// A token that was opened.
pub(super) struct Opened {
    pub(super) claims: Claims,
    /// The digest of the sealed bytes, however their text was written.
    pub(super) token_hash: Vec<u8>,
}

/// Opens a token: the seal is checked before anything is decrypted. None for whatever is not sealed with the secret.
pub(super) fn open(secret: &SecretString, token: &str) -> Option<Opened> {
    if token.len() > MAX_TOKEN_LENGTH {
        return None;
    }
    // Some write the padding and the letters of the other base64.
    let text: String = token.trim().trim_end_matches('=').replace('+', "-").replace('/', "_");
    let sealed = URL_SAFE_NO_PAD.decode(text).ok()?;
    let (signed, signature) = sealed.split_at_checked(sealed.len().checked_sub(SIGNATURE)?)?;
    let (iv, ciphertext) = signed.split_at_checked(BLOCK)?;
    let keys = Sha256::digest(secret.expose_secret().as_bytes());
    let (encryption_key, signature_key) = keys.split_at_checked(BLOCK)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(signature_key).ok()?;
    mac.update(signed);
    // Takes as long for a wrong one.
    mac.verify_slice(signature).ok()?;
    let cipher = cbc::Decryptor::<aes::Aes128>::new_from_slices(encryption_key, iv).ok()?;
    let json = cipher.decrypt_padded_vec_mut::<Pkcs7>(ciphertext).ok()?;
    let claims = serde_json::from_slice(&json).ok()?;
    Some(Opened { claims, token_hash: Sha256::digest(&sealed).to_vec() })
}

/// Whether a token of this moment can be used now.
pub(super) fn is_fresh(created_at: DateTime<Utc>, now: DateTime<Utc>) -> bool {
    created_at >= now - LONGEST_AGE && created_at <= now + LARGEST_LEAD
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_good_for_a_quarter_of_an_hour() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).unwrap();
        for (seconds, expected) in [(-901, false), (-900, true), (0, true), (300, true), (301, false)] {
            assert_eq!(is_fresh(now + TimeDelta::seconds(seconds), now), expected, "{seconds}");
        }
    }

    #[test]
    fn rubbish_opens_nothing() {
        let secret = SecretString::from("a secret of the merchant");
        for token in ["", "x", "%%%", &"A".repeat(63), &"A".repeat(64), &"A".repeat(200), &"A".repeat(70_000)]
        {
            assert!(open(&secret, token).is_none(), "{token}");
        }
    }
}
