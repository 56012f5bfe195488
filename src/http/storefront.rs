//! The endpoint of the storefront API.

use actix_web::http::{Method, StatusCode};
use actix_web::{HttpRequest, HttpResponse, web};
use async_graphql::parser::types::OperationType;
use async_graphql::{Request, Variables};

use super::answer::{
    GraphqlBody, only_post, read_address, read_body, read_document, refuse, refuse_document, request_of,
};
use super::document::Documents;
use super::idempotency::Work;
use super::idempotency_key::{Caller, Parts};
use super::observe::RequestId;
use super::persisted::PersistedQueries;
use super::{actor, caching, idempotency};
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::graphql::error::scrub;
use crate::graphql::loader::Pulse;
use crate::graphql::operation;
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
    match execute(&app, &schemas, &documents, actor, &request, body, &id.0).await {
        Ok(answer) => answer,
        Err(fault) => refuse_document(fault.into(), &id.0),
    }
}

async fn execute(
    app: &App,
    schemas: &Schemas,
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
    let buyer = buyer_of(operation, &variables);
    let reach = reach_of(&document.parsed, operation, &variables);
    let is_query = operation.ty == OperationType::Query;
    if !is_query && asked.method() == Method::GET {
        return Ok(only_post("Send mutations with POST", "POST", request_id));
    }
    let caller = Caller { actor: &actor, customer_token: buyer.customer_access_token() };
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
    let mut request = request_of(body.query, body.operation_name, variables, &document);
    if !app.config.introspection {
        request = request.disable_introspection();
    }
    let context = RequestContext::new(app, actor, &buyer).await?;
    let pulse = context.loaders.pulse.clone();
    // Wrong variables of a mutation must be found before its first field is run.
    let schema = if is_query && document.is_valid() { &schemas.validated } else { &schemas.strict };
    let work = work_of(schema.clone(), request.data(context), pulse);
    if let Some(guard) = guard {
        return guard.run(app, request_id, work).await;
    }
    let mut response = work.await;
    if response.errors.is_empty() {
        document.note_valid();
    }
    scrub(&mut response, request_id);
    caching::answer(&app.config, asked, reach, &response)
}

/// The execution of a request that has its context, in a box: it is a large future.
fn work_of(schema: StorefrontSchema, request: Request, pulse: Pulse) -> Work {
    Box::pin(async move { pulse.run(schema.execute(request)).await })
}
