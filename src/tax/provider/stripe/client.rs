//! HTTP to Stripe: one place that sends, waits and turns failures into ours.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderMap};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use crate::outbound::{self, Fields, Silence};
use crate::tax::provider::ProviderError;

/// How long a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// The connections.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
}

impl Client {
    /// The address must be encrypted, or on this machine.
    pub(super) fn new(base: &Url, secret: &SecretString) -> Result<Self, anyhow::Error> {
        outbound::check_secrecy(base, "Stripe")?;
        let http = outbound::connections(CONNECT_PATIENCE, PATIENCE)
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, outbound::bearer(secret)?)]))
            .build()?;
        Ok(Self { http, base: base.clone() })
    }

    /// Sends a form; the same key means the same request.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        form: &Fields,
        idempotency_key: &str,
    ) -> Result<T, ProviderError> {
        let address = outbound::address(&self.base, path)?;
        let request = self.http.post(address).header("Idempotency-Key", idempotency_key);
        send(outbound::with_form(request, form)).await
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &Fields,
    ) -> Result<T, ProviderError> {
        let address = outbound::address(&self.base, path)?;
        send(self.http.get(outbound::with_query(address, query))).await
    }
}

async fn send<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ProviderError> {
    let answer = outbound::send(request, MAX_ANSWER).await?;
    if answer.status.is_success() {
        return serde_json::from_slice(&answer.body)
            .map_err(|_| ProviderError::BadAnswer("it has another form"));
    }
    let told = format!("status {} {}", answer.status.as_u16(), code_of(&answer.body));
    // An address that moved is wrong until somebody changes it.
    let is_no = answer.is_decided_no() || answer.status.is_redirection();
    Err(if is_no { ProviderError::Refused(told) } else { ProviderError::Unreachable(told) })
}

impl From<Silence> for ProviderError {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::TimedOut => Self::TimedOut,
            Silence::TooLong => Self::BadAnswer("it is too long"),
            Silence::Impossible | Silence::NoConnection | Silence::Broken => {
                Self::Unreachable(silence.told().to_owned())
            }
        }
    }
}

/// What Stripe calls its refusal: its type and code, never its words, which may repeat what was sent.
fn code_of(bytes: &[u8]) -> String {
    #[derive(Deserialize)]
    struct Refusal {
        error: RefusalError,
    }
    #[derive(Deserialize)]
    struct RefusalError {
        #[serde(rename = "type")]
        kind: String,
        code: Option<String>,
    }
    let Ok(Refusal { error }) = serde_json::from_slice(bytes) else {
        return String::new();
    };
    let word = |text: &str| outbound::word(text, "_");
    format!("{} {}", word(&error.kind), word(error.code.as_deref().unwrap_or_default()))
}
