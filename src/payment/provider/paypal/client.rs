//! HTTP to PayPal: one place that sends, waits and tells a no from silence.

use std::time::Duration;

use reqwest::header::{AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue};
use reqwest::{Method, StatusCode};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::access::Access;
use super::refusal::No;
use super::wire::Pages;
use crate::outbound::{self, Answer, field};
use crate::payment::provider::answer::{self, CONNECT_PATIENCE, Told, Trail};

const KEY_HEADER: HeaderName = HeaderName::from_static("paypal-request-id");
const PREFER: HeaderName = HeaderName::from_static("prefer");
/// Asks for things in full.
const IN_FULL: HeaderValue = HeaderValue::from_static("return=representation");
/// PayPal's name for a request, by which its people find it.
const DEBUG_HEADER: &str = "paypal-debug-id";
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 4 * 1024 * 1024;

/// Why PayPal says no, or nothing.
pub(super) type Failure = answer::Failure<No>;

/// The connections.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    access: Access,
}

/// What is asked of PayPal in one call of the shop's.
pub(super) struct Call<'a> {
    client: &'a Client,
    trail: Trail,
}

impl Client {
    /// The address must be encrypted, or on this machine.
    pub(super) fn new(
        base: &Url,
        client_id: &str,
        secret: &SecretString,
        patience: Duration,
    ) -> Result<Self, anyhow::Error> {
        outbound::check_secrecy(base, "PayPal")?;
        let http = outbound::connections(CONNECT_PATIENCE, patience).build()?;
        Ok(Self { http, base: base.clone(), access: Access::new(client_id, secret) })
    }

    pub(super) fn call(&self) -> Call<'_> {
        Call { client: self, trail: Trail::default() }
    }

    /// Asks for a token with the shop's own keys.
    pub(super) async fn sign_in<T: DeserializeOwned>(
        &self,
        client_id: &str,
        secret: &str,
    ) -> Result<T, Failure> {
        let path = ["v1", "oauth2", "token"];
        let request =
            self.http.post(outbound::address(&self.base, &path)?).basic_auth(client_id, Some(secret));
        let form = vec![field("grant_type", "client_credentials")];
        let answer = outbound::send(outbound::with_form(request, &form), MAX_ANSWER).await?;
        if answer.status.is_success() { answer::read(&answer.body) } else { Err(refused(&path, &answer)) }
    }
}

impl Call<'_> {
    /// Whose pages buyers are sent to.
    pub(super) fn pages(&self) -> Pages {
        Pages::of(&self.client.base)
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &[&str]) -> Result<T, Failure> {
        answer::read(&self.send(Method::GET, path, None, None).await?.body)
    }

    /// Sends a JSON text; the same key means the same request.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        json: String,
        key: Option<&str>,
    ) -> Result<Told<T>, Failure> {
        let answer = self.send(Method::POST, path, key, Some(json)).await?;
        Ok(Told { thing: answer::read::<T, No>(&answer.body)?, again: answer.status != StatusCode::CREATED })
    }

    /// Asks for something that has no answer but yes.
    pub(super) async fn post_nothing(&self, path: &[&str]) -> Result<(), Failure> {
        self.send(Method::POST, path, None, None).await.map(|_| ())
    }

    pub(super) async fn patch(&self, path: &[&str], json: String) -> Result<(), Failure> {
        self.send(Method::PATCH, path, None, Some(json)).await.map(|_| ())
    }

    /// Sends a request, once more where the token is not taken any more. Signing in asks for nothing.
    async fn send(
        &self,
        method: Method,
        path: &[&str],
        key: Option<&str>,
        json: Option<String>,
    ) -> Result<Answer, Failure> {
        let Client { http, base, access } = self.client;
        let address = outbound::address(base, path)?;
        let mut refused_token = None;
        loop {
            let token = access.token(self.client, refused_token.as_ref()).await;
            let token = token.map_err(|failure| self.trail.tell(failure))?;
            let mut request = http
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
            let answer = self.trail.note(outbound::send(request, MAX_ANSWER).await.map_err(Failure::from))?;
            if answer.status.is_success() {
                return Ok(answer);
            }
            if answer.status == StatusCode::UNAUTHORIZED && refused_token.is_none() {
                refused_token = Some(token);
                continue;
            }
            return Err(refused(path, &answer));
        }
    }
}

/// What an answer that is not a yes says: no, or nothing.
fn refused(path: &[&str], answer: &Answer) -> Failure {
    let no = no_of(answer);
    let status = answer.status.as_u16();
    // By its kind alone: names of payments are in the path, and words of buyers in what was sent and answered.
    let (path, told) = (outbound::kind_of(path), no.as_ref().map(No::told));
    let request = outbound::header_word(&answer.headers, DEBUG_HEADER);
    tracing::warn!(status, path, told, request, "PayPal said no");
    match no {
        Some(no) => Failure::No(no),
        None => Failure::Unknown(format!("status {status}")),
    }
}

/// Whether PayPal decided, which an answer that is not in its form does not.
fn no_of(answer: &Answer) -> Option<No> {
    #[derive(Deserialize)]
    struct Wire {
        name: String,
        #[serde(default)]
        details: Vec<Detail>,
    }
    #[derive(Deserialize)]
    struct Detail {
        issue: Option<String>,
    }
    if !answer.is_decided_no() {
        return None;
    }
    let (status, word) = (answer.status.as_u16(), |text: &str| outbound::word(text, "_"));
    match serde_json::from_slice(&answer.body) {
        Ok(Wire { name, details }) => {
            let issue = details.into_iter().find_map(|detail| detail.issue).unwrap_or_default();
            Some(No { status, name: word(&name), issue: word(&issue) })
        }
        Err(_) => matches!(status, 401 | 403).then(|| No::without_reason(status)),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::header::HeaderMap;

    use super::*;

    fn no(status: u16, body: &str) -> Option<No> {
        let status = StatusCode::from_u16(status).unwrap();
        no_of(&Answer { status, headers: HeaderMap::new(), body: body.into() })
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
    }
}
