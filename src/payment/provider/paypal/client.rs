//! HTTP to PayPal: one place that sends, waits and tells a no from silence.

use std::time::Duration;

use anyhow::ensure;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode, redirect};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::access::Access;
use super::refusal::No;
use crate::config::is_on_this_machine;
use crate::payment::provider::contract::ProviderFault;

const KEY_HEADER: HeaderName = HeaderName::from_static("paypal-request-id");
const PREFER: HeaderName = HeaderName::from_static("prefer");
/// Asks for things in full.
const IN_FULL: HeaderValue = HeaderValue::from_static("return=representation");
/// PayPal's name for a request, by which its people find it.
const DEBUG_HEADER: &str = "paypal-debug-id";
/// How long a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(3);
/// How long one request may take: a bank is asked meanwhile.
const PATIENCE: Duration = Duration::from_secs(15);
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 4 * 1024 * 1024;
/// Letters of a word of PayPal's that goes into the log.
const MAX_WORD_LENGTH: usize = 64;

/// An answer that says yes.
pub(super) struct Told<T> {
    pub(super) thing: T,
    /// Whether it may be the answer of an earlier request with the same key: things may have moved on since.
    pub(super) again: bool,
}

/// Why there is no yes.
#[derive(Debug)]
pub(super) enum Failure {
    /// PayPal says no.
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
    access: Access,
}

/// Connections that go nowhere but where they are sent, and wait for so long.
pub(super) fn connections() -> Result<reqwest::Client, reqwest::Error> {
    reqwest::Client::builder()
        .user_agent(concat!("tradepost/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(CONNECT_PATIENCE)
        .timeout(PATIENCE)
        // The keys must go nowhere else.
        .redirect(redirect::Policy::none())
        .build()
}

impl Client {
    /// The address must be encrypted, or on this machine.
    pub(super) fn new(
        base: &Url,
        client_id: &str,
        secret: &SecretString,
        http: reqwest::Client,
    ) -> Result<Self, anyhow::Error> {
        ensure!(
            base.scheme() == "https" || is_on_this_machine(base),
            "the secret of PayPal must not cross a network in the clear"
        );
        Ok(Self { http, base: base.clone(), access: Access::new(client_id, secret) })
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Failure> {
        let (_, bytes) = self.send(Method::GET, path, None, None).await?;
        read(&bytes)
    }

    /// Sends a JSON text; the same key means the same request.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        json: String,
        key: Option<&str>,
    ) -> Result<Told<T>, Failure> {
        let (status, bytes) = self.send(Method::POST, path, key, Some(json)).await?;
        Ok(Told { thing: read(&bytes)?, again: status != StatusCode::CREATED })
    }

    /// Asks for something that has no answer but yes.
    pub(super) async fn post_nothing(&self, path: &[&str]) -> Result<(), Failure> {
        self.send(Method::POST, path, None, None).await.map(|_| ())
    }

    pub(super) async fn patch(&self, path: &[&str], json: String) -> Result<(), Failure> {
        self.send(Method::PATCH, path, None, Some(json)).await.map(|_| ())
    }

    fn address(&self, path: &[&str]) -> Result<Url, Failure> {
        let mut address = self.base.clone();
        let fault = |()| Failure::Unknown("the address has no path".to_owned());
        address.path_segments_mut().map_err(fault)?.pop_if_empty().extend(path);
        Ok(address)
    }

    /// Sends a request, once more where the token is not taken any more.
    async fn send(
        &self,
        method: Method,
        path: &[&str],
        key: Option<&str>,
        json: Option<String>,
    ) -> Result<(StatusCode, Vec<u8>), Failure> {
        let address = self.address(path)?;
        let mut refused_token = None;
        loop {
            let token = self.access.token(self, refused_token.as_ref()).await?;
            let mut request = self
                .http
                .request(method.clone(), address.clone())
                .header(AUTHORIZATION, token.clone())
                .header(CONTENT_TYPE, "application/json")
                .header(PREFER, IN_FULL);
            if let Some(key) = key {
                request = request.header(KEY_HEADER, key);
            }
            if let Some(json) = &json {
                request = request.body(json.clone());
            }
            let response = request.send().await.map_err(silence)?;
            let (status, headers) = (response.status(), response.headers().clone());
            let bytes = body(response).await?;
            if status.is_success() {
                return Ok((status, bytes));
            }
            if status == StatusCode::UNAUTHORIZED && refused_token.is_none() {
                refused_token = Some(token);
                continue;
            }
            return Err(refused(status, &headers, path, &bytes));
        }
    }

    /// Asks for a token with the shop's own keys.
    pub(super) async fn sign_in<T: DeserializeOwned>(
        &self,
        client_id: &str,
        secret: &str,
    ) -> Result<T, Failure> {
        let path = ["v1", "oauth2", "token"];
        let request = self
            .http
            .post(self.address(&path)?)
            .basic_auth(client_id, Some(secret))
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body("grant_type=client_credentials");
        let response = request.send().await.map_err(silence)?;
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = body(response).await?;
        if status.is_success() { read(&bytes) } else { Err(refused(status, &headers, &path, &bytes)) }
    }
}

fn read<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Failure> {
    serde_json::from_slice(bytes).map_err(|_| Failure::Unknown("the answer cannot be read".to_owned()))
}

/// What an answer that is not a yes says: no, or nothing.
fn refused(status: StatusCode, headers: &HeaderMap, path: &[&str], bytes: &[u8]) -> Failure {
    let no = no_of(status, bytes);
    let request = headers.get(DEBUG_HEADER).and_then(|value| value.to_str().ok()).map(plain);
    // By its kind alone: names of payments are in the path, and words of buyers in what was sent and answered.
    let path = path.iter().rfind(|part| !part.contains(|letter: char| letter.is_ascii_digit()));
    let told = no.as_ref().map(No::told);
    tracing::warn!(status = status.as_u16(), path, told, request, "PayPal said no");
    match no {
        Some(no) => Failure::No(no),
        None => Failure::Unknown(format!("status {}", status.as_u16())),
    }
}

/// Whether PayPal decided: a conflict, a limit and its own failure say nothing about what was done, nor does an answer
/// that is not in its form.
fn no_of(status: StatusCode, bytes: &[u8]) -> Option<No> {
    #[derive(Deserialize)]
    struct Answer {
        name: String,
        #[serde(default)]
        details: Vec<Detail>,
    }
    #[derive(Deserialize)]
    struct Detail {
        issue: Option<String>,
    }
    let undecided = [StatusCode::REQUEST_TIMEOUT, StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS];
    if !status.is_client_error() || undecided.contains(&status) {
        return None;
    }
    let keys_are_wrong = matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN);
    match serde_json::from_slice(bytes) {
        Ok(Answer { name, details }) => {
            let issue = details.into_iter().find_map(|detail| detail.issue).unwrap_or_default();
            Some(No { status: status.as_u16(), name: plain(&name), issue: plain(&issue) })
        }
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

/// A word of PayPal's, and nothing that could be anybody else's.
fn plain(text: &str) -> String {
    let is_plain = |letter: &char| letter.is_ascii_alphanumeric() || *letter == '_';
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
        let refusal = r#"{"name":"UNPROCESSABLE_ENTITY","message":"The card of Ada Lovelace was declined",
            "details":[{"issue":"INSTRUMENT_DECLINED","description":"4242"}],"debug_id":"90957fca61718"}"#;
        let told = no(422, refusal).unwrap();
        assert_eq!(
            (told.name.as_str(), told.issue.as_str()),
            ("UNPROCESSABLE_ENTITY", "INSTRUMENT_DECLINED")
        );
        assert!(
            !format!("{told:?}").contains("Ada") && !told.told().contains("4242"),
            "its words are not kept"
        );
        for undecided in [302, 408, 409, 429, 500, 502, 503] {
            assert!(no(undecided, refusal).is_none(), "{undecided}");
        }
        for status in [400, 404, 418, 422] {
            assert!(no(status, "<html>").is_none(), "{status}: somebody else's answer");
        }
        assert!(no(401, r#"{"error":"invalid_client"}"#).is_some() && no(403, "<html>").is_some());
        assert_eq!(no(404, r#"{"name":"RESOURCE_NOT_FOUND"}"#).unwrap().issue, "");
        assert_eq!(plain("INVALID_RESOURCE_ID\n<b>"), "INVALID_RESOURCE_IDb");
    }

    #[test]
    fn the_secret_does_not_cross_a_network_in_the_clear() {
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        let client = |url: &str| {
            let secret = SecretString::from("hunter2".to_owned());
            Client::new(&Url::parse(url).unwrap(), "an-id", &secret, reqwest::Client::new())
        };
        for url in ["http://paypal.example/", "http://localhost.example/", "http://10.0.0.1/"] {
            assert!(client(url).is_err(), "{url}");
        }
        for url in ["https://api-m.paypal.com/", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"]
        {
            assert!(client(url).is_ok(), "{url}");
        }
    }
}
