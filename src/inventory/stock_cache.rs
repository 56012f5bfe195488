//! What is left of products, remembered by this process and dropped as the stock ledger grows.
//!
//! Carts and checkout never read it: they ask the database. Lists and product pages do; what they show is of this moment
//! for what this process wrote, and at most [`FOLLOW_PAUSE`](crate::app::FOLLOW_PAUSE) old for what others did.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use entity::id::{InventoryItemId, ProductId};
use moka::sync::Cache;
use tokio::sync::Mutex;

use super::Availability;
use super::ledger_feed::LedgerFeed;
use super::queries::availability_by_product_ids;
use crate::db::Database;
use crate::error::Fault;

/// How many products are remembered.
const MAX_PRODUCTS: u64 = 200_000;

/// What is left of each item of a product.
pub type StockOfProduct = Arc<HashMap<InventoryItemId, Availability>>;

/// The stock of products as last read.
#[derive(Clone)]
pub struct StockCache {
    products: Cache<ProductId, StockOfProduct>,
    /// Grows with each time that something was dropped: what was read before is not remembered after.
    epoch: Arc<AtomicU64>,
    feed: Arc<Mutex<Option<LedgerFeed>>>,
}

impl Default for StockCache {
    fn default() -> Self {
        Self { products: Cache::new(MAX_PRODUCTS), epoch: Arc::default(), feed: Arc::default() }
    }
}

impl StockCache {
    /// What is left of products; at most one statement. A product without variants has an empty map.
    ///
    /// # Errors
    /// The database's own.
    pub async fn get(
        &self,
        db: &Database,
        ids: &[ProductId],
    ) -> Result<HashMap<ProductId, StockOfProduct>, Fault> {
        let mut found = HashMap::with_capacity(ids.len());
        let mut missing = Vec::new();
        for id in ids {
            match self.products.get(id) {
                Some(stock) => {
                    found.insert(*id, stock);
                }
                None => missing.push(*id),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let epoch = self.epoch.load(Ordering::Acquire);
        let mut read = availability_by_product_ids(db.fresh(), &missing).await?;
        for id in missing {
            let stock: StockOfProduct = Arc::new(read.remove(&id).unwrap_or_default());
            self.products.insert(id, Arc::clone(&stock));
            if self.epoch.load(Ordering::Acquire) != epoch {
                self.products.invalidate(&id);
            }
            found.insert(id, stock);
        }
        Ok(found)
    }

    /// What is left of a product, where it is remembered.
    #[must_use]
    pub fn remembered(&self, id: ProductId) -> Option<StockOfProduct> {
        self.products.get(&id)
    }

    /// Forgets these products.
    pub fn forget(&self, ids: impl IntoIterator<Item = ProductId>) {
        self.epoch.fetch_add(1, Ordering::Release);
        ids.into_iter().for_each(|id| self.products.invalidate(&id));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
        self.products.invalidate_all();
    }

    /// Reads what the ledger says since the last time and forgets the products it names. One statement, unless much was
    /// written.
    ///
    /// # Errors
    /// The database's own.
    pub async fn follow(&self, db: &Database) -> Result<(), Fault> {
        let mut feed = self.feed.lock().await;
        let ledger = match feed.as_mut() {
            Some(ledger) => ledger,
            // What was read until now may be older than the end of the ledger.
            None => {
                let ledger = LedgerFeed::at_end(db).await?;
                self.clear();
                feed.insert(ledger)
            }
        };
        loop {
            let moved = ledger.next(db).await?;
            if !moved.products.is_empty() {
                self.forget(moved.products);
            }
            if moved.is_all {
                return Ok(());
            }
        }
    }
}
