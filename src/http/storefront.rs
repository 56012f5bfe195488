//! The endpoint of the storefront API.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};

use super::actor;
use super::answer::{GraphqlBody, read_body, refuse, refuse_document};
use super::observe::RequestId;
use crate::app::App;
use crate::error::Fault;
use crate::graphql::error::scrub;
use crate::graphql::limit;
use crate::graphql::storefront::{RequestContext, StorefrontSchema, buyer_of};

/// Answers one operation. GraphQL errors come with status 200, as clients of this API expect.
pub async fn answer(
    app: web::Data<App>,
    schema: web::Data<StorefrontSchema>,
    id: RequestId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let body = match read_body(&request, &body, &id.0) {
        Ok(body) => body,
        Err(answer) => return answer,
    };
    let actor = match actor::shopper(&app, &request).await {
        Ok(Some(actor)) => actor,
        Ok(None) => {
            let message = "A valid storefront access token is required";
            return refuse(StatusCode::UNAUTHORIZED, "UNAUTHORIZED", message, &id.0);
        }
        Err(fault) => return refuse_document(fault.into(), &id.0),
    };
    match execute(&app, &schema, actor, body, &id.0).await {
        Ok(answer) => answer,
        Err(fault) => refuse_document(fault.into(), &id.0),
    }
}

async fn execute(
    app: &App,
    schema: &StorefrontSchema,
    actor: crate::actor::Actor,
    body: GraphqlBody,
    request_id: &str,
) -> Result<HttpResponse, Fault> {
    if let Err(error) = limit::check_text(&body.query) {
        return Ok(refuse_document(error, request_id));
    }
    let document = match async_graphql::parser::parse_query(&body.query) {
        Ok(document) => document,
        Err(error) => {
            let message = error.to_string();
            return Ok(refuse(StatusCode::OK, "GRAPHQL_PARSE_FAILED", &message, request_id));
        }
    };
    if let Err(error) = limit::check_document(&document) {
        return Ok(refuse_document(error, request_id));
    }
    let variables = async_graphql::Variables::from_json(body.variables.unwrap_or_default());
    let operation = body.operation_name.as_deref();
    let buyer = match buyer_of(&document, operation, &variables) {
        Ok(buyer) => buyer,
        Err(error) => return Ok(refuse_document(error, request_id)),
    };
    let context = RequestContext::new(app, actor, &buyer).await?;
    let mut request = async_graphql::Request::new(body.query).variables(variables).data(context);
    if let Some(operation) = body.operation_name {
        request = request.operation_name(operation);
    }
    if !app.config.introspection {
        request = request.disable_introspection();
    }
    request.set_parsed_query(document);
    // Without tokio's budget: with it, the fields of a long list would reach their loaders in several batches.
    let mut response = tokio::task::unconstrained(schema.execute(request)).await;
    scrub(&mut response, request_id);
    Ok(HttpResponse::Ok().json(response))
}
