//! Settings that every request needs, kept until their version grows.

use std::sync::{Arc, PoisonError, RwLock};

use chrono::{DateTime, Utc};
use entity::shop;
use sea_orm::EntityTrait;
use sea_orm::sea_query::{Expr, ExprTrait};

use crate::db::Tx;
use crate::error::Fault;

/// Settings as last read, and of which state of the shop they are; cheap to clone, all clones share what was read.
#[derive(Debug)]
pub struct Versioned<T>(Arc<RwLock<Option<Read<T>>>>);

/// What was read, and of which state: a version that grows with each change, and when the shop itself was changed.
type Read<T> = ((i64, DateTime<Utc>), Arc<T>);

impl<T> Clone for Versioned<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Versioned<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

/// Locks the shop and lets one of its versions grow: what every process remembers of those settings is old from the commit
/// on. Commands that decide on settings do so first, so that two of them never decide on what the other is changing.
///
/// # Errors
/// The database's own, and when the shop has not been set up.
pub(crate) async fn lock_version_in(tx: &Tx, version: shop::Column) -> Result<shop::Model, Fault> {
    let shops = shop::Entity::update_many()
        .col_expr(version, Expr::col(version).add(1))
        .exec_with_returning(tx)
        .await?;
    shops.into_iter().next().ok_or_else(|| Fault::new("the shop is not set up: run tradepost migrate"))
}

impl<T> Versioned<T> {
    /// The settings of this version, loaded where they are not known. The version must have been read before `load` runs:
    /// what changes meanwhile is read again with the next version.
    ///
    /// # Errors
    /// Those of `load`.
    pub async fn get(
        &self,
        shop: &shop::Model,
        version: i64,
        load: impl AsyncFnOnce() -> Result<T, Fault>,
    ) -> Result<Arc<T>, Fault> {
        let state = (version, shop.updated_at);
        if let Some((known, settings)) = self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref()
            && *known == state
        {
            return Ok(Arc::clone(settings));
        }
        let settings = Arc::new(load().await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((state, Arc::clone(&settings)));
        Ok(settings)
    }
}
