//! Pictures as they are wanted: made on first use, and kept.
//!
//! A resized picture lies in the same store, under `variants/`. What strangers can make us keep is bounded twice: at most
//! [`MAX_KEPT_PER_PICTURE`] sizes of one picture are kept (further ones are made anew each time), and when all of them
//! together pass the setting `MEDIA_VARIANTS_MEGABYTES`, the oldest are deleted. What they can make us do is bounded by
//! the few pictures that are decoded at once and by [`MAX_WAITING`].

use std::sync::Arc;
use std::sync::atomic::Ordering;

use object_store::path::Path;

use super::kind::FileKind;
use super::picture::{PictureError, PictureFacts, look};
use super::render::{RenderError, render};
use super::store::{FileName, MediaStore};
use super::wish::{Plan, Wish};
use crate::error::Fault;

/// Sizes of one picture that are kept.
pub const MAX_KEPT_PER_PICTURE: usize = 100;
/// Pictures that are being made or wait for it; more are refused.
const MAX_WAITING: usize = 64;
/// The folder of resized pictures; the number changes when the same wish is to be made differently.
const FOLDER: &str = "variants/1";
/// To how many hundredths of the setting the store is brought down when it is full.
const SWEEP_TO_PERCENT: u64 = 75;

/// A picture as it is to be shown.
#[derive(Clone, Debug)]
pub enum Shown {
    /// As it was stored.
    Original,
    /// Made of it.
    Variant {
        /// Its bytes.
        bytes: Arc<[u8]>,
        /// Its format.
        kind: FileKind,
        /// What tells it from others of the same picture.
        name: String,
    },
}

/// Why a picture is not shown as it is wanted.
#[derive(Clone, Debug, thiserror::Error)]
pub enum TransformError {
    /// Its header claims more pixels than are decoded, or it would take too much memory.
    #[error("The picture has too many pixels to be resized")]
    TooLarge,
    /// It is broken.
    #[error("The picture cannot be read")]
    Unreadable,
    /// Too many pictures are being made.
    #[error("Too many pictures are being resized")]
    Busy,
    /// Anything unexpected.
    #[error("Internal error")]
    Fault(Arc<Fault>),
}

impl TransformError {
    pub(super) fn fault(cause: impl std::fmt::Display) -> Self {
        Self::Fault(Arc::new(Fault::new(cause)))
    }

    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLarge => "IMAGE_TOO_LARGE",
            Self::Unreadable => "IMAGE_UNREADABLE",
            Self::Busy => "SERVER_BUSY",
            Self::Fault(_) => "INTERNAL_ERROR",
        }
    }
}

impl From<Fault> for TransformError {
    fn from(fault: Fault) -> Self {
        Self::Fault(Arc::new(fault))
    }
}

impl From<RenderError> for TransformError {
    fn from(error: RenderError) -> Self {
        match error {
            RenderError::TooLarge => Self::TooLarge,
            RenderError::Unreadable => Self::Unreadable,
        }
    }
}

impl MediaStore {
    /// A picture as it is wanted; `None` where there is no such picture. Whoever wishes the same at the same time waits
    /// for the same work.
    ///
    /// # Errors
    /// [`TransformError`].
    pub async fn transformed(&self, name: &FileName, wish: &Wish) -> Result<Option<Shown>, TransformError> {
        let Some(facts) = self.facts(name).await? else {
            return Ok(None);
        };
        let Some(plan) = wish.plan(&facts) else {
            return Ok(Some(Shown::Original));
        };
        let path = Path::from(format!("{FOLDER}/{}/{}", name.as_str(), plan.name()));
        if let Some(bytes) = self.read(&path).await? {
            return Ok(Some(shown(bytes, &plan)));
        }
        if self.0.flights.count() >= MAX_WAITING {
            return Err(TransformError::Busy);
        }
        let (store, name) = (self.clone(), name.clone());
        let work = || {
            let path = path.clone();
            async move { store.make(&name, &path, plan).await }
        };
        self.0.flights.join(path.as_ref(), work).await.map(Some)
    }

    async fn facts(&self, name: &FileName) -> Result<Option<PictureFacts>, TransformError> {
        if let Some(facts) = self.0.facts.get(name.as_str()) {
            return Ok(Some(facts));
        }
        let Some(bytes) = self.read(&Path::from(name.as_str())).await? else {
            return Ok(None);
        };
        let facts = look(&bytes).map_err(|error| match error {
            PictureError::TooManyPixels => TransformError::TooLarge,
            PictureError::UnknownKind => TransformError::Unreadable,
        })?;
        self.0.facts.insert(name.as_str().to_owned(), facts);
        Ok(Some(facts))
    }

    async fn make(&self, name: &FileName, path: &Path, plan: Plan) -> Result<Shown, TransformError> {
        let _worker = self.0.workers.acquire().await.map_err(TransformError::fault)?;
        // Somebody may have made it between the look and the start of this work.
        if let Some(bytes) = self.read(path).await? {
            return Ok(shown(bytes, &plan));
        }
        let original = self.read(&Path::from(name.as_str())).await?.ok_or(TransformError::Unreadable)?;
        let made = tokio::task::spawn_blocking(move || render(&original, &plan))
            .await
            .map_err(TransformError::fault)??;
        if let Err(fault) = self.keep_variant(name, path, &made).await {
            tracing::error!(cause = ?fault, "A resized picture is not kept");
        }
        Ok(shown(made, &plan))
    }

    async fn keep_variant(&self, name: &FileName, path: &Path, made: &[u8]) -> Result<(), Fault> {
        let kept = self.list(&Path::from(format!("{FOLDER}/{}", name.as_str()))).await?;
        if kept.len() >= MAX_KEPT_PER_PICTURE {
            return Ok(());
        }
        self.keep(path, made.to_vec()).await?;
        let written = u64::try_from(made.len()).unwrap_or(u64::MAX);
        let left = self.0.until_sweep.load(Ordering::Relaxed);
        self.0.until_sweep.store(left.saturating_sub(written), Ordering::Relaxed);
        if left <= written && !self.0.is_sweeping.swap(true, Ordering::AcqRel) {
            let store = self.clone();
            tokio::spawn(async move {
                if let Err(fault) = store.sweep().await {
                    tracing::error!(cause = ?fault, "Resized pictures could not be swept");
                }
                store.0.until_sweep.store(store.bytes_per_sweep(), Ordering::Relaxed);
                store.0.is_sweeping.store(false, Ordering::Release);
            });
        }
        Ok(())
    }

    /// Deletes the oldest resized pictures while all of them together take more than the setting allows.
    ///
    /// # Errors
    /// The store's own.
    pub async fn sweep(&self) -> Result<(), Fault> {
        let mut kept = self.list(&Path::from("variants")).await?;
        let mut total: u64 = kept.iter().map(|variant| variant.size).sum();
        if total <= self.0.variant_bytes {
            return Ok(());
        }
        let goal = self.0.variant_bytes / 100 * SWEEP_TO_PERCENT;
        kept.sort_by_key(|variant| variant.last_modified);
        for variant in kept {
            if total <= goal {
                break;
            }
            self.delete(&variant.location).await?;
            total = total.saturating_sub(variant.size);
        }
        Ok(())
    }
}

fn shown(bytes: Vec<u8>, plan: &Plan) -> Shown {
    let kind = FileKind::of(&bytes).unwrap_or(FileKind::Jpeg);
    Shown::Variant { bytes: bytes.into(), kind, name: plan.name() }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, ImageEncoder, RgbImage};

    use super::*;
    use crate::config::{MediaPlace, MediaSettings};

    async fn store(variant_bytes: u64) -> (MediaStore, FileName, tempfile::TempDir) {
        let place = tempfile::tempdir().unwrap();
        let settings = MediaSettings { place: MediaPlace::Folder, variant_bytes };
        let store = MediaStore::from_settings(&settings, place.path()).unwrap();
        let picture = RgbImage::from_fn(300, 200, |x, y| {
            image::Rgb([u8::try_from(x % 256).unwrap(), u8::try_from(y).unwrap(), 9])
        });
        let mut bytes = Vec::new();
        let encoder = image::codecs::png::PngEncoder::new(&mut bytes);
        encoder
            .write_image(picture.as_raw(), 300, 200, DynamicImage::ImageRgb8(picture.clone()).color().into())
            .unwrap();
        let stored = store.put(&bytes).await.unwrap();
        (store, FileName::parse(&stored.key).unwrap(), place)
    }

    fn wide(width: i64) -> Wish {
        Wish::new(Some(width), None, None, None, None)
    }

    async fn kept(store: &MediaStore) -> usize {
        store.list(&Path::from("variants")).await.unwrap().len()
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn what_is_wished_at_once_is_made_once() {
        let (store, name, _place) = store(1_000_000).await;
        let tasks: Vec<_> = (0..32)
            .map(|_| {
                let (store, name) = (store.clone(), name.clone());
                tokio::spawn(async move { store.transformed(&name, &wide(150)).await.unwrap().unwrap() })
            })
            .collect();
        let mut all = Vec::new();
        for task in tasks {
            match task.await.unwrap() {
                Shown::Variant { bytes, kind, name } => {
                    assert_eq!((kind, name.as_str()), (FileKind::Png, "150x100.png"));
                    all.push(bytes);
                }
                Shown::Original => panic!("not made"),
            }
        }
        assert!(all.iter().all(|bytes| **bytes == *all[0]));
        assert_eq!((kept(&store).await, store.0.flights.count()), (1, 0));
    }

    #[tokio::test]
    async fn only_so_many_sizes_of_a_picture_are_kept() {
        let (store, name, _place) = store(10_000_000).await;
        for width in 1..=i64::try_from(MAX_KEPT_PER_PICTURE).unwrap() + 5 {
            let shown = store.transformed(&name, &wide(width)).await.unwrap().unwrap();
            assert!(matches!(shown, Shown::Variant { .. }), "made all the same");
        }
        assert_eq!(kept(&store).await, MAX_KEPT_PER_PICTURE);
    }

    #[tokio::test]
    async fn the_oldest_go_when_the_store_is_full() {
        let (store, name, place) = store(3_000).await;
        let folder = place.path().join("media/variants/1").join(name.as_str());
        std::fs::create_dir_all(&folder).unwrap();
        for number in 0..5 {
            std::fs::write(folder.join(format!("{number}x1.png")), [7; 1_000]).unwrap();
            let age = std::time::SystemTime::now() - std::time::Duration::from_secs(100 - number);
            std::fs::File::options()
                .write(true)
                .open(folder.join(format!("{number}x1.png")))
                .unwrap()
                .set_modified(age)
                .unwrap();
        }
        store.sweep().await.unwrap();
        let mut left: Vec<_> =
            std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left, ["3x1.png", "4x1.png"]);
        assert!(store.head(&name).await.unwrap().is_some(), "originals stay");
    }

    #[tokio::test]
    async fn what_is_not_there_and_what_is_no_picture_are_told_apart() {
        let (store, name, place) = store(1_000_000).await;
        let other = FileName::parse("0123456789abcdef0123456789abcdef.png").unwrap();
        assert!(store.transformed(&other, &wide(10)).await.unwrap().is_none());
        std::fs::write(place.path().join("media").join(other.as_str()), b"not a picture").unwrap();
        assert_eq!(store.transformed(&other, &wide(10)).await.unwrap_err().code(), "IMAGE_UNREADABLE");
        assert!(matches!(store.transformed(&name, &wide(300)).await.unwrap(), Some(Shown::Original)));
        assert_eq!(kept(&store).await, 0);
    }
}
