//! An operation between its request and its answer. Both endpoints read it alike, and carry it out once where it has a
//! key.

use std::sync::Arc;

use actix_web::{HttpRequest, HttpResponse};
use async_graphql::parser::types::OperationDefinition;
use async_graphql::{Request, Variables};

use super::answer::GraphqlBody;
use super::document::{Document, Documents};
use super::idempotency::{self, Guard};
use super::idempotency_key::{Caller, Parts};
use crate::app::App;
use crate::graphql::error::ApiError;
use crate::graphql::{limit, operation};

/// An operation that may be run.
pub struct Operation {
    /// The document that has it, and perhaps others.
    pub document: Arc<Document>,
    /// Its variables.
    pub variables: Variables,
    query: String,
    name: Option<String>,
}

/// Whether an operation was carried out already.
pub enum Sent {
    /// It was, under its key: here is what there is to answer.
    Before(HttpResponse),
    /// It was not, or has no key.
    New(Option<Guard>),
}

impl Operation {
    /// Reads a document that is not too large, too deep or too wide, and has the variables that it needs.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn read(documents: &Documents, body: GraphqlBody) -> Result<Self, ApiError> {
        let GraphqlBody { query, variables, operation_name: name } = body;
        let variables = Variables::from_json(variables.unwrap_or_default());
        limit::check_characters(&query, &variables)?;
        let document = documents.read(&query)?;
        limit::check_document(&document.parsed, &variables)?;
        operation::check_variables(operation::find(&document.parsed, name.as_deref())?, &variables)?;
        Ok(Self { document, variables, query, name })
    }

    /// The operation itself.
    ///
    /// # Errors
    /// `UNKNOWN_OPERATION`; never in practice, for reading has found it.
    pub fn definition(&self) -> Result<&OperationDefinition, ApiError> {
        operation::find(&self.document.parsed, self.name.as_deref())
    }

    /// Looks up whether the operation was carried out under its key. At most one statement, unless it is under way.
    ///
    /// # Errors
    /// `IDEMPOTENCY_KEY_INVALID`, and faults.
    pub async fn look_up(
        &self,
        app: &App,
        asked: &HttpRequest,
        caller: &Caller<'_>,
        request_id: &str,
    ) -> Result<Sent, ApiError> {
        let parts =
            Parts { text: &self.query, operation_name: self.name.as_deref(), variables: &self.variables };
        let definition = self.definition()?;
        let guard = idempotency::guard(app, asked, caller, &self.document.parsed, definition, &parts)?;
        let known = match &guard {
            Some(guard) => guard.known(app, request_id).await?,
            None => None,
        };
        Ok(known.map_or(Sent::New(guard), Sent::Before))
    }

    /// The request that runs it.
    pub fn into_request(self) -> Request {
        let mut request = Request::new(self.query).variables(self.variables);
        if let Some(name) = self.name {
            request = request.operation_name(name);
        }
        request.set_parsed_query(self.document.parsed.clone());
        request
    }
}
