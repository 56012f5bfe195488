//! The endpoint of the admin API.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::{Request, Variables};

use super::answer::{GraphqlBody, read_body, read_document, refuse, refuse_document, request_of};
use super::caching::PRIVATE;
use super::document::Documents;
use super::idempotency::Work;
use super::idempotency_key::{Caller, Parts};
use super::observe::RequestId;
use super::{actor, idempotency};
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::graphql::admin::{AdminContext, AdminSchema};
use crate::graphql::error::scrub;
use crate::graphql::operation;

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
    match execute(&app, &schema, &documents.0, actor, &request, body, &id.0).await {
        Ok(answer) => answer,
        Err(fault) => refuse_document(fault.into(), &id.0),
    }
}

async fn execute(
    app: &App,
    schema: &AdminSchema,
    documents: &Documents,
    actor: Actor,
    asked: &HttpRequest,
    mut body: GraphqlBody,
    request_id: &str,
) -> Result<HttpResponse, Fault> {
    let variables = Variables::from_json(body.variables.take().unwrap_or_default());
    let document = match read_document(documents, &body, &variables, request_id) {
        Ok(document) => document,
        Err(answer) => return Ok(answer),
    };
    let operation = match operation::find(&document.parsed, body.operation_name.as_deref()) {
        Ok(operation) => operation,
        Err(error) => return Ok(refuse_document(error, request_id)),
    };
    let caller = Caller { actor: &actor, customer_token: None };
    let parts =
        Parts { text: &body.query, operation_name: body.operation_name.as_deref(), variables: &variables };
    let guard = match idempotency::guard(app, asked, &caller, &document.parsed, operation, &parts) {
        Ok(guard) => guard,
        Err(error) => return Ok(refuse_document(error, request_id)),
    };
    if let Some(guard) = &guard
        && let Some(answer) = guard.known(app, request_id).await?
    {
        return Ok(answer);
    }
    let context = AdminContext { app: app.clone(), actor };
    let request = request_of(body.query, body.operation_name, variables, &document).data(context);
    let work = work_of(schema.clone(), request);
    if let Some(guard) = guard {
        return guard.run(app, request_id, work).await;
    }
    let mut response = work.await;
    scrub(&mut response, request_id);
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, PRIVATE)).json(response))
}

/// The execution of a request that has its context, in a box: it is a large future.
fn work_of(schema: AdminSchema, request: Request) -> Work {
    Box::pin(async move { schema.execute(request).await })
}
