//! The endpoint of the storefront API.

use actix_web::http::StatusCode;
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::Variables;

use super::actor;
use super::answer::{GraphqlBody, read_body, read_document, refuse, refuse_document, request_of};
use super::observe::RequestId;
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::graphql::error::scrub;
use crate::graphql::operation;
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
    actor: Actor,
    mut body: GraphqlBody,
    request_id: &str,
) -> Result<HttpResponse, Fault> {
    let variables = Variables::from_json(body.variables.take().unwrap_or_default());
    let document = match read_document(&body, &variables, request_id) {
        Ok(document) => document,
        Err(answer) => return Ok(answer),
    };
    let buyer = match operation::find(&document, body.operation_name.as_deref()) {
        Ok(operation) => buyer_of(operation, &variables),
        Err(error) => return Ok(refuse_document(error, request_id)),
    };
    let mut request = request_of(body.query, body.operation_name, variables, document);
    if !app.config.introspection {
        request = request.disable_introspection();
    }
    let context = RequestContext::new(app, actor, &buyer).await?;
    let pulse = context.loaders.pulse.clone();
    let mut response = pulse.run(schema.execute(request.data(context))).await;
    scrub(&mut response, request_id);
    Ok(HttpResponse::Ok().json(response))
}
