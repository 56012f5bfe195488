//! Why a file is not stored.

use super::picture::PictureError;
use crate::error::Fault;

/// Why a file is not stored.
#[derive(Debug, thiserror::Error)]
pub enum MediaStoreError {
    /// Not a PNG, JPEG, WebP or GIF.
    #[error("is not a PNG, JPEG, WebP or GIF picture")]
    UnknownKind,
    /// Larger than `MAX_BYTES`, a film larger than `MAX_FILM_BYTES`.
    #[error("is larger than 20 MiB, or a film of more than 250 MiB")]
    TooLarge,
    /// More pixels than `MAX_PIXELS` or longer than `MAX_SIDE`.
    #[error("has more than 25 megapixels or a side of more than 16,384")]
    TooManyPixels,
    /// Not a file of the kind that was announced, or one whose size in pixels cannot be read.
    #[error("is not a file of this kind, or a broken one")]
    WrongKind,
    /// The store cannot be used.
    #[error("cannot be stored: {0}")]
    Io(#[from] std::io::Error),
}

impl MediaStoreError {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::UnknownKind => "UNKNOWN_PICTURE_KIND",
            Self::TooLarge => "FILE_TOO_LARGE",
            Self::TooManyPixels => "IMAGE_TOO_LARGE",
            Self::WrongKind => "WRONG_FILE_KIND",
            Self::Io(_) => "INTERNAL_ERROR",
        }
    }
}

impl From<PictureError> for MediaStoreError {
    fn from(error: PictureError) -> Self {
        match error {
            PictureError::UnknownKind => Self::UnknownKind,
            PictureError::TooManyPixels => Self::TooManyPixels,
        }
    }
}

impl From<object_store::Error> for MediaStoreError {
    fn from(error: object_store::Error) -> Self {
        Self::Io(std::io::Error::other(error))
    }
}

impl From<object_store::Error> for Fault {
    fn from(error: object_store::Error) -> Self {
        std::io::Error::other(error).into()
    }
}
