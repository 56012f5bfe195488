//! Moving stock between its states: the one statement that changes levels, and its ledger.

use chrono::{DateTime, Utc};
use entity::id::{InventoryItemId, LocationId};
use entity::inventory_ledger::{self, LedgerReason, StockState};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ConnectionTrait, DbBackend, EntityTrait, Statement, Value,
};

use crate::db::{Tx, inline_table};
use crate::error::Fault;

/// Moves written by one statement at most.
const MOVES_PER_STATEMENT: usize = 200;

/// Units that change their state at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LevelMove {
    /// Of which item.
    pub item_id: InventoryItemId,
    /// Where.
    pub location_id: LocationId,
    /// How many, more than zero.
    pub quantity: i64,
}

/// Moves units from one state to another and writes both sides into the ledger. Units are only taken from `available`
/// where there are enough, or the level may be sold so far past zero.
///
/// Returns whether every move was made; where not, the caller must roll back.
///
/// # Errors
/// The database's own.
pub(super) async fn move_units(
    tx: &Tx,
    now: DateTime<Utc>,
    moves: &[LevelMove],
    from: StockState,
    to: StockState,
    reason: LedgerReason,
    reference: &str,
) -> Result<bool, Fault> {
    let (from_column, to_column) = (column_of(from), column_of(to));
    let guard = if from == StockState::Available {
        "AND (inventory_level.available >= m.quantity OR (inventory_level.backorder AND \
           (inventory_level.backorder_limit IS NULL \
            OR inventory_level.available - m.quantity >= -inventory_level.backorder_limit)))"
    } else {
        ""
    };
    tx.note_stock();
    for chunk in moves.chunks(MOVES_PER_STATEMENT) {
        let backend = tx.get_database_backend();
        let mut values: Vec<Value> = vec![now.into()];
        let rows = chunk.iter().map(|change| {
            vec![change.item_id.0.into(), change.location_id.0.into(), Value::from(change.quantity)]
        });
        let columns = [("item_id", "bigint"), ("location_id", "bigint"), ("quantity", "bigint")];
        let moves = inline_table(backend, "m", &columns, rows, &mut values);
        // PostgreSQL would lock the rows in any order: two baskets that cross each other could wait for each other.
        let (lock, after_lock) = match backend {
            DbBackend::Postgres => (
                format!(
                    "WITH locked AS MATERIALIZED (SELECT 1 FROM inventory_level l JOIN {moves} \
                     ON l.item_id = m.item_id AND l.location_id = m.location_id \
                     ORDER BY l.item_id, l.location_id FOR UPDATE OF l) "
                ),
                "AND (SELECT COUNT(*) FROM locked) > 0",
            ),
            _ => (String::new(), ""),
        };
        let sql = format!(
            "{lock}UPDATE inventory_level SET {from_column} = {from_column} - m.quantity, \
             {to_column} = {to_column} + m.quantity, updated_at = $1 FROM {moves} \
             WHERE inventory_level.item_id = m.item_id AND inventory_level.location_id = m.location_id \
             {after_lock} {guard}"
        );
        let result = tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
        if result.rows_affected() != u64::try_from(chunk.len()).unwrap_or(u64::MAX) {
            return Ok(false);
        }
        let entries = chunk.iter().flat_map(|change| {
            [(from, -change.quantity), (to, change.quantity)].map(|(state, delta)| {
                inventory_ledger::ActiveModel {
                    id: NotSet,
                    item_id: Set(change.item_id),
                    location_id: Set(change.location_id),
                    state: Set(state),
                    delta: Set(delta),
                    reason: Set(reason),
                    reference: Set(reference.to_owned()),
                    created_at: Set(now),
                }
            })
        });
        inventory_ledger::Entity::insert_many(entries).exec_without_returning(tx).await?;
    }
    Ok(true)
}

fn column_of(state: StockState) -> &'static str {
    match state {
        StockState::Available => "available",
        StockState::Committed => "committed",
        StockState::Reserved => "reserved",
        StockState::Damaged => "damaged",
        StockState::Safety => "safety",
        StockState::QualityControl => "quality_control",
        StockState::Incoming => "incoming",
    }
}
