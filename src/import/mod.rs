//! Importing products from a CSV file in the form of the Shopify product export.
//!
//! A file goes through these stages, each of which knows only the one before it: `record` (bytes to fields), `row`
//! (fields to named cells), `group` and `assemble` (rows to product drafts, judged by themselves), `image` (addresses to
//! pictures), `write` (drafts to rows of the tables, a batch at a time); `run` drives them.
//!
//! Invariants: a product is imported as a whole or not at all; a wrong row is told with its line, its column and a code,
//! and costs its own product only; importing a file twice changes nothing the second time; variants that exist keep
//! their keys; what carts and orders hold of the stock is never touched; memory does not grow with the file, but for
//! eight bytes a handle.
//!
//! Tables: writes `product`, `product_tag`, `product_option`, `option_value`, `variant`, `variant_option`, `media`,
//! `product_media`, `price` of the base list, `inventory_item`, `inventory_level`, `inventory_ledger`.

mod assemble;
mod cell;
mod code;
mod draft;
mod error;
mod fields;
mod group;
mod image;
mod measure;
mod options;
mod record;
mod row;
mod run;
mod write;

#[cfg(test)]
mod database_tests;
#[cfg(test)]
mod tests;

pub use error::{ImportError, MAX_KEPT_ERRORS, RowError};
pub use image::ImageFolder;
pub use run::{ImportOptions, ImportReport, Progress, has_products, import_products};
