//! Units of an order that lie on their shelves again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::id::{InventoryItemId, LocationId, OrderId, VariantId};
use entity::inventory_ledger::{self, LedgerReason, StockState};
use entity::reservation::{self, ReservationState};
use entity::{completion_attempt, variant, variant_component};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::level::{LevelMove, move_units};
use super::route::Demand;
use crate::db::Tx;
use crate::error::Fault;

/// The stock that units of variants take: their own item's, or those of a bundle's components.
///
/// # Errors
/// The database's own.
pub async fn demand_of(tx: &Tx, wanted: &BTreeMap<VariantId, i64>) -> Result<Demand, Fault> {
    let parts = variant_component::Entity::find()
        .filter(variant_component::Column::ParentId.is_in(wanted.keys().copied()))
        .all(tx)
        .await?;
    let mut units: BTreeMap<VariantId, i64> = BTreeMap::new();
    for (&id, &count) in wanted {
        let mut own = parts.iter().filter(|part| part.parent_id == id).peekable();
        if own.peek().is_none() {
            *units.entry(id).or_default() += count;
        }
        for part in own {
            *units.entry(part.component_id).or_default() += count.saturating_mul(part.quantity.into());
        }
    }
    let variants = variant::Entity::find().filter(variant::Column::Id.is_in(units.keys().copied()));
    let mut demand = Demand::new();
    for variant in variants.all(tx).await? {
        let count = units.get(&variant.id).copied().unwrap_or(0);
        *demand.entry(variant.inventory_item_id).or_default() += count;
    }
    Ok(demand)
}

/// Puts units of an order back to where it took them, those at `first` before others; never more than it took and has not
/// put back. What the shop does not count is left out. Returns what was put back, and where.
///
/// Locks the levels. The caller has locked the order.
///
/// # Errors
/// The database's own.
pub async fn restock_in(
    tx: &Tx,
    now: DateTime<Utc>,
    order: OrderId,
    wanted: &Demand,
    first: Option<LocationId>,
) -> Result<Vec<(InventoryItemId, LocationId, i64)>, Fault> {
    let reference = format!("order/{order}");
    let mut left = taken_by(tx, order, &reference).await?;
    let mut moves = Vec::new();
    for (&item, &count) in wanted {
        let mut missing = count;
        let mut places: Vec<LocationId> =
            left.keys().filter(|(of, _)| *of == item).map(|(_, location)| *location).collect();
        places.sort_by_key(|place| Some(*place) != first);
        for place in places {
            let here = left.entry((item, place)).or_default();
            let quantity = missing.min(*here);
            if quantity > 0 {
                *here -= quantity;
                missing -= quantity;
                moves.push(LevelMove { item_id: item, location_id: place, quantity });
            }
        }
    }
    moves.sort_by_key(|change| (change.item_id, change.location_id));
    let (from, to) = (StockState::Committed, StockState::Available);
    if !moves.is_empty()
        && !move_units(tx, now, &moves, from, to, LedgerReason::Restock, &reference).await?
    {
        return Err(Fault::new("stock that was committed is gone"));
    }
    Ok(moves.iter().map(|change| (change.item_id, change.location_id, change.quantity)).collect())
}

/// What an order took and has not put back.
async fn taken_by(
    tx: &Tx,
    order: OrderId,
    reference: &str,
) -> Result<BTreeMap<(InventoryItemId, LocationId), i64>, Fault> {
    let attempts = Query::select()
        .column(completion_attempt::Column::Id)
        .from(completion_attempt::Entity)
        .and_where(completion_attempt::Column::OrderId.eq(order))
        .to_owned();
    let taken = reservation::Entity::find()
        .filter(reservation::Column::AttemptId.in_subquery(attempts))
        .filter(reservation::Column::State.eq(ReservationState::Converted))
        .order_by_asc(reservation::Column::Id)
        .all(tx)
        .await?;
    let back = inventory_ledger::Entity::find()
        .filter(inventory_ledger::Column::Reference.eq(reference))
        .filter(inventory_ledger::Column::Reason.eq(LedgerReason::Restock))
        .filter(inventory_ledger::Column::State.eq(StockState::Committed))
        .all(tx)
        .await?;
    let mut left: BTreeMap<(InventoryItemId, LocationId), i64> = BTreeMap::new();
    for row in taken {
        *left.entry((row.item_id, row.location_id)).or_default() += row.quantity;
    }
    // The ledger holds what left the state as less than nothing.
    for row in back {
        *left.entry((row.item_id, row.location_id)).or_default() += row.delta;
    }
    Ok(left)
}
