//! Keeping the index in step with the tables: opened soon after a server starts or when somebody asks before that, built
//! where there is none that fits, then fed by events and by the stock ledger.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use entity::id::VariantId;
use entity::{shop, variant};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use super::change::Changes;
use super::follower::{Follower, aside, is_beyond, locked, uncounted_sales};
use super::index::{About, TextIndex};
use super::load::Loader;
use super::shelf::Shelf;
use super::state::{State, Update, commit, known_texts, put, write};
use super::synonym::{Synonyms, list_synonyms};
use super::thing::{Key, Kind};
use super::{EVENT_ENTITY, EVENT_KEY, NOT_READY, REBUILD_REQUESTED, Search};
use crate::app::App;
use crate::error::Fault;
use crate::event::{self, Feed};
use crate::inventory::LedgerFeed;
use crate::money::Currency;

/// Products that are read at once.
const BATCH: usize = 1_000;
/// How often a node looks for what others wrote.
const PAUSE: Duration = Duration::from_millis(250);
/// The longer pause where that failed.
const PAUSE_AFTER_FAULT: Duration = Duration::from_secs(5);
/// How long a question waits for the index to be opened, or built.
const PATIENCE: Duration = Duration::from_secs(20);
/// How long a question waits for what was written, where there is an index to answer from meanwhile.
const PATIENCE_WHILE_OPEN: Duration = Duration::from_secs(2);
/// How often the index notes how far it goes although no text has changed, so that a restart repeats little.
const CHECKPOINT: Duration = Duration::from_secs(60);
/// Begins the name of an index's folder.
const FOLDER: &str = "index-";

impl Search {
    /// Takes in what this process wrote since, so that who wrote finds what was written. Costs a few loads where nothing
    /// was.
    ///
    /// # Errors
    /// The index's and the database's own; `SEARCH_NOT_READY` while a large index is built for the first time.
    pub async fn fresh(self: &Arc<Self>, app: &App) -> Result<(), Fault> {
        if self.is_current(app) {
            return Ok(());
        }
        // A task of its own: what was begun is finished although the one who asked has gone.
        let (search, its_app) = (Arc::clone(self), app.clone());
        let following = tokio::spawn(async move { search.follow(&its_app).await });
        let patience = if self.is_open() { PATIENCE_WHILE_OPEN } else { PATIENCE };
        match tokio::time::timeout(patience, following).await {
            Ok(outcome) => outcome.map_err(Fault::new)?,
            Err(_) if self.is_open() => Ok(()),
            Err(_) => Err(Fault::not_ready(NOT_READY)),
        }
    }

    fn is_current(&self, app: &App) -> bool {
        let now = app.clock.now().timestamp_micros();
        self.events.load(Ordering::Acquire) == app.db.recorded()
            && self.stock.load(Ordering::Acquire) == app.db.stock_moves()
            && self.read().as_ref().is_some_and(|state| !state.shelf.is_due(now))
    }

    /// Takes in what was written, by whomever; opens or builds the index first where that was not done yet.
    ///
    /// # Errors
    /// The index's and the database's own.
    pub async fn follow(&self, app: &App) -> Result<(), Fault> {
        let mut turn = self.turn.lock().await;
        if turn.is_some() && self.is_current(app) && !self.is_asked_again() {
            return Ok(());
        }
        // Read first: what is committed while we read is followed the next time.
        let (events, stock) = (app.db.recorded(), app.db.stock_moves());
        let mut follower = match turn.take() {
            Some(follower) => follower,
            None => self.open(app).await?,
        };
        // Left empty where this fails: what was read and not written is read again from the index's last commit.
        self.catch_up(app, &mut follower).await?;
        *turn = Some(follower);
        self.events.store(events, Ordering::Release);
        self.stock.store(stock, Ordering::Release);
        Ok(())
    }

    async fn catch_up(&self, app: &App, follower: &mut Follower) -> Result<(), Fault> {
        loop {
            let mut changes = Changes::default();
            changes.add(&follower.feed.next(&app.db).await?)?;
            let moved = follower.ledger.next(&app.db).await?;
            changes.moved.extend(moved.products.iter().map(|product| product.0));
            changes.products.extend(follower.counted_sales(app, std::mem::take(&mut changes.sold)).await?);
            let now = app.clock.now().timestamp_micros();
            changes
                .products
                .extend(self.read().as_ref().map(|state| state.shelf.due_by(now)).unwrap_or_default());
            let is_done = changes.is_empty() && moved.is_all;
            if !changes.is_empty() {
                self.apply(app, follower, changes).await?;
            }
            // Only now: what fails on the way is read again.
            follower.reach().await;
            if is_done {
                break;
            }
        }
        if follower.is_behind && follower.committed.elapsed() > CHECKPOINT {
            follower.commit().await?;
        }
        Ok(())
    }

    async fn apply(&self, app: &App, follower: &mut Follower, mut changes: Changes) -> Result<(), Fault> {
        if changes.rebuild || changes.shop && follower.is_of_another(app).await? {
            *follower = self.build(app).await?;
            return Ok(());
        }
        if changes.synonyms {
            let sets = list_synonyms(app.db.fresh()).await?;
            self.write(|state| state.synonyms = Synonyms::new(&sets, &state.analysis));
        }
        if !changes.variants.is_empty() {
            let these = variant::Column::Id.is_in(changes.variants.iter().copied().map(VariantId));
            let products =
                variant::Entity::find().select_only().column(variant::Column::ProductId).filter(these);
            changes.products.extend(products.into_tuple::<i64>().all(app.db.fresh()).await?);
        }
        if changes.all_products {
            changes
                .products
                .extend(self.read().as_ref().map(|state| state.shelf.ids(Kind::Product)).unwrap_or_default());
        }
        let analysis = locked(&follower.index).analysis.clone();
        let loader = Loader {
            db: app.db.fresh(),
            now: app.clock.now(),
            currency: follower.currency,
            analysis: &analysis,
        };
        // Of the others, only the stock is another.
        let moved: Vec<i64> = changes.moved.difference(&changes.products).copied().collect();
        for ids in moved.chunks(BATCH) {
            let available = loader.available(ids).await?;
            self.write(|state| {
                available.iter().for_each(|(id, available)| state.shelf.set_available(*id, available));
            });
        }
        let products: Vec<i64> = changes.products.into_iter().collect();
        for ids in products.chunks(BATCH) {
            let things = loader.products(ids).await?;
            self.take_in(follower, update_of(Kind::Product, ids, things)).await?;
        }
        let mut rest = Update::default();
        for (kind, ids) in [
            (Kind::Collection, changes.collections),
            (Kind::Page, changes.pages),
            (Kind::Article, changes.articles),
        ] {
            let ids: Vec<i64> = ids.into_iter().collect();
            if ids.is_empty() {
                continue;
            }
            let things = match kind {
                Kind::Collection => loader.collections(Some(&ids)).await?,
                Kind::Page => loader.pages(Some(&ids)).await?,
                Kind::Article => loader.articles(Some(&ids)).await?,
                Kind::Product => continue,
            };
            let update = update_of(kind, &ids, things);
            rest.things.extend(update.things);
            rest.gone.extend(update.gone);
            if kind == Kind::Collection {
                rest.members = loader.members(Some(&ids)).await?;
            }
        }
        self.take_in(follower, rest).await
    }

    async fn take_in(&self, follower: &mut Follower, update: Update) -> Result<(), Fault> {
        if update.is_empty() {
            return Ok(());
        }
        let known = self.read().as_ref().map(|state| known_texts(&state.shelf, &update)).unwrap_or_default();
        let index = Arc::clone(&follower.index);
        let (update, has_written) = aside(move || {
            let has_written = write(&locked(&index), &update, &known)?;
            Ok::<_, Fault>((update, has_written))
        })
        .await??;
        if has_written {
            follower.commit().await?;
        }
        let index = locked(&follower.index);
        self.write(|state| state.apply(&index, update, has_written)).unwrap_or(Ok(()))
    }

    /// Opens the newest index that fits the shop, or builds one.
    async fn open(&self, app: &App) -> Result<Follower, Fault> {
        let shop = crate::store::get_shop(app.db.fresh()).await?;
        let wanted = wanted(&shop);
        let newest = folders(&self.dir)?.pop();
        let about = newest
            .as_ref()
            .and_then(|(_, folder)| TextIndex::about(folder))
            .filter(|about| about.fits(&wanted));
        let (Some((_, folder)), Some(about)) = (newest, about) else {
            return self.build(app).await;
        };
        let place = about.place.unwrap_or_default();
        if is_beyond(&app.db, place).await? {
            return self.build(app).await;
        }
        let index = aside(move || TextIndex::open(&folder, &wanted.language)).await??;
        self.fill(app, &shop, index, about, false).await
    }

    /// Builds a new index beside the one before and takes it in its place.
    pub(super) async fn build(&self, app: &App) -> Result<Follower, Fault> {
        let begun = Instant::now();
        let shop = crate::store::get_shop(app.db.fresh()).await?;
        let about = wanted(&shop);
        let before = folders(&self.dir)?;
        let number = before.last().map_or(1, |(number, _)| number + 1);
        let folder = self.dir.join(format!("{FOLDER}{number}"));
        let language = about.language.clone();
        let index = aside(move || TextIndex::open(&folder, &language)).await??;
        let follower = self.fill(app, &shop, index, about, true).await?;
        for (_, folder) in before {
            // One that is still open elsewhere, or cannot be removed, is tried again with the next build.
            let _ = tokio::fs::remove_dir_all(folder).await;
        }
        let things = self.read().as_ref().map_or(0, |state| state.shelf.len());
        tracing::info!(things, milliseconds = begun.elapsed().as_millis(), "The search index was built");
        Ok(follower)
    }

    /// Reads everything onto a new shelf, and into the index where it is new.
    async fn fill(
        &self,
        app: &App,
        shop: &shop::Model,
        index: TextIndex,
        mut about: About,
        is_new: bool,
    ) -> Result<Follower, Fault> {
        // All places are read first: what is written while we read comes again.
        let feed = match about.place {
            Some(place) => Feed::new(place),
            None => Feed::at_end(&app.db).await?,
        };
        let ledger = LedgerFeed::at_end(&app.db).await?;
        let sold = uncounted_sales(&app.db).await?;
        let (currency, analysis) = (currency_of(shop)?, index.analysis.clone());
        let loader = Loader { db: app.db.fresh(), now: app.clock.now(), currency, analysis: &analysis };
        let mut work = (index, Shelf::default());
        let mut last = i64::MIN;
        loop {
            let ids = loader.product_ids(last, u64::try_from(BATCH).unwrap_or(u64::MAX)).await?;
            let Some(end) = ids.last() else { break };
            last = *end;
            let update = Update { things: loader.products(&ids).await?, ..Update::default() };
            work = aside(move || stack(work, update, is_new)).await??;
        }
        let mut rest = Update { members: loader.members(None).await?, ..Update::default() };
        rest.things.extend(loader.collections(None).await?);
        rest.things.extend(loader.pages(None).await?);
        rest.things.extend(loader.articles(None).await?);
        let synonyms = Synonyms::new(&list_synonyms(app.db.fresh()).await?, &analysis);
        about.place = Some(feed.place().await);
        let its_about = about.clone();
        let (index, state) = aside(move || {
            let (mut index, shelf) = stack(work, rest, is_new)?;
            if is_new {
                commit(&mut index, &its_about)?;
            }
            let state = State::new(&index, shelf, synonyms, currency.exponent())?;
            Ok::<_, Fault>((index, state))
        })
        .await??;
        *self.state.write().unwrap_or_else(PoisonError::into_inner) = Some(state);
        Ok(Follower {
            index: Arc::new(Mutex::new(index)),
            about,
            currency,
            feed,
            ledger,
            sold,
            is_behind: false,
            committed: Instant::now(),
        })
    }
}

/// Adds things to a shelf, and to the index where it is new.
fn stack(
    (index, mut shelf): (TextIndex, Shelf),
    update: Update,
    is_new: bool,
) -> Result<(TextIndex, Shelf), Fault> {
    if is_new {
        write(&index, &update, &std::collections::HashMap::new())?;
    }
    put(&mut shelf, update, is_new);
    Ok((index, shelf))
}

/// What was asked for and not found is gone.
fn update_of(kind: Kind, ids: &[i64], things: Vec<super::load::Loaded>) -> Update {
    let there: HashSet<i64> = things.iter().map(|(entry, _)| entry.key.id).collect();
    let gone = ids.iter().filter(|id| !there.contains(id)).map(|id| Key { kind, id: *id }).collect();
    Update { things, gone, ..Update::default() }
}

fn wanted(shop: &shop::Model) -> About {
    About::new(shop.language.clone(), shop.created_at.timestamp_micros())
}

pub(super) fn currency_of(shop: &shop::Model) -> Result<Currency, Fault> {
    Currency::find(&shop.currency).ok_or_else(|| Fault::new(format!("no such currency: {}", shop.currency)))
}

/// The folders of indexes by number.
fn folders(dir: &Path) -> Result<Vec<(u64, PathBuf)>, Fault> {
    let entries = match std::fs::read_dir(dir) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut found = Vec::new();
    for entry in entries {
        let entry = entry?;
        let number = entry.file_name().to_str().and_then(|name| name.strip_prefix(FOLDER)?.parse().ok());
        found.extend(number.map(|number| (number, entry.path())));
    }
    found.sort();
    Ok(found)
}

/// Follows until it is aborted, where the settings say so: what other nodes wrote, stock, and prices whose time has come.
/// Begins after a pause; who searches before that opens the index.
pub async fn run(app: App) {
    if !app.config.follows_search {
        return;
    }
    loop {
        tokio::time::sleep(PAUSE).await;
        app.search.ask_again();
        if let Err(fault) = crate::db::in_background(app.search.follow(&app)).await {
            tracing::error!(cause = ?fault, "The search index cannot follow what was written");
            tokio::time::sleep(PAUSE_AFTER_FAULT).await;
        }
    }
}

/// What became of a rebuild.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rebuilt {
    /// It was done.
    Done,
    /// Servers that run will do it, each for its own index.
    Asked,
}

/// Builds the index anew from the tables. Where a server has it open, that one is asked to.
///
/// # Errors
/// The index's and the database's own.
pub async fn rebuild(app: &App) -> Result<Rebuilt, Fault> {
    let mut turn = app.search.turn.lock().await;
    let newest = folders(&app.search.dir)?.pop();
    let shop = crate::store::get_shop(app.db.fresh()).await?;
    let is_ours = turn.is_some();
    let is_taken = match newest {
        Some((_, folder)) if !is_ours => aside(move || TextIndex::is_locked(&folder, &shop.language)).await?,
        _ => false,
    };
    if is_taken {
        let now = app.clock.now();
        let tx = app.begin().await?;
        event::record_one(&tx, now, EVENT_ENTITY, REBUILD_REQUESTED, EVENT_KEY).await?;
        tx.commit().await?;
        return Ok(Rebuilt::Asked);
    }
    *turn = Some(app.search.build(app).await?);
    Ok(Rebuilt::Done)
}
