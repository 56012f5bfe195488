//! The token with which PayPal is asked: fetched with the shop's keys, kept until shortly before it runs out.

use std::time::{Duration, Instant};

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Mutex;

use super::client::{Client, Failure};
use crate::outbound;

/// How long before its end a token is not used any more: a request takes its time.
const MARGIN: Duration = Duration::from_secs(60);

/// The answer to a sign-in.
#[derive(Deserialize)]
struct Granted {
    access_token: String,
    /// In seconds.
    expires_in: u64,
}

struct Token {
    header: HeaderValue,
    until: Instant,
}

/// The shop's keys, and the token that they gave.
pub(super) struct Access {
    client_id: String,
    secret: SecretString,
    token: Mutex<Option<Token>>,
}

impl Access {
    pub(super) fn new(client_id: &str, secret: &SecretString) -> Self {
        Self { client_id: client_id.to_owned(), secret: secret.clone(), token: Mutex::new(None) }
    }

    /// The token that is good now and is not the one that PayPal refused. One at a time asks for a new one: whoever
    /// else needs it waits for the same answer.
    pub(super) async fn token(
        &self,
        client: &Client,
        refused: Option<&HeaderValue>,
    ) -> Result<HeaderValue, Failure> {
        let mut kept = self.token.lock().await;
        let good = |token: &&Token| token.until > Instant::now() && Some(&token.header) != refused;
        if let Some(token) = kept.as_ref().filter(good) {
            return Ok(token.header.clone());
        }
        // Before the question: PayPal counts from when it answers.
        let asked_at = Instant::now();
        let granted: Granted = client.sign_in(&self.client_id, self.secret.expose_secret()).await?;
        let header = outbound::bearer(&granted.access_token.into())
            .map_err(|_| Failure::Unknown("the token cannot be sent".to_owned()))?;
        let lasts = Duration::from_secs(granted.expires_in).saturating_sub(MARGIN);
        // One whose end cannot be counted is used once.
        let until = asked_at.checked_add(lasts).unwrap_or(asked_at);
        *kept = Some(Token { header: header.clone(), until });
        Ok(header)
    }
}
