//! The shop's policies.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::PolicyId;
use entity::shop_policy::{self, PolicyKind};
use entity::translation::ResourceType;

use crate::content;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::UrlText;
use crate::graphql::storefront::{context, translation};

/// What the shop promises and demands, in one field of law.
#[derive(Clone, Debug)]
pub struct ShopPolicy(Arc<shop_policy::Model>);

impl ShopPolicy {
    /// The policy with this key.
    pub(crate) async fn find(ctx: &Context<'_>, id: PolicyId) -> Result<Option<Self>, ApiError> {
        Ok(context::of(ctx)?.loaders.content.policies.load(id).await?.map(Self))
    }

    /// The policy of this kind, if the shop has written it.
    pub(crate) async fn find_by_kind(ctx: &Context<'_>, kind: PolicyKind) -> Result<Option<Self>, ApiError> {
        Ok(context::of(ctx)?.loaders.content.policies_by_kind.load(kind).await?.map(Self))
    }

    /// Its path on the storefront.
    pub(super) fn path(&self) -> String {
        path_of(self.0.kind)
    }

    async fn text(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        translation::text(ctx, ResourceType::Policy, self.0.id, "body", &self.0.body_html).await
    }

    async fn name(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        let title = content::title_of(self.0.kind);
        translation::text(ctx, ResourceType::Policy, self.0.id, "title", title).await
    }
}

fn path_of(kind: PolicyKind) -> String {
    format!("/policies/{}", content::handle_of(kind))
}

/// What the shop promises and demands, in one field of law.
#[Object]
impl ShopPolicy {
    /// Its text, with markup.
    async fn body(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        self.text(ctx).await
    }

    /// Its name in addresses.
    async fn handle(&self) -> &'static str {
        content::handle_of(self.0.kind)
    }

    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        id::encode("ShopPolicy", self.0.id)
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        self.name(ctx).await
    }

    /// The address of its page.
    async fn url(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        Ok(UrlText(context::of(ctx)?.app.config.url_of(&self.path())))
    }
}

/// A policy that says something also while the shop has not written it.
#[derive(Clone, Debug)]
pub struct ShopPolicyWithDefault {
    kind: PolicyKind,
    written: Option<ShopPolicy>,
    default: &'static str,
}

impl ShopPolicyWithDefault {
    /// The policy of this kind; none where there is no such text.
    pub(crate) async fn find(ctx: &Context<'_>, kind: PolicyKind) -> Result<Option<Self>, ApiError> {
        let written = ShopPolicy::find_by_kind(ctx, kind).await?;
        Ok(content::default_body(kind).map(|default| Self { kind, written, default }))
    }
}

/// A policy that says something also while the shop has not written it.
#[Object]
impl ShopPolicyWithDefault {
    /// Its text, with markup.
    async fn body(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        match &self.written {
            Some(policy) => policy.text(ctx).await,
            None => Ok(self.default.to_owned()),
        }
    }

    /// Its name in addresses.
    async fn handle(&self) -> &'static str {
        content::handle_of(self.kind)
    }

    /// Its global id; null while the shop has not written it.
    async fn id(&self) -> Option<ID> {
        self.written.as_ref().map(|policy| id::encode("ShopPolicy", policy.0.id))
    }

    /// Its name.
    async fn title(&self, ctx: &Context<'_>) -> Result<String, ApiError> {
        match &self.written {
            Some(policy) => policy.name(ctx).await,
            None => Ok(content::title_of(self.kind).to_owned()),
        }
    }

    /// The address of its page.
    async fn url(&self, ctx: &Context<'_>) -> Result<UrlText, ApiError> {
        Ok(UrlText(context::of(ctx)?.app.config.url_of(&path_of(self.kind))))
    }
}
