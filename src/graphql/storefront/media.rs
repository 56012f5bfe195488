//! Media: pictures, films and models, and how each is told to a viewer. Files are beside them.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Json, Object};
use entity::id::MediaId;
use entity::media::{self, MediaKind, MediaStatus};
use entity::translation::ResourceType;
use futures_util::try_join;
use serde_json::json;

use super::code::{MediaContentType, MediaPresentationFormat, ProductMediaSortKeys};
use super::context;
use super::film::{ExternalVideo, Video};
use super::image::Image;
use super::model::Model3d;
use super::translation;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::media as store;

/// A picture, film or model that shows a product.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "alt", ty = "Option<String>", desc = "Words for those who cannot see it."),
    field(name = "id", ty = "ID", desc = "Its global id."),
    field(name = "media_content_type", ty = "MediaContentType", desc = "What kind of thing it is."),
    field(name = "presentation", ty = "Option<MediaPresentation>", desc = "What a viewer needs to show it."),
    field(name = "preview_image", ty = "Option<Image>", desc = "A picture to show before it is played.")
)]
pub enum Media {
    /// A film on another site.
    ExternalVideo(ExternalVideo),
    /// A picture.
    MediaImage(MediaImage),
    /// A model.
    Model3d(Model3d),
    /// A film.
    Video(Video),
}

impl Media {
    /// A medium as this API shows it; none for one that it cannot show.
    pub(super) fn of(medium: Arc<media::Model>) -> Option<Self> {
        if !can_be_shown(&medium) {
            return None;
        }
        match medium.kind {
            MediaKind::Image => Some(Self::from(MediaImage(medium))),
            MediaKind::Video => Some(Self::from(Video(medium))),
            MediaKind::ExternalVideo => Some(Self::from(ExternalVideo(medium))),
            MediaKind::Model3d => Some(Self::from(Model3d(medium))),
            MediaKind::File => None,
        }
    }
}

/// A picture among a product's media.
#[derive(Clone, Debug)]
pub struct MediaImage(pub Arc<media::Model>);

impl MediaImage {
    /// The picture with this key, if something that shoppers reach shows it: keys can be counted through.
    pub(super) async fn find(ctx: &Context<'_>, id: MediaId) -> Result<Option<Self>, ApiError> {
        Ok(reached(ctx, id, &[MediaKind::Image]).await?.map(Self))
    }
}

/// A picture among a product's media.
#[Object]
impl MediaImage {
    /// Words for those who cannot see it.
    pub(super) async fn alt(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        alt(ctx, &self.0).await
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("MediaImage", self.0.id)
    }

    /// The picture itself.
    pub(super) async fn image(&self) -> Option<Image> {
        Some(Image(Arc::clone(&self.0)))
    }

    /// What kind of thing it is.
    pub(super) async fn media_content_type(&self) -> MediaContentType {
        MediaContentType::Image
    }

    /// What a viewer needs to show it.
    pub(super) async fn presentation(&self) -> Option<MediaPresentation> {
        Some(MediaPresentation(Arc::clone(&self.0)))
    }

    /// The picture itself, as a preview.
    pub(super) async fn preview_image(&self) -> Option<Image> {
        Some(Image(Arc::clone(&self.0)))
    }
}

/// What a viewer needs to show a medium.
#[derive(Clone, Debug)]
pub struct MediaPresentation(pub Arc<media::Model>);

impl MediaPresentation {
    /// The presentation of the medium with this key, if something that shoppers reach shows it.
    pub(super) async fn find(ctx: &Context<'_>, id: MediaId) -> Result<Option<Self>, ApiError> {
        let kinds = [MediaKind::Image, MediaKind::Video, MediaKind::ExternalVideo, MediaKind::Model3d];
        Ok(reached(ctx, id, &kinds).await?.map(Self))
    }
}

/// What a viewer needs to show a medium.
#[Object]
impl MediaPresentation {
    /// A description of the medium in the form of a viewer: of a picture, or of the picture that stands for it, its
    /// address and size; for `model-viewer` the model's address. Null where it has none of the kind.
    async fn as_json(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which viewer.")] format: MediaPresentationFormat,
    ) -> Result<Option<Json<serde_json::Value>>, ApiError> {
        let picture = match self.0.kind {
            MediaKind::Image => Some(Image(Arc::clone(&self.0))),
            _ => preview(ctx, &self.0).await?,
        };
        let app = &context::of(ctx)?.app;
        let alt = alt(ctx, &self.0).await?;
        let address = picture.as_ref().map(|picture| store::address(app, &picture.0));
        Ok(match format {
            MediaPresentationFormat::Image => picture.map(|picture| {
                let (width, height) = (picture.0.width, picture.0.height);
                Json(json!({ "alt": alt, "src": address, "width": width, "height": height }))
            }),
            MediaPresentationFormat::ModelViewer => (self.0.kind == MediaKind::Model3d)
                .then(|| Json(json!({ "alt": alt, "src": store::address(app, &self.0), "poster": address }))),
        })
    }

    /// Its global id.
    #[graphql(deprecation = "Ask for `asJson` of the medium.")]
    pub(super) async fn id(&self) -> ID {
        id::encode("MediaPresentation", self.0.id)
    }
}

/// The medium with this key, if it is of such a kind and something that shoppers reach shows it.
pub(super) async fn reached(
    ctx: &Context<'_>,
    id: MediaId,
    kinds: &[MediaKind],
) -> Result<Option<Arc<media::Model>>, ApiError> {
    let loaders = &context::of(ctx)?.loaders;
    let (medium, shown) = try_join!(loaders.media.load(id), loaders.is_shown.load(id))?;
    Ok(medium.filter(|medium| shown.is_some() && kinds.contains(&medium.kind)))
}

/// The words for those who cannot see a medium, in the request's language.
pub(super) async fn alt(ctx: &Context<'_>, medium: &media::Model) -> Result<Option<String>, ApiError> {
    translation::optional_text(ctx, ResourceType::Media, medium.id, "alt", medium.alt.as_deref()).await
}

/// The picture that stands for a film, a model or a file before it is played.
pub(super) async fn preview(ctx: &Context<'_>, medium: &media::Model) -> Result<Option<Image>, ApiError> {
    match medium.preview_media_id {
        Some(id) => {
            let picture = context::of(ctx)?.loaders.media.load(id).await?;
            Ok(picture.filter(|picture| is_shown_picture(picture)).map(Image))
        }
        None => Ok(None),
    }
}

/// Whether its bytes are there, or lie elsewhere.
pub(super) fn can_be_shown(media: &media::Model) -> bool {
    match media.status {
        MediaStatus::Ready => true,
        MediaStatus::Uploaded | MediaStatus::Processing | MediaStatus::Failed => false,
    }
}

/// Whether it is a picture whose bytes are there.
pub(super) fn is_shown_picture(medium: &media::Model) -> bool {
    medium.kind == MediaKind::Image && can_be_shown(medium)
}

/// A product's media, which come in their places, in the order asked for.
pub(super) fn sorted(mut media: Vec<Arc<media::Model>>, key: ProductMediaSortKeys) -> Vec<Arc<media::Model>> {
    match key {
        ProductMediaSortKeys::Position | ProductMediaSortKeys::Relevance => {}
        ProductMediaSortKeys::Id => media.sort_by_key(|medium| medium.id),
    }
    media
}
