//! The shop's settings, kept for a moment: every request needs them and they hardly change.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::{Duration, Instant};

use entity::shop;

use super::queries::get_shop;
use crate::db::Database;
use crate::error::Fault;

/// How old the settings may be.
const MAX_AGE: Duration = Duration::from_secs(1);

/// The shop's settings as last read.
#[derive(Clone, Debug, Default)]
pub struct ShopCache(Arc<RwLock<Option<Read>>>);

/// When the settings were read, and what they were.
type Read = (Instant, Arc<shop::Model>);

impl ShopCache {
    /// The shop, at most a second old.
    ///
    /// # Errors
    /// The database's own, and when the shop has not been set up.
    pub async fn get(&self, db: &Database) -> Result<Arc<shop::Model>, Fault> {
        if let Some((read_at, shop)) = self.0.read().unwrap_or_else(PoisonError::into_inner).as_ref()
            && read_at.elapsed() < MAX_AGE
        {
            return Ok(Arc::clone(shop));
        }
        let shop = Arc::new(get_shop(db.fresh()).await?);
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Some((Instant::now(), Arc::clone(&shop)));
        Ok(shop)
    }

    /// Drops what was read: the settings have changed.
    pub fn forget(&self) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = None;
    }
}
