//! Taking media in.

use chrono::{DateTime, Utc};
use entity::id::MediaId;
use entity::media::{self, MediaKind, MediaStatus};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{NotSet, Set};
use serde_json::json;

use super::address::Source;
use super::error::MediaStoreError;
use super::external_video::ExternalVideo;
use super::store::Stored;
use crate::app::App;
use crate::error::Fault;

/// Why a medium is not saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveMediaError {
    /// The store does not take it.
    #[error(transparent)]
    Refused(#[from] MediaStoreError),
    /// An address that is not one of a film on YouTube or Vimeo.
    #[error("is not the address of a video on YouTube or Vimeo")]
    UnknownVideoHost,
    /// Anything unexpected.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl SaveMediaError {
    /// A stable code for programs.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refusal) => refusal.code(),
            Self::UnknownVideoHost => "UNKNOWN_VIDEO_HOST",
            Self::Fault(_) => "INTERNAL_ERROR",
        }
    }
}

/// What is said of a film, a model or a file beside its bytes.
#[derive(Clone, Debug, Default)]
pub struct MediaDetails {
    /// Words for those who cannot see it.
    pub alt: Option<String>,
    /// The picture to show before it is played.
    pub preview: Option<MediaId>,
}

/// A row for a picture in the store.
#[must_use]
pub fn stored_picture(now: DateTime<Utc>, stored: &Stored, alt: Option<String>) -> media::ActiveModel {
    media::ActiveModel {
        width: Set(Some(stored.width)),
        height: Set(Some(stored.height)),
        thumbhash: Set(stored.thumbhash.clone()),
        ..in_store(row(now, MediaKind::Image, alt), stored)
    }
}

/// A row for a picture elsewhere, at an address that is not followed.
#[must_use]
pub fn linked_picture(now: DateTime<Utc>, address: &str, alt: Option<String>) -> media::ActiveModel {
    media::ActiveModel { source_url: Set(Some(address.to_owned())), ..row(now, MediaKind::Image, alt) }
}

fn in_store(row: media::ActiveModel, stored: &Stored) -> media::ActiveModel {
    media::ActiveModel {
        storage_key: Set(Some(stored.key.clone())),
        sha256: Set(Some(stored.sha256.clone())),
        content_type: Set(Some(stored.content_type.to_owned())),
        byte_size: Set(Some(stored.byte_size)),
        ..row
    }
}

fn row(now: DateTime<Utc>, kind: MediaKind, alt: Option<String>) -> media::ActiveModel {
    media::ActiveModel {
        id: NotSet,
        kind: Set(kind),
        status: Set(MediaStatus::Ready),
        storage_key: Set(None),
        source_url: Set(None),
        sha256: Set(None),
        content_type: Set(None),
        byte_size: Set(None),
        width: Set(None),
        height: Set(None),
        alt: Set(alt),
        created_at: Set(now),
        updated_at: Set(now),
        preview_media_id: Set(None),
        host: Set(None),
        external_id: Set(None),
        embed_url: Set(None),
        sources: Set(None),
        thumbhash: Set(None),
    }
}

// No event: nothing shows a new medium until something else is changed to show it, and that has its own.
async fn insert(
    app: &App,
    row: impl Fn(DateTime<Utc>) -> media::ActiveModel,
) -> Result<MediaId, SaveMediaError> {
    let id = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        let id = row(now).insert(&tx).await?.id;
        tx.commit().await?;
        Ok::<_, Fault>(id)
    });
    Ok(id.await?)
}

/// Stores a picture and saves its row.
///
/// # Errors
/// [`SaveMediaError::Refused`] for what is no picture, too large in bytes or pixels, and when the store cannot be
/// written.
pub async fn save_picture(app: &App, bytes: &[u8], alt: Option<String>) -> Result<MediaId, SaveMediaError> {
    let stored = app.media.put(bytes).await?;
    insert(app, |now| stored_picture(now, &stored, alt.clone())).await
}

/// Stores a film, MPEG-4, QuickTime or WebM, and saves its row.
///
/// # Errors
/// [`SaveMediaError::Refused`] for what is no film, tells no size in pixels or is too large, and when the store cannot
/// be written.
pub async fn save_video(app: &App, bytes: &[u8], details: MediaDetails) -> Result<MediaId, SaveMediaError> {
    save_stored(app, MediaKind::Video, bytes, details).await
}

/// Stores a model, binary glTF or USDZ, and saves its row.
///
/// # Errors
/// [`SaveMediaError::Refused`] for what is no model or too large, and when the store cannot be written.
pub async fn save_model(app: &App, bytes: &[u8], details: MediaDetails) -> Result<MediaId, SaveMediaError> {
    save_stored(app, MediaKind::Model3d, bytes, details).await
}

/// Stores a document or an archive, PDF or ZIP, and saves its row.
///
/// # Errors
/// [`SaveMediaError::Refused`] for what is neither or too large, and when the store cannot be written.
pub async fn save_file(app: &App, bytes: &[u8], details: MediaDetails) -> Result<MediaId, SaveMediaError> {
    save_stored(app, MediaKind::File, bytes, details).await
}

async fn save_stored(
    app: &App,
    kind: MediaKind,
    bytes: &[u8],
    details: MediaDetails,
) -> Result<MediaId, SaveMediaError> {
    let stored = app.media.put_as(bytes, kind).await?;
    let source = Source {
        key: stored.key.clone(),
        content_type: stored.content_type.to_owned(),
        byte_size: stored.byte_size,
        width: stored.width,
        height: stored.height,
    };
    let side = |side: i32| (side > 0).then_some(side);
    insert(app, |now| media::ActiveModel {
        width: Set(side(stored.width)),
        height: Set(side(stored.height)),
        preview_media_id: Set(details.preview),
        sources: Set((kind != MediaKind::File).then(|| json!([source]))),
        ..in_store(row(now, kind, details.alt.clone()), &stored)
    })
    .await
}

/// Saves the row of a film on YouTube or Vimeo; the site is not asked.
///
/// # Errors
/// [`SaveMediaError::UnknownVideoHost`] for any other address.
pub async fn save_external_video(
    app: &App,
    address: &str,
    details: MediaDetails,
) -> Result<MediaId, SaveMediaError> {
    let video = ExternalVideo::parse(address).ok_or(SaveMediaError::UnknownVideoHost)?;
    insert(app, |now| media::ActiveModel {
        source_url: Set(Some(video.origin_url.clone())),
        host: Set(Some(video.host)),
        external_id: Set(Some(video.id.clone())),
        embed_url: Set(Some(video.embed_url.clone())),
        preview_media_id: Set(details.preview),
        ..row(now, MediaKind::ExternalVideo, details.alt.clone())
    })
    .await
}
