//! How option values look, as this process remembers it: filters show it with every search.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use moka::sync::Cache;

use super::swatch::{OptionSwatch, swatches_by_values};
use crate::db::Database;
use crate::error::Fault;

/// Values that are remembered at most.
const MAX_VALUES: u64 = 50_000;

/// An option's name and a value's.
type Key = (String, String);

/// The looks of option values as last read; cheap to clone.
#[derive(Clone)]
pub struct SwatchCache {
    looks: Cache<Key, Option<Arc<OptionSwatch>>>,
    /// Grows whenever all are forgotten: what was read before is not remembered after.
    epoch: Arc<AtomicU64>,
}

impl Default for SwatchCache {
    fn default() -> Self {
        Self { looks: Cache::new(MAX_VALUES), epoch: Arc::default() }
    }
}

impl SwatchCache {
    /// The swatches of option values by name and value, values without one left out; at most one statement for each
    /// [`swatches_by_values`] runs.
    ///
    /// # Errors
    /// The database's own.
    pub async fn get(
        &self,
        db: &Database,
        wanted: Vec<Key>,
    ) -> Result<HashMap<Key, Arc<OptionSwatch>>, Fault> {
        let mut found = HashMap::new();
        let mut missing = Vec::new();
        for key in wanted {
            match self.looks.get(&key) {
                Some(Some(swatch)) => drop(found.insert(key, swatch)),
                Some(None) => {}
                None => missing.push(key),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let epoch = self.epoch.load(Ordering::Acquire);
        let mut read = swatches_by_values(db.fresh(), &missing).await?;
        for key in missing {
            let swatch = read.remove(&key).map(Arc::new);
            self.looks.insert(key.clone(), swatch.clone());
            if self.epoch.load(Ordering::Acquire) != epoch {
                self.looks.invalidate(&key);
            }
            found.extend(swatch.map(|swatch| (key, swatch)));
        }
        Ok(found)
    }

    /// Forgets all: an option of some product may have changed.
    pub fn clear(&self) {
        self.epoch.fetch_add(1, Ordering::AcqRel);
        self.looks.invalidate_all();
    }
}
