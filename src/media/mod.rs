//! Media: pictures, and where their bytes are.
//!
//! Table: `media`. Invariants: bytes are stored under a name made of their own digest, so a name never changes its
//! content; a picture elsewhere is only linked to.

mod commands;
mod queries;
mod store;

pub use commands::{SavePictureError, linked_picture, save_media_in, save_picture, stored_picture};
pub use queries::{media_by_ids, product_media_by_product_ids};
pub use store::{MAX_BYTES, MediaStore, MediaStoreError, Stored};
