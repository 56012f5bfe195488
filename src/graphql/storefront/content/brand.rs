//! How the shop presents itself.

use async_graphql::{Context, Object, SimpleObject};
use entity::id::MediaId;
use entity::translation::ResourceType;

use crate::graphql::error::ApiError;
use crate::graphql::scalar::Color;
use crate::graphql::storefront::media::MediaImage;
use crate::graphql::storefront::{context, translation};
use crate::store;

/// How the shop presents itself.
#[derive(Clone, Debug)]
pub struct Brand(store::Brand);

impl Brand {
    /// The shop's own, if it has described it.
    pub(crate) async fn find(ctx: &Context<'_>) -> Result<Option<Self>, ApiError> {
        let request = context::of(ctx)?;
        Ok(store::find_brand(request.app.db.reader(), &request.shop).await?.map(Self))
    }
}

/// How the shop presents itself.
#[Object]
impl Brand {
    /// Its colours.
    async fn colors(&self) -> BrandColors {
        BrandColors::from(&self.0.colors)
    }

    /// A large picture that stands for it.
    async fn cover_image(&self, ctx: &Context<'_>) -> Result<Option<MediaImage>, ApiError> {
        picture(ctx, self.0.cover).await
    }

    /// Its sign.
    async fn logo(&self, ctx: &Context<'_>) -> Result<Option<MediaImage>, ApiError> {
        picture(ctx, self.0.logo).await
    }

    /// A sentence or two.
    async fn short_description(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        text(ctx, "short_description", self.0.short_description.as_deref()).await
    }

    /// One line under the name.
    async fn slogan(&self, ctx: &Context<'_>) -> Result<Option<String>, ApiError> {
        text(ctx, "slogan", self.0.slogan.as_deref()).await
    }

    /// Its sign for places that are square.
    async fn square_logo(&self, ctx: &Context<'_>) -> Result<Option<MediaImage>, ApiError> {
        picture(ctx, self.0.square_logo).await
    }
}

async fn picture(ctx: &Context<'_>, id: Option<MediaId>) -> Result<Option<MediaImage>, ApiError> {
    match id {
        Some(id) => Ok(context::of(ctx)?.loaders.media.load(id).await?.map(MediaImage)),
        None => Ok(None),
    }
}

async fn text(ctx: &Context<'_>, key: &str, original: Option<&str>) -> Result<Option<String>, ApiError> {
    let shop = context::of(ctx)?.shop.id;
    translation::optional_text(ctx, ResourceType::Shop, shop, key, original).await
}

/// The shop's colours.
#[derive(Clone, Debug, SimpleObject)]
pub struct BrandColors {
    /// Those that are used most.
    pub primary: Vec<BrandColorGroup>,
    /// Those beside them.
    pub secondary: Vec<BrandColorGroup>,
}

/// Colours that go together.
#[derive(Clone, Debug, SimpleObject)]
pub struct BrandColorGroup {
    /// Of the ground.
    pub background: Option<Color>,
    /// Of what stands on it.
    pub foreground: Option<Color>,
}

impl From<&store::BrandColors> for BrandColors {
    fn from(colors: &store::BrandColors) -> Self {
        let groups = |pairs: &[store::ColorPair]| {
            let group = |pair: &store::ColorPair| BrandColorGroup {
                background: pair.background.clone().map(Color),
                foreground: pair.foreground.clone().map(Color),
            };
            pairs.iter().map(group).collect()
        };
        Self { primary: groups(&colors.primary), secondary: groups(&colors.secondary) }
    }
}
