//! Mutations that are carried out once, however often they are sent: under a key, the answer that was given is given
//! again.
//!
//! The claim on a key is laid by the transaction that it guards (see [`crate::db::Claim`]); the answer is kept right
//! after. A key that is sent again finds one of four things: the answer; another request (`IDEMPOTENCY_KEY_REUSED`); a
//! request under way (`IDEMPOTENCY_IN_PROGRESS`, after a short wait); or a request that was carried out and whose answer
//! is not kept, because the process died between the two, the answer was an internal error, or it was too large
//! (`IDEMPOTENCY_ANSWER_LOST`). In no case is it carried out again. What failed before it changed anything, or was refused
//! for a reason that passes, is not kept and may be sent again.

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, HeaderName, HeaderValue};
use actix_web::{HttpRequest, HttpResponse};
use async_graphql::parser::types::{ExecutableDocument, OperationDefinition, OperationType};
use async_graphql::{Response, Value};
use sea_orm::DbErr;

use super::answer::refuse;
use super::caching::PRIVATE;
use super::idempotency_key::{Caller, Parts, key_of, material_of, scope_of};
use super::idempotency_seal::Seal;
use crate::app::App;
use crate::db::{Claim, Known};
use crate::error::Fault;
use crate::graphql::error::{ApiError, scrub};
use crate::secret;

/// The header of an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");
/// The largest answer that is kept, in bytes.
const MAX_ANSWER: usize = 256 * 1024;
/// How often a request that finds another one under way looks again, and how long it waits each time.
const LOOKS: u32 = 30;
const PAUSE: Duration = Duration::from_millis(100);

/// What carries a mutation out. In a box: executing is a large future, which would lie on the stack with each that holds
/// it.
pub type Work = Pin<Box<dyn Future<Output = Response> + Send>>;

/// A mutation that was sent under a key.
pub struct Guard {
    claim: Arc<Claim>,
    seal: Seal,
}

/// The guard of a mutation that has a key; `None` for whatever has none, and for queries. Runs no statement.
///
/// # Errors
/// `IDEMPOTENCY_KEY_INVALID`, and faults.
pub fn guard(
    app: &App,
    request: &HttpRequest,
    caller: &Caller<'_>,
    document: &ExecutableDocument,
    operation: &OperationDefinition,
    parts: &Parts<'_>,
) -> Result<Option<Guard>, ApiError> {
    if operation.ty != OperationType::Mutation {
        return Ok(None);
    }
    let Some(key) = key_of(request, document, operation, parts.variables)? else {
        return Ok(None);
    };
    let scope = scope_of(&app.secret_key, caller, &key)?;
    let material = material_of(parts)?;
    let request_hash = app.secret_key.keyed_digest("idempotency.request", &material)?;
    let name = format!("{scope} {key} ");
    let seal = Seal::new(&app.secret_key, &[name.as_bytes(), &material].concat())?;
    let key = secret::hex_digest(key.as_bytes());
    Ok(Some(Guard { claim: Arc::new(Claim::new(scope, key, request_hash, app.clock.now())), seal }))
}

impl Guard {
    /// What there is to answer without carrying the request out; `None` where the key is new. One statement, unless the
    /// same request is under way.
    ///
    /// # Errors
    /// The database's own.
    pub async fn known(&self, app: &App, request_id: &str) -> Result<Option<HttpResponse>, Fault> {
        let mut known = self.look(app).await?;
        for _ in 0..LOOKS {
            if known != Some(Known::UnderWay) {
                break;
            }
            tokio::time::sleep(PAUSE).await;
            known = self.look(app).await?;
        }
        Ok(known.map(|known| self.answer_of(known, request_id)))
    }

    fn look<'a>(&'a self, app: &'a App) -> Pin<Box<dyn Future<Output = Result<Option<Known>, DbErr>> + 'a>> {
        Box::pin(self.claim.find(&app.db, app.clock.now()))
    }

    fn answer_of(&self, known: Known, request_id: &str) -> HttpResponse {
        let refuse = |code, message| refuse(StatusCode::OK, code, message, request_id);
        let lost = || {
            let message = "The request was carried out, but its answer is not kept: ask for its result";
            refuse("IDEMPOTENCY_ANSWER_LOST", message)
        };
        match known {
            Known::Answered(kept) => match self.seal.open(&kept) {
                Some(body) => {
                    let mut answer = answer(body);
                    answer.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
                    answer
                }
                None => lost(),
            },
            Known::WithoutAnswer => lost(),
            Known::UnderWay => {
                let message = "The same request is being carried out: send it again in a moment";
                refuse("IDEMPOTENCY_IN_PROGRESS", message)
            }
            Known::OtherRequest => {
                let message = "Another request was sent under this idempotency key";
                refuse("IDEMPOTENCY_KEY_REUSED", message)
            }
        }
    }

    /// Carries the request out in a task of its own, which goes on when the caller hangs up: that is when the answer
    /// will be asked for again. Where another request took the key meanwhile, that one's answer is given.
    ///
    /// # Errors
    /// The database's own.
    pub async fn run(self, app: &App, request_id: &str, work: Work) -> Result<HttpResponse, Fault> {
        let guard = Arc::new(self);
        let (its_guard, its_app, its_id) = (Arc::clone(&guard), app.clone(), request_id.to_owned());
        let running = tokio::spawn(async move { its_guard.carry_out(&its_app, &its_id, work).await });
        match running.await.map_err(Fault::new)?? {
            Some(body) => Ok(answer(body)),
            None => {
                let won = guard.known(app, request_id).await?;
                // None: the other one's time ended just now, or it was never made to last.
                Ok(won.unwrap_or_else(|| guard.answer_of(Known::UnderWay, request_id)))
            }
        }
    }

    /// The answer; `None` where another request has the key and nothing was done.
    async fn carry_out(&self, app: &App, request_id: &str, work: Work) -> Result<Option<Vec<u8>>, Fault> {
        let mut response = Arc::clone(&self.claim).guard(work).await;
        if self.claim.is_lost() {
            return Ok(None);
        }
        scrub(&mut response, request_id);
        let body = serde_json::to_vec(&response)?;
        let is_kept = body.len() <= MAX_ANSWER && is_final(&response, &self.claim);
        let sealed = if is_kept { Some(self.seal.close(&body)?) } else { None };
        match self.claim.settle(&app.db, app.clock.now(), sealed).await {
            Ok(true) => Ok(Some(body)),
            // It was refused because it saw what the same request had just done: it is told the same as that one.
            Ok(false) => Ok(None),
            Err(error) => {
                // The request is done whatever comes of this.
                tracing::error!(request_id, cause = ?error, "An answer was not kept for its idempotency key");
                Ok(Some(body))
            }
        }
    }
}

/// Whether an answer is what the request came to: not where something failed inside, nor where it changed nothing and
/// was refused as a whole or for now, so that it may be sent again.
fn is_final(response: &Response, claim: &Claim) -> bool {
    let is_internal =
        |code: Option<&Value>| matches!(code, Some(Value::String(code)) if code == "INTERNAL_ERROR");
    let mut codes = response
        .errors
        .iter()
        .map(|error| error.extensions.as_ref().and_then(|extensions| extensions.get("code")));
    if claim.is_held() { !codes.any(is_internal) } else { response.errors.is_empty() && !claim.is_passing() }
}

fn answer(body: Vec<u8>) -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((CONTENT_TYPE, "application/json"))
        .insert_header((CACHE_CONTROL, PRIVATE))
        .body(body)
}
