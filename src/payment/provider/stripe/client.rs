//! HTTP to Stripe: one place that sends, waits and tells a no from silence.

use std::time::Duration;

use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use secrecy::SecretString;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use url::Url;

use super::refusal::{Kind, No};
use crate::outbound::{self, Answer, Fields};
use crate::payment::provider::answer::{self, CONNECT_PATIENCE, Told, Trail};

/// The version of the API whose published description the tests judge by.
const VERSION: &str = "2022-11-15";
const VERSION_HEADER: HeaderName = HeaderName::from_static("stripe-version");
const KEY_HEADER: HeaderName = HeaderName::from_static("idempotency-key");
/// Says that an answer was given before, to the same request.
const REPLAYED_HEADER: &str = "idempotent-replayed";
/// Stripe's name for a request, by which its people find it.
const REQUEST_HEADER: &str = "request-id";
/// Bytes of an answer at most.
const MAX_ANSWER: usize = 8 * 1024 * 1024;
/// What Stripe's words hold besides letters and digits.
const OF_WORDS: &str = "_[].";

/// Why Stripe says no, or nothing.
pub(super) type Failure = answer::Failure<No>;

/// The connections.
pub(super) struct Client {
    http: reqwest::Client,
    base: Url,
    authorization: HeaderValue,
}

/// What is asked of Stripe in one call of the shop's.
pub(super) struct Call<'a> {
    client: &'a Client,
    trail: Trail,
}

impl Client {
    /// The address must be encrypted, or on this machine.
    pub(super) fn new(base: &Url, secret: &SecretString, patience: Duration) -> Result<Self, anyhow::Error> {
        outbound::check_secrecy(base, "Stripe")?;
        let authorization = outbound::bearer(secret)?;
        let http = outbound::connections(CONNECT_PATIENCE, patience).build()?;
        Ok(Self { http, base: base.clone(), authorization })
    }

    pub(super) fn call(&self) -> Call<'_> {
        Call { client: self, trail: Trail::default() }
    }
}

impl Call<'_> {
    /// Sends a form; the same key means the same request, whose first answer is given again.
    pub(super) async fn post<T: DeserializeOwned>(
        &self,
        path: &[&str],
        form: &Fields,
        key: &str,
    ) -> Result<Told<T>, Failure> {
        let request = self.client.http.post(outbound::address(&self.client.base, path)?);
        self.send(path, outbound::with_form(request, form).header(KEY_HEADER, key)).await
    }

    pub(super) async fn get<T: DeserializeOwned>(&self, path: &[&str], query: &Fields) -> Result<T, Failure> {
        let address = outbound::address(&self.client.base, path)?;
        let request = self.client.http.get(outbound::with_query(address, query));
        Ok(self.send(path, request).await?.thing)
    }

    async fn send<T: DeserializeOwned>(
        &self,
        path: &[&str],
        request: RequestBuilder,
    ) -> Result<Told<T>, Failure> {
        let request = request
            .header(AUTHORIZATION, self.client.authorization.clone())
            .header(VERSION_HEADER, HeaderValue::from_static(VERSION));
        let answer = self.trail.note(outbound::send(request, MAX_ANSWER).await.map_err(Failure::from))?;
        if !answer.status.is_success() {
            return Err(refused(path, &answer));
        }
        let again = answer.headers.get(REPLAYED_HEADER).is_some_and(|value| value == "true");
        Ok(Told { thing: answer::read::<T, No>(&answer.body)?, again })
    }
}

/// What an answer that is not a yes says: no, or nothing.
fn refused(path: &[&str], answer: &Answer) -> Failure {
    let no = no_of(answer);
    let status = answer.status.as_u16();
    if no.as_ref().is_none_or(|no| no.kind != Kind::Card) {
        // By its kind alone: names of payments are in the path, and words of buyers in what was sent and answered.
        let (path, code) = (outbound::kind_of(path), no.as_ref().map(No::told));
        let request = outbound::header_word(&answer.headers, REQUEST_HEADER);
        tracing::warn!(status, path, code, request, "Stripe said no");
    }
    match no {
        Some(no) => Failure::No(no),
        None => Failure::Unknown(format!("status {status}")),
    }
}

/// Whether Stripe decided, which an answer that is not in its form does not.
fn no_of(answer: &Answer) -> Option<No> {
    #[derive(Deserialize)]
    struct Wire {
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
    if !answer.is_decided_no() {
        return None;
    }
    let word = |text: Option<String>| text.map(|text| outbound::word(&text, OF_WORDS)).unwrap_or_default();
    let status = answer.status.as_u16();
    match serde_json::from_slice(&answer.body) {
        Ok(Wire { error }) => Some(No {
            status,
            kind: error.kind,
            code: word(error.code),
            decline_code: word(error.decline_code),
            param: word(error.param),
        }),
        Err(_) => matches!(status, 401 | 403).then(|| No::without_reason(status)),
    }
}

#[cfg(test)]
mod tests {
    use reqwest::StatusCode;
    use reqwest::header::HeaderMap;

    use super::*;

    fn no(status: u16, body: &str) -> Option<No> {
        let status = StatusCode::from_u16(status).unwrap();
        no_of(&Answer { status, headers: HeaderMap::new(), body: body.into() })
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
    }

    #[test]
    fn a_secret_that_cannot_be_sent_safely_is_not_taken() {
        let client = |url: &str, secret: &str| {
            let secret = SecretString::from(secret.to_owned());
            Client::new(&Url::parse(url).unwrap(), &secret, Duration::from_secs(1))
        };
        let _ = rustls::crypto::aws_lc_rs::default_provider().install_default();
        assert!(client("https://api.stripe.com/", "sk_test_1").is_ok());
        assert!(client("http://stripe.example/", "sk_test_1").is_err());
        assert!(client("https://api.stripe.com/", "sk_\n").is_err());
    }
}
