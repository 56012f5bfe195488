//! Errors at the edge: what a client may read, and what only the log may.

use std::sync::Arc;

use async_graphql::{Error, ErrorExtensionValues, Response, ServerError, Value};

use crate::error::Fault;
use crate::page::PageError;

/// What clients read in place of a fault.
const INTERNAL_MESSAGE: &str = "Internal error";

/// An error of a field.
///
/// It deliberately has no `Display`: the only way to a client is [`From<ApiError>`] for [`Error`], which hides faults.
#[derive(Debug)]
pub enum ApiError {
    /// The caller's mistake, with a stable code.
    BadInput {
        /// For programs.
        code: &'static str,
        /// For people.
        message: String,
    },
    /// Ours.
    Fault(Arc<Fault>),
}

impl ApiError {
    /// The caller's mistake.
    #[must_use]
    pub fn bad_input(code: &'static str, message: impl Into<String>) -> Self {
        Self::BadInput { code, message: message.into() }
    }
}

impl From<Fault> for ApiError {
    fn from(fault: Fault) -> Self {
        Self::from(Arc::new(fault))
    }
}

impl From<Arc<Fault>> for ApiError {
    fn from(fault: Arc<Fault>) -> Self {
        match fault.as_not_ready() {
            Some(not_ready) => Self::bad_input(not_ready.code, not_ready.to_string()),
            None => Self::Fault(fault),
        }
    }
}

impl From<PageError> for ApiError {
    fn from(error: PageError) -> Self {
        Self::bad_input("BAD_PAGE", error.to_string())
    }
}

impl From<ApiError> for Error {
    fn from(error: ApiError) -> Self {
        let mut extensions = ErrorExtensionValues::default();
        match error {
            ApiError::BadInput { code, message } => {
                extensions.set("code", code);
                Self { message, source: None, extensions: Some(extensions) }
            }
            ApiError::Fault(fault) => {
                extensions.set("code", "INTERNAL_ERROR");
                let source: Arc<dyn std::any::Any + Send + Sync> = fault;
                Self {
                    message: INTERNAL_MESSAGE.to_owned(),
                    source: Some(source),
                    extensions: Some(extensions),
                }
            }
        }
    }
}

/// Gives every error of an answer a code, logs the causes of faults, and hides whatever came without a code of ours
/// from within a field: it might quote the database or a path.
pub fn scrub(response: &mut Response, request_id: &str) {
    for error in &mut response.errors {
        if let Some(fault) = error.source::<Fault>() {
            tracing::error!(request_id, cause = ?fault, "A field failed");
        }
        let has_code = error.extensions.as_ref().is_some_and(|extensions| extensions.get("code").is_some());
        if !has_code {
            if !error.path.is_empty() && !is_about_input(error) {
                tracing::error!(request_id, message = error.message, "A field failed without a code");
                INTERNAL_MESSAGE.clone_into(&mut error.message);
                set(error, "code", "INTERNAL_ERROR");
            } else {
                set(error, "code", "GRAPHQL_VALIDATION_FAILED");
            }
        }
        error.source = None;
        set(error, "requestId", request_id);
    }
}

/// async-graphql's own words about an argument that did not parse.
fn is_about_input(error: &ServerError) -> bool {
    ["Failed to parse", "Invalid value", "Expected input type", "Variable "]
        .iter()
        .any(|start| error.message.starts_with(start))
}

fn set(error: &mut ServerError, name: &str, value: impl Into<Value>) {
    error.extensions.get_or_insert_with(ErrorExtensionValues::default).set(name, value);
}
