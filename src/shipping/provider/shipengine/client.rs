//! HTTP to ShipEngine: one place that sends, waits and turns failures into ours.

use std::time::Duration;

use reqwest::header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER};
use reqwest::{RequestBuilder, StatusCode};
use serde::Deserialize;
use url::Url;

use crate::config::ShipEngineSettings;
use crate::outbound::{self, Fields, Silence};
use crate::shipping::provider::ProviderError;
use crate::shipping::provider::label::LabelFault;

/// The header of the key.
const KEY_HEADER: HeaderName = HeaderName::from_static("api-key");
/// How long a connection may take.
const CONNECT_PATIENCE: Duration = Duration::from_secs(5);
/// How long an answer is waited for where nothing is bought.
const PATIENCE: Duration = Duration::from_secs(10);
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// Codes of a refusal that are kept, and how long each may be.
const MAX_CODES: usize = 5;
const MAX_CODE_LENGTH: usize = 64;

/// What kept an answer from being one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Failure {
    /// No request left this machine.
    NotSent,
    /// There was no answer in time.
    TimedOut,
    /// The connection broke, or the answer was too large.
    Broken,
    /// The answer was no: its status, and the vendor's codes.
    Status(StatusCode, Vec<String>),
    /// It was asked too often.
    Busy(Option<Duration>),
}

impl From<Silence> for Failure {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Impossible | Silence::NoConnection => Self::NotSent,
            Silence::TimedOut => Self::TimedOut,
            Silence::Broken | Silence::TooLong => Self::Broken,
        }
    }
}

impl From<Failure> for ProviderError {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotSent => Self::Unreachable("there was no connection".to_owned()),
            Failure::TimedOut => Self::TimedOut,
            Failure::Broken => Self::Unreachable("the connection broke".to_owned()),
            Failure::Busy(_) => Self::Status(StatusCode::TOO_MANY_REQUESTS.as_u16()),
            Failure::Status(status, codes) => match codes.into_iter().next() {
                Some(code) if status.is_client_error() && status != StatusCode::UNAUTHORIZED => {
                    Self::Refused { code, message: format!("the answer has status {}", status.as_u16()) }
                }
                _ => Self::Status(status.as_u16()),
            },
        }
    }
}

impl From<Failure> for LabelFault {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::NotSent => Self::NotSent,
            Failure::TimedOut => Self::Unknown("no answer in time"),
            Failure::Broken => Self::Unknown("the connection broke"),
            Failure::Busy(pause) => Self::Busy { pause },
            Failure::Status(StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN, _) => Self::KeyRefused,
            Failure::Status(StatusCode::NOT_FOUND, _) => Self::NotFound,
            Failure::Status(status, codes) if outbound::is_decided_no(status) => Self::Refused(codes),
            Failure::Status(..) => Self::Unknown("the provider failed"),
        }
    }
}

/// The connections.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
}

impl Client {
    /// The address must be encrypted, or on this machine.
    pub(super) fn new(settings: &ShipEngineSettings) -> Result<Self, anyhow::Error> {
        outbound::check_secrecy(&settings.base_url, "ShipEngine")?;
        let key = outbound::secret_header(&settings.api_key)?;
        let headers =
            HeaderMap::from_iter([(KEY_HEADER, key), (ACCEPT, HeaderValue::from_static("application/json"))]);
        let http = outbound::connections(CONNECT_PATIENCE, PATIENCE).default_headers(headers).build()?;
        Ok(Self { http, base: settings.base_url.clone() })
    }

    /// The text of an answer that says yes.
    pub(super) async fn get(&self, path: &[&str], query: &Fields) -> Result<String, Failure> {
        self.get_within(PATIENCE, path, query).await
    }

    /// The same where somebody else waits for it.
    pub(super) async fn get_within(
        &self,
        patience: Duration,
        path: &[&str],
        query: &Fields,
    ) -> Result<String, Failure> {
        let address = outbound::with_query(outbound::address(&self.base, path)?, query);
        send(path, self.http.get(address).timeout(patience)).await
    }

    pub(super) async fn put(&self, path: &[&str]) -> Result<String, Failure> {
        send(path, self.http.put(outbound::address(&self.base, path)?)).await
    }

    /// Sends a JSON text.
    pub(super) async fn post(&self, path: &[&str], json: String) -> Result<String, Failure> {
        self.post_within(PATIENCE, path, json).await
    }

    /// The same where the answer may take its time.
    pub(super) async fn post_within(
        &self,
        patience: Duration,
        path: &[&str],
        json: String,
    ) -> Result<String, Failure> {
        let request = self.http.post(outbound::address(&self.base, path)?).timeout(patience);
        send(path, request.header(CONTENT_TYPE, "application/json").body(json)).await
    }
}

async fn send(path: &[&str], request: RequestBuilder) -> Result<String, Failure> {
    let answer = outbound::send(request, MAX_ANSWER).await?;
    let (status, text) = (answer.status, String::from_utf8(answer.body).map_err(|_| Failure::Broken));
    if status.is_success() {
        return text;
    }
    let codes = text.map(|text| codes_of(&text)).unwrap_or_default();
    tracing::warn!(status = status.as_u16(), path = outbound::kind_of(path), ?codes, "ShipEngine said no");
    if status == StatusCode::TOO_MANY_REQUESTS {
        return Err(Failure::Busy(pause_of(&answer.headers)));
    }
    Err(Failure::Status(status, codes))
}

fn pause_of(headers: &HeaderMap) -> Option<Duration> {
    headers.get(RETRY_AFTER)?.to_str().ok()?.trim().parse().ok().map(Duration::from_secs)
}

#[derive(Deserialize)]
struct Refusal {
    errors: Vec<RefusalError>,
}

#[derive(Deserialize)]
struct RefusalError {
    error_code: Option<String>,
}

/// The vendor's codes, and nothing of its words: those may hold what somebody typed.
fn codes_of(text: &str) -> Vec<String> {
    let Ok(refusal) = serde_json::from_str::<Refusal>(text) else {
        return Vec::new();
    };
    let is_code = |code: &String| {
        code.len() <= MAX_CODE_LENGTH && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_')
    };
    refusal.errors.into_iter().filter_map(|error| error.error_code).filter(is_code).take(MAX_CODES).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_are_known_by_their_codes_alone() {
        let text = r#"{"request_id":"x","errors":[{"error_code":"invalid_address","message":"12 Oak Street"},
            {"error_code":"12 Oak Street"},{"message":"no code"}]}"#;
        assert_eq!(codes_of(text), ["invalid_address"]);
        for other in ["", "<html>", "{}", r#"{"errors":"no"}"#] {
            assert_eq!(codes_of(other), [""; 0], "{other}");
        }
    }

    #[test]
    fn only_what_may_have_been_done_is_unknown() {
        let of = |failure: Failure| LabelFault::from(failure);
        let status = |code: u16| Failure::Status(StatusCode::from_u16(code).unwrap(), vec!["a".to_owned()]);
        assert!(matches!(of(Failure::TimedOut), LabelFault::Unknown(_)));
        assert!(matches!(of(Failure::Broken), LabelFault::Unknown(_)));
        for undecided in [302, 408, 409, 500, 502] {
            assert!(matches!(of(status(undecided)), LabelFault::Unknown(_)), "{undecided}");
        }
        assert_eq!(of(Failure::NotSent), LabelFault::NotSent);
        assert_eq!(of(status(401)), LabelFault::KeyRefused);
        assert_eq!(of(status(404)), LabelFault::NotFound);
        assert_eq!(of(status(400)), LabelFault::Refused(vec!["a".to_owned()]));
        assert_eq!(ProviderError::from(status(401)), ProviderError::Status(401));
        assert_eq!(ProviderError::from(status(500)), ProviderError::Status(500));
        assert!(
            matches!(ProviderError::from(status(400)), ProviderError::Refused { code, .. } if code == "a")
        );
        assert_eq!(ProviderError::from(Failure::Busy(None)), ProviderError::Status(429));
    }
}
