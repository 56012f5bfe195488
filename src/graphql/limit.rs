//! Limits on documents, counted before anything is run.

use std::collections::HashMap;

use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, Field, FragmentDefinition, OperationDefinition, OperationType,
    Selection, SelectionSet,
};
use async_graphql::{Name, Positioned, Variables};
use async_graphql_value::{ConstValue, Value};

use super::error::ApiError;
use crate::page::MAX_PAGE_SIZE;

/// Names, numbers, texts and signs in a document.
pub const MAX_TOKENS: usize = 5_000;
/// Brackets of any kind within brackets, in the text of a document or in a value.
pub const MAX_NESTING: usize = 40;
/// Fields within fields, fragments spread out.
pub const MAX_DEPTH: usize = 20;
/// Fields in all, fragments spread out.
pub const MAX_FIELDS: usize = 1_500;
/// Fragments where they are spread, named or not. Their fields alone do not do: a fragment may hold none.
pub const MAX_SPREADS: usize = 1_000;
/// Fields under another name.
pub const MAX_ALIASES: usize = 30;
/// Fields of the root of a query.
pub const MAX_ROOT_QUERIES: usize = 30;
/// Fields of the root of a mutation.
pub const MAX_ROOT_MUTATIONS: usize = 5;
/// Fields of the answer, were every page full.
pub const MAX_ANSWERS: u64 = 500_000;
/// Directives in all.
pub const MAX_DIRECTIVES: usize = 50;
/// Elements of a list that a caller sends.
pub const MAX_LIST: usize = 250;

/// How many items lists are taken to have that come whole, by the name of their field. Those from which a document can
/// come back to where it was must be here: without `first` nothing else counts how they multiply. The numbers are above
/// what most products have and below what the largest have, so that real pages pass.
const WHOLE_LISTS: [(&str, u64); 16] = [
    ("adjacentVariants", 75),
    ("ancestors", 5),
    ("args", 2),
    ("enumValues", 10),
    ("fields", 10),
    ("inputFields", 10),
    ("interfaces", 3),
    ("items", 10),
    ("lineComponents", 10),
    ("optionValues", 25),
    ("options", 3),
    ("possibleTypes", 25),
    ("predictiveSearch", 10),
    ("productRecommendations", 10),
    ("refunds", 10),
    ("types", 100),
];
/// Arguments that name the items of a list: it has as many as they have.
const NAMING_ARGUMENTS: [&str; 2] = ["identifiers", "ids"];

/// Where a scanner of a document stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Within {
    Code,
    Word,
    Comment,
    Text,
}

/// Where a block text ends that begins with the two quotes at the start of `text`, if it does.
fn block_text_end(text: &[u8]) -> Option<usize> {
    let mut place = 2;
    loop {
        let rest = text.get(place..)?;
        if rest.starts_with(b"\"\"\"") {
            return Some(place + 3);
        }
        place += if rest.starts_with(b"\\\"\"\"") { 4 } else { 1 };
        if place >= text.len() {
            return None;
        }
    }
}

/// Refuses a text that is too long or nested too deep to be parsed safely: one pass, nothing is kept.
///
/// Texts and comments are told from code as the GraphQL specification does (October 2021, section 2): a text ends with
/// its line, a block text with three quotes that no backslash stands before, a comment with its line.
///
/// # Errors
/// `DOCUMENT_TOO_LARGE` or `DOCUMENT_TOO_DEEP`.
pub fn check_text(document: &str) -> Result<(), ApiError> {
    let (mut tokens, mut depth, mut deepest) = (0_usize, 0_usize, 0_usize);
    let mut within = Within::Code;
    let mut unclosed = false;
    let mut rest = document.as_bytes();
    while let Some((&byte, behind)) = rest.split_first() {
        let mut length = 1;
        match (within, byte) {
            (Within::Comment | Within::Text, b'\n' | b'\r') | (Within::Text, b'"') => within = Within::Code,
            (Within::Text, b'\\') if !matches!(behind.first(), Some(b'\n' | b'\r')) => length = 2,
            (Within::Comment | Within::Text, _) => {}
            (Within::Code | Within::Word, _) => {
                let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
                tokens += match byte {
                    b' ' | b'\t' | b'\r' | b'\n' | b',' | b'#' => 0,
                    _ if is_word => usize::from(within != Within::Word),
                    _ => 1,
                };
                match byte {
                    b'{' | b'[' | b'(' => {
                        depth += 1;
                        deepest = deepest.max(depth);
                    }
                    b'}' | b']' | b')' => depth = depth.saturating_sub(1),
                    _ => {}
                }
                within = match byte {
                    b'#' => Within::Comment,
                    b'"' if behind.starts_with(b"\"\"") && !unclosed => {
                        // One that is never closed is read as an empty text with another behind it.
                        let end = block_text_end(behind);
                        unclosed = end.is_none();
                        length = end.map_or(2, |end| end + 1);
                        Within::Code
                    }
                    b'"' if behind.first() == Some(&b'"') => {
                        length = 2;
                        Within::Code
                    }
                    b'"' => Within::Text,
                    _ if is_word => Within::Word,
                    _ => Within::Code,
                };
            }
        }
        rest = rest.get(length..).unwrap_or_default();
    }
    if deepest > MAX_NESTING {
        return Err(too_deep());
    }
    if tokens > MAX_TOKENS {
        let message = format!("The document has more than {MAX_TOKENS} tokens");
        return Err(ApiError::bad_input("DOCUMENT_TOO_LARGE", message));
    }
    Ok(())
}

fn too_deep() -> ApiError {
    ApiError::bad_input(
        "DOCUMENT_TOO_DEEP",
        format!("The document is nested more than {MAX_DEPTH} levels deep"),
    )
}

#[derive(Default)]
struct Counts {
    roots: usize,
    fields: usize,
    spreads: usize,
    aliases: usize,
    directives: usize,
    /// Fields of the answer, at most: a field in a list counts as often as the list has items.
    answers: u64,
}

struct Walk<'a> {
    fragments: &'a HashMap<Name, Positioned<FragmentDefinition>>,
    operation: &'a OperationDefinition,
    variables: &'a Variables,
    counts: Counts,
}

impl Walk<'_> {
    /// Counts a selection, introspection too: fields have types, which have fields.
    fn visit(
        &mut self,
        set: &SelectionSet,
        depth: usize,
        spreads: usize,
        times: u64,
    ) -> Result<(), ApiError> {
        if depth > MAX_DEPTH || spreads > MAX_NESTING {
            return Err(too_deep());
        }
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    self.counts.roots += usize::from(depth == 1);
                    self.counts.fields += 1;
                    self.counts.aliases += usize::from(field.alias.is_some());
                    self.counts.directives += field.directives.len();
                    self.counts.answers = self.counts.answers.saturating_add(times);
                    let times = times.saturating_mul(self.page_size(field));
                    self.visit(&field.selection_set.node, depth + 1, spreads, times)?;
                }
                Selection::InlineFragment(fragment) => {
                    self.counts.spreads += 1;
                    self.counts.directives += fragment.node.directives.len();
                    self.visit(&fragment.node.selection_set.node, depth, spreads + 1, times)?;
                }
                Selection::FragmentSpread(spread) => {
                    self.counts.spreads += 1;
                    self.counts.directives += spread.node.directives.len();
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node) {
                        self.visit(&fragment.node.selection_set.node, depth, spreads + 1, times)?;
                    }
                }
            }
            self.check()?;
        }
        Ok(())
    }

    /// How many items a field's list has at most, by its `first` or `last`, by what it is asked to name, or by
    /// [`WHOLE_LISTS`]; 1 for what is no list.
    fn page_size(&self, field: &Field) -> u64 {
        if let Some((_, size)) = WHOLE_LISTS.iter().find(|(name, _)| *name == field.name.node) {
            return *size;
        }
        let argument = |name| field.get_argument(name).map(|value| &value.node);
        let pages = ["first", "last"].into_iter().filter_map(|name| self.number(argument(name)?));
        let named = NAMING_ARGUMENTS.into_iter().filter_map(|name| self.length(argument(name)?));
        pages.chain(named).max().unwrap_or(1).clamp(1, MAX_PAGE_SIZE)
    }

    /// What a variable stands for; its default where it is not given.
    fn variable(&self, name: &Name) -> Option<&ConstValue> {
        let defined = self.operation.variable_definitions.iter().find(|known| known.node.name.node == *name);
        self.variables.get(name).or_else(|| defined.and_then(|known| known.node.default_value()))
    }

    fn length(&self, value: &Value) -> Option<u64> {
        let length = match value {
            Value::List(list) => list.len(),
            Value::Variable(name) => match self.variable(name) {
                Some(ConstValue::List(list)) => list.len(),
                _ => return None,
            },
            _ => return None,
        };
        u64::try_from(length).ok()
    }

    fn number(&self, value: &Value) -> Option<u64> {
        match value {
            Value::Number(number) => number.as_u64(),
            Value::Variable(name) => match self.variable(name) {
                Some(ConstValue::Number(number)) => number.as_u64(),
                _ => None,
            },
            _ => None,
        }
    }

    fn check(&self) -> Result<(), ApiError> {
        let (kind, most_roots) = match self.operation.ty {
            OperationType::Mutation => ("root fields of a mutation", MAX_ROOT_MUTATIONS),
            OperationType::Query | OperationType::Subscription => ("root fields", MAX_ROOT_QUERIES),
        };
        for (what, count, most) in [
            (kind, self.counts.roots, most_roots),
            ("fields", self.counts.fields, MAX_FIELDS),
            ("fragments", self.counts.spreads, MAX_SPREADS),
            ("aliases", self.counts.aliases, MAX_ALIASES),
            ("directives", self.counts.directives, MAX_DIRECTIVES),
        ] {
            if count > most {
                let message = format!("The document has more than {most} {what}");
                return Err(ApiError::bad_input("DOCUMENT_TOO_COMPLEX", message));
            }
        }
        if self.counts.answers > MAX_ANSWERS {
            let message =
                format!("The answer could have more than {MAX_ANSWERS} fields: ask for smaller pages");
            return Err(ApiError::bad_input("DOCUMENT_TOO_COMPLEX", message));
        }
        Ok(())
    }
}

/// Refuses a document whose operations are too deep, too wide, hold too many aliases or directives, or ask for pages
/// within pages that multiply to too large an answer.
///
/// # Errors
/// `DOCUMENT_TOO_DEEP` or `DOCUMENT_TOO_COMPLEX`.
pub fn check_document(document: &ExecutableDocument, variables: &Variables) -> Result<(), ApiError> {
    let operations: Vec<_> = match &document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values().collect(),
    };
    for operation in operations {
        let operation = &operation.node;
        let mut walk =
            Walk { fragments: &document.fragments, operation, variables, counts: Counts::default() };
        walk.visit(&operation.selection_set.node, 1, 0, 1)?;
    }
    Ok(())
}

/// Refuses texts with the character NUL, which PostgreSQL does not keep: in the document, where only an escape can write
/// it, and in the variables.
///
/// # Errors
/// `BAD_USER_INPUT`.
pub fn check_characters(document: &str, variables: &Variables) -> Result<(), ApiError> {
    fn has_nul(value: &ConstValue) -> bool {
        match value {
            ConstValue::String(text) => text.contains('\0'),
            ConstValue::List(list) => list.iter().any(has_nul),
            ConstValue::Object(fields) => fields.values().any(has_nul),
            ConstValue::Null
            | ConstValue::Number(_)
            | ConstValue::Boolean(_)
            | ConstValue::Binary(_)
            | ConstValue::Enum(_) => false,
        }
    }
    let escaped = ["\\u0000", "\\u{0"].iter().any(|escape| document.contains(escape));
    if escaped || document.contains('\0') || variables.values().any(has_nul) {
        return Err(ApiError::bad_input("BAD_USER_INPUT", "A text must not contain the character NUL"));
    }
    Ok(())
}

/// Refuses a list that is too long.
///
/// # Errors
/// `LIST_TOO_LONG`.
pub fn check_list<T>(name: &str, list: &[T]) -> Result<(), ApiError> {
    if list.len() <= MAX_LIST {
        return Ok(());
    }
    let message = format!("{name} has {} elements; at most {MAX_LIST} are allowed", list.len());
    Err(ApiError::bad_input("LIST_TOO_LONG", message))
}

#[cfg(test)]
mod tests;
