//! Pictures.

use std::sync::Arc;

use async_graphql::{Context, ID, InputObject, Object};
use entity::media;

use super::code::{CropRegion, ImageContentType, ProductImageSortKeys};
use super::context;
use super::media::alt;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::UrlText;
use crate::media::{self as store, Crop, Wish, WishedFormat};

/// How a picture is wanted. It is never made larger than it is, one that moves stays as it is, and numbers that make no
/// sense are left aside.
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

impl ImageTransformInput {
    fn wish(&self) -> Wish {
        let crop = self.crop.map(|crop| match crop {
            CropRegion::Bottom => Crop::Bottom,
            CropRegion::Center => Crop::Center,
            CropRegion::Left => Crop::Left,
            CropRegion::Right => Crop::Right,
            CropRegion::Top => Crop::Top,
        });
        let format = self.preferred_content_type.map(|kind| match kind {
            ImageContentType::Jpg => WishedFormat::Jpeg,
            ImageContentType::Png => WishedFormat::Png,
            ImageContentType::Webp => WishedFormat::Webp,
        });
        let (width, height) = (self.max_width.map(i64::from), self.max_height.map(i64::from));
        Wish::new(width, height, crop, format, self.scale.map(i64::from))
    }
}

/// A picture.
#[derive(Clone, Debug)]
pub struct Image(pub Arc<media::Model>);

/// A picture.
#[Object(serial)]
impl Image {
    /// Words for those who cannot see it.
    async fn alt_text(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        alt(ctx, &self.0).await
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
        self.address(ctx, None)
    }

    /// Where the picture lies.
    #[graphql(deprecation = "Use `url`.")]
    async fn src(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        self.address(ctx, None)
    }

    /// A few bytes from which a blurred preview can be drawn, as base64; null for a picture that lies elsewhere.
    async fn thumbhash(&self) -> Option<&str> {
        self.0.thumbhash.as_deref()
    }

    /// Where the picture lies, cut to size where the server can.
    #[graphql(deprecation = "Use `url(transform:)`.")]
    async fn transformed_src(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which part is kept when it is cut to size.")] crop: Option<CropRegion>,
        #[graphql(desc = "The greatest height in pixels.")] max_height: Option<i32>,
        #[graphql(desc = "The greatest width in pixels.")] max_width: Option<i32>,
        #[graphql(name = "preferredContentType", desc = "The file format.")] preferred: Option<
            ImageContentType,
        >,
        #[graphql(desc = "Pixels of the screen for one of the page.", default_with = "Some(1)")]
        scale: Option<i32>,
    ) -> Result<UrlText, ApiError> {
        let preferred_content_type = preferred;
        self.address(
            ctx,
            Some(&ImageTransformInput { crop, max_height, max_width, preferred_content_type, scale }),
        )
    }

    /// Where the picture lies, in the wished form. One that lies elsewhere gets the wish as parameters of its address.
    async fn url(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "How the picture is wanted.")] transform: Option<ImageTransformInput>,
    ) -> Result<UrlText, ApiError> {
        self.address(ctx, transform.as_ref())
    }

    /// Its width in pixels.
    async fn width(&self) -> Option<i32> {
        self.0.width
    }
}

impl Image {
    fn address(
        &self,
        ctx: &Context<'_>,
        transform: Option<&ImageTransformInput>,
    ) -> Result<UrlText, ApiError> {
        let wish = transform.map(ImageTransformInput::wish).unwrap_or_default();
        Ok(UrlText(store::picture_address(&context::of(ctx)?.app, &self.0, &wish)))
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
