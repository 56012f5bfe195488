//! Taking pictures in.

use chrono::{DateTime, Utc};
use entity::id::MediaId;
use entity::media::{self, MediaKind, MediaStatus};
use sea_orm::ActiveModelTrait;
use sea_orm::ActiveValue::{NotSet, Set};

use super::store::{MediaStoreError, Stored};
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;

/// Why a picture is not saved.
#[derive(Debug, thiserror::Error)]
pub enum SavePictureError {
    /// The store does not take it.
    #[error(transparent)]
    Refused(#[from] MediaStoreError),
    /// Anything unexpected.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// A row for a picture in the store.
#[must_use]
pub fn stored_picture(now: DateTime<Utc>, stored: &Stored, alt: Option<String>) -> media::ActiveModel {
    media::ActiveModel {
        storage_key: Set(Some(stored.key.clone())),
        sha256: Set(Some(stored.sha256.clone())),
        content_type: Set(Some(stored.content_type.to_owned())),
        byte_size: Set(Some(stored.byte_size)),
        width: Set(Some(stored.width)),
        height: Set(Some(stored.height)),
        ..picture(now, alt)
    }
}

/// A row for a picture elsewhere, at an address that is not followed.
#[must_use]
pub fn linked_picture(now: DateTime<Utc>, address: &str, alt: Option<String>) -> media::ActiveModel {
    media::ActiveModel { source_url: Set(Some(address.to_owned())), ..picture(now, alt) }
}

fn picture(now: DateTime<Utc>, alt: Option<String>) -> media::ActiveModel {
    media::ActiveModel {
        id: NotSet,
        kind: Set(MediaKind::Image),
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
    }
}

/// Saves the row of a picture that is in the store.
///
/// # Errors
/// The database's own.
pub async fn save_media_in(
    tx: &Tx,
    now: DateTime<Utc>,
    stored: &Stored,
    alt: Option<String>,
) -> Result<MediaId, Fault> {
    Ok(stored_picture(now, stored, alt).insert(tx).await?.id)
}

/// Stores a picture and saves its row.
///
/// # Errors
/// [`SavePictureError::Refused`] for what is no picture or too large, and when the store cannot be written.
pub async fn save_picture(app: &App, bytes: &[u8], alt: Option<String>) -> Result<MediaId, SavePictureError> {
    let stored = app.media.put(bytes).await?;
    let id = app
        .db
        .retry(|| async {
            let tx = app.begin().await?;
            let id = save_media_in(&tx, app.clock.now(), &stored, alt.clone()).await?;
            tx.commit().await?;
            Ok::<_, Fault>(id)
        })
        .await?;
    Ok(id)
}
