//! Persisted queries: a front end sends the digest of a document in place of the document.
//!
//! The protocol is the one of Apollo's clients ("automatic persisted queries", version 1): an unknown digest is told
//! as `PERSISTED_QUERY_NOT_FOUND`, whereupon the client sends digest and document together once.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use moka::sync::Cache;
use serde::Deserialize;
use serde_json::Value;

use super::answer::{GraphqlBody, refuse};
use crate::secret;

/// How many bytes of documents are remembered in all.
const MAX_REMEMBERED: u64 = 8 * 1024 * 1024;
/// The longest document that is remembered, in bytes; a longer one is run each time it is sent.
const MAX_DOCUMENT: usize = 64 * 1024;
/// The version of the protocol.
const VERSION: u32 = 1;

/// A request as it is sent: with its document, with the document's digest, or with both.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct SentRequest {
    /// The document.
    pub query: Option<String>,
    /// Its variables.
    pub variables: Option<Value>,
    /// Which of its operations.
    pub operation_name: Option<String>,
    /// What protocols beside GraphQL add.
    pub extensions: Option<Extensions>,
}

/// What protocols beside GraphQL add; what is not known is left aside.
#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Extensions {
    persisted_query: Option<PersistedQuery>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct PersistedQuery {
    #[serde(default)]
    version: Option<u32>,
    sha256_hash: String,
}

/// The documents that were sent with their digest, by digest.
#[derive(Clone)]
pub struct PersistedQueries(Cache<String, Arc<str>>);

impl Default for PersistedQueries {
    fn default() -> Self {
        let weigh = |key: &String, text: &Arc<str>| u32::try_from(key.len() + text.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(MAX_REMEMBERED).weigher(weigh).build())
    }
}

/// A request that has neither document nor digest.
fn without_document(request_id: &str) -> HttpResponse {
    let message = "The request has no query";
    refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", message, request_id)
}

impl SentRequest {
    /// The request where digests are not taken.
    ///
    /// # Errors
    /// The answer to be given where it has no document.
    #[expect(clippy::result_large_err, reason = "an answer is made once for a request that is refused")]
    pub fn with_document(self, request_id: &str) -> Result<GraphqlBody, HttpResponse> {
        let Self { query, variables, operation_name, .. } = self;
        let query = query.ok_or_else(|| without_document(request_id))?;
        Ok(GraphqlBody { query, variables, operation_name })
    }
}

impl PersistedQueries {
    /// Finds the document of a request that sends its digest, and remembers one that comes with its digest.
    ///
    /// # Errors
    /// The answer to be given: `PERSISTED_QUERY_NOT_FOUND`, `PERSISTED_QUERY_NOT_SUPPORTED` for another version of the
    /// protocol, `PERSISTED_QUERY_HASH_MISMATCH` for a digest of another document, 400 where there is neither.
    #[expect(clippy::result_large_err, reason = "an answer is made once for a request that is refused")]
    pub fn resolve(&self, request: SentRequest, request_id: &str) -> Result<GraphqlBody, HttpResponse> {
        let SentRequest { query, variables, operation_name, extensions } = request;
        let query = match (query, extensions.and_then(|extensions| extensions.persisted_query)) {
            (Some(query), None) => query,
            (None, None) => return Err(without_document(request_id)),
            (_, Some(persisted)) if persisted.version.is_some_and(|version| version != VERSION) => {
                let message = "PersistedQueryNotSupported";
                return Err(refuse(StatusCode::OK, "PERSISTED_QUERY_NOT_SUPPORTED", message, request_id));
            }
            (None, Some(persisted)) => match self.0.get(&persisted.sha256_hash.to_ascii_lowercase()) {
                Some(query) => query.as_ref().to_owned(),
                None => {
                    let message = "PersistedQueryNotFound";
                    return Err(refuse(StatusCode::OK, "PERSISTED_QUERY_NOT_FOUND", message, request_id));
                }
            },
            (Some(query), Some(persisted)) => {
                let digest = persisted.sha256_hash.to_ascii_lowercase();
                if secret::hex_digest(query.as_bytes()) != digest {
                    let message = "The sha256Hash is not the one of the query";
                    let status = StatusCode::BAD_REQUEST;
                    return Err(refuse(status, "PERSISTED_QUERY_HASH_MISMATCH", message, request_id));
                }
                if query.len() <= MAX_DOCUMENT {
                    self.0.insert(digest, Arc::from(query.as_str()));
                }
                query
            }
        };
        Ok(GraphqlBody { query, variables, operation_name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_remembered_is_bounded() {
        let persisted = PersistedQueries::default();
        let send = |query: Option<String>, digest: String| {
            let persisted_query = Some(PersistedQuery { version: Some(1), sha256_hash: digest });
            let extensions = Some(Extensions { persisted_query });
            persisted.resolve(SentRequest { query, extensions, ..SentRequest::default() }, "id").is_ok()
        };
        let text = |number: usize| format!("#{number}{}", " ".repeat(MAX_DOCUMENT - 10));
        let digest = |text: &str| secret::hex_digest(text.as_bytes());
        for number in 0..500 {
            assert!(send(Some(text(number)), digest(&text(number))), "run all the same");
        }
        persisted.0.run_pending_tasks();
        assert!(persisted.0.weighted_size() <= MAX_REMEMBERED);
        let long = " ".repeat(MAX_DOCUMENT + 1);
        assert!(send(Some(long.clone()), digest(&long)));
        assert!(!send(None, digest(&long)), "not remembered");
        assert!(send(Some("{a}".to_owned()), digest("{a}").to_ascii_uppercase()));
        assert!(send(None, digest("{a}")));
    }
}
