//! Answers: GraphQL errors of requests that never became GraphQL, and reading bodies.

use actix_web::http::StatusCode;
use actix_web::http::header::CONTENT_TYPE;
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::parser::parse_query;
use async_graphql::parser::types::ExecutableDocument;
use async_graphql::{Request, Variables};
use serde::Deserialize;

use crate::graphql::error::ApiError;
use crate::graphql::{limit, operation};

/// The largest body of a request, in bytes.
pub const MAX_BODY: usize = 256 * 1024;

/// A request as GraphQL over HTTP writes it.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GraphqlBody {
    /// The document.
    pub query: String,
    /// Its variables.
    #[serde(default)]
    pub variables: Option<serde_json::Value>,
    /// Which of its operations.
    #[serde(default)]
    pub operation_name: Option<String>,
}

/// An answer with one error, in the form of a GraphQL answer.
pub fn refuse(status: StatusCode, code: &str, message: &str, request_id: &str) -> HttpResponse {
    HttpResponse::build(status).json(serde_json::json!({
        "errors": [{ "message": message, "extensions": { "code": code, "requestId": request_id } }]
    }))
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
pub fn read_body(request: &HttpRequest, body: &[u8], request_id: &str) -> Result<GraphqlBody, HttpResponse> {
    let content_type =
        request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    match content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase().as_str() {
        "application/json" => serde_json::from_slice(body).map_err(|error| {
            let is_list = body.iter().find(|byte| !byte.is_ascii_whitespace()) == Some(&b'[');
            if is_list {
                let message = "Send one operation for each request";
                return refuse(StatusCode::BAD_REQUEST, "BATCHING_NOT_SUPPORTED", message, request_id);
            }
            let message = format!("The body is not a GraphQL request: {error}");
            refuse(StatusCode::BAD_REQUEST, "BAD_REQUEST", &message, request_id)
        }),
        "application/graphql" => match std::str::from_utf8(body) {
            Ok(query) => Ok(GraphqlBody { query: query.to_owned(), variables: None, operation_name: None }),
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

/// Parses a document that is not too large, too deep or too wide, and has the variables that it needs.
///
/// # Errors
/// The answer to be given, with a GraphQL error.
#[expect(clippy::result_large_err, reason = "an answer is made once for a request that is refused")]
pub fn read_document(
    body: &GraphqlBody,
    variables: &Variables,
    request_id: &str,
) -> Result<ExecutableDocument, HttpResponse> {
    let query = body.query.as_str();
    limit::check_characters(query, variables).map_err(|error| refuse_document(error, request_id))?;
    limit::check_text(query).map_err(|error| refuse_document(error, request_id))?;
    let document = parse_query(query)
        .map_err(|error| refuse(StatusCode::OK, "GRAPHQL_PARSE_FAILED", &error.to_string(), request_id))?;
    limit::check_document(&document, variables).map_err(|error| refuse_document(error, request_id))?;
    operation::find(&document, body.operation_name.as_deref())
        .and_then(|operation| operation::check_variables(operation, variables))
        .map_err(|error| refuse_document(error, request_id))?;
    Ok(document)
}

/// A request whose document and variables have been read.
pub fn request_of(
    query: String,
    operation_name: Option<String>,
    variables: Variables,
    document: ExecutableDocument,
) -> Request {
    let mut request = Request::new(query).variables(variables);
    if let Some(operation) = operation_name {
        request = request.operation_name(operation);
    }
    request.set_parsed_query(document);
    request
}
