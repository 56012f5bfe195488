//! What is left of products, remembered by this process and dropped as the stock ledger grows.
//!
//! Carts and checkout never read it: they ask the database. Lists and product pages do; what they show is of this moment
//! for what this process wrote, and at most [`FOLLOW_PAUSE`](crate::app::FOLLOW_PAUSE) old for what others did.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use entity::id::{InventoryItemId, ProductId};
use moka::sync::Cache;
use sea_orm::{ConnectionTrait, Statement};
use tokio::sync::Mutex;

use super::Availability;
use super::queries::availability_by_product_ids;
use crate::db::Database;
use crate::error::Fault;
use crate::event::{Place, Tail, horizon};

/// How many products are remembered.
const MAX_PRODUCTS: u64 = 200_000;
/// How many entries of the ledger are read at once.
const LEDGER_BATCH: usize = 1_000;

/// What is left of each item of a product.
pub type StockOfProduct = Arc<HashMap<InventoryItemId, Availability>>;

/// The stock of products as last read.
#[derive(Clone)]
pub struct StockCache {
    products: Cache<ProductId, StockOfProduct>,
    /// Grows with each time that something was dropped: what was read before is not remembered after.
    epoch: Arc<AtomicU64>,
    tail: Arc<Mutex<Option<Tail>>>,
}

impl Default for StockCache {
    fn default() -> Self {
        Self { products: Cache::new(MAX_PRODUCTS), epoch: Arc::default(), tail: Arc::default() }
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
        let mut guard = self.tail.lock().await;
        let mut tail = match guard.take() {
            Some(tail) => tail,
            // What was read until now may be older than the end of the ledger.
            None => {
                let tail = Tail::new(end_of_ledger(db).await?);
                self.clear();
                tail
            }
        };
        let outcome = self.follow_in(db, &mut tail).await;
        *guard = Some(tail);
        outcome
    }

    async fn follow_in(&self, db: &Database, tail: &mut Tail) -> Result<(), Fault> {
        loop {
            let before = tail.place();
            let Behind { entries, horizon } = behind(db, before).await?;
            let fresh = tail.take(entries.keys().copied().collect::<Vec<_>>(), horizon);
            let is_full = entries.len() >= LEDGER_BATCH;
            let changed = entries.into_values().zip(fresh).filter(|(_, fresh)| *fresh);
            let changed: HashSet<ProductId> = changed.flat_map(|(products, _)| products).collect();
            if !changed.is_empty() {
                self.forget(changed);
            }
            if !is_full || tail.place() == before {
                return Ok(());
            }
        }
    }
}

/// Entries of the ledger behind a place, each with the products whose stock it changed.
struct Behind {
    entries: BTreeMap<Place, Vec<ProductId>>,
    horizon: i64,
}

/// A bundle's stock changes with that of its components.
async fn behind(db: &Database, place: Place) -> Result<Behind, Fault> {
    let sql = format!(
        "SELECT l.tx_id, l.id, v.product_id, b.product_id AS bundle, {} AS horizon \
         FROM (SELECT tx_id, id, item_id FROM inventory_ledger \
           WHERE tx_id > $1 OR (tx_id = $1 AND id > $2) ORDER BY tx_id, id LIMIT {LEDGER_BATCH}) l \
         LEFT JOIN variant v ON v.inventory_item_id = l.item_id \
         LEFT JOIN variant_component c ON c.component_id = v.id LEFT JOIN variant b ON b.id = c.parent_id",
        horizon(db.backend())
    );
    let values = [place.tx_id.into(), place.seq.into()];
    let rows = db.fresh().query_all_raw(Statement::from_sql_and_values(db.backend(), sql, values)).await?;
    let mut behind = Behind { entries: BTreeMap::new(), horizon: 0 };
    for row in &rows {
        let (tx_id, seq, product, bundle, horizon): Entry = row.try_get_many_by_index()?;
        behind.horizon = horizon;
        let products = behind.entries.entry(Place { tx_id, seq }).or_default();
        products.extend(product.into_iter().chain(bundle));
    }
    Ok(behind)
}

/// An entry's place, its product, a bundle's product that it is part of, and the horizon.
type Entry = (i64, i64, Option<ProductId>, Option<ProductId>, i64);

async fn end_of_ledger(db: &Database) -> Result<Place, Fault> {
    let sql = format!(
        "SELECT tx_id, id FROM inventory_ledger WHERE tx_id < {} ORDER BY tx_id DESC, id DESC LIMIT 1",
        horizon(db.backend())
    );
    let row = db.fresh().query_one_raw(Statement::from_string(db.backend(), sql)).await?;
    let place = row.map(|row| row.try_get_many_by_index::<(i64, i64)>()).transpose()?;
    Ok(place.map_or_else(Place::default, |(tx_id, seq)| Place { tx_id, seq }))
}
