//! Secrets: tokens that are handed out and stored only hashed, and keys derived from the server's own secret.

use hmac::{Hmac, KeyInit, Mac};
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::error::Fault;

pub mod password;

/// Letters and digits, none of which needs escaping in an address.
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// Characters of a token: 27 of 62 kinds are 160 bits.
const TOKEN_LENGTH: usize = 27;

/// The least that the server's secret may have, in bytes.
pub const MIN_SECRET_KEY_BYTES: usize = 32;

/// A fresh unguessable token of 160 bits.
#[must_use]
pub fn new_token() -> String {
    let mut bytes = [0_u8; 64];
    let mut token = String::with_capacity(TOKEN_LENGTH);
    while token.len() < TOKEN_LENGTH {
        rand::fill(&mut bytes);
        // 248 is the largest multiple of 62 in a byte: taking only what is below keeps every letter as likely.
        token.extend(
            bytes
                .iter()
                .filter(|byte| **byte < 248)
                .filter_map(|byte| ALPHABET.get(usize::from(byte % 62)).copied().map(char::from))
                .take(TOKEN_LENGTH - token.len()),
        );
    }
    token
}

/// The form in which a token is stored.
#[must_use]
pub fn hash_token(token: &str) -> Vec<u8> {
    Sha256::digest(token.as_bytes()).to_vec()
}

/// A digest in hexadecimal, for names of files and for telling whether something changed.
#[must_use]
pub fn hex_digest(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut text, byte| {
        use std::fmt::Write;
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The server's secret, from which keys of single things are derived: they need no column and can be told again.
#[derive(Clone)]
pub struct SecretKey(SecretString);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

impl SecretKey {
    /// Takes the secret.
    ///
    /// # Errors
    /// When it is shorter than [`MIN_SECRET_KEY_BYTES`].
    pub fn new(secret: SecretString) -> Result<Self, Fault> {
        if secret.expose_secret().len() < MIN_SECRET_KEY_BYTES {
            return Err(Fault::new("the secret key is too short"));
        }
        Ok(Self(secret))
    }

    /// The key of one thing for one purpose, such as reading an order.
    ///
    /// # Errors
    /// Never in practice: HMAC takes keys of any length.
    pub fn derive(&self, purpose: &str, id: i64) -> Result<String, Fault> {
        self.derive_from(purpose, &id.to_be_bytes())
    }

    /// The key of one thing for one purpose, where the thing has more than a number.
    ///
    /// # Errors
    /// As [`Self::derive`].
    pub fn derive_from(&self, purpose: &str, thing: &[u8]) -> Result<String, Fault> {
        Ok(self
            .keyed_digest(purpose, thing)?
            .iter()
            .take(TOKEN_LENGTH)
            .filter_map(|byte| ALPHABET.get(usize::from(byte % 62)).copied().map(char::from))
            .collect())
    }

    /// The form in which a word is kept that is too short to be hashed without a key, such as the code of a gift card.
    ///
    /// # Errors
    /// As [`Self::derive`].
    pub fn digest(&self, purpose: &str, word: &str) -> Result<Vec<u8>, Fault> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes()).map_err(Fault::new)?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(word.as_bytes());
        Ok(mac.finalize().into_bytes().to_vec())
    }

    /// A digest that only this server can make: names a thing in the database without telling what it is.
    ///
    /// # Errors
    /// As [`Self::derive`].
    pub fn keyed_digest(&self, purpose: &str, thing: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut mac =
            Hmac::<Sha256>::new_from_slice(self.0.expose_secret().as_bytes()).map_err(Fault::new)?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(thing);
        Ok(mac.finalize().into_bytes().to_vec())
    }

    /// Whether a key shown by a caller is the right one; takes as long for a wrong one.
    ///
    /// # Errors
    /// As [`Self::derive`].
    pub fn verify(&self, purpose: &str, id: i64, key: &str) -> Result<bool, Fault> {
        Ok(self.derive(purpose, id)?.as_bytes().ct_eq(key.as_bytes()).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_differ_and_need_no_escaping() {
        let tokens: std::collections::HashSet<String> = (0..1000).map(|_| new_token()).collect();
        assert_eq!(tokens.len(), 1000);
        assert!(
            tokens
                .iter()
                .all(|token| token.len() == 27 && token.bytes().all(|byte| byte.is_ascii_alphanumeric()))
        );
    }

    #[test]
    fn derived_keys_depend_on_secret_purpose_and_id() {
        let key = SecretKey::new("0123456789abcdef0123456789abcdef".into()).unwrap();
        let other = SecretKey::new("fedcba9876543210fedcba9876543210".into()).unwrap();
        let order = key.derive("order", 7).unwrap();
        assert!(key.verify("order", 7, &order).unwrap());
        assert!(!key.verify("order", 8, &order).unwrap());
        assert!(!key.verify("attempt", 7, &order).unwrap());
        assert!(!other.verify("order", 7, &order).unwrap());
        assert!(SecretKey::new("short".into()).is_err());
    }
}
