//! What search engines are told.

use async_graphql::{Context, SimpleObject};
use entity::translation::ResourceType;

use super::translation;
use crate::graphql::error::ApiError;

/// What search engines are told about a page.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "SEO", serial)]
pub struct Seo {
    /// A sentence or two about the page.
    pub description: Option<String>,
    /// The page's title.
    pub title: Option<String>,
}

impl Seo {
    /// Of a thing, in the language of the request.
    pub(super) async fn of(
        ctx: &Context<'_>,
        resource: ResourceType,
        id: i64,
        title: Option<&str>,
        description: Option<&str>,
    ) -> Result<Self, ApiError> {
        Ok(Self {
            description: translation::optional_text(ctx, resource, id, "meta_description", description)
                .await?,
            title: translation::optional_text(ctx, resource, id, "meta_title", title).await?,
        })
    }
}
