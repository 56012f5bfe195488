//! What those who sell labels tell of parcels by themselves.

use actix_web::{HttpRequest, HttpResponse, web};

use super::inbound::{NotTaken, headers_of};
use super::observe::RequestId;
use crate::app::App;
use crate::inbound::Inbound;
use crate::shipping::provider::label::MessageFault;
use crate::shipping::{ReceiveError, receive_message};

/// A message of who sells labels, by the provider's name.
pub async fn receive(
    app: web::Data<App>,
    id: RequestId,
    request: HttpRequest,
    provider: web::Path<String>,
    body: web::Bytes,
) -> HttpResponse {
    let header = headers_of(&request);
    let inbound = Inbound { header: &header, body: &body, now: app.clock.now() };
    match receive_message(&app, &provider, &inbound).await {
        Ok(receipt) => {
            tracing::info!(request_id = id.0, ?receipt, "A provider told of a parcel");
            HttpResponse::Ok().finish()
        }
        Err(error) => NotTaken::from(error).answer(&id.0),
    }
}

impl From<ReceiveError> for NotTaken {
    fn from(error: ReceiveError) -> Self {
        match error {
            ReceiveError::Off => Self::Off,
            ReceiveError::Message(fault) => match fault {
                MessageFault::Forged(_) | MessageFault::Stale | MessageFault::Unreadable => {
                    Self::Refused(fault.to_string())
                }
                MessageFault::Unchecked(_) => Self::Unchecked(fault.to_string()),
            },
            ReceiveError::Fault(fault) => Self::Fault(fault),
        }
    }
}
