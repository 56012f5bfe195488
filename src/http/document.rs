//! Documents remembered by their text: a front end sends the same few again and again.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_graphql::parser::parse_query;
use async_graphql::parser::types::{ExecutableDocument, OperationType};
use moka::sync::Cache;

use crate::graphql::error::ApiError;
use crate::graphql::limit;

/// How many bytes of text are remembered in all. Parsed, a text takes some ten times as much.
const MAX_TEXT: u64 = 4 * 1024 * 1024;

/// A document that was read before.
#[derive(Debug)]
pub struct Document {
    /// As parsed.
    pub parsed: ExecutableDocument,
    is_valid: AtomicBool,
}

impl Document {
    /// Whether it passed validation before: it depends on nothing but the text and the schema.
    pub fn is_valid(&self) -> bool {
        self.is_valid.load(Ordering::Relaxed)
    }

    /// Notes that it passed validation.
    pub fn note_valid(&self) {
        self.is_valid.store(true, Ordering::Relaxed);
    }
}

/// The documents of one API.
#[derive(Clone)]
pub struct Documents(Cache<String, Arc<Document>>);

impl Default for Documents {
    fn default() -> Self {
        let weigh = |text: &String, _: &Arc<Document>| u32::try_from(text.len()).unwrap_or(u32::MAX);
        Self(Cache::builder().max_capacity(MAX_TEXT).weigher(weigh).build())
    }
}

impl Documents {
    /// The document with this text, parsed once. A text that cannot be read, or may hold secrets, is not remembered.
    ///
    /// # Errors
    /// `GRAPHQL_PARSE_FAILED`, and the codes of [`limit::check_text`].
    pub fn read(&self, text: &str) -> Result<Arc<Document>, ApiError> {
        if let Some(known) = self.0.get(text) {
            return Ok(known);
        }
        limit::check_text(text)?;
        let parsed = parse_query(text)
            .map_err(|error| ApiError::bad_input("GRAPHQL_PARSE_FAILED", error.to_string()))?;
        let may_hold_secrets = may_hold_secrets(text, &parsed);
        let document = Arc::new(Document { parsed, is_valid: AtomicBool::new(false) });
        if !may_hold_secrets {
            self.0.insert(text.to_owned(), Arc::clone(&document));
        }
        Ok(document)
    }
}

/// Whether somebody may have written a password or a token into the document itself instead of a variable.
fn may_hold_secrets(text: &str, parsed: &ExecutableDocument) -> bool {
    let is_mutation =
        parsed.operations.iter().any(|(_, operation)| operation.node.ty == OperationType::Mutation);
    text.contains('"') && (is_mutation || text.contains("oken"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_parsed_once_and_a_broken_one_is_refused_each_time() {
        let documents = Documents::default();
        let first = documents.read("{ shop { name } }").unwrap();
        first.note_valid();
        let again = documents.read("{ shop { name } }").unwrap();
        assert!(Arc::ptr_eq(&first, &again) && again.is_valid());
        assert!(!documents.read("{ shop { id } }").unwrap().is_valid());
        for secret in [
            "mutation { customerAccessTokenCreate(input: { email: \"a@b.c\", password: \"x\" }) { __typename } }",
            "{ customer(customerAccessToken: \"x\") { id } }",
        ] {
            let first = documents.read(secret).unwrap();
            assert!(!Arc::ptr_eq(&first, &documents.read(secret).unwrap()), "{secret}");
        }
        for _ in 0..2 {
            let refused = documents.read("{ shop {").unwrap_err();
            assert!(matches!(refused, ApiError::BadInput { code: "GRAPHQL_PARSE_FAILED", .. }));
        }
    }
}
