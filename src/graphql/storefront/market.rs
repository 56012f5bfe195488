//! Markets as shoppers see them.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::id::MarketId;
use entity::metafield::OwnerType;

use super::context;
use super::metafield::{self, HasMetafieldsIdentifier, Metafield};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::market;

/// Countries that are sold to alike.
#[derive(Clone, Debug)]
pub struct Market(pub Arc<market::Market>);

impl Market {
    /// The active market with this key.
    pub(super) fn find(ctx: &Context<'_>, id: MarketId) -> Result<Option<Self>, ApiError> {
        let markets = context::of(ctx)?.markets.markets();
        Ok(markets.iter().find(|market| market.id == id).cloned().map(Self))
    }
}

/// Countries that are sold to alike.
#[Object]
impl Market {
    /// Its name for programs.
    async fn handle(&self) -> &str {
        &self.0.handle
    }

    /// Its global id.
    pub(super) async fn id(&self) -> ID {
        id::encode("Market", self.0.id)
    }

    /// The metafield with this key.
    pub(super) async fn metafield(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Its key within the namespace.")] key: String,
        #[graphql(desc = "The group of fields it belongs to.")] namespace: Option<String>,
    ) -> Result<Option<Metafield>, ApiError> {
        metafield::find(ctx, OwnerType::Market, self.0.id, namespace, key).await
    }

    /// The metafields with these keys, null for each that is not there.
    pub(super) async fn metafields(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which ones.")] identifiers: Vec<HasMetafieldsIdentifier>,
    ) -> Result<Vec<Option<Metafield>>, ApiError> {
        metafield::find_all(ctx, OwnerType::Market, self.0.id, &identifiers).await
    }
}
