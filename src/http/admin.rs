//! The endpoint of the admin API.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::actor;
use super::answer::{read_body, refuse, refuse_document};
use super::observe::RequestId;
use crate::app::App;
use crate::graphql::admin::{AdminContext, AdminSchema};
use crate::graphql::error::scrub;
use crate::graphql::limit;

/// Answers one operation of a program that shows a valid admin token.
pub async fn answer(
    app: web::Data<App>,
    schema: web::Data<AdminSchema>,
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
    let body = match read_body(&request, &body, &id.0) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    if let Err(error) = limit::check_text(&body.query) {
        return refuse_document(error, &id.0);
    }
    let document = match async_graphql::parser::parse_query(&body.query) {
        Ok(document) => document,
        Err(error) => return refuse(StatusCode::OK, "GRAPHQL_PARSE_FAILED", &error.to_string(), &id.0),
    };
    if let Err(error) = limit::check_document(&document) {
        return refuse_document(error, &id.0);
    }
    let context = AdminContext { app: app.as_ref().clone(), actor };
    let variables = async_graphql::Variables::from_json(body.variables.unwrap_or_default());
    let mut request = async_graphql::Request::new(body.query).variables(variables).data(context);
    if let Some(operation) = body.operation_name {
        request = request.operation_name(operation);
    }
    request.set_parsed_query(document);
    // Without tokio's budget: with it, the fields of a long list would reach their loaders in several batches.
    let mut response = tokio::task::unconstrained(schema.execute(request)).await;
    scrub(&mut response, &id.0);
    HttpResponse::Ok().json(response)
}
