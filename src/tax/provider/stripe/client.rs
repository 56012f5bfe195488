//! HTTP to Stripe: one place that sends, waits and turns failures into ours.

use std::time::Duration;

use anyhow::ensure;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderValue};
use reqwest::{RequestBuilder, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded::Serializer;
use url::{Host, Url};

use crate::tax::provider::ProviderError;

/// How long a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(2);
/// How long one request may take.
const PATIENCE: Duration = Duration::from_secs(3);
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// Letters of a code that goes into the log.
const MAX_CODE_LENGTH: usize = 64;

/// Names and values of a form or a query.
pub(super) type Fields = Vec<(String, String)>;

/// The connections.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
}

impl Client {
    /// The address must be encrypted, or on this machine.
    pub(super) fn new(base: &Url, secret: &SecretString) -> Result<Self, anyhow::Error> {
        let is_here = match base.host() {
            Some(Host::Domain(name)) => name == "localhost",
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            None => false,
        };
        ensure!(
            base.scheme() == "https" || is_here,
            "the secret of Stripe must not cross a network in the clear"
        );
        let mut key = HeaderValue::from_str(&format!("Bearer {}", secret.expose_secret()))?;
        key.set_sensitive(true);
        let http = reqwest::Client::builder()
            .default_headers(HeaderMap::from_iter([(AUTHORIZATION, key)]))
            .user_agent(concat!("tradepost/", env!("CARGO_PKG_VERSION")))
            .connect_timeout(CONNECT_PATIENCE)
            .timeout(PATIENCE)
            // The secret must go nowhere else.
            .redirect(redirect::Policy::none())
            .https_only(base.scheme() == "https")
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
        let request = self
            .http
            .post(self.address(path)?)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header("Idempotency-Key", idempotency_key)
            .body(Serializer::new(String::new()).extend_pairs(form).finish());
        send(request).await
    }

    pub(super) async fn get<T: DeserializeOwned>(
        &self,
        path: &[&str],
        query: &Fields,
    ) -> Result<T, ProviderError> {
        let mut address = self.address(path)?;
        address.query_pairs_mut().extend_pairs(query);
        send(self.http.get(address)).await
    }

    fn address(&self, path: &[&str]) -> Result<Url, ProviderError> {
        let mut address = self.base.clone();
        let fault = || ProviderError::Unreachable("the address has no path".to_owned());
        address.path_segments_mut().map_err(|()| fault())?.pop_if_empty().extend(path);
        Ok(address)
    }
}

async fn send<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, ProviderError> {
    let response = request.send().await.map_err(failure)?;
    let status = response.status();
    let bytes = body(response).await?;
    if status.is_success() {
        return serde_json::from_slice(&bytes).map_err(|_| ProviderError::BadAnswer("it has another form"));
    }
    let code = code_of(&bytes);
    let is_passing = status.is_server_error()
        || [StatusCode::TOO_MANY_REQUESTS, StatusCode::CONFLICT, StatusCode::REQUEST_TIMEOUT]
            .contains(&status);
    let told = format!("status {} {code}", status.as_u16());
    Err(if is_passing { ProviderError::Unreachable(told) } else { ProviderError::Refused(told) })
}

async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, ProviderError> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        if bytes.len().saturating_add(chunk.len()) > MAX_ANSWER {
            return Err(ProviderError::BadAnswer("it is too long"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn failure(error: reqwest::Error) -> ProviderError {
    if error.is_timeout() {
        ProviderError::TimedOut
    } else {
        // Without the address, which may name a calculation.
        ProviderError::Unreachable(error.without_url().to_string())
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
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
    let plain = |text: &str| text.chars().filter(is_plain).take(MAX_CODE_LENGTH).collect::<String>();
    format!("{} {}", plain(&error.kind), plain(error.code.as_deref().unwrap_or_default()))
}
