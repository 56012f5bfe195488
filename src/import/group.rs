//! The products of a file, one by one: consecutive rows of a handle are a product.

use std::collections::HashSet;
use std::hash::{BuildHasher, RandomState};
use std::io::{self, Read};

use super::assemble::{Assembly, Rules};
use super::code;
use super::draft::ProductDraft;
use super::error::{ImportError, RowError, RowErrors};
use super::row::{Column, Line, Row, Rows, handle_of};

/// What the next rows turned out to be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Parsed {
    /// A product.
    Product(Box<ProductDraft>),
    /// A product with rows that are wrong, or a row of no product that can be told.
    Refused(RowErrors),
}

/// Reads a file product by product; holds one at a time, and eight bytes of each handle that it has seen.
pub(super) struct Products<R> {
    rows: Rows<R>,
    rules: Rules,
    current: Option<Assembly>,
    /// Hashes of the handles seen: of a million products, two that differ are taken for the same one time in millions.
    seen: HashSet<u64>,
    hashes: RandomState,
}

impl<R: Read> Products<R> {
    /// Reads the header.
    ///
    /// # Errors
    /// As [`Rows::open`].
    pub(super) fn open(source: R, rules: Rules) -> Result<Self, ImportError> {
        let rows = Rows::open(source)?;
        Ok(Self { rows, rules, current: None, seen: HashSet::new(), hashes: RandomState::new() })
    }

    /// How many bytes of the file were read.
    pub(super) fn bytes(&self) -> u64 {
        self.rows.bytes()
    }

    /// The next product.
    ///
    /// # Errors
    /// The source's own.
    pub(super) fn next(&mut self) -> io::Result<Option<Parsed>> {
        while let Some(line) = self.rows.next()? {
            let done = match line {
                Line::Row(row) => match handle_of(row.get(Column::Handle)) {
                    handle if handle.is_empty() => Some(Parsed::Refused(no_handle(&row).into())),
                    handle => {
                        let done = self.turn_to(handle, row.line);
                        if let Some(assembly) = &mut self.current {
                            assembly.add(&row, &self.rules);
                        }
                        done
                    }
                },
                Line::Broken { handle: None, error } => Some(Parsed::Refused(error.into())),
                Line::Broken { handle: Some(handle), error } => {
                    let done = self.turn_to(handle, error.line);
                    if let Some(assembly) = &mut self.current {
                        assembly.refuse(error);
                    }
                    done
                }
            };
            if done.is_some() {
                return Ok(done);
            }
        }
        Ok(self.current.take().map(|assembly| finish(assembly, &self.rules)))
    }

    /// Turns to the product with this handle; returns the one before it, when this row is the first of another.
    fn turn_to(&mut self, handle: String, line: u64) -> Option<Parsed> {
        if self.current.as_ref().is_some_and(|assembly| assembly.handle() == handle) {
            return None;
        }
        let is_new = self.seen.insert(self.hashes.hash_one(&handle));
        let mut assembly = Assembly::new(handle);
        if !is_new {
            assembly.refuse(RowError {
                line,
                column: Column::Handle.header().to_owned(),
                message:
                    "had rows before those of another product: the rows of a product must follow one another"
                        .to_owned(),
                code: code::DUPLICATE_HANDLE,
            });
        }
        self.current.replace(assembly).map(|before| finish(before, &self.rules))
    }
}

fn finish(assembly: Assembly, rules: &Rules) -> Parsed {
    match assembly.finish(rules) {
        Ok(draft) => Parsed::Product(Box::new(draft)),
        Err(errors) => Parsed::Refused(errors),
    }
}

fn no_handle(row: &Row) -> RowError {
    row.error(Column::Handle, code::MISSING_HANDLE, "is empty: every row names its product")
}
