//! Passwords: argon2id, a bounded number at a time.
//!
//! A hash takes 19 MiB and tens of milliseconds of a core. So many at once as there are cores are made on the blocking
//! pool, the others wait their turn: however many people sign in, the memory stays bounded.

use std::sync::Arc;
use std::time::Duration;

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier};
use argon2::{Algorithm, Argon2, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::error::Fault;

/// Memory of a hash in KiB, rounds and lanes: OWASP's recommendation for argon2id.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);
/// Hashes made at once at most, on however many cores: 16 are 304 MiB.
const MOST_AT_ONCE: usize = 16;
/// How long one waits for its turn.
const LONGEST_WAIT: Duration = Duration::from_secs(10);
/// What a password is compared with where there is none: the same work, and nothing matches it.
const NOBODYS: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5IHdpdGggc2FsdA$AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum HashingError {
    /// Too many are waiting.
    #[error("too many passwords are being checked")]
    Busy,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Hashes passwords and compares them with hashes.
#[derive(Clone, Debug)]
pub struct Passwords(Arc<Semaphore>);

impl Default for Passwords {
    fn default() -> Self {
        let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self(Arc::new(Semaphore::new(cores.min(MOST_AT_ONCE))))
    }
}

impl Passwords {
    async fn turn(&self) -> Result<OwnedSemaphorePermit, HashingError> {
        let turn = Arc::clone(&self.0).acquire_owned();
        match tokio::time::timeout(LONGEST_WAIT, turn).await {
            Ok(turn) => Ok(turn.map_err(Fault::new)?),
            Err(_) => Err(HashingError::Busy),
        }
    }

    /// The hash of a password in PHC form.
    ///
    /// # Errors
    /// [`HashingError::Busy`] after a long wait.
    pub async fn hash(&self, password: SecretString) -> Result<String, HashingError> {
        let turn = self.turn().await?;
        // The turn goes with the work: a request that is given up does not make room before its hash is done.
        let work = move || {
            let _turn = turn;
            hash(&password)
        };
        Ok(tokio::task::spawn_blocking(work).await.map_err(Fault::new)??)
    }

    /// Whether a password has this hash. Without a hash the answer is no, after the same work.
    ///
    /// # Errors
    /// [`HashingError::Busy`] after a long wait; a fault where the hash cannot be read.
    pub async fn verify(&self, password: SecretString, hash: Option<String>) -> Result<bool, HashingError> {
        let turn = self.turn().await?;
        let work = move || {
            let _turn = turn;
            let matches = verify(&password, hash.as_deref().unwrap_or(NOBODYS))?;
            Ok::<_, Fault>(matches && hash.is_some())
        };
        Ok(tokio::task::spawn_blocking(work).await.map_err(Fault::new)??)
    }
}

fn current() -> Result<Argon2<'static>, Fault> {
    let (memory, rounds, lanes) = COST;
    let params = Params::new(memory, rounds, lanes, None).map_err(Fault::new)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

/// The hash of a password in PHC form; on the caller's thread.
///
/// # Errors
/// Never in practice.
pub fn hash(password: &SecretString) -> Result<String, Fault> {
    let hash = current()?.hash_password(password.expose_secret().as_bytes()).map_err(Fault::new)?;
    Ok(hash.to_string())
}

fn verify(password: &SecretString, hash: &str) -> Result<bool, Fault> {
    let hash = PasswordHash::new(hash).map_err(Fault::new)?;
    // The parameters are those of the hash, not ours of today.
    match current()?.verify_password(password.expose_secret().as_bytes(), &hash) {
        Ok(()) => Ok(true),
        Err(argon2::password_hash::Error::PasswordInvalid) => Ok(false),
        Err(error) => Err(Fault::new(error)),
    }
}

/// Whether a hash was made with other parameters than those of today.
#[must_use]
pub fn is_outdated(hash: &str) -> bool {
    let (memory, rounds, lanes) = COST;
    let Ok(hash) = PasswordHash::new(hash) else {
        return true;
    };
    let same_params = Params::try_from(&hash)
        .is_ok_and(|params| (params.m_cost(), params.t_cost(), params.p_cost()) == (memory, rounds, lanes));
    hash.algorithm.as_str() != "argon2id" || !same_params
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_matches_its_own_hash_only() {
        let hash = hash(&"correct horse".into()).unwrap();
        assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
        assert!(verify(&"correct horse".into(), &hash).unwrap());
        assert!(!verify(&"correct horsf".into(), &hash).unwrap());
        assert!(verify(&"x".into(), "rubbish").is_err());
    }

    #[test]
    fn nobodys_hash_costs_as_much_as_a_new_one_and_matches_nothing() {
        assert!(!is_outdated(NOBODYS));
        assert!(!verify(&"nobody".into(), NOBODYS).unwrap());
    }

    #[test]
    fn hashes_with_other_parameters_are_outdated_but_still_match() {
        let weak = Argon2::new(Algorithm::Argon2id, Version::V0x13, Params::new(8, 1, 1, None).unwrap());
        let old = weak.hash_password(b"correct horse").unwrap().to_string();
        assert!(is_outdated(&old));
        assert!(verify(&"correct horse".into(), &old).unwrap());
        assert!(!is_outdated(&hash(&"correct horse".into()).unwrap()));
        assert!(is_outdated("rubbish"));
    }

    #[tokio::test]
    async fn without_a_hash_the_answer_is_no() {
        let passwords = Passwords::default();
        let hash = passwords.hash("correct horse".into()).await.unwrap();
        assert!(passwords.verify("correct horse".into(), Some(hash)).await.unwrap());
        assert!(!passwords.verify("correct horse".into(), None).await.unwrap());
    }
}
