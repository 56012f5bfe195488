//! What can be wrong with a file: row by row, and as a whole.

use std::fmt;

use crate::error::{Fault, Transient};

/// How many row errors a report keeps; further ones are only counted.
pub const MAX_KEPT_ERRORS: usize = 1_000;

/// Why a row, and with it its product, is not imported.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowError {
    /// The line of the file on which the row begins, from 1.
    pub line: u64,
    /// The column's name as in the header; empty when it is the row as a whole.
    pub column: String,
    /// What is wrong, to be read behind the column's name.
    pub message: String,
    /// The same for programs; stable.
    pub code: &'static str,
}

impl fmt::Display for RowError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}", self.line)?;
        if !self.column.is_empty() {
            write!(f, ", column {}", self.column)?;
        }
        write!(f, ": {}", self.message)
    }
}

/// Row errors, of which the first [`MAX_KEPT_ERRORS`] are kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowErrors {
    kept: Vec<RowError>,
    count: u64,
}

impl RowErrors {
    pub(super) fn push(&mut self, error: RowError) {
        self.count += 1;
        if self.kept.len() < MAX_KEPT_ERRORS {
            self.kept.push(error);
        }
    }

    pub(super) fn append(&mut self, other: Self) {
        self.count += other.count;
        let room = MAX_KEPT_ERRORS.saturating_sub(self.kept.len());
        self.kept.extend(other.kept.into_iter().take(room));
    }

    pub(super) fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// The kept ones in the order of their lines, and how many there were in all.
    pub(super) fn into_parts(mut self) -> (Vec<RowError>, u64) {
        self.kept.sort_by_key(|error| error.line);
        (self.kept, self.count)
    }
}

impl From<RowError> for RowErrors {
    fn from(error: RowError) -> Self {
        Self { kept: vec![error], count: 1 }
    }
}

/// Why an import came to nothing or stopped half way; products of batches before the stop stay imported.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// The actor may not write products.
    #[error("importing products needs the scope write_products")]
    AccessDenied,
    /// The file's bytes cannot be read.
    #[error("the file cannot be read: {0}")]
    Unreadable(#[from] std::io::Error),
    /// The first line is not the header of a product file.
    #[error("the first line is not the header of a product file: {0}")]
    Header(&'static str),
    /// Somebody else keeps making products with the handles of the file; a passing reason.
    #[error("another import is making the same products")]
    Raced,
    /// Anything unexpected.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl Transient for ImportError {
    fn is_transient(&self) -> bool {
        match self {
            Self::AccessDenied | Self::Unreadable(_) | Self::Header(_) => false,
            Self::Raced => true,
            Self::Fault(fault) => fault.is_transient(),
        }
    }
}

impl From<sea_orm::DbErr> for ImportError {
    fn from(error: sea_orm::DbErr) -> Self {
        Self::Fault(error.into())
    }
}
