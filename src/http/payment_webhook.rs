//! What payment providers tell by themselves.

use actix_web::{HttpRequest, HttpResponse, web};

use super::inbound::{NotTaken, headers_of};
use super::observe::RequestId;
use crate::app::App;
use crate::checkout;
use crate::inbound::Inbound;
use crate::payment::{Receipt, ReceiveError, WebhookFault, receive_event};

/// An event of a payment provider, by the provider's name. Answered as soon as it is kept.
pub async fn receive(
    app: web::Data<App>,
    id: RequestId,
    request: HttpRequest,
    provider: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let header = headers_of(&request);
    let inbound = Inbound { header: &header, body: &body, now: app.clock.now() };
    match receive_event(&app, &provider, &inbound).await {
        Ok(receipt) => {
            tracing::info!(request_id = id.0, ?receipt, "A payment provider told of a payment");
            if let Receipt::New(event) = receipt {
                checkout::handle_soon(&app, event);
            }
            HttpResponse::Ok().finish()
        }
        Err(error) => NotTaken::from(error).answer(&id.0),
    }
}

impl From<ReceiveError> for NotTaken {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Off => Self::Off,
            ReceiveError::Webhook(fault) => match fault {
                WebhookFault::Forged | WebhookFault::Stale | WebhookFault::Unreadable => {
                    Self::Refused(fault.to_string())
                }
                WebhookFault::Unchecked => Self::Unchecked(fault.to_string()),
            },
            ReceiveError::Fault(fault) => Self::Fault(fault),
        }
    }
}
