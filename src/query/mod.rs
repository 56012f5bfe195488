//! The search grammar of lists: what clients write into `query`.
//!
//! Terms stand beside each other and must all hold; `AND`, `OR`, `NOT` in capitals, `-` before a term, parentheses; AND
//! binds before OR, NOT binds closest. A term is a word, a beginning (`shir*`), a phrase in single or double quotes, or
//! any of these behind a field: `field:value`, `field:>value`, `>=`, `<`, `<=`; `field:*` means that there is a value. A
//! backslash takes the next sign literally.
//!
//! Invariant: [`Query::parse`] never fails. What cannot be understood as a whole (an unclosed quotation mark or
//! parenthesis, an operator without a term, nesting beyond [`MAX_DEPTH`]) is read as plain words, all of which must be
//! found, with every sign of the grammar taken as a space. Text beyond [`MAX_CHARS`] and terms beyond [`MAX_TERMS`] are
//! not read; [`Query::check`] refuses them beforehand.

mod ast;
mod parse;
mod sql;

#[cfg(test)]
mod oracle_tests;

pub use ast::{Comparator, Query, Term, Value};
pub use parse::{MAX_CHARS, MAX_DEPTH, MAX_TERMS, QueryError};
pub use sql::{Field, FieldKind, condition, moment_range};
pub(crate) use sql::{Scaled, key_of, scaled};
