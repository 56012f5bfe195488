//! The writing side of the index: how far it goes, and what happened since.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use entity::{event, event_consumer};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, Statement};

use super::change::{Changes, ORDER_PLACED};
use super::follow::currency_of;
use super::index::{About, TextIndex};
use super::state::commit;
use crate::app::App;
use crate::db::Database;
use crate::error::Fault;
use crate::event::{Feed, Place};
use crate::inventory::LedgerFeed;
use crate::money::Currency;
use crate::recommendation::BEST_SELLING;
use crate::store::get_shop;

/// The writing side: one at a time.
pub(super) struct Follower {
    pub(super) index: Arc<Mutex<TextIndex>>,
    pub(super) about: About,
    pub(super) currency: Currency,
    pub(super) feed: Feed,
    pub(super) ledger: LedgerFeed,
    /// Orders whose units are not counted yet.
    pub(super) sold: Vec<(Place, Vec<i64>)>,
    /// Whether the last commit says less than how far the index goes.
    pub(super) is_behind: bool,
    pub(super) committed: Instant,
}

/// Work that blocks, off the threads that answer.
pub(super) async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Fault> {
    tokio::task::spawn_blocking(work).await.map_err(Fault::new)
}

pub(super) fn locked(index: &Mutex<TextIndex>) -> std::sync::MutexGuard<'_, TextIndex> {
    index.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Follower {
    /// Notes that everything that was read so far is in the index.
    pub(super) async fn reach(&mut self) {
        let place = Some(self.feed.place().await);
        self.is_behind |= self.about.place != place;
        self.about.place = place;
    }

    /// Whether the shop speaks another language, or asks another currency, than the index was made for.
    pub(super) async fn is_of_another(&self, app: &App) -> Result<bool, Fault> {
        let shop = get_shop(app.db.fresh()).await?;
        Ok(self.about.language != shop.language || self.currency != currency_of(&shop)?)
    }

    /// Makes what was written last.
    pub(super) async fn commit(&mut self) -> Result<(), Fault> {
        self.is_behind = false;
        self.committed = Instant::now();
        let (index, about) = (Arc::clone(&self.index), self.about.clone());
        aside(move || commit(&mut locked(&index), &about)).await?
    }

    /// The products of orders whose units were counted since the last time.
    pub(super) async fn counted_sales(
        &mut self,
        app: &App,
        new: Vec<(Place, Vec<i64>)>,
    ) -> Result<Vec<i64>, Fault> {
        self.sold.extend(new);
        if self.sold.is_empty() {
            return Ok(Vec::new());
        }
        let counted = counted_until(&app.db).await?;
        let (done, open): (Vec<_>, Vec<_>) =
            std::mem::take(&mut self.sold).into_iter().partition(|(place, _)| *place <= counted);
        self.sold = open;
        Ok(done.into_iter().flat_map(|(_, products)| products).collect())
    }
}

/// How far the projection of what sold has come.
async fn counted_until(db: &Database) -> Result<Place, Fault> {
    let row = event_consumer::Entity::find_by_id(BEST_SELLING.name).one(db.fresh()).await?;
    Ok(row.map_or_else(Place::default, |row| Place { tx_id: row.tx_id, seq: row.seq }))
}

/// The orders whose units are not counted yet.
pub(super) async fn uncounted_sales(db: &Database) -> Result<Vec<(Place, Vec<i64>)>, Fault> {
    let behind = counted_until(db).await?.events_behind();
    let orders = event::Entity::find().filter(behind).filter(event::Column::Kind.eq(ORDER_PLACED));
    let mut changes = Changes::default();
    changes.add(&orders.all(db.fresh()).await?)?;
    Ok(changes.sold)
}

/// Whether a place lies behind the last event: the database is older than the index.
pub(super) async fn is_beyond(db: &Database, place: Place) -> Result<bool, Fault> {
    let sql = "SELECT COALESCE(MAX(seq), 0) FROM event";
    let row = db.fresh().query_one_raw(Statement::from_string(db.backend(), sql)).await?;
    let last: i64 = row.map(|row| row.try_get_by_index(0)).transpose()?.unwrap_or(0);
    Ok(place.seq > last)
}
