//! Films: those that the shop keeps, and those that another site shows.

use std::sync::Arc;

use async_graphql::{Context, ID, Object, SimpleObject};
use entity::id::MediaId;
use entity::media::{self, MediaKind};

use super::code::{MediaContentType, MediaHost};
use super::context;
use super::image::Image;
use super::media::{MediaPresentation, alt, preview, reached};
use crate::error::Fault;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::UrlText;
use crate::media as store;

/// A film that the shop keeps.
#[derive(Clone, Debug)]
pub struct Video(pub Arc<media::Model>);

impl Video {
    /// The film with this key, if something that shoppers reach shows it.
    pub(super) async fn find(ctx: &Context<'_>, id: MediaId) -> Result<Option<Self>, ApiError> {
        Ok(reached(ctx, id, &[MediaKind::Video]).await?.map(Self))
    }
}

/// A film that the shop keeps.
#[Object]
impl Video {
    /// Words for those who cannot see it.
    pub(super) async fn alt(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        alt(ctx, &self.0).await
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Video", self.0.id)
    }

    /// What kind of thing it is.
    pub(super) async fn media_content_type(&self) -> MediaContentType {
        MediaContentType::Video
    }

    /// What a viewer needs to show it.
    pub(super) async fn presentation(&self) -> Option<MediaPresentation> {
        Some(MediaPresentation(Arc::clone(&self.0)))
    }

    /// A picture to show before it is played.
    pub(super) async fn preview_image(&self, ctx: &Context<'_>) -> Result<Option<Image>, ApiError> {
        preview(ctx, &self.0).await
    }

    /// The files it can be played from.
    async fn sources(&self, ctx: &Context<'_>) -> Result<Vec<VideoSource>, ApiError> {
        let app = &context::of(ctx)?.app;
        let sources = store::sources_of(&self.0)?.into_iter().map(|source| VideoSource {
            format: source.format().to_owned(),
            height: source.height,
            url: app.media_url(&source.key),
            width: source.width,
            mime_type: source.content_type,
        });
        Ok(sources.collect())
    }
}

/// A file of a film.
#[derive(Clone, Debug, SimpleObject)]
pub struct VideoSource {
    /// The format's short name, such as mp4.
    pub format: String,
    /// In pixels.
    pub height: i32,
    /// The format as HTTP names it.
    pub mime_type: String,
    /// Where it lies.
    pub url: String,
    /// In pixels.
    pub width: i32,
}

/// A film that another site shows.
#[derive(Clone, Debug)]
pub struct ExternalVideo(pub Arc<media::Model>);

impl ExternalVideo {
    /// The film with this key, if something that shoppers reach shows it.
    pub(super) async fn find(ctx: &Context<'_>, id: MediaId) -> Result<Option<Self>, ApiError> {
        Ok(reached(ctx, id, &[MediaKind::ExternalVideo]).await?.map(Self))
    }
}

/// A film that another site shows.
#[Object]
impl ExternalVideo {
    /// Words for those who cannot see it.
    pub(super) async fn alt(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        alt(ctx, &self.0).await
    }

    /// The address of the site's player for it.
    async fn embed_url(&self) -> UrlText {
        UrlText(self.0.embed_url.clone().unwrap_or_default())
    }

    /// The address of the site's player for it.
    #[graphql(deprecation = "Use `embedUrl`, or `originUrl` for its page.")]
    async fn embedded_url(&self) -> UrlText {
        UrlText(self.0.embed_url.clone().unwrap_or_default())
    }

    /// The site.
    async fn host(&self) -> Result<MediaHost, ApiError> {
        match self.0.host {
            Some(media::MediaHost::Youtube) => Ok(MediaHost::Youtube),
            Some(media::MediaHost::Vimeo) => Ok(MediaHost::Vimeo),
            None => Err(Fault::new("an external video without a host").into()),
        }
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("ExternalVideo", self.0.id)
    }

    /// What kind of thing it is.
    pub(super) async fn media_content_type(&self) -> MediaContentType {
        MediaContentType::ExternalVideo
    }

    /// The address of its page on the site.
    async fn origin_url(&self) -> UrlText {
        UrlText(self.0.source_url.clone().unwrap_or_default())
    }

    /// What a viewer needs to show it.
    pub(super) async fn presentation(&self) -> Option<MediaPresentation> {
        Some(MediaPresentation(Arc::clone(&self.0)))
    }

    /// A picture to show before it is played.
    pub(super) async fn preview_image(&self, ctx: &Context<'_>) -> Result<Option<Image>, ApiError> {
        preview(ctx, &self.0).await
    }
}
