//! The endpoint of the admin API.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::Request;

use super::actor;
use super::answer::{GraphqlBody, read_body, refuse, refuse_document};
use super::caching::PRIVATE;
use super::document::Documents;
use super::idempotency::Work;
use super::idempotency_key::Caller;
use super::observe::RequestId;
use super::operation::{Operation, Sent};
use crate::actor::Actor;
use crate::app::App;
use crate::graphql::admin::{AdminContext, AdminSchema};
use crate::graphql::error::{ApiError, scrub};

/// The documents of this API.
#[derive(Clone, Default)]
pub struct AdminDocuments(Documents);

/// Answers one operation of a program that shows a valid admin token.
pub async fn answer(
    app: web::Data<App>,
    schema: web::Data<AdminSchema>,
    documents: web::Data<AdminDocuments>,
    id: RequestId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let actor = match actor::admin(&app, &request).await {
        Ok(Some(actor)) => actor,
        Ok(None) => {
            tracing::warn!(request_id = id.0, "An admin request showed no valid token");
            let message = "A valid admin access token is required";
            return refuse(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message, &id.0);
        }
        Err(fault) => return refuse_document(fault.into(), &id.0),
    };
    let sent = match read_body(&request, &body, &id.0) {
        Ok(sent) => sent,
        Err(answer) => return answer,
    };
    let body = match sent.with_document(&id.0) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    execute(&app, &schema, &documents.0, actor, &request, body, &id.0)
        .await
        .unwrap_or_else(|error| refuse_document(error, &id.0))
}

async fn execute(
    app: &App,
    schema: &AdminSchema,
    documents: &Documents,
    actor: Actor,
    asked: &HttpRequest,
    body: GraphqlBody,
    request_id: &str,
) -> Result<HttpResponse, ApiError> {
    let operation = Operation::read(documents, body)?;
    let caller = Caller { actor: &actor, customer_token: None };
    let guard = match operation.look_up(app, asked, &caller, request_id).await? {
        Sent::Before(answer) => return Ok(answer),
        Sent::New(guard) => guard,
    };
    let context = AdminContext { app: app.clone(), actor };
    let request = operation.into_request().data(context);
    let work = work_of(schema.clone(), request);
    if let Some(guard) = guard {
        return Ok(guard.run(app, request_id, work).await?);
    }
    let mut response = work.await;
    scrub(&mut response, request_id);
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, PRIVATE)).json(response))
}

/// The execution of a request that has its context, in a box: it is a large future.
fn work_of(schema: AdminSchema, request: Request) -> Work {
    Box::pin(async move { schema.execute(request).await })
}
