//! Messages that others send by themselves, whatever they are about: their headers, and what the sender is told of one
//! that is not taken.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse};

use super::answer::refuse;
use crate::error::Fault;

/// Why a message is not taken.
pub enum NotTaken {
    /// Nobody listens under this name.
    Off,
    /// It is forged, too old, or makes no sense: it would be refused again.
    Refused(String),
    /// It cannot be checked now: it may come again.
    Unchecked(String),
    /// Ours.
    Fault(Fault),
}

impl NotTaken {
    /// Tells the sender, and the log why.
    pub fn answer(&self, request_id: &str) -> HttpResponse {
        let (status, code, message) = match self {
            Self::Off => (StatusCode::NOT_FOUND, "NOT_FOUND", "There is nothing here"),
            Self::Refused(cause) => {
                tracing::warn!(request_id, cause, "A provider's message was refused");
                (StatusCode::BAD_REQUEST, "BAD_REQUEST", "The message was not taken")
            }
            Self::Unchecked(cause) => {
                tracing::warn!(request_id, cause, "A provider's message cannot be checked");
                (StatusCode::SERVICE_UNAVAILABLE, "TRY_AGAIN", "The message was not taken")
            }
            Self::Fault(fault) => {
                tracing::error!(request_id, cause = ?fault, "A provider's message failed");
                (StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Internal error")
            }
        };
        refuse(status, code, message, request_id)
    }
}

/// What looks up the headers of a request by their lower-case names; copied, so that the future can wait on any thread.
pub fn headers_of(request: &HttpRequest) -> impl Fn(&str) -> Option<String> + Send + Sync + use<> {
    let known: Vec<(String, String)> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    move |name: &str| known.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
}
