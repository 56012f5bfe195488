//! Limits on documents, counted before anything is run.

use std::collections::HashMap;

use async_graphql::Positioned;
use async_graphql::parser::types::{
    DocumentOperations, ExecutableDocument, FragmentDefinition, OperationType, Selection, SelectionSet,
};

use super::error::ApiError;

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
/// Directives in all.
pub const MAX_DIRECTIVES: usize = 50;
/// Elements of a list that a caller sends.
pub const MAX_LIST: usize = 250;

/// Refuses a text that is too long or nested too deep to be parsed safely: one pass, nothing is kept.
///
/// # Errors
/// `DOCUMENT_TOO_LARGE` or `DOCUMENT_TOO_DEEP`.
pub fn check_text(document: &str) -> Result<(), ApiError> {
    let (mut tokens, mut depth, mut deepest) = (0_usize, 0_usize, 0_usize);
    let (mut in_text, mut in_comment, mut in_word, mut escaped) = (false, false, false, false);
    for byte in document.bytes() {
        if in_comment {
            in_comment = byte != b'\n';
        } else if in_text {
            in_text = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else {
            let is_word = byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80;
            match byte {
                b'#' => in_comment = true,
                b'"' => {
                    in_text = true;
                    tokens += 1;
                }
                b'{' | b'[' | b'(' => {
                    depth += 1;
                    deepest = deepest.max(depth);
                    tokens += 1;
                }
                b'}' | b']' | b')' => {
                    depth = depth.saturating_sub(1);
                    tokens += 1;
                }
                _ if is_word => tokens += usize::from(!in_word),
                b' ' | b'\t' | b'\r' | b'\n' | b',' => {}
                _ => tokens += 1,
            }
            in_word = is_word;
        }
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
    fields: usize,
    aliases: usize,
    directives: usize,
}

struct Walk<'a> {
    fragments: &'a HashMap<async_graphql::Name, Positioned<FragmentDefinition>>,
    counts: Counts,
}

impl Walk<'_> {
    /// Counts a selection. Introspection is left out: its depth is fixed by the schema, and it can be switched off.
    fn visit(&mut self, set: &SelectionSet, depth: usize, spreads: usize) -> Result<(), ApiError> {
        if depth > MAX_DEPTH || spreads > MAX_NESTING {
            return Err(too_deep());
        }
        for selection in &set.items {
            match &selection.node {
                Selection::Field(field) => {
                    let field = &field.node;
                    self.counts.fields += 1;
                    self.counts.aliases += usize::from(field.alias.is_some());
                    self.counts.directives += field.directives.len();
                    if !field.name.node.starts_with("__") {
                        self.visit(&field.selection_set.node, depth + 1, spreads)?;
                    }
                }
                Selection::InlineFragment(fragment) => {
                    self.counts.directives += fragment.node.directives.len();
                    self.visit(&fragment.node.selection_set.node, depth, spreads + 1)?;
                }
                Selection::FragmentSpread(spread) => {
                    self.counts.directives += spread.node.directives.len();
                    if let Some(fragment) = self.fragments.get(&spread.node.fragment_name.node) {
                        self.visit(&fragment.node.selection_set.node, depth, spreads + 1)?;
                    }
                }
            }
            self.check()?;
        }
        Ok(())
    }

    fn check(&self) -> Result<(), ApiError> {
        for (what, count, most) in [
            ("fields", self.counts.fields, MAX_FIELDS),
            ("aliases", self.counts.aliases, MAX_ALIASES),
            ("directives", self.counts.directives, MAX_DIRECTIVES),
        ] {
            if count > most {
                let message = format!("The document has more than {most} {what}");
                return Err(ApiError::bad_input("DOCUMENT_TOO_COMPLEX", message));
            }
        }
        Ok(())
    }
}

/// Refuses a document whose operations are too deep, too wide or hold too many aliases or directives.
///
/// # Errors
/// `DOCUMENT_TOO_DEEP` or `DOCUMENT_TOO_COMPLEX`.
pub fn check_document(document: &ExecutableDocument) -> Result<(), ApiError> {
    let operations: Vec<_> = match &document.operations {
        DocumentOperations::Single(operation) => vec![operation],
        DocumentOperations::Multiple(operations) => operations.values().collect(),
    };
    for operation in operations {
        let set = &operation.node.selection_set.node;
        let most = match operation.node.ty {
            OperationType::Mutation => MAX_ROOT_MUTATIONS,
            OperationType::Query | OperationType::Subscription => MAX_ROOT_QUERIES,
        };
        if set.items.len() > most {
            let message = format!("An operation of this kind has at most {most} root fields");
            return Err(ApiError::bad_input("DOCUMENT_TOO_COMPLEX", message));
        }
        Walk { fragments: &document.fragments, counts: Counts::default() }.visit(set, 1, 0)?;
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
            code(check_document(&async_graphql::parser::parse_query(document).unwrap()))
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
