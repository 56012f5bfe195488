//! Pictures.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use entity::media;

use super::code::{CropRegion, ImageContentType, ProductImageSortKeys};
use super::context;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::UrlText;

/// How a picture is wanted. A wish: a server may answer with the picture as it is.
#[derive(Clone, Debug, InputObject)]
pub struct ImageTransformInput {
    /// Which part is kept when it is cut to size.
    pub crop: Option<CropRegion>,
    /// The greatest height in pixels.
    pub max_height: Option<i32>,
    /// The greatest width in pixels.
    pub max_width: Option<i32>,
    /// The file format.
    pub preferred_content_type: Option<ImageContentType>,
    /// How many pixels of the screen make one of the page.
    #[graphql(default_with = "Some(1)")]
    pub scale: Option<i32>,
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Image(pub Arc<media::Model>);

/// A picture.
#[Object]
impl Image {
    /// Words for those who cannot see it.
    async fn alt_text(&self) -> Option<&str> {
        self.0.alt.as_deref()
    }

    /// Its height in pixels.
    async fn height(&self) -> Option<i32> {
        self.0.height
    }

    /// Its global id.
    async fn id(&self) -> Option<ID> {
        Some(id::encode("ProductImage", self.0.id))
    }

    /// Where the picture lies as it was uploaded.
    #[graphql(deprecation = "Use `url`.")]
    async fn original_src(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        self.address(ctx)
    }

    /// Where the picture lies.
    #[graphql(deprecation = "Use `url`.")]
    async fn src(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        self.address(ctx)
    }

    /// A few bytes from which a blurred preview can be drawn; not computed yet.
    async fn thumbhash(&self) -> Option<String> {
        None
    }

    /// Where the picture lies, cut to size where the server can.
    #[graphql(deprecation = "Use `url(transform:)`.")]
    async fn transformed_src(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "crop", desc = "Which part is kept when it is cut to size.")] _crop: Option<
            CropRegion,
        >,
        #[graphql(name = "maxHeight", desc = "The greatest height in pixels.")] _max_height: Option<i32>,
        #[graphql(name = "maxWidth", desc = "The greatest width in pixels.")] _max_width: Option<i32>,
        #[graphql(name = "preferredContentType", desc = "The file format.")] _preferred: Option<
            ImageContentType,
        >,
        #[graphql(
            name = "scale",
            desc = "Pixels of the screen for one of the page.",
            default_with = "Some(1)"
        )]
        _scale: Option<i32>,
    ) -> Result<UrlText, ApiError> {
        self.address(ctx)
    }

    /// Where the picture lies, in the wished form where the server can.
    async fn url(
        &self,
        ctx: &Context<'_>,
        #[graphql(name = "transform", desc = "How the picture is wanted.")] _transform: Option<
            ImageTransformInput,
        >,
    ) -> Result<UrlText, ApiError> {
        self.address(ctx)
    }

    /// Its width in pixels.
    async fn width(&self) -> Option<i32> {
        self.0.width
    }
}

impl Image {
    fn address(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        let app = &context::of(ctx)?.app;
        let name = self.0.storage_key.as_deref().or(self.0.source_url.as_deref()).unwrap_or_default();
        Ok(UrlText(app.media_url(name)))
    }
}

/// A product's pictures, which come in their places, in the order asked for.
pub(super) fn sorted(
    mut images: Vec<Arc<media::Model>>,
    key: ProductImageSortKeys,
) -> Vec<Arc<media::Model>> {
    match key {
        ProductImageSortKeys::Position | ProductImageSortKeys::Relevance => {}
        ProductImageSortKeys::CreatedAt => images.sort_by_key(|image| (image.created_at, image.id)),
        ProductImageSortKeys::Id => images.sort_by_key(|image| image.id),
    }
    images
}
