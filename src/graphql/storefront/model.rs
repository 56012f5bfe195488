//! Models to turn around on screen.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::id::MediaId;
use entity::media::{self, MediaKind};

use super::code::MediaContentType;
use super::image::Image;
use super::media::{MediaPresentation, alt, preview, reached};
use super::{context, text};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::media as store;

/// A model to turn around on screen.
#[derive(Clone, Debug)]
pub struct Model3d(pub Arc<media::Model>);

impl Model3d {
    /// The model with this key, if something that shoppers reach shows it.
    pub(super) async fn find(ctx: &Context<'_>, id: MediaId) -> Result<Option<Self>, ApiError> {
        Ok(reached(ctx, id, &[MediaKind::Model3d]).await?.map(Self))
    }
}

/// A model to turn around on screen.
#[Object(name = "Model3d")]
impl Model3d {
    /// Words for those who cannot see it.
    pub(super) async fn alt(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        alt(ctx, &self.0).await
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Model3d", self.0.id)
    }

    /// What kind of thing it is.
    pub(super) async fn media_content_type(&self) -> MediaContentType {
        MediaContentType::Model3d
    }

    /// What a viewer needs to show it.
    pub(super) async fn presentation(&self) -> Option<MediaPresentation> {
        Some(MediaPresentation(Arc::clone(&self.0)))
    }

    /// A picture to show before it is turned.
    pub(super) async fn preview_image(&self, ctx: &Context<'_>) -> Result<Option<Image>, ApiError> {
        preview(ctx, &self.0).await
    }

    /// The files it can be shown from.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<Model3dSource>, ApiError> {
        let app = &context::of(ctx)?.app;
        let sources = store::sources_of(&self.0)?.into_iter().map(|source| Model3dSource {
            filesize: text::whole(source.byte_size),
            format: source.format().to_owned(),
            url: app.media_url(&source.key),
            mime_type: source.content_type,
        });
        Ok(sources.collect())
    }
}

/// A file of a model.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "Model3dSource")]
pub struct Model3dSource {
    /// Its size in bytes.
    pub filesize: i32,
    /// The format's short name, such as glb.
    pub format: String,
    /// The format as HTTP names it.
    pub mime_type: String,
    /// Where it lies.
    pub url: String,
}
