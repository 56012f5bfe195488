//! Keeping what the process remembers in step with what was written, by it and by others.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use entity::event;
use entity::id::{CollectionId, ProductId};
use tokio::sync::{Mutex, OnceCell};

use super::App;
use crate::catalog;
use crate::db;
use crate::error::Fault;
use crate::event::Feed;

/// How often a node looks for what others wrote.
pub const FOLLOW_PAUSE: Duration = Duration::from_millis(250);

/// How far this process followed.
#[derive(Clone, Default)]
pub(super) struct Follower(Arc<State>);

#[derive(Default)]
struct State {
    feed: OnceCell<Feed>,
    /// The counts of the database's own transactions that were seen.
    events: AtomicU64,
    stock: AtomicU64,
    /// One follows, the others wait for it.
    turn: Mutex<()>,
}

impl App {
    /// Drops from memory what this process itself has changed since, so that who wrote reads what was written. Costs two
    /// loads where nothing was.
    ///
    /// # Errors
    /// The database's own.
    pub async fn fresh(&self) -> Result<(), Fault> {
        let state = &self.follower.0;
        let is_behind = || {
            self.db.recorded() != state.events.load(Ordering::Acquire)
                || self.db.stock_moves() != state.stock.load(Ordering::Acquire)
        };
        if !is_behind() {
            return Ok(());
        }
        let _turn = state.turn.lock().await;
        if is_behind() { self.follow_in().await } else { Ok(()) }
    }

    /// Follows what was written, by whomever.
    ///
    /// # Errors
    /// The database's own.
    pub async fn follow(&self) -> Result<(), Fault> {
        let _turn = self.follower.0.turn.lock().await;
        self.follow_in().await
    }

    /// Follows until it is aborted.
    pub async fn follow_forever(self) {
        loop {
            if let Err(fault) = db::in_background(self.follow()).await {
                tracing::error!(cause = ?fault, "What others wrote cannot be followed");
            }
            tokio::time::sleep(FOLLOW_PAUSE).await;
        }
    }

    async fn follow_in(&self) -> Result<(), Fault> {
        let state = &self.follower.0;
        // Read first: what is committed while we read is followed the next time.
        let (events, stock) = (self.db.recorded(), self.db.stock_moves());
        let feed = state.feed.get_or_try_init(|| self.begin_to_follow()).await?;
        loop {
            let happened = feed.next(&self.db).await?;
            if happened.is_empty() {
                break;
            }
            self.forget(&happened).await?;
        }
        self.stock.follow(&self.db).await?;
        state.events.store(events, Ordering::Release);
        state.stock.store(stock, Ordering::Release);
        Ok(())
    }

    /// What was read before the feed began may be older than its beginning.
    async fn begin_to_follow(&self) -> Result<Feed, Fault> {
        let feed = Feed::at_end(&self.db).await?;
        self.products.clear();
        self.swatches.clear();
        Ok(feed)
    }

    async fn forget(&self, happened: &[event::Model]) -> Result<(), Fault> {
        let mut products = Vec::new();
        for event in happened {
            self.translations.forget(event);
            match event.entity.as_str() {
                "product" => products.push(ProductId(event.entity_id)),
                "collection" => {
                    let id = CollectionId(event.entity_id);
                    products.extend(self.products.members_of(id));
                    products.extend(catalog::member_ids(self.db.fresh(), id).await?);
                }
                // Pictures, price lists and places touch many products, and change seldom.
                "media" => {
                    self.products.clear();
                    self.swatches.clear();
                }
                "price_list" => {
                    self.forget_shop();
                    self.products.clear();
                }
                "location" => self.stock.clear(),
                // Whose versions the shop's row counts.
                "shop" | "market" | "discount" | "tax_class" | "tax_rate" | "carrier_service"
                | "delivery_profile" => {
                    self.forget_shop();
                }
                _ => {}
            }
        }
        if !products.is_empty() {
            // A bundle is as scarce as what is in it.
            self.stock.forget(catalog::products_with_bundles_of(self.db.fresh(), products.clone()).await?);
            self.stock.forget(products.iter().copied());
            self.products.forget(products);
            self.swatches.clear();
        }
        Ok(())
    }
}
