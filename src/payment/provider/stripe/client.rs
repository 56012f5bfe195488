//! HTTP to Stripe: one place that sends, waits and tells a no from silence.

use std::time::Duration;

use anyhow::ensure;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{RequestBuilder, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::form_urlencoded::Serializer;
use url::{Host, Url};

use super::refusal::{Kind, No};
use crate::payment::provider::contract::ProviderFault;

/// The version of the API whose published description the tests judge by.
const VERSION: &str = "2022-11-15";
const VERSION_HEADER: HeaderName = HeaderName::from_static("stripe-version");
const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before, to the same request.
const REPLAYED_HEADER: &str = "idempotent-replayed";
/// Stripe's name for a request, by which its people find it.
const REQUEST_HEADER: &str = "request-id";
/// How long a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// How long one request may take: a bank is asked meanwhile.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// Letters of a word of Stripe's that goes into the log.
const MAX_WORD_LENGTH: usize = 64;

/// Names and values of a form or a query.
pub(super) type Fields = Vec<(String, String)>;

/// A field, for lists of them.
pub(super) fn field(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// An answer that says yes.
pub(super) struct Told<T> {
    pub(super) thing: T,
    /// Whether it is the answer of an earlier request with the same key: things may have moved on since.
    pub(super) again: bool,
}

/// Why there is no yes.
#[derive(Debug)]
pub(super) enum Failure {
    /// Stripe says no.
    No(No),
    /// It is not known what came of the request.
    Unknown(String),
}

impl From<Failure> for ProviderFault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Unknown(what) => Self::Unknown(what),
            Failure::No(no) => no.into_fault(),
        }
    }
}

/// The connections.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    authorization: HeaderValue,
}

/// Connections that go nowhere but where they are sent, and wait for so long.
pub(super) fn connections() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .user_agent(concat!("tradepost/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_PATIENCE)
        .timeout(PATIENCE)
        // The secret must go nowhere else.
        .redirect(redirect::Policy::none())
        .build()
}

impl Client {
    /// The address must be encrypted, or on this machine.
    pub(super) fn new(
        base: &Url,
        secret: &SecretString,
        http: reqwest::Client,
    ) -> Result<Self, anyhow::Error> {
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
        let mut authorization = HeaderValue::from_str(&format!("Bearer {}", secret.expose_secret()))?;
        authorization.set_sensitive(true);
        Ok(Self { http, base: base.clone(), authorization })
    }

    /// Sends a form; the same key means the same request, whose first answer is given again.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        form: &Fields,
        key: &str,
    ) -> Result<Told<T>, Failure> {
        let request = self
            .http
            .post(self.address(path)?)
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(KEY_HEADER, key)
            .body(Serializer::new(String::new()).extend_pairs(form).finish());
        self.send(path, request).await
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &Fields) -> Result<T, Failure> {
        let mut address = self.address(path)?;
        if !query.is_empty() {
            address.query_pairs_mut().extend_pairs(query);
        }
        Ok(self.send(path, self.http.get(address)).await?.thing)
    }

    fn address(&self, path: &[&str]) -> Result<Url, Failure> {
        let mut address = self.base.clone();
        let fault = |()| Failure::Unknown("the address has no path".to_owned());
        address.path_segments_mut().map_err(fault)?.pop_if_empty().extend(path);
        Ok(address)
    }

    async fn send<T: DeserializeOwned>(
        &self,
        path: &[&str],
        request: RequestBuilder,
    ) -> Result<Told<T>, Failure> {
        let request = request
            .header(AUTHORIZATION, self.authorization.clone())
            .header(VERSION_HEADER, HeaderValue::from_static(VERSION));
        let response = request.send().await.map_err(silence)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = body(response).await?;
        if status.is_success() {
            let again = headers.get(REPLAYED_HEADER).is_some_and(|value| value == "true");
            let thing = serde_json::from_slice(&bytes)
                .map_err(|_| Failure::Unknown("the answer cannot be read".to_owned()))?;
            return Ok(Told { thing, again });
        }
        Err(refused(status, &headers, path, &bytes))
    }
}

/// What an answer that is not a yes says: no, or nothing.
fn refused(status: StatusCode, headers: &HeaderMap, path: &[&str], bytes: &[u8]) -> Failure {
    let no = no_of(status, bytes);
    let request = headers.get(REQUEST_HEADER).and_then(|value| value.to_str().ok()).map(plain);
    // By its kind alone: names of payments are in the path, and words of buyers in what was sent and answered.
    let path = path.iter().rfind(|part| !part.contains(|letter: char| letter.is_ascii_digit()));
    if no.as_ref().is_none_or(|no| no.kind != Kind::Card) {
        let code = no.as_ref().map(No::told);
        tracing::warn!(status = status.as_u16(), path, code, request, "Stripe said no");
    }
    match no {
        Some(no) => Failure::No(no),
        None => Failure::Unknown(format!("status {}", status.as_u16())),
    }
}

/// Whether Stripe decided: a conflict, a limit and its own failure say nothing about what was done, nor does an answer
/// that is not in its form.
fn no_of(status: StatusCode, bytes: &[u8]) -> Option<No> {
    #[derive(Deserialize)]
    struct Answer {
        error: Told,
    }
    #[derive(Deserialize)]
    struct Told {
        #[serde(rename = "type")]
        kind: Kind,
        code: Option<String>,
        decline_code: Option<String>,
        param: Option<String>,
    }
    let undecided = [StatusCode::REQUEST_TIMEOUT, StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS];
    if !status.is_client_error() || undecided.contains(&status) {
        return None;
    }
    let word = |text: Option<String>| text.map(|text| plain(&text)).unwrap_or_default();
    let keys_are_wrong = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    match serde_json::from_slice(bytes) {
        Ok(Answer { error }) => Some(No {
            status: status.as_u16(),
            kind: error.kind,
            code: word(error.code),
            decline_code: word(error.decline_code),
            param: word(error.param),
        }),
        Err(_) => keys_are_wrong.then(|| No::without_reason(status.as_u16())),
    }
}

async fn body(mut response: reqwest::Response) -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(silence)? {
        if bytes.len().saturating_add(chunk.len()) > MAX_ANSWER {
            return Err(Failure::Unknown("the answer is too long".to_owned()));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok(bytes)
}

fn silence(error: reqwest::Error) -> Failure {
    if error.is_builder() {
        // Such as a key that no header can hold: no request left this machine.
        return Failure::No(No::without_reason(0));
    }
    // Without the address, which names a payment.
    let what =
        if error.is_timeout() { "no answer in time".to_owned() } else { error.without_url().to_string() };
    Failure::Unknown(what)
}

/// A word of Stripe's, and nothing that could be anybody else's.
fn plain(text: &str) -> String {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || "_[].".contains(*letter);
    text.chars().filter(is_plain).take(MAX_WORD_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn no(status: u16, body: &str) -> Option<No> {
        no_of(StatusCode::from_u16(status).unwrap(), body.as_bytes())
    }

    #[test]
    fn a_no_is_told_from_an_answer_that_decides_nothing() {
        let refusal = r#"{"error":{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds",
            "message":"Your card 4242 has no money"}}"#;
        let told = no(402, refusal).unwrap();
        assert_eq!((told.kind, told.code.as_str()), (Kind::Card, "card_declined"));
        assert!(!format!("{told:?}").contains("4242"), "its words are not kept");
        for undecided in [302, 408, 409, 429, 500, 502, 503] {
            assert!(no(undecided, refusal).is_none(), "{undecided}");
        }
        for status in [400, 402, 404, 418] {
            assert!(no(status, "<html>").is_none(), "{status}: somebody else's answer");
        }
        assert!(no(401, "").is_some() && no(403, "<html>").is_some());
        assert_eq!(no(400, r#"{"error":{"type":"a_new_error"}}"#).unwrap().kind, Kind::Other);
        assert_eq!(plain("resource_missing\n<b>"), "resource_missingb");
    }

    #[test]
    fn the_secret_does_not_cross_a_network_in_the_clear() {
        let client = |url: &str, secret: &str| {
            let secret = SecretString::from(secret.to_owned());
            Client::new(&Url::parse(url).unwrap(), &secret, reqwest::Client::new())
        };
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        for url in ["http://stripe.example/", "http://localhost.example/", "http://10.0.0.1/"] {
            assert!(client(url, "sk_test_1").is_err(), "{url}");
        }
        for url in ["https://api.stripe.com/", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"] {
            assert!(client(url, "sk_test_1").is_ok(), "{url}");
        }
        assert!(client("https://api.stripe.com/", "sk_\n").is_err());
    }
}
