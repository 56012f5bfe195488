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
    /// Counts a selection. Introspection is left out: its depth is fixed by the schema, and it can be switched off.
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
                    if !field.name.node.starts_with("__") {
                        let times = times.saturating_mul(self.page_size(field));
                        self.visit(&field.selection_set.node, depth + 1, spreads, times)?;
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.counts.directives += fragment.node.directives.len();
                    self.visit(&fragment.node.selection_set.node, depth, spreads + 1, times)?;
                }
                Selection::FragmentSpread(spread) => {
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

    /// How many items a field's list has at most, by its `first` or `last`; 1 for what is no list.
    fn page_size(&self, field: &Field) -> u64 {
        let size = ["first", "last"]
            .into_iter()
            .filter_map(|name| self.number(&field.get_argument(name)?.node))
            .max();
        size.unwrap_or(1).clamp(1, MAX_PAGE_SIZE)
    }

    fn number(&self, value: &Value) -> Option<u64> {
        match value {
            Value::Number(number) => number.as_u64(),
            Value::Variable(name) => {
                let defined =
                    self.operation.variable_definitions.iter().find(|known| known.node.name.node == *name);
                let default = defined.and_then(|known| known.node.default_value());
                match self.variables.get(name).or(default) {
                    Some(ConstValue::Number(number)) => number.as_u64(),
                    _ => None,
                }
            }
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
mod tests {
    use super::*;

    fn code(result: Result<(), ApiError>) -> &'static str {
        match result {
            Ok(()) => "",
            Err(ApiError::BadInput { code, .. }) => code,
            Err(ApiError::Fault(fault)) => panic!("{fault}"),
        }
    }

    fn check(document: &str) -> &'static str {
        let text = code(check_text(document));
        if text.is_empty() {
            code(check_document(
                &async_graphql::parser::parse_query(document).unwrap(),
                &Variables::default(),
            ))
        } else {
            text
        }
    }

    #[test]
    fn what_clients_send_passes() {
        assert_eq!(check("{ products(first: 5) { nodes { id title } } }"), "");
        assert_eq!(check("query A($id: ID!) { product(id: $id) { ...F } } fragment F on Product { id }"), "");
        assert_eq!(check("{ a(b: \"{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{{ \\\" ((((\") }"), "");
    }

    #[test]
    fn what_only_an_attacker_sends_is_refused() {
        let deep = |levels: usize| format!("{}a{}", "{a".repeat(levels), "}".repeat(levels));
        assert_eq!(check(&deep(15)), "");
        assert_eq!(check(&deep(25)), "DOCUMENT_TOO_DEEP");
        assert_eq!(check(&"{a".repeat(10_000)), "DOCUMENT_TOO_DEEP");
        assert_eq!(
            check(&format!("{{a(x: {}{})}}", "[".repeat(10_000), "]".repeat(10_000))),
            "DOCUMENT_TOO_DEEP"
        );
        assert_eq!(check(&format!("{{{}}}", "a ".repeat(6_000))), "DOCUMENT_TOO_LARGE");
        let aliases: String = (0..31).map(|n| format!("a{n}: b ")).collect();
        assert_eq!(check(&format!("{{x{{{aliases}}}}}")), "DOCUMENT_TOO_COMPLEX");
        assert_eq!(check(&format!("mutation {{{}}}", "a ".repeat(6))), "DOCUMENT_TOO_COMPLEX");
        assert_eq!(check(&format!("{{a {}}}", "@skip(if: true) ".repeat(51))), "DOCUMENT_TOO_COMPLEX");
        assert_eq!(check(&format!("{{x{{{}}}}}", "a ".repeat(1_501))), "DOCUMENT_TOO_COMPLEX");
    }

    #[test]
    fn fragments_that_spread_each_other_many_times_are_refused_quickly() {
        let mut document = String::from("{ ...f0 }");
        for n in 0..30 {
            document +=
                &format!(" fragment f{n} on QueryRoot {{ ...f{} ...f{} shop {{ name }} }}", n + 1, n + 1);
        }
        document += " fragment f30 on QueryRoot { shop { name } }";
        assert_eq!(check(&document), "DOCUMENT_TOO_COMPLEX");
        assert_eq!(
            check("{ ...a } fragment a on QueryRoot { ...b } fragment b on QueryRoot { ...a }"),
            "DOCUMENT_TOO_DEEP"
        );
    }
}
