//! Table `media`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::MediaId;

/// The words of `media`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MediaKind {
    #[sea_orm(string_value = "image")]
    Image,
    #[sea_orm(string_value = "video")]
    Video,
    #[sea_orm(string_value = "external_video")]
    ExternalVideo,
    #[sea_orm(string_value = "model_3d")]
    Model3d,
    #[sea_orm(string_value = "file")]
    File,
}

/// The words of `media`.`host`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MediaHost {
    #[sea_orm(string_value = "youtube")]
    Youtube,
    #[sea_orm(string_value = "vimeo")]
    Vimeo,
}

/// The words of `media`.`status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum MediaStatus {
    #[sea_orm(string_value = "uploaded")]
    Uploaded,
    #[sea_orm(string_value = "processing")]
    Processing,
    #[sea_orm(string_value = "ready")]
    Ready,
    #[sea_orm(string_value = "failed")]
    Failed,
}

/// A picture, film, model or file, and where its bytes are.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "media")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: MediaId,
    pub kind: MediaKind,
    pub status: MediaStatus,
    /// Name in the media store, for bytes that we hold.
    pub storage_key: Option<String>,
    /// Address elsewhere, for bytes that we do not hold.
    pub source_url: Option<String>,
    /// Digest of the bytes in hexadecimal.
    pub sha256: Option<String>,
    pub content_type: Option<String>,
    pub byte_size: Option<i64>,
    /// Pixels.
    pub width: Option<i32>,
    /// Pixels.
    pub height: Option<i32>,
    /// Words for those who cannot see it.
    pub alt: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
    /// The picture to show before a film or a model is played.
    pub preview_media_id: Option<MediaId>,
    /// Where an external video is shown.
    pub host: Option<MediaHost>,
    /// What the host calls the video.
    pub external_id: Option<String>,
    /// Address of the host's player for it.
    pub embed_url: Option<String>,
    /// Files of a film or a model; read by `media::sources_of`.
    #[sea_orm(column_type = "JsonBinary", nullable)]
    pub sources: Option<Json>,
    /// A blurred preview of a picture in a few bytes, base64.
    pub thumbhash: Option<String>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
