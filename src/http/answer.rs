//! Answers: GraphQL errors of requests that never became GraphQL, and reading bodies.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, CACHE_CONTROL, CONTENT_TYPE, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};

use super::caching::PRIVATE;
use super::persisted::SentRequest;
use crate::graphql::error::ApiError;

/// The largest body of a request, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// A request whose document is known.
#[derive(Debug)]
pub struct GraphqlBody {
    /// The document.
    pub query: String,
    /// Its variables.
    pub variables: Option<serde_json::Value>,
    /// Which of its operations.
    pub operation_name: Option<String>,
}

/// An answer with one error, in the form of a GraphQL answer.
pub fn refuse(status: StatusCode, code: &str, message: &str, request_id: &str) -> HttpResponse {
    HttpResponse::build(status).insert_header((CACHE_CONTROL, PRIVATE)).json(serde_json::json!({
        "errors": [{ "message": message, "extensions": { "code": code, "requestId": request_id } }]
    }))
}

/// The answer to a request by a method that does not do.
pub fn only_post(message: &str, allowed: &'static str, request_id: &str) -> HttpResponse {
    let mut answer = refuse(StatusCode::METHOD_NOT_ALLOWED, "METHOD_NOT_ALLOWED", message, request_id);
    answer.headers_mut().insert(ALLOW, HeaderValue::from_static(allowed));
    answer
}

/// The answer to a request that was refused before it was run.
pub fn refuse_document(error: ApiError, request_id: &str) -> HttpResponse {
    match error {
        ApiError::BadInput { code, message } => refuse(StatusCode::OK, code, &message, request_id),
        ApiError::Fault(fault) => {
            tracing::error!(request_id, cause = ?fault, "A request failed");
            refuse(StatusCode::OK, "INTERNAL_ERROR", "Internal error", request_id)
        }
    }
}

/// Reads a body by its content type.
///
/// # Errors
/// The answer to be given: 400 for what is no request, 415 for a type that a page could send without being asked.
#[expect(clippy::result_large_err, reason = "an answer is made once for a request that is refused")]
pub fn read_body(request: &HttpRequest, body: &[u8], request_id: &str) -> Result<SentRequest, HttpResponse> {
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" if body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[') => {
            let message = "Send one operation for each request";
            Err(refuse(StatusCode::BAD_REQUEST, "BATCHING_NOT_SUPPORTED", message, request_id))
        }
        "application/json" => serde_json::from_slice(body).map_err(|error| {
            let message = format!("The body is not a GraphQL request: {error}");
            refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", &message, request_id)
        }),
        "application/graphql" => match std::str::from_utf8(body) {
            Ok(query) => Ok(SentRequest { query: Some(query.to_owned()), ..SentRequest::default() }),
            Err(_) => {
                Err(refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", "The body is not UTF-8", request_id))
            }
        },
        _ => {
            let message = "Send application/json or application/graphql";
            Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", message, request_id))
        }
    }
}

/// Reads the parameters of an address: `query`, `variables`, `operationName` and `extensions`, the two objects as JSON.
///
/// # Errors
/// The answer to be given: 400 for what is no request.
#[expect(clippy::result_large_err, reason = "an answer is made once for a request that is refused")]
pub fn read_address(request: &HttpRequest, request_id: &str) -> Result<SentRequest, HttpResponse> {
    let mut sent = SentRequest::default();
    let broken = |name: &str, error: serde_json::Error| {
        let message = format!("The parameter {name} is not what it should be: {error}");
        refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", &message, request_id)
    };
    for (name, value) in url::form_urlencoded::parse(request.query_string().as_bytes()) {
        match name.as_ref() {
            "query" => sent.query = Some(value.into_owned()),
            "operationName" => sent.operation_name = Some(value.into_owned()).filter(|name| !name.is_empty()),
            "variables" if !value.is_empty() => {
                sent.variables = serde_json::from_str(&value).map_err(|error| broken("variables", error))?;
            }
            "extensions" if !value.is_empty() => {
                sent.extensions =
                    serde_json::from_str(&value).map_err(|error| broken("extensions", error))?;
            }
            _ => {}
        }
    }
    Ok(sent)
}
