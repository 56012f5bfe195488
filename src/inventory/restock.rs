//! Units of an order that lie on their shelves again.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use entity::id::{InventoryItemId, LocationId, OrderId, VariantId};
use entity::inventory_ledger::{self, LedgerReason, StockState};
use entity::reservation::{self, ReservationState};
use entity::{completion_attempt, location, variant, variant_component};
use sea_orm::sea_query::{Expr, Query};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};

use super::level::{LevelMove, move_units};
use super::route::Demand;
use crate::db::Tx;
use crate::error::Fault;

/// Units of a variant that an order gives back.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackOnShelf {
    /// Which.
    pub variant: VariantId,
    /// How many, more than zero.
    pub quantity: i64,
    /// Where they lie best.
    pub first: Option<LocationId>,
}

/// Shelves, and units on them.
type Shelves = BTreeMap<(InventoryItemId, LocationId), i64>;

/// Puts units of an order back to where it took them, those at `first` before others; never more than it took and has not
/// put back. Of a bundle its components go back. What the shop does not count is left out. Returns for each wish where
/// the first of its units lie.
///
/// Locks the levels in the order of their keys. The caller has locked the order.
///
/// # Errors
/// The database's own.
pub async fn restock_in(
    tx: &Tx,
    now: DateTime<Utc>,
    order: OrderId,
    wishes: &[BackOnShelf],
) -> Result<Vec<Option<LocationId>>, Fault> {
    if wishes.is_empty() {
        return Ok(Vec::new());
    }
    let reference = format!("order/{order}");
    let mut left = taken_by(tx, order, &reference).await?;
    let mut moves = Shelves::new();
    let mut places = Vec::with_capacity(wishes.len());
    for (wish, demand) in wishes.iter().zip(demands_of(tx, wishes).await?) {
        let back = take_back(&mut left, &demand, wish.first);
        places.push(back.first().map(|((_, location), _)| *location));
        for (shelf, quantity) in back {
            *moves.entry(shelf).or_default() += quantity;
        }
    }
    let moves: Vec<LevelMove> = moves
        .into_iter()
        .map(|((item_id, location_id), quantity)| LevelMove { item_id, location_id, quantity })
        .collect();
    let (from, to) = (StockState::Committed, StockState::Available);
    if !moves.is_empty() && !move_units(tx, now, &moves, from, to, LedgerReason::Restock, &reference).await? {
        return Err(Fault::new("stock that was committed is gone"));
    }
    Ok(places)
}

/// Whether there is such a location.
///
/// # Errors
/// The database's own.
pub async fn is_location(tx: &Tx, id: LocationId) -> Result<bool, Fault> {
    Ok(location::Entity::find_by_id(id).one(tx).await?.is_some())
}

/// Takes units from what an order has taken and not put back: as many as there are.
fn take_back(
    left: &mut Shelves,
    demand: &Demand,
    first: Option<LocationId>,
) -> Vec<((InventoryItemId, LocationId), i64)> {
    let mut back = Vec::new();
    for (&item, &count) in demand {
        let mut missing = count;
        let mut shelves: Vec<_> = left.iter_mut().filter(|((of, _), _)| *of == item).collect();
        shelves.sort_by_key(|((_, location), _)| Some(*location) != first);
        for (shelf, here) in shelves {
            let quantity = missing.min(*here);
            if quantity > 0 {
                *here -= quantity;
                missing -= quantity;
                back.push((*shelf, quantity));
            }
        }
    }
    back
}

/// The stock that each wish is about: the variant's own item, or those of a bundle's components.
async fn demands_of(tx: &Tx, wishes: &[BackOnShelf]) -> Result<Vec<Demand>, Fault> {
    let parts = variant_component::Entity::find()
        .filter(variant_component::Column::ParentId.is_in(wishes.iter().map(|wish| wish.variant)))
        .all(tx)
        .await?;
    let ids = wishes.iter().map(|wish| wish.variant).chain(parts.iter().map(|part| part.component_id));
    let variants = variant::Entity::find().filter(variant::Column::Id.is_in(ids)).all(tx).await?;
    let items: BTreeMap<VariantId, InventoryItemId> =
        variants.into_iter().map(|variant| (variant.id, variant.inventory_item_id)).collect();
    let demand_of = |wish: &BackOnShelf| {
        let own: Vec<_> = parts.iter().filter(|part| part.parent_id == wish.variant).collect();
        let single = own.is_empty().then_some((wish.variant, wish.quantity));
        let of_bundle = own
            .iter()
            .map(|part| (part.component_id, wish.quantity.saturating_mul(i64::from(part.quantity))));
        let mut demand = Demand::new();
        for (variant, count) in single.into_iter().chain(of_bundle) {
            if let Some(item) = items.get(&variant) {
                *demand.entry(*item).or_default() += count;
            }
        }
        demand
    };
    Ok(wishes.iter().map(demand_of).collect())
}

/// What an order took and has not put back: what its attempts claimed tells it, as the catalogue may have changed since.
async fn taken_by(tx: &Tx, order: OrderId, reference: &str) -> Result<Shelves, Fault> {
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
        // In words, so that the index of what was put back is used.
        .filter(Expr::cust("reason = 'restock'"))
        .filter(inventory_ledger::Column::State.eq(StockState::Committed))
        .all(tx)
        .await?;
    let mut left = Shelves::new();
    for row in taken {
        *left.entry((row.item_id, row.location_id)).or_default() += row.quantity;
    }
    // The ledger holds what left the state as less than nothing.
    for row in back {
        *left.entry((row.item_id, row.location_id)).or_default() += row.delta;
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_more_goes_back_than_was_taken_and_the_wished_place_comes_first() {
        let (item, other) = (InventoryItemId(1), InventoryItemId(2));
        let (near, far) = (LocationId(1), LocationId(2));
        let mut left = Shelves::from([((item, near), 2), ((item, far), 3), ((other, near), 5)]);
        let one = Demand::from([(item, 4)]);
        assert_eq!(take_back(&mut left, &one, Some(far)), [((item, far), 3), ((item, near), 1)]);
        assert_eq!(take_back(&mut left, &one, None), [((item, near), 1)]);
        assert_eq!(take_back(&mut left, &one, None), []);
        assert_eq!(left.get(&(other, near)), Some(&5), "what another line took stays");
    }
}
