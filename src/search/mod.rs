//! Search: what shoppers find by words, by filters and while they type.
//!
//! Tables: `synonym_set`. Besides, each node has an index of its own under `DATA_DIR/search`, and the shelf in memory:
//! the index (tantivy) knows the words of products, pages, articles and collections; the shelf knows what they are
//! filtered, counted and sorted by. Both are projections of the other domains' tables: fed by events and by the stock
//! ledger, opened soon after a server starts or when somebody asks before that, built anew where they are missing, of
//! another version, language or database.
//!
//! Invariants: who wrote something and asks the same node finds it ([`Search::fresh`]); nothing but search needs the
//! index; handling an event twice does no harm, because the thing is read again as it is. Filters, counts, sorts and
//! pages are exact; words rank by where they stand, then by BM25.

mod bits;
mod change;
mod field;
mod finder;
mod follow;
mod follower;
mod found;
mod index;
mod load;
mod lookup;
mod order;
mod points;
mod predict;
mod request;
mod shelf;
mod sift;
mod state;
mod suggest;
mod synonym;
mod thing;
mod view;
mod vocabulary;
mod words;

#[cfg(test)]
mod database_tests;
#[cfg(test)]
mod sift_tests;

use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

use chrono::{DateTime, Utc};

pub use follow::{Rebuilt, rebuild, run};
pub use request::{
    Facet, FacetKind, FacetValue, Hit, ItemHits, ItemQuery, ItemType, LimitScope, Predictions,
    PredictiveQuery, PredictiveType, ProductHits, ProductQuery, SearchSort, SearchableField, Suggestion,
    Unavailable,
};
pub use synonym::{
    MAX_SYNONYM_CHARS, MAX_SYNONYM_SETS, MAX_SYNONYMS, SynonymError, list_synonyms, save_synonyms,
};

use crate::app::App;
use crate::error::Fault;
use follower::Follower;
use state::State;
use view::View;

/// The entity of the events of this domain.
const EVENT_ENTITY: &str = "search";
/// The one thing that they are about.
const EVENT_KEY: i64 = 1;
/// Synonyms were saved.
const SYNONYMS_UPDATED: &str = "search.synonyms_updated";
/// Somebody wants the index to be built anew.
const REBUILD_REQUESTED: &str = "search.rebuild_requested";

/// The code of a question that comes before the index was built or opened.
const NOT_READY: &str = "SEARCH_NOT_READY";

/// The search of one node.
pub struct Search {
    dir: PathBuf,
    state: RwLock<Option<State>>,
    turn: tokio::sync::Mutex<Option<Follower>>,
    /// The counts of the database's own transactions that were followed.
    events: AtomicU64,
    stock: AtomicU64,
    /// Whether others than this process may have written.
    asked_again: AtomicBool,
}

impl std::fmt::Debug for Search {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Search").field("dir", &self.dir).finish_non_exhaustive()
    }
}

impl Search {
    /// A search whose index lies in this folder; it is not opened yet.
    #[must_use]
    pub fn new(dir: PathBuf) -> Arc<Self> {
        Arc::new(Self {
            dir,
            state: RwLock::new(None),
            turn: tokio::sync::Mutex::new(None),
            events: AtomicU64::new(u64::MAX),
            stock: AtomicU64::new(u64::MAX),
            asked_again: AtomicBool::new(false),
        })
    }

    /// Finds products.
    ///
    /// # Errors
    /// The index's and the database's own.
    pub async fn products(
        self: &Arc<Self>,
        app: &App,
        now: DateTime<Utc>,
        query: ProductQuery,
    ) -> Result<ProductHits, Fault> {
        self.fresh(app).await?;
        self.answer(now, |view| view.products(&query))
    }

    /// Finds things of several kinds at once.
    ///
    /// # Errors
    /// The index's and the database's own.
    pub async fn items(
        self: &Arc<Self>,
        app: &App,
        now: DateTime<Utc>,
        query: ItemQuery,
    ) -> Result<ItemHits, Fault> {
        self.fresh(app).await?;
        self.answer(now, |view| view.items(&query))
    }

    /// What a shopper who is typing could mean.
    ///
    /// # Errors
    /// The index's and the database's own.
    pub async fn predictive(
        self: &Arc<Self>,
        app: &App,
        now: DateTime<Utc>,
        query: PredictiveQuery,
    ) -> Result<Predictions, Fault> {
        self.fresh(app).await?;
        self.answer(now, |view| view.predictive(&query))
    }

    fn answer<T>(
        &self,
        now: DateTime<Utc>,
        question: impl FnOnce(&View<'_>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let state = self.read();
        let Some(state) = state.as_ref() else {
            return Err(Fault::not_ready(NOT_READY));
        };
        question(&View {
            shelf: &state.shelf,
            snapshot: &state.snapshot,
            fields: &state.fields,
            analysis: &state.analysis,
            synonyms: &state.synonyms,
            exponent: state.exponent,
            now,
        })
    }

    fn read(&self) -> RwLockReadGuard<'_, Option<State>> {
        self.state.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Changes the state, where there is one.
    fn write<T>(&self, change: impl FnOnce(&mut State) -> T) -> Option<T> {
        self.state.write().unwrap_or_else(PoisonError::into_inner).as_mut().map(change)
    }

    fn is_open(&self) -> bool {
        self.read().is_some()
    }

    /// Lets the next follow read although this process wrote nothing.
    fn ask_again(&self) {
        self.asked_again.store(true, Ordering::Release);
    }

    fn is_asked_again(&self) -> bool {
        self.asked_again.swap(false, Ordering::AcqRel)
    }
}
