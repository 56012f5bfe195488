//! Media: pictures, films, models and files, and where their bytes are.
//!
//! Table: `media`. Invariants: bytes are stored under a name made of their own digest, so a name never changes its
//! content; what lies elsewhere is only linked to; no picture is decoded whose header claims more than the limits;
//! resized pictures can be deleted at any time and are made again.

mod address;
mod bucket;
mod commands;
mod error;
mod external_video;
mod film;
mod flight;
mod kind;
mod picture;
mod queries;
mod render;
mod store;
mod transform;
mod wish;

pub use address::{Source, address, picture_address, sources_of};
pub use commands::{
    MediaDetails, SaveMediaError, linked_picture, save_external_video, save_file, save_model, save_picture,
    save_video, stored_picture,
};
pub use error::MediaStoreError;
pub use external_video::ExternalVideo;
pub use kind::FileKind;
pub use picture::{MAX_PIXELS, MAX_SIDE, PictureError, PictureFacts};
pub use queries::{media_by_ids, product_media_by_product_ids};
pub use store::{FileName, MAX_BYTES, MAX_FILM_BYTES, MediaStore, Stored, check_picture};
pub use transform::{MAX_KEPT_PER_PICTURE, Shown, TransformError};
pub use wish::{Crop, MAX_WISHED_SIDE, Plan, Wish, WishedFormat};
