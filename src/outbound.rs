//! HTTP to the servers of others: how they are connected to, how long an answer may be, and what may have happened where
//! there is none.

use std::time::Duration;

use anyhow::ensure;
use reqwest::header::{CONTENT_TYPE, HeaderMap, HeaderValue, InvalidHeaderValue};
use reqwest::{ClientBuilder, RequestBuilder, StatusCode, redirect};
use secrecy::{ExposeSecret, SecretString};
use url::Url;
use url::form_urlencoded::Serializer;

use crate::config::is_on_this_machine;

/// Characters of a word of theirs that goes into the log.
const MAX_WORD_LENGTH: usize = 64;

/// Names and values of a form or a query.
pub(crate) type Fields = Vec<(String, String)>;

/// A field, for lists of them.
pub(crate) fn field(name: &str, value: impl Into<String>) -> (String, String) {
    (name.to_owned(), value.into())
}

/// What somebody else's server answered.
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Whether it is a no that decides: a conflict, a limit and a failure of theirs say nothing about what was done.
    pub(crate) fn is_decided_no(&self) -> bool {
        is_decided_no(self.status)
    }
}

/// Whether an answer of this status is a no that decides; the same of a status alone.
pub(crate) fn is_decided_no(status: StatusCode) -> bool {
    let undecided = [StatusCode::REQUEST_TIMEOUT, StatusCode::CONFLICT, StatusCode::TOO_MANY_REQUESTS];
    status.is_client_error() && !undecided.contains(&status)
}

/// Why there is no answer. Never with the address, which may name a payment or hold a merchant's secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Silence {
    /// It was no request: nothing left this machine, nor would it later.
    Impossible,
    /// There was no connection: nothing was asked.
    NoConnection,
    TimedOut,
    /// The connection broke.
    Broken,
    /// The answer has more bytes than it may.
    TooLong,
}

impl Silence {
    /// In words, for the log.
    pub(crate) fn told(&self) -> &'static str {
        match self {
            Self::Impossible => "the request cannot be sent",
            Self::NoConnection => "there was no connection",
            Self::TimedOut => "no answer in time",
            Self::Broken => "the connection broke",
            Self::TooLong => "the answer is too long",
        }
    }
}

impl From<reqwest::Error> for Silence {
    fn from(error: reqwest::Error) -> Self {
        if error.is_builder() {
            Self::Impossible
        } else if error.is_connect() {
            Self::NoConnection
        } else if error.is_timeout() {
            Self::TimedOut
        } else {
            Self::Broken
        }
    }
}

/// Connections that go nowhere but where they are sent, for what is sent may hold a secret. They wait so long for a
/// connection, and so long for the whole of an answer.
pub(crate) fn connections(connect_patience: Duration, patience: Duration) -> ClientBuilder {
    reqwest::Client::builder()
        .user_agent(concat!("tradepost/", env!("CARGO_PKG_VERSION")))
        .connect_timeout(connect_patience)
        .timeout(patience)
        .redirect(redirect::Policy::none())
}

/// A secret as the value of a header, which no log of requests shows.
///
/// # Errors
/// Where no header can hold it.
pub(crate) fn secret_header(secret: &SecretString) -> Result<HeaderValue, InvalidHeaderValue> {
    hidden(secret.expose_secret())
}

/// The same as the token of `Authorization`.
///
/// # Errors
/// Where no header can hold it.
pub(crate) fn bearer(secret: &SecretString) -> Result<HeaderValue, InvalidHeaderValue> {
    hidden(&format!("Bearer {}", secret.expose_secret()))
}

fn hidden(text: &str) -> Result<HeaderValue, InvalidHeaderValue> {
    let mut value = HeaderValue::from_str(text)?;
    value.set_sensitive(true);
    Ok(value)
}

/// Refuses an address to which a secret would cross a network in the clear.
///
/// # Errors
/// With the name of whose secret it is.
pub(crate) fn check_secrecy(base: &Url, whose: &str) -> Result<(), anyhow::Error> {
    ensure!(
        base.scheme() == "https" || is_on_this_machine(base),
        "the secret of {whose} must not cross a network in the clear"
    );
    Ok(())
}

/// The address of a thing, each part of whose path is encoded by itself.
///
/// # Errors
/// [`Silence::Impossible`] where the base has no path.
pub(crate) fn address(base: &Url, path: &[&str]) -> Result<Url, Silence> {
    let mut address = base.clone();
    address.path_segments_mut().map_err(|()| Silence::Impossible)?.pop_if_empty().extend(path);
    Ok(address)
}

/// The same with a query.
pub(crate) fn with_query(mut address: Url, query: &Fields) -> Url {
    if !query.is_empty() {
        address.query_pairs_mut().extend_pairs(query);
    }
    address
}

/// A request whose body is a form.
pub(crate) fn with_form(request: RequestBuilder, form: &Fields) -> RequestBuilder {
    request
        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(Serializer::new(String::new()).extend_pairs(form).finish())
}

/// Sends a request and reads the answer, but never more of it than so many bytes.
///
/// # Errors
/// [`Silence`]: only the first two kinds say that nothing was done.
pub(crate) async fn send(request: RequestBuilder, max_bytes: usize) -> Result<Answer, Silence> {
    let mut response = request.send().await?;
    let (status, headers) = (response.status(), response.headers().clone());
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len().saturating_add(chunk.len()) > max_bytes {
            return Err(Silence::TooLong);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Answer { status, headers, body })
}

/// A word of theirs for the log, and nothing that could be anybody else's: letters, digits and what else such words hold.
pub(crate) fn word(text: &str, besides: &str) -> String {
    let is_part = |letter: &char| letter.is_ascii_alphanumeric() || besides.contains(*letter);
    text.chars().filter(is_part).take(MAX_WORD_LENGTH).collect()
}

/// A word of a header, for the log.
pub(crate) fn header_word(headers: &HeaderMap, name: &str) -> Option<String> {
    Some(word(headers.get(name)?.to_str().ok()?, "_"))
}

/// The last part of a path that names no single thing, for the log.
pub(crate) fn kind_of<'a>(path: &[&'a str]) -> Option<&'a str> {
    path.iter().rfind(|part| !part.contains(|letter: char| letter.is_ascii_digit())).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_does_not_cross_a_network_in_the_clear() {
        let allows = |url: &str| check_secrecy(&Url::parse(url).unwrap(), "somebody").is_ok();
        for url in ["http://vendor.example/", "http://localhost.example/", "http://10.0.0.1/"] {
            assert!(!allows(url), "{url}");
        }
        for url in ["https://vendor.example/", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"] {
            assert!(allows(url), "{url}");
        }
    }

    #[test]
    fn a_secret_goes_into_a_header_and_shows_nowhere() {
        let secret = |text: &str| SecretString::from(text.to_owned());
        let (bare, bearer_token) =
            (secret_header(&secret("hunter2")).unwrap(), bearer(&secret("hunter2")).unwrap());
        assert_eq!((bare.to_str().unwrap(), bearer_token.to_str().unwrap()), ("hunter2", "Bearer hunter2"));
        assert!(!format!("{bare:?} {bearer_token:?}").contains("hunter2"));
        assert!(secret_header(&secret("hunter\n2")).is_err() && bearer(&secret("hunter\n2")).is_err());
    }

    #[test]
    fn a_part_of_a_path_stays_one_part() {
        let base = Url::parse("https://vendor.example/api/").unwrap();
        let address = |path: &[&str]| address(&base, path).unwrap().to_string();
        assert_eq!(address(&["v1", "things"]), "https://vendor.example/api/v1/things");
        assert_eq!(address(&["a/../b?c#d"]), "https://vendor.example/api/a%2F..%2Fb%3Fc%23d");
        let query = vec![field("a", "1 & 2"), field("b[0]", "c")];
        let queried = with_query(Url::parse("https://vendor.example/v1").unwrap(), &query);
        assert_eq!(queried.to_string(), "https://vendor.example/v1?a=1+%26+2&b%5B0%5D=c");
        assert_eq!(with_query(base.clone(), &Vec::new()), base);
        let none = Url::parse("mailto:somebody").unwrap();
        assert_eq!(super::address(&none, &["v1"]), Err(Silence::Impossible));
    }

    #[test]
    fn conflicts_limits_and_failures_decide_nothing() {
        let decides = |status: u16| is_decided_no(StatusCode::from_u16(status).unwrap());
        for status in [400, 401, 402, 403, 404, 422] {
            assert!(decides(status), "{status}");
        }
        for status in [200, 302, 408, 409, 429, 500, 502, 503] {
            assert!(!decides(status), "{status}");
        }
    }

    #[test]
    fn the_log_holds_words_and_kinds_only() {
        assert_eq!(word("resource_missing\n<b>", "_"), "resource_missingb");
        assert_eq!(word(&"a".repeat(100), ""), "a".repeat(64));
        assert_eq!(kind_of(&["v1", "refunds", "re_1"]), Some("refunds"));
        assert_eq!(kind_of(&["v1", "labels", "se-123", "void"]), Some("void"));
        assert_eq!(kind_of(&["v1", "labels", "rates", "se-123"]), Some("rates"));
    }
}
