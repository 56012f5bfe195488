//! Writing a batch of products: each kind of row by statements for the whole batch, never one for each product.

mod batch;
mod media;
mod option;
mod product;
mod statement;
mod stock;
mod variant;

pub(super) use batch::{Batch, Ready, Written, write_batch};
pub(super) use product::digests_by_handles;
