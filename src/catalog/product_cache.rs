//! Products remembered by this process, dropped when an event says that they changed.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use entity::id::{CollectionId, ProductId, VariantId};
use moka::sync::Cache;

use super::list::ProductSort;
use super::queries::{product_ids_by_handles, product_ids_by_variant_ids};
use super::record::{ProductRecord, product_records_by_ids};
use crate::db::Database;
use crate::error::Fault;
use crate::page::PageRequest;

/// How many handles and variants are remembered: little beside the products.
const MAX_KEYS: u64 = 1_000_000;

/// How many pages of lists are remembered.
const MAX_LISTS: u64 = 10_000;
/// For how long a page of a list holds when no product changes: a product whose time comes is in lists that much later.
const LIST_TIME: Duration = Duration::from_secs(5);

/// The products as last read.
#[derive(Clone)]
pub struct ProductCache {
    records: Cache<ProductId, Arc<ProductRecord>>,
    /// Which product had this handle; to be compared with the product's own.
    handles: Cache<String, ProductId>,
    /// A variant never changes its product.
    variants: Cache<VariantId, ProductId>,
    /// The products of pages of the list of all, at moments that fall together.
    lists: Cache<(ListPage, i64), Arc<Vec<ProductId>>>,
    /// Grows with each time that something was dropped: what was read before is not remembered after.
    epoch: Arc<AtomicU64>,
}

/// A page of the list of all products.
pub(super) type ListPage = (ProductSort, PageRequest);

impl ProductCache {
    /// A cache of about so many bytes.
    #[must_use]
    pub fn new(max_bytes: u64) -> Self {
        let weigh =
            |_: &ProductId, record: &Arc<ProductRecord>| u32::try_from(record.weight()).unwrap_or(u32::MAX);
        Self {
            records: Cache::builder().max_capacity(max_bytes).weigher(weigh).build(),
            handles: Cache::new(MAX_KEYS),
            variants: Cache::new(MAX_KEYS),
            lists: Cache::builder().max_capacity(MAX_LISTS).time_to_live(LIST_TIME * 2).build(),
            epoch: Arc::default(),
        }
    }

    /// A product, where it is remembered.
    #[must_use]
    pub fn remembered(&self, id: ProductId) -> Option<Arc<ProductRecord>> {
        self.records.get(&id)
    }

    /// Products by key, whatever their status; unknown ones are left out. No statement for those that are remembered, a
    /// constant number for all others together.
    ///
    /// # Errors
    /// The database's own.
    pub async fn by_ids(
        &self,
        db: &Database,
        ids: &[ProductId],
    ) -> Result<HashMap<ProductId, Arc<ProductRecord>>, Fault> {
        let mut found = HashMap::with_capacity(ids.len());
        let mut missing = Vec::new();
        for id in ids {
            match self.records.get(id) {
                Some(record) => {
                    found.insert(*id, record);
                }
                None => missing.push(*id),
            }
        }
        if missing.is_empty() {
            return Ok(found);
        }
        let epoch = self.epoch.load(Ordering::Acquire);
        for (id, record) in product_records_by_ids(db.fresh(), &missing).await? {
            let record = Arc::new(record);
            self.records.insert(id, Arc::clone(&record));
            if self.epoch.load(Ordering::Acquire) != epoch {
                self.records.invalidate(&id);
            }
            found.insert(id, record);
        }
        Ok(found)
    }

    /// The products of handles; unknown ones are left out.
    ///
    /// # Errors
    /// The database's own.
    pub async fn ids_by_handles(
        &self,
        db: &Database,
        handles: &[String],
    ) -> Result<HashMap<String, ProductId>, Fault> {
        let mut found = HashMap::with_capacity(handles.len());
        let mut missing = Vec::new();
        for handle in handles {
            let known = self.handles.get(handle);
            // A product whose handle changed left this one to another.
            match known.filter(|id| self.records.get(id).is_some_and(|held| held.product.handle == *handle)) {
                Some(id) => {
                    found.insert(handle.clone(), id);
                }
                None => missing.push(handle.clone()),
            }
        }
        if !missing.is_empty() {
            for (handle, id) in product_ids_by_handles(db.fresh(), &missing).await? {
                self.handles.insert(handle.clone(), id);
                found.insert(handle, id);
            }
        }
        Ok(found)
    }

    /// The products of variants, deleted variants too; unknown ones are left out.
    ///
    /// # Errors
    /// The database's own.
    pub async fn ids_by_variants(
        &self,
        db: &Database,
        variants: &[VariantId],
    ) -> Result<HashMap<VariantId, ProductId>, Fault> {
        let mut found = HashMap::with_capacity(variants.len());
        let mut missing = Vec::new();
        for variant in variants {
            match self.variants.get(variant) {
                Some(product) => {
                    found.insert(*variant, product);
                }
                None => missing.push(*variant),
            }
        }
        if !missing.is_empty() {
            for (variant, product) in product_ids_by_variant_ids(db.fresh(), &missing).await? {
                self.variants.insert(variant, product);
                found.insert(variant, product);
            }
        }
        Ok(found)
    }

    /// The products of a page of the list of all, which are read where they are not remembered.
    pub(super) async fn list<F>(
        &self,
        now: DateTime<Utc>,
        page: ListPage,
        read: impl FnOnce() -> F,
    ) -> Result<Arc<Vec<ProductId>>, Fault>
    where
        F: Future<Output = Result<Vec<ProductId>, Fault>>,
    {
        let key = (page, now.timestamp().div_euclid(LIST_TIME.as_secs().cast_signed()));
        if let Some(ids) = self.lists.get(&key) {
            return Ok(ids);
        }
        let epoch = self.epoch.load(Ordering::Acquire);
        let ids = Arc::new(read().await?);
        self.lists.insert(key.clone(), Arc::clone(&ids));
        if self.epoch.load(Ordering::Acquire) != epoch {
            self.lists.invalidate(&key);
        }
        Ok(ids)
    }

    /// The remembered products of a collection.
    #[must_use]
    pub fn members_of(&self, id: CollectionId) -> Vec<ProductId> {
        let is_member = |record: &ProductRecord| record.collections.binary_search(&id).is_ok();
        self.records.iter().filter(|(_, record)| is_member(record)).map(|(product, _)| *product).collect()
    }

    /// Forgets these products.
    pub fn forget(&self, ids: impl IntoIterator<Item = ProductId>) {
        self.epoch.fetch_add(1, Ordering::Release);
        self.lists.invalidate_all();
        ids.into_iter().for_each(|id| self.records.invalidate(&id));
    }

    /// Forgets everything.
    pub fn clear(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
        self.lists.invalidate_all();
        self.records.invalidate_all();
        self.handles.invalidate_all();
        self.variants.invalidate_all();
    }
}
