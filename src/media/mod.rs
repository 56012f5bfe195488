//! Media: pictures, and where their bytes are.
//!
//! Table: `media`. Invariants: bytes are stored under a name made of their own digest, so a name never changes its
//! content; a picture elsewhere is only linked to.

mod queries;
mod store;

pub use queries::{media_by_ids, product_media_by_product_ids};
pub use store::{MediaStore, MediaStoreError, Stored};
