//! The folder of pictures.

use std::path::{Path, PathBuf};

use crate::secret;

/// The largest picture that is stored, in bytes.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;

/// A folder in which files are named by their digest.
#[derive(Clone, Debug)]
pub struct MediaStore {
    folder: PathBuf,
}

/// What was learnt of a picture while storing it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Its name in the store.
    pub key: String,
    /// Digest of its bytes in hexadecimal.
    pub sha256: String,
    /// Read from its bytes, not from its name.
    pub content_type: &'static str,
    /// In bytes.
    pub byte_size: i64,
    /// In pixels.
    pub width: i32,
    /// In pixels.
    pub height: i32,
}

/// Why a file is not stored.
#[derive(Debug, thiserror::Error)]
pub enum MediaStoreError {
    /// Not a PNG, JPEG, WebP or GIF.
    #[error("is not a PNG, JPEG, WebP or GIF picture")]
    UnknownKind,
    /// Larger than [`MAX_BYTES`].
    #[error("is larger than 20 MiB")]
    TooLarge,
    /// The folder cannot be used.
    #[error("cannot be stored: {0}")]
    Io(#[from] std::io::Error),
}

impl MediaStore {
    /// A store in this folder, which is made on first use.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder }
    }

    /// Stores a picture; the same bytes are stored once.
    ///
    /// # Errors
    /// [`MediaStoreError`] for what is no picture, is too large, or when the folder cannot be written.
    pub async fn put(&self, bytes: &[u8]) -> Result<Stored, MediaStoreError> {
        if bytes.len() > MAX_BYTES {
            return Err(MediaStoreError::TooLarge);
        }
        let kind = imagesize::image_type(bytes).map_err(|_| MediaStoreError::UnknownKind)?;
        let (extension, content_type) = match kind {
            imagesize::ImageType::Png => ("png", "image/png"),
            imagesize::ImageType::Jpeg => ("jpg", "image/jpeg"),
            imagesize::ImageType::Webp => ("webp", "image/webp"),
            imagesize::ImageType::Gif => ("gif", "image/gif"),
            _ => return Err(MediaStoreError::UnknownKind),
        };
        let size = imagesize::blob_size(bytes).map_err(|_| MediaStoreError::UnknownKind)?;
        let pixels = |side: usize| i32::try_from(side).map_err(|_| MediaStoreError::TooLarge);
        let (width, height) = (pixels(size.width)?, pixels(size.height)?);
        let sha256 = secret::hex_digest(bytes);
        let key = format!("{}.{extension}", sha256.get(..32).unwrap_or(&sha256));
        let path = self.folder.join(&key);
        if !tokio::fs::try_exists(&path).await? {
            tokio::fs::create_dir_all(&self.folder).await?;
            // Written beside and moved into place: a reader never sees half a picture.
            let part = self.folder.join(format!(".{key}.{}.part", secret::new_token()));
            tokio::fs::write(&part, bytes).await?;
            tokio::fs::rename(&part, &path).await?;
        }
        let byte_size = i64::try_from(bytes.len()).map_err(|_| MediaStoreError::TooLarge)?;
        Ok(Stored { key, sha256, content_type, byte_size, width, height })
    }

    /// The file with this name, or `None` for a name that [`Self::put`] never gave.
    #[must_use]
    pub fn path_of(&self, key: &str) -> Option<PathBuf> {
        let (stem, extension) = key.split_once('.')?;
        let is_ours = stem.len() == 32
            && stem.bytes().all(|byte| byte.is_ascii_hexdigit())
            && matches!(extension, "png" | "jpg" | "webp" | "gif");
        is_ours.then(|| self.folder.join(Path::new(key)))
    }
}
