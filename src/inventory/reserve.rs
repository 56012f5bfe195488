//! Holding stock for an attempt: reserve, claim, release, expire.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use entity::id::{AttemptId, InventoryItemId, LocationId};
use entity::inventory_ledger::{LedgerReason, StockState};
use entity::inventory_level;
use entity::reservation::{self, ReservationState};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbBackend, EntityTrait, FromQueryResult, QueryFilter,
    QueryOrder, QuerySelect, Statement, Value,
};

use super::backorder::Backorder;
use super::level::{LevelMove, move_units};
use super::route::{Demand, Shelf, Shortage, Take, route};
use crate::db::Tx;
use crate::error::Fault;

/// How many reservations a sweep ends at once.
const SWEEP: u64 = 500;

/// What came of a wish to hold stock.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    /// All of it is held.
    All,
    /// Nothing is held: there is not enough of these.
    Short(Vec<Shortage>),
}

#[derive(FromQueryResult)]
struct ShelfRow {
    item_id: InventoryItemId,
    location_id: LocationId,
    position: i32,
    available: i64,
    backorder: bool,
    backorder_limit: Option<i64>,
    sends: bool,
    expired: i64,
}

impl ShelfRow {
    fn shelf(&self) -> Shelf {
        Shelf {
            item_id: self.item_id,
            location_id: self.location_id,
            available: self.available,
            backorder: Backorder::of(self.backorder, self.backorder_limit),
            sends: self.sends,
        }
    }
}

/// Reads the shelves of the items in the order of their keys and locks them, so that two baskets never wait for each
/// other; tells the units in reservations that have expired but were not swept yet.
async fn lock_shelves(tx: &Tx, now: DateTime<Utc>, demand: &Demand) -> Result<Vec<ShelfRow>, Fault> {
    let backend = tx.get_database_backend();
    let lock = if backend == DbBackend::Postgres { "FOR UPDATE OF l" } else { "" };
    let mut values: Vec<Value> = vec![now.into()];
    values.extend(demand.keys().map(|item| Value::from(item.0)));
    let items: Vec<String> = (2..values.len() + 1).map(|place| format!("${place}")).collect();
    let sql = format!(
        "SELECT l.item_id, l.location_id, location.position, l.available, l.backorder, l.backorder_limit, \
                location.fulfills_online AS sends, \
                CAST(COALESCE((SELECT SUM(r.quantity) FROM reservation r WHERE r.item_id = l.item_id \
                  AND r.location_id = l.location_id AND r.state = 'held' AND r.expires_at <= $1), 0) AS bigint) AS expired \
         FROM inventory_level l JOIN location ON location.id = l.location_id \
         WHERE l.item_id IN ({}) AND location.active AND (location.fulfills_online OR location.offers_pickup) \
         ORDER BY l.item_id, l.location_id {lock}",
        items.join(", ")
    );
    Ok(ShelfRow::find_by_statement(Statement::from_sql_and_values(backend, sql, values)).all(tx).await?)
}

/// Holds all that is wanted until `expires_at`, or nothing. What of it is `fetched` is held where it is.
///
/// What others hold past its time counts as free here, whether or not it was swept. Locks the levels of the items.
///
/// # Errors
/// The database's own.
pub async fn reserve_in(
    tx: &Tx,
    now: DateTime<Utc>,
    attempt_id: AttemptId,
    demand: &Demand,
    fetched: &[Take],
    expires_at: DateTime<Utc>,
) -> Result<Held, Fault> {
    if demand.is_empty() {
        return Ok(Held::All);
    }
    let mut rows = lock_shelves(tx, now, demand).await?;
    if rows.iter().any(|row| row.expired > 0) {
        let items: Vec<InventoryItemId> = demand.keys().copied().collect();
        let expired = reservation::Entity::find()
            .filter(reservation::Column::ItemId.is_in(items))
            .filter(reservation::Column::State.eq(ReservationState::Held))
            .filter(reservation::Column::ExpiresAt.lte(now));
        end_in(tx, now, expired.all(tx).await?, ReservationState::Expired).await?;
        rows = lock_shelves(tx, now, demand).await?;
    }
    // As the shop prefers its locations.
    rows.sort_by_key(|row| (row.position, row.location_id, row.item_id));
    let shelves: Vec<Shelf> = rows.iter().map(ShelfRow::shelf).collect();
    let takes = match route(demand, fetched, &shelves) {
        Ok(takes) => takes,
        Err(shortages) => return Ok(Held::Short(shortages)),
    };
    let moves: Vec<LevelMove> = takes
        .iter()
        .map(|take| LevelMove {
            item_id: take.item_id,
            location_id: take.location_id,
            quantity: take.quantity,
        })
        .collect();
    let reference = reference_of(attempt_id);
    let moved = move_units(
        tx,
        now,
        &moves,
        StockState::Available,
        StockState::Reserved,
        LedgerReason::Reserve,
        &reference,
    );
    if !moved.await? {
        return Err(Fault::new("stock that was locked is gone"));
    }
    let reservations = moves.iter().map(|held| reservation::ActiveModel {
        id: NotSet,
        item_id: Set(held.item_id),
        location_id: Set(held.location_id),
        attempt_id: Set(attempt_id),
        quantity: Set(held.quantity),
        state: Set(ReservationState::Held),
        expires_at: Set(expires_at),
        created_at: Set(now),
    });
    reservation::Entity::insert_many(reservations).exec_without_returning(tx).await?;
    Ok(Held::All)
}

/// Turns what an attempt holds into stock that is committed to an order. Returns the units claimed of each item: fewer
/// than were held where the time ran out and others took them.
///
/// Locks the levels, then the reservations.
///
/// # Errors
/// The database's own.
pub async fn claim_in(tx: &Tx, now: DateTime<Utc>, attempt_id: AttemptId) -> Result<Demand, Fault> {
    let backend = tx.get_database_backend();
    let (lock, after_lock) = match backend {
        DbBackend::Postgres => (
            "WITH locked AS MATERIALIZED (SELECT 1 FROM inventory_level l JOIN reservation r \
               ON r.item_id = l.item_id AND r.location_id = l.location_id \
             WHERE r.attempt_id = $1 AND r.state = 'held' \
             ORDER BY l.item_id, l.location_id FOR UPDATE OF l) ",
            "AND (SELECT COUNT(*) FROM locked) > 0 ",
        ),
        _ => ("", ""),
    };
    let sql = format!(
        "{lock}UPDATE reservation SET state = 'converted' WHERE attempt_id = $1 AND state = 'held' {after_lock}\
         RETURNING id, item_id, location_id, attempt_id, quantity, state, expires_at, created_at"
    );
    let claimed = Statement::from_sql_and_values(backend, sql, [Value::from(attempt_id.0)]);
    let rows = reservation::Model::find_by_statement(claimed).all(tx).await?;
    let moves = moves_of(&rows);
    let reference = reference_of(attempt_id);
    let moved = move_units(
        tx,
        now,
        &moves,
        StockState::Reserved,
        StockState::Committed,
        LedgerReason::Claim,
        &reference,
    );
    if !moved.await? {
        return Err(Fault::new("stock that was reserved is gone"));
    }
    let mut claimed = Demand::new();
    for row in rows {
        *claimed.entry(row.item_id).or_default() += row.quantity;
    }
    Ok(claimed)
}

/// Holds what an attempt still holds until a later moment. What has expired stays so.
///
/// # Errors
/// The database's own.
pub async fn extend_in(
    tx: &Tx,
    now: DateTime<Utc>,
    attempt_id: AttemptId,
    until: DateTime<Utc>,
) -> Result<(), Fault> {
    reservation::Entity::update_many()
        .col_expr(reservation::Column::ExpiresAt, Expr::val(until))
        .filter(reservation::Column::AttemptId.eq(attempt_id))
        .filter(reservation::Column::State.eq(ReservationState::Held))
        .filter(reservation::Column::ExpiresAt.gt(now))
        .filter(reservation::Column::ExpiresAt.lt(until))
        .exec(tx)
        .await?;
    Ok(())
}

/// Gives back what an attempt still holds.
///
/// # Errors
/// The database's own.
pub async fn release_in(tx: &Tx, now: DateTime<Utc>, attempt_id: AttemptId) -> Result<(), Fault> {
    let held = reservation::Entity::find()
        .filter(reservation::Column::AttemptId.eq(attempt_id))
        .filter(reservation::Column::State.eq(ReservationState::Held));
    let held = held.all(tx).await?;
    end_in(tx, now, held, ReservationState::Released).await
}

/// Ends reservations whose time has run out; returns how many.
///
/// # Errors
/// The database's own.
pub async fn sweep_expired_in(tx: &Tx, now: DateTime<Utc>) -> Result<usize, Fault> {
    let expired = reservation::Entity::find()
        .filter(reservation::Column::State.eq(ReservationState::Held))
        .filter(reservation::Column::ExpiresAt.lte(now))
        .limit(SWEEP)
        .all(tx)
        .await?;
    let count = expired.len();
    end_in(tx, now, expired, ReservationState::Expired).await?;
    Ok(count)
}

/// Ends reservations and puts their units back. Those that somebody else ended meanwhile are left alone.
async fn end_in(
    tx: &Tx,
    now: DateTime<Utc>,
    rows: Vec<reservation::Model>,
    state: ReservationState,
) -> Result<(), Fault> {
    if rows.is_empty() {
        return Ok(());
    }
    lock_levels(tx, &rows).await?;
    let still = match state {
        // While the levels were waited for it may have been prolonged.
        ReservationState::Expired => Condition::all().add(reservation::Column::ExpiresAt.lte(now)),
        ReservationState::Held | ReservationState::Released | ReservationState::Converted => Condition::all(),
    };
    let ended = reservation::Entity::update_many()
        .col_expr(reservation::Column::State, Expr::val(state))
        .filter(reservation::Column::Id.is_in(rows.iter().map(|row| row.id)))
        .filter(reservation::Column::State.eq(ReservationState::Held))
        .filter(still)
        .exec_with_returning(tx)
        .await?;
    let mut by_attempt: BTreeMap<AttemptId, Vec<reservation::Model>> = BTreeMap::new();
    for row in ended {
        by_attempt.entry(row.attempt_id).or_default().push(row);
    }
    for (attempt_id, rows) in by_attempt {
        let moves = moves_of(&rows);
        let reference = reference_of(attempt_id);
        let moved = move_units(
            tx,
            now,
            &moves,
            StockState::Reserved,
            StockState::Available,
            LedgerReason::Release,
            &reference,
        );
        if !moved.await? {
            return Err(Fault::new("stock that was reserved is gone"));
        }
    }
    Ok(())
}

/// Locks the levels of reservations in the order of their keys, before the reservations: whoever takes units anew that
/// have expired has the levels first, and must not be waited for.
async fn lock_levels(tx: &Tx, rows: &[reservation::Model]) -> Result<(), Fault> {
    if tx.get_database_backend() != DbBackend::Postgres {
        return Ok(());
    }
    let (items, locations): (BTreeSet<InventoryItemId>, BTreeSet<LocationId>) =
        rows.iter().map(|row| (row.item_id, row.location_id)).unzip();
    let levels = inventory_level::Entity::find()
        .select_only()
        .column(inventory_level::Column::ItemId)
        .filter(inventory_level::Column::ItemId.is_in(items))
        .filter(inventory_level::Column::LocationId.is_in(locations))
        .order_by_asc(inventory_level::Column::ItemId)
        .order_by_asc(inventory_level::Column::LocationId)
        .lock_exclusive();
    levels.into_tuple::<InventoryItemId>().all(tx).await?;
    Ok(())
}

/// What reservations hold, each shelf once, sorted as the levels are locked, so that two commits do not wait for each
/// other.
fn moves_of(rows: &[reservation::Model]) -> Vec<LevelMove> {
    let mut units: BTreeMap<(InventoryItemId, LocationId), i64> = BTreeMap::new();
    for row in rows {
        *units.entry((row.item_id, row.location_id)).or_default() += row.quantity;
    }
    units
        .into_iter()
        .map(|((item_id, location_id), quantity)| LevelMove { item_id, location_id, quantity })
        .collect()
}

fn reference_of(attempt_id: AttemptId) -> String {
    format!("attempt/{attempt_id}")
}
