//! Answers in the database, sealed: they may hold tokens that are kept nowhere else.

use aws_lc_rs::aead::{AES_256_GCM, Aad, NONCE_LEN, Nonce, RandomizedNonceKey};

use crate::error::Fault;
use crate::secret::SecretKey;

/// Seals the answer to one request, and opens it for whoever sends the request again: the key is made of the server's
/// secret and of the whole request.
pub struct Seal(RandomizedNonceKey);

impl Seal {
    /// The seal of a request that is told from others by this.
    ///
    /// # Errors
    /// Never in practice: the key has the length that the cipher takes.
    pub fn new(secret_key: &SecretKey, request: &[u8]) -> Result<Self, Fault> {
        let key = secret_key.keyed_digest("idempotency.answer", request)?;
        Ok(Self(RandomizedNonceKey::new(&AES_256_GCM, &key).map_err(Fault::new)?))
    }

    /// The answer as it is kept: a random number, then what the cipher made.
    ///
    /// # Errors
    /// Where the cipher fails.
    pub fn close(&self, answer: &[u8]) -> Result<Vec<u8>, Fault> {
        let mut sealed = answer.to_vec();
        let nonce = self.0.seal_in_place_append_tag(Aad::empty(), &mut sealed).map_err(Fault::new)?;
        Ok([nonce.as_ref().as_slice(), &sealed].concat())
    }

    /// The answer, unless it was sealed for another request or changed since.
    pub fn open(&self, kept: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = kept.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
        let mut opened = sealed.to_vec();
        let length = self.0.open_in_place(nonce, Aad::empty(), &mut opened).ok()?.len();
        opened.truncate(length);
        Some(opened)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_opened_by_the_same_request_only() {
        let secret = SecretKey::new("0123456789abcdef0123456789abcdef".into()).unwrap();
        let seal = Seal::new(&secret, b"request").unwrap();
        let kept = seal.close(b"a token").unwrap();
        assert!(!kept.windows(7).any(|part| part == b"a token"));
        assert_eq!(seal.open(&kept).as_deref(), Some(b"a token".as_slice()));
        assert_ne!(seal.close(b"a token").unwrap(), kept);
        assert_eq!(Seal::new(&secret, b"other").unwrap().open(&kept), None);
        let other = SecretKey::new("fedcba9876543210fedcba9876543210".into()).unwrap();
        assert_eq!(Seal::new(&other, b"request").unwrap().open(&kept), None);
        let mut changed = kept.clone();
        changed[NONCE_LEN] ^= 1;
        assert_eq!(seal.open(&changed), None);
        assert_eq!(seal.open(&kept[..5]), None);
        let empty = seal.close(b"").unwrap();
        assert_eq!(seal.open(&empty).as_deref(), Some(b"".as_slice()));
    }
}
