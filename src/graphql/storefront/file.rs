//! Files that are neither picture, film nor model: documents and archives.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::MediaId;
use entity::media::{self, MediaKind};

use super::image::Image;
use super::media::{alt, preview, reached};
use super::{context, text};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::UrlText;
use crate::media as store;

/// A document or another file that the shop keeps.
#[derive(Clone, Debug)]
pub struct GenericFile(pub Arc<media::Model>);

impl GenericFile {
    /// The file with this key, if something that shoppers reach names it.
    pub(super) async fn find(ctx: &Context<'_>, id: MediaId) -> Result<Option<Self>, ApiError> {
        Ok(reached(ctx, id, &[MediaKind::File]).await?.map(Self))
    }
}

/// A document or another file that the shop keeps.
#[Object]
impl GenericFile {
    /// Words for those who cannot see it.
    async fn alt(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        alt(ctx, &self.0).await
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("GenericFile", self.0.id)
    }

    /// What kind of file it is, as HTTP names it.
    async fn mime_type(&self) -> Option<String> {
        self.0.content_type.clone()
    }

    /// Its size in bytes.
    async fn original_file_size(&self) -> Option<i32> {
        self.0.byte_size.map(text::whole)
    }

    /// A picture that stands for it.
    async fn preview_image(&self, ctx: &Context<'_>) -> Result<Option<Image>, ApiError> {
        preview(ctx, &self.0).await
    }

    /// Where it lies.
    async fn url(&self, ctx: &Context<'_>) -> Result<Option<UrlText>, ApiError> {
        Ok(Some(UrlText(store::address(&context::of(ctx)?.app, &self.0))))
    }
}
