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

/// A picture (later also video and 3D) and where its bytes are.
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
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
