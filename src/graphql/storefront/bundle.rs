//! Bundles: variants that are sold as others together.

use std::sync::Arc;

use async_graphql::{Context, SimpleObject};
use entity::id::VariantId;
use futures_util::future::try_join_all;

use super::context;
use super::variant::ProductVariant;
use crate::app::App;
use crate::catalog::{self, Component};
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::loader::{Batch, Pulse, shared};
use crate::page::PageRequest;

/// What is in a bundle, and how many units of it.
#[derive(Clone, SimpleObject)]
pub struct ProductVariantComponent {
    /// What.
    pub product_variant: ProductVariant,
    /// Units in one bundle.
    pub quantity: i32,
}

/// The loaders of bundles.
pub struct BundleLoaders {
    /// What is in a variant; nothing where it is no bundle.
    pub components: Batch<VariantId, Arc<Vec<Component>>>,
    /// The bundles that a variant is in.
    pub bundles: Batch<VariantId, Arc<Vec<VariantId>>>,
}

impl BundleLoaders {
    /// Fresh loaders.
    #[must_use]
    pub fn new(app: &App, pulse: &Pulse) -> Self {
        Self {
            components: Batch::on(&app.db, pulse, |db, ids| async move {
                Ok(shared(catalog::components_by_variant_ids(db.fresh(), &ids).await?))
            }),
            bundles: Batch::on(&app.db, pulse, |db, ids| async move {
                Ok(shared(catalog::bundles_by_component_ids(db.fresh(), &ids).await?))
            }),
        }
    }
}

/// Whether a variant is a bundle.
pub(super) async fn is_bundle(ctx: &Context<'_>, id: VariantId) -> Result<bool, ApiError> {
    Ok(context::of(ctx)?.loaders.bundles.components.load(id).await?.is_some())
}

/// What is in a variant, as far as shoppers reach it.
pub(super) async fn components(
    ctx: &Context<'_>,
    id: VariantId,
    page: &PageRequest,
) -> Result<Connection<ProductVariantComponent>, ApiError> {
    let parts = context::of(ctx)?.loaders.bundles.components.load(id).await?.unwrap_or_default();
    let part = |part: Component| async move {
        let found = ProductVariant::find(ctx, part.variant_id).await?;
        Ok::<_, ApiError>(
            found.map(|product_variant| ProductVariantComponent { product_variant, quantity: part.quantity }),
        )
    };
    let parts = try_join_all(parts.iter().copied().map(part)).await?;
    Ok(Connection(page.page_of_list(parts.into_iter().flatten().collect())))
}

/// The bundles that a variant is in, as far as shoppers reach them.
pub(super) async fn grouped_by(
    ctx: &Context<'_>,
    id: VariantId,
    page: &PageRequest,
) -> Result<Connection<ProductVariant>, ApiError> {
    let bundles = context::of(ctx)?.loaders.bundles.bundles.load(id).await?.unwrap_or_default();
    let bundles = try_join_all(bundles.iter().map(|id| ProductVariant::find(ctx, *id))).await?;
    Ok(Connection(page.page_of_list(bundles.into_iter().flatten().collect())))
}
