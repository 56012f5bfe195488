//! Messages that providers send by themselves. The body is taken as it came: what proves the sender is made of its bytes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::refuse;
use super::observe::RequestId;
use crate::app::App;
use crate::shipping::provider::label::MessageFault;
use crate::shipping::{ReceiveError, receive_message};

/// A message from who sells labels, by the provider's name.
pub async fn parcel(
    app: web::Data<App>,
    id: RequestId,
    request: HttpRequest,
    provider: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let headers = request.headers();
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
    // Copied, so that the future can wait on any thread.
    let known: Vec<(String, String)> =
        headers.keys().filter_map(|name| Some((name.to_string(), header(name.as_str())?))).collect();
    let find = move |name: &str| known.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    match receive_message(&app, &provider, &find, &body).await {
        Ok(receipt) => {
            tracing::info!(request_id = id.0, ?receipt, "A provider told of a parcel");
            HttpResponse::Ok().finish()
        }
        Err(ReceiveError::Message(fault)) => {
            tracing::warn!(request_id = id.0, cause = %fault, "A provider's message was refused");
            let (status, code) = match fault {
                MessageFault::Off => (StatusCode::NOT_FOUND, "NOT_FOUND"),
                MessageFault::NotProven(_) => (StatusCode::UNAUTHORIZED, "UNAUTHORIZED"),
                MessageFault::Stale => (StatusCode::BAD_REQUEST, "STALE"),
                MessageFault::Unreadable => (StatusCode::BAD_REQUEST, "BAD_REQUEST"),
                MessageFault::NoKeys => (StatusCode::SERVICE_UNAVAILABLE, "TRY_AGAIN"),
            };
            refuse(status, code, "The message was not taken", &id.0)
        }
        Err(ReceiveError::Fault(fault)) => {
            tracing::error!(request_id = id.0, cause = ?fault, "A provider's message failed");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Internal error", &id.0)
        }
    }
}
