//! What payment providers tell by themselves. The body is taken as it came: what proves the sender is made of its bytes.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::answer::refuse;
use super::observe::RequestId;
use crate::app::App;
use crate::checkout;
use crate::payment::{Inbound, Receipt, ReceiveError, WebhookFault, receive_event};

/// An event of a payment provider, by the provider's name. Answered as soon as it is kept.
pub async fn receive(
    app: web::Data<App>,
    id: RequestId,
    request: HttpRequest,
    provider: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    // Copied, so that the future can wait on any thread.
    let known: Vec<(String, String)> = request
        .headers()
        .iter()
        .filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())))
        .collect();
    let find = move |name: &str| known.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone());
    let inbound = Inbound { header: &find, body: &body, now: app.clock.now() };
    match receive_event(&app, &provider, &inbound).await {
        Ok(receipt) => {
            tracing::info!(request_id = id.0, ?receipt, "A payment provider told of a payment");
            if let Receipt::New(event) = receipt {
                checkout::handle_soon(&app, event);
            }
            HttpResponse::Ok().finish()
        }
        Err(ReceiveError::Off) => refuse(StatusCode::NOT_FOUND, "NOT_FOUND", "There is nothing here", &id.0),
        Err(ReceiveError::Webhook(fault)) => {
            tracing::warn!(request_id = id.0, cause = %fault, "A payment provider's event was refused");
            let (status, code) = match fault {
                WebhookFault::Forged | WebhookFault::Stale | WebhookFault::Unreadable => {
                    (StatusCode::BAD_REQUEST, "BAD_REQUEST")
                }
                WebhookFault::Unchecked => (StatusCode::SERVICE_UNAVAILABLE, "TRY_AGAIN"),
            };
            refuse(status, code, "The event was not taken", &id.0)
        }
        Err(ReceiveError::Fault(fault)) => {
            tracing::error!(request_id = id.0, cause = ?fault, "A payment provider's event failed");
            refuse(StatusCode::INTERNAL_SERVER_ERROR, "INTERNAL_ERROR", "Internal error", &id.0)
        }
    }
}
