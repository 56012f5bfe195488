//! Where the bytes are: a folder, or a bucket that speaks S3.

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64};
use std::sync::{Arc, OnceLock};

use anyhow::Context;
use entity::media::MediaKind;
use futures_util::TryStreamExt;
use moka::sync::Cache;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    GetOptions, GetRange, GetResult, ObjectMeta, ObjectStore, ObjectStoreExt, PutMode, PutOptions, PutPayload,
};
use tokio::sync::Semaphore;

use super::bucket::open_bucket;
use super::error::MediaStoreError;
use super::film;
use super::flight::Flights;
use super::kind::FileKind;
use super::picture::{PictureFacts, look};
use super::render;
use crate::config::{MediaPlace, MediaSettings};
use crate::error::Fault;
use crate::secret;

/// The largest picture, model or file that is stored, in bytes.
pub const MAX_BYTES: usize = 20 * 1024 * 1024;
/// The largest film that is stored, in bytes.
pub const MAX_FILM_BYTES: usize = 250 * 1024 * 1024;
/// Digits of the digest that make a name.
const NAME_DIGITS: usize = 32;
/// Pictures whose headers are remembered.
const REMEMBERED_PICTURES: u64 = 20_000;
/// Pictures that are decoded at once, each within the bounds that `render` states.
const MAX_AT_ONCE: usize = 2;
/// How much of [`MediaSettings::variant_bytes`] is written until the store is looked through for what to delete.
const SWEEPS_PER_BUDGET: u64 = 16;

/// Files named by their digest. Cheap to clone.
#[derive(Clone)]
pub struct MediaStore(pub(super) Arc<Inner>);

pub(super) struct Inner {
    place: Place,
    /// What the headers of pictures say: a name never changes its content.
    pub(super) facts: Cache<String, PictureFacts>,
    /// Resized pictures that are being made.
    pub(super) flights: Flights,
    /// Whoever decodes holds one.
    pub(super) workers: Arc<Semaphore>,
    /// The most bytes of resized pictures that are kept.
    pub(super) variant_bytes: u64,
    /// Bytes that may be written until the next look for what to delete; the first write looks at once.
    pub(super) until_sweep: AtomicU64,
    pub(super) is_sweeping: AtomicBool,
}

enum Place {
    /// Opened, and made, on first use.
    Folder(PathBuf, OnceLock<Arc<dyn ObjectStore>>),
    Bucket(Arc<dyn ObjectStore>),
}

impl std::fmt::Debug for MediaStore {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("MediaStore").finish_non_exhaustive()
    }
}

/// The name of a file that the store could have given: nothing else leads to a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileName {
    text: String,
    kind: FileKind,
}

impl FileName {
    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (stem, extension) = text.split_once('.')?;
        let is_digest =
            stem.len() == NAME_DIGITS && stem.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
        let kind = FileKind::by_extension(extension).filter(|_| is_digest)?;
        Some(Self { text: text.to_owned(), kind })
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// What kind of file it is.
    #[must_use]
    pub fn kind(&self) -> FileKind {
        self.kind
    }
}

/// What was learnt of a file while storing it.
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
    /// In pixels; zero for what has none.
    pub width: i32,
    /// In pixels; zero for what has none.
    pub height: i32,
    /// A blurred preview of a picture, base64; none where it cannot be decoded.
    pub thumbhash: Option<String>,
}

/// Checks a picture's kind, bytes and pixels without storing it.
///
/// # Errors
/// [`MediaStoreError`], but for failures of the store.
pub fn check_picture(bytes: &[u8]) -> Result<PictureFacts, MediaStoreError> {
    if bytes.len() > MAX_BYTES {
        return Err(MediaStoreError::TooLarge);
    }
    Ok(look(bytes)?)
}

impl MediaStore {
    /// A store in this folder, which is made on first use.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self::at(Place::Folder(folder, OnceLock::new()), MediaSettings::default().variant_bytes)
    }

    /// The store that the settings name; by default the folder `media` of the data folder.
    ///
    /// # Errors
    /// When the settings of a bucket make no sense. The bucket is not asked.
    pub fn from_settings(
        settings: &MediaSettings,
        data_dir: &std::path::Path,
    ) -> Result<Self, anyhow::Error> {
        let place = match &settings.place {
            MediaPlace::Folder => Place::Folder(data_dir.join("media"), OnceLock::new()),
            MediaPlace::S3(bucket) => Place::Bucket(open_bucket(bucket).context("MEDIA_URL cannot be used")?),
        };
        Ok(Self::at(place, settings.variant_bytes))
    }

    fn at(place: Place, variant_bytes: u64) -> Self {
        Self(Arc::new(Inner {
            place,
            facts: Cache::new(REMEMBERED_PICTURES),
            flights: Flights::default(),
            workers: Arc::new(Semaphore::new(MAX_AT_ONCE)),
            variant_bytes,
            until_sweep: AtomicU64::new(0),
            is_sweeping: AtomicBool::new(false),
        }))
    }

    /// How many bytes of resized pictures are written until the next look for what to delete.
    pub(super) fn bytes_per_sweep(&self) -> u64 {
        (self.0.variant_bytes / SWEEPS_PER_BUDGET).max(1)
    }

    pub(super) fn objects(&self) -> Result<Arc<dyn ObjectStore>, std::io::Error> {
        match &self.0.place {
            Place::Bucket(bucket) => Ok(Arc::clone(bucket)),
            Place::Folder(folder, opened) => {
                if let Some(opened) = opened.get() {
                    return Ok(Arc::clone(opened));
                }
                std::fs::create_dir_all(folder)?;
                let new = LocalFileSystem::new_with_prefix(folder).map_err(std::io::Error::other)?;
                Ok(Arc::clone(opened.get_or_init(|| Arc::new(new))))
            }
        }
    }

    /// Stores a picture; the same bytes are stored once.
    ///
    /// # Errors
    /// [`MediaStoreError`] for what is no picture, is too large, or when the store cannot be written.
    pub async fn put(&self, bytes: &[u8]) -> Result<Stored, MediaStoreError> {
        let facts = check_picture(bytes)?;
        let side = |side: u32| i32::try_from(side).map_err(|_| MediaStoreError::TooManyPixels);
        let (width, height) = (side(facts.width)?, side(facts.height)?);
        let stored = self.write(bytes, facts.kind).await?;
        let thumbhash = self.thumbhash(bytes).await;
        Ok(Stored { width, height, thumbhash, ..stored })
    }

    /// Stores what is no picture; the same bytes are stored once.
    ///
    /// # Errors
    /// [`MediaStoreError`] for a file of another kind, one that is too large, or when the store cannot be written.
    pub(super) async fn put_as(&self, bytes: &[u8], wanted: MediaKind) -> Result<Stored, MediaStoreError> {
        let is_wanted = |kind: &FileKind| match wanted {
            MediaKind::Video => kind.is_film(),
            MediaKind::Model3d => kind.is_model(),
            MediaKind::File => matches!(kind, FileKind::Pdf | FileKind::Zip),
            MediaKind::Image | MediaKind::ExternalVideo => false,
        };
        let most = if wanted == MediaKind::Video { MAX_FILM_BYTES } else { MAX_BYTES };
        if bytes.len() > most {
            return Err(MediaStoreError::TooLarge);
        }
        let kind = FileKind::of(bytes).filter(is_wanted).ok_or(MediaStoreError::WrongKind)?;
        let size = match wanted {
            MediaKind::Video => film::size_of(kind, bytes).ok_or(MediaStoreError::WrongKind)?,
            MediaKind::Image | MediaKind::ExternalVideo | MediaKind::Model3d | MediaKind::File => (0, 0),
        };
        let side = |side: u32| i32::try_from(side).map_err(|_| MediaStoreError::TooManyPixels);
        let (width, height) = (side(size.0)?, side(size.1)?);
        Ok(Stored { width, height, ..self.write(bytes, kind).await? })
    }

    async fn write(&self, bytes: &[u8], kind: FileKind) -> Result<Stored, MediaStoreError> {
        let byte_size = i64::try_from(bytes.len()).map_err(|_| MediaStoreError::TooLarge)?;
        let sha256 = secret::hex_digest(bytes);
        let key = format!("{}.{}", sha256.get(..NAME_DIGITS).unwrap_or(&sha256), kind.extension());
        let (objects, path) = (self.objects()?, Path::from(key.as_str()));
        match objects.head(&path).await {
            Ok(_) => {}
            Err(object_store::Error::NotFound { .. }) => {
                // The store moves it into place when it is whole: a reader never sees half a file.
                objects.put(&path, PutPayload::from(bytes.to_vec())).await?;
            }
            Err(error) => return Err(error.into()),
        }
        Ok(Stored {
            key,
            sha256,
            content_type: kind.content_type(),
            byte_size,
            width: 0,
            height: 0,
            thumbhash: None,
        })
    }

    async fn thumbhash(&self, bytes: &[u8]) -> Option<String> {
        let _place = self.0.workers.acquire().await.ok()?;
        let bytes = bytes.to_vec();
        let hash = tokio::task::spawn_blocking(move || render::thumbhash(&bytes)).await.ok()??;
        Some(base64::Engine::encode(&base64::engine::general_purpose::STANDARD, hash))
    }

    /// Size and time of a file, if it is there.
    ///
    /// # Errors
    /// The store's own.
    pub async fn head(&self, name: &FileName) -> Result<Option<ObjectMeta>, Fault> {
        found(self.objects()?.head(&Path::from(name.as_str())).await)
    }

    /// A file, or the bytes of it in a range that lies within it.
    ///
    /// # Errors
    /// The store's own.
    pub async fn open(
        &self,
        name: &FileName,
        range: Option<std::ops::Range<u64>>,
    ) -> Result<Option<GetResult>, Fault> {
        let options = GetOptions { range: range.map(GetRange::Bounded), ..GetOptions::default() };
        found(self.objects()?.get_opts(&Path::from(name.as_str()), options).await)
    }

    /// The bytes at a path, if there are any.
    pub(super) async fn read(&self, path: &Path) -> Result<Option<Vec<u8>>, Fault> {
        match found(self.objects()?.get(path).await)? {
            Some(result) => Ok(found(result.bytes().await)?.map(|bytes| bytes.to_vec())),
            None => Ok(None),
        }
    }

    /// Writes bytes to a path unless it is taken.
    pub(super) async fn keep(&self, path: &Path, bytes: Vec<u8>) -> Result<(), Fault> {
        let options = PutOptions { mode: PutMode::Overwrite, ..PutOptions::default() };
        self.objects()?.put_opts(path, PutPayload::from(bytes), options).await?;
        Ok(())
    }

    /// What lies below a path.
    pub(super) async fn list(&self, prefix: &Path) -> Result<Vec<ObjectMeta>, Fault> {
        Ok(self.objects()?.list(Some(prefix)).try_collect().await?)
    }

    /// Deletes the file at a path, if it is there.
    pub(super) async fn delete(&self, path: &Path) -> Result<(), Fault> {
        found(self.objects()?.delete(path).await).map(|_| ())
    }
}

fn found<T>(result: object_store::Result<T>) -> Result<Option<T>, Fault> {
    match result {
        Ok(value) => Ok(Some(value)),
        Err(object_store::Error::NotFound { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_that_the_store_gives_lead_to_files() {
        let stem = "0123456789abcdef0123456789abcdef";
        for extension in ["png", "jpg", "webp", "gif", "mp4", "mov", "webm", "glb", "usdz", "pdf", "zip"] {
            let name = format!("{stem}.{extension}");
            assert_eq!(FileName::parse(&name).unwrap().as_str(), name);
        }
        for name in [
            "",
            stem,
            "0123456789abcdef0123456789abcde.png",
            "0123456789ABCDEF0123456789ABCDEF.png",
            "0123456789abcdef0123456789abcdef.svg",
            "0123456789abcdef0123456789abcdef.png.png",
            "0123456789abcdef0123456789abcdef/../secret.key",
            "../secret.key",
            "..%2fsecret.key",
            "variants",
            ".0123456789abcdef0123456789abcdef.png",
        ] {
            assert_eq!(FileName::parse(name), None, "{name}");
        }
    }

    #[tokio::test]
    async fn the_same_bytes_are_stored_once_and_nothing_else_is() {
        let place = tempfile::tempdir().unwrap();
        let store = MediaStore::new(place.path().join("media"));
        assert!(!place.path().join("media").exists(), "made on first use");
        let pdf = b"%PDF-1.7 words";
        let first = store.put_as(pdf, MediaKind::File).await.unwrap();
        assert_eq!(store.put_as(pdf, MediaKind::File).await.unwrap(), first);
        assert_eq!((first.content_type, first.byte_size, first.width), ("application/pdf", 14, 0));
        for (bytes, kind) in [
            (&pdf[..], MediaKind::Video),
            (pdf, MediaKind::Model3d),
            (b"glTF", MediaKind::File),
            (b"\0\0\0\x18ftypisom", MediaKind::Video),
            (b"<html>", MediaKind::File),
        ] {
            let refused = store.put_as(bytes, kind).await.unwrap_err();
            assert_eq!(refused.code(), "WRONG_FILE_KIND");
        }
        assert_eq!(store.put(b"<svg/>").await.unwrap_err().code(), "UNKNOWN_PICTURE_KIND");
        assert_eq!(store.put(&vec![0; MAX_BYTES + 1]).await.unwrap_err().code(), "FILE_TOO_LARGE");
        let names: Vec<_> = std::fs::read_dir(place.path().join("media")).unwrap().collect();
        assert_eq!(names.len(), 1);
    }
}
