//! The endpoint of the admin API.

use actix_web::http::StatusCode;
use actix_web::http::header::CACHE_CONTROL;
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::Variables;

use super::actor;
use super::answer::{read_body, read_document, refuse, refuse_document, request_of};
use super::caching::PRIVATE;
use super::document::Documents;
use super::observe::RequestId;
use crate::app::App;
use crate::graphql::admin::{AdminContext, AdminSchema};
use crate::graphql::error::scrub;

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
    let mut body = match sent.with_document(&id.0) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let variables = Variables::from_json(body.variables.take().unwrap_or_default());
    let document = match read_document(&documents.0, &body, &variables, &id.0) {
        Ok(document) => document,
        Err(answer) => return answer,
    };
    let context = AdminContext { app: app.as_ref().clone(), actor };
    let request = request_of(body.query, body.operation_name, variables, &document).data(context);
    let mut response = schema.execute(request).await;
    scrub(&mut response, &id.0);
    HttpResponse::Ok().insert_header((CACHE_CONTROL, PRIVATE)).json(response)
}
