//! Media: today pictures, later also films and models.

use std::sync::Arc;

use async_graphql::{Context, ID, Interface, Object};
use entity::id::MediaId;
use entity::media::{self, MediaKind, MediaStatus};
use futures_util::try_join;

use super::code::{MediaContentType, ProductMediaSortKeys};
use super::context;
use super::image::Image;
use crate::graphql::error::ApiError;
use crate::graphql::id;

/// A picture, film or model that shows a product.
#[derive(Clone, Interface)]
#[graphql(
    field(name = "alt", ty = "Option<String>", desc = "Words for those who cannot see it."),
    field(name = "id", ty = "ID", desc = "Its global id."),
    field(name = "media_content_type", ty = "MediaContentType", desc = "What kind of thing it is."),
    field(name = "preview_image", ty = "Option<Image>", desc = "A picture to show before it is played.")
)]
pub enum Media {
    /// A picture.
    MediaImage(MediaImage),
}

/// A picture among a product's media.
#[derive(Clone, Debug)]
pub struct MediaImage(pub Arc<media::Model>);

impl MediaImage {
    /// The picture with this key, if something that shoppers reach shows it: keys can be counted through.
    pub(super) async fn find(ctx: &Context<'_>, id: MediaId) -> Result<Option<Self>, ApiError> {
        let loaders = &context::of(ctx)?.loaders;
        let (picture, shown) = try_join!(loaders.media.load(id), loaders.is_shown.load(id))?;
        Ok(picture.filter(|_| shown.is_some()).map(Self))
    }
}

/// A picture among a product's media.
#[Object]
impl MediaImage {
    /// Words for those who cannot see it.
    pub(super) async fn alt(&self) -> Option<String> {
        self.0.alt.clone()
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

    /// The picture itself, as a preview.
    pub(super) async fn preview_image(&self) -> Option<Image> {
        Some(Image(Arc::clone(&self.0)))
    }
}

/// Whether this API can show it: a picture whose bytes are there. It has no types for films and models yet.
pub(super) fn can_be_shown(media: &media::Model) -> bool {
    let is_picture = match media.kind {
        MediaKind::Image => true,
        MediaKind::Video | MediaKind::ExternalVideo | MediaKind::Model3d => false,
    };
    let is_ready = match media.status {
        MediaStatus::Ready => true,
        MediaStatus::Uploaded | MediaStatus::Processing | MediaStatus::Failed => false,
    };
    is_picture && is_ready
}

/// A product's media, which come in their places, in the order asked for.
pub(super) fn sorted(mut media: Vec<Arc<media::Model>>, key: ProductMediaSortKeys) -> Vec<Arc<media::Model>> {
    match key {
        ProductMediaSortKeys::Position | ProductMediaSortKeys::Relevance => {}
        ProductMediaSortKeys::Id => media.sort_by_key(|medium| medium.id),
    }
    media
}
