//! The endpoint of the storefront API.

use std::sync::Arc;

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::Request;
use async_graphql::parser::types::OperationType;

use super::answer::{GraphqlBody, only_post, read_address, read_body, refuse, refuse_document};
use super::document::Documents;
use super::idempotency::Work;
use super::idempotency_key::Caller;
use super::observe::RequestId;
use super::operation::{Operation, Sent};
use super::persisted::PersistedQueries;
use super::{actor, caching};
use crate::actor::Actor;
use crate::app::App;
use crate::graphql::error::{ApiError, scrub};
use crate::graphql::loader::Pulse;
use crate::graphql::storefront::{RequestContext, Schemas, StorefrontSchema, buyer_of, reach_of};

/// Answers one operation: any that is posted, a query that is asked for by its address. GraphQL errors come with status
/// 200, as clients of this API expect.
pub async fn answer(
    app: web::Data<App>,
    schemas: web::Data<Schemas>,
    documents: web::Data<Documents>,
    persisted: web::Data<PersistedQueries>,
    id: RequestId,
    request: HttpRequest,
    body: web::Bytes,
) -> HttpResponse {
    let sent = match *request.method() {
        Method::GET => read_address(&request, &id.0),
        _ => read_body(&request, &body, &id.0),
    };
    let sent = match sent {
        Ok(sent) => sent,
        Err(answer) => return answer,
    };
    let body = match persisted.resolve(sent, &id.0) {
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
    execute(&app, &schemas, &documents, actor, &request, body, &id.0)
        .await
        .unwrap_or_else(|error| refuse_document(error, &id.0))
}

async fn execute(
    app: &App,
    schemas: &Schemas,
    documents: &Documents,
    actor: Actor,
    asked: &HttpRequest,
    body: GraphqlBody,
    request_id: &str,
) -> Result<HttpResponse, ApiError> {
    let operation = Operation::read(documents, body)?;
    let definition = operation.definition()?;
    let buyer = buyer_of(definition, &operation.variables);
    let reach = reach_of(&operation.document.parsed, definition, &operation.variables);
    let is_query = definition.ty == OperationType::Query;
    if !is_query && asked.method() == Method::GET {
        return Ok(only_post("Send mutations with POST", "POST", request_id));
    }
    let caller = Caller { actor: &actor, customer_token: buyer.customer_access_token() };
    let guard = match operation.look_up(app, asked, &caller, request_id).await? {
        Sent::Before(answer) => return Ok(answer),
        Sent::New(guard) => guard,
    };
    let document = Arc::clone(&operation.document);
    let mut request = operation.into_request();
    if !app.config.introspection {
        request = request.disable_introspection();
    }
    let context = RequestContext::new(app, actor, &buyer).await?;
    let pulse = context.loaders.pulse.clone();
    // Wrong variables of a mutation must be found before its first field is run.
    let schema = if is_query && document.is_valid() { &schemas.validated } else { &schemas.strict };
    let work = work_of(schema.clone(), request.data(context), pulse);
    if let Some(guard) = guard {
        return Ok(guard.run(app, request_id, work).await?);
    }
    let mut response = work.await;
    if response.errors.is_empty() {
        document.note_valid();
    }
    scrub(&mut response, request_id);
    Ok(caching::answer(&app.config, asked, reach, &response)?)
}

/// The execution of a request that has its context, in a box: it is a large future.
fn work_of(schema: StorefrontSchema, request: Request, pulse: Pulse) -> Work {
    Box::pin(async move { pulse.run(schema.execute(request)).await })
}
