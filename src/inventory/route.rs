//! From where the stock of an order is taken: a pure rule.

use std::collections::BTreeMap;

use entity::id::{InventoryItemId, LocationId};
use serde::{Deserialize, Serialize};

/// How many units of each item are wanted, summed over all lines.
pub type Demand = BTreeMap<InventoryItemId, i64>;

/// What a location has of an item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shelf {
    /// Of which item.
    pub item_id: InventoryItemId,
    /// Where.
    pub location_id: LocationId,
    /// Units that may be taken.
    pub available: i64,
    /// Whether it may be sold past zero.
    pub backorder: bool,
    /// Whether parcels leave from there; elsewhere buyers may fetch only.
    pub sends: bool,
}

/// Units to be taken of an item at a location.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Take {
    /// Of which item.
    pub item_id: InventoryItemId,
    /// Where.
    pub location_id: LocationId,
    /// How many, more than zero.
    pub quantity: i64,
}

/// An item of which there is not enough, and how many units there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shortage {
    /// Of which item.
    pub item_id: InventoryItemId,
    /// Units that could be had.
    pub available: i64,
}

/// Decides where each item is taken: at the first location that has all of it, else from several in their order, else
/// on backorder at the first that allows it. All items or none.
///
/// `fetched` are units of the demand that buyers fetch: they are taken there and nowhere else. `shelves` are in the order in
/// which locations are preferred.
///
/// # Errors
/// The items that cannot be had in full.
pub fn route(demand: &Demand, fetched: &[Take], shelves: &[Shelf]) -> Result<Vec<Take>, Vec<Shortage>> {
    let mut takes = Vec::with_capacity(demand.len());
    let mut shortages = Vec::new();
    let (mut demand, mut shelves) = (demand.clone(), shelves.to_vec());
    for take in fetched {
        let here =
            |shelf: &&mut Shelf| shelf.item_id == take.item_id && shelf.location_id == take.location_id;
        let shelf = shelves.iter_mut().find(here);
        let available = shelf.as_ref().map_or(0, |shelf| shelf.available.max(0));
        match shelf.filter(|shelf| shelf.backorder || shelf.available >= take.quantity) {
            Some(shelf) => {
                shelf.available -= take.quantity;
                *demand.entry(take.item_id).or_default() -= take.quantity;
                takes.push(*take);
            }
            None => shortages.push(Shortage { item_id: take.item_id, available }),
        }
    }
    shelves.retain(|shelf| shelf.sends);
    for (&item_id, &wanted) in demand.iter().filter(|(_, wanted)| **wanted > 0) {
        let here: Vec<&Shelf> = shelves.iter().filter(|shelf| shelf.item_id == item_id).collect();
        let available: i64 = here.iter().map(|shelf| shelf.available.max(0)).sum();
        let on_backorder = || here.iter().find(|shelf| shelf.backorder).filter(|_| available < wanted);
        let whole = here.iter().find(|shelf| shelf.available >= wanted).or_else(on_backorder);
        if let Some(shelf) = whole {
            takes.push(Take { item_id, location_id: shelf.location_id, quantity: wanted });
            continue;
        }
        if available < wanted {
            shortages.push(Shortage { item_id, available });
            continue;
        }
        let mut missing = wanted;
        for shelf in here.iter().filter(|shelf| shelf.available > 0) {
            let quantity = Ord::min(shelf.available, missing);
            if quantity > 0 {
                takes.push(Take { item_id, location_id: shelf.location_id, quantity });
                missing -= quantity;
            }
        }
    }
    if shortages.is_empty() { Ok(merged(takes)) } else { Err(shortages) }
}

/// Units of an item that are taken at the same location for several reasons are taken once.
fn merged(takes: Vec<Take>) -> Vec<Take> {
    let mut merged: Vec<Take> = Vec::with_capacity(takes.len());
    for take in takes {
        let same = |other: &&mut Take| (other.item_id, other.location_id) == (take.item_id, take.location_id);
        match merged.iter_mut().find(same) {
            Some(other) => other.quantity += take.quantity,
            None => merged.push(take),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shelf(item: i64, location: i64, available: i64, backorder: bool) -> Shelf {
        let (item_id, location_id) = (InventoryItemId(item), LocationId(location));
        Shelf { item_id, location_id, available, backorder, sends: true }
    }

    type Routed = Result<Vec<(i64, i64, i64)>, Vec<(i64, i64)>>;

    fn routed(wanted: &[(i64, i64)], shelves: &[Shelf]) -> Routed {
        let demand = wanted.iter().map(|(item, quantity)| (InventoryItemId(*item), *quantity)).collect();
        route(&demand, &[], shelves)
            .map(|takes| {
                takes.iter().map(|take| (take.item_id.0, take.location_id.0, take.quantity)).collect()
            })
            .map_err(|shortages| {
                shortages.iter().map(|shortage| (shortage.item_id.0, shortage.available)).collect()
            })
    }

    #[test]
    fn one_location_is_preferred_to_several() {
        let shelves = [shelf(1, 1, 2, false), shelf(1, 2, 5, false)];
        assert_eq!(routed(&[(1, 2)], &shelves), Ok(vec![(1, 1, 2)]));
        assert_eq!(routed(&[(1, 5)], &shelves), Ok(vec![(1, 2, 5)]));
        assert_eq!(routed(&[(1, 7)], &shelves), Ok(vec![(1, 1, 2), (1, 2, 5)]));
    }

    #[test]
    fn all_items_or_none() {
        let shelves = [shelf(1, 1, 2, false), shelf(2, 1, 0, false)];
        assert_eq!(routed(&[(1, 2), (2, 1), (3, 1)], &shelves), Err(vec![(2, 0), (3, 0)]));
    }

    #[test]
    fn backorder_allows_what_is_not_there() {
        assert_eq!(routed(&[(1, 3)], &[shelf(1, 1, -2, true)]), Ok(vec![(1, 1, 3)]));
        let several = [shelf(1, 1, 2, true), shelf(1, 2, 3, true)];
        assert_eq!(routed(&[(1, 5)], &several), Ok(vec![(1, 1, 2), (1, 2, 3)]), "not while others have it");
        assert_eq!(routed(&[(1, 6)], &several), Ok(vec![(1, 1, 6)]));
    }

    #[test]
    fn what_is_fetched_is_taken_there_and_nowhere_else() {
        let demand: Demand = [(InventoryItemId(1), 5)].into();
        let fetch = |location, quantity| Take {
            item_id: InventoryItemId(1),
            location_id: LocationId(location),
            quantity,
        };
        let counter = Shelf { sends: false, ..shelf(1, 2, 3, false) };
        let shelves = [shelf(1, 1, 4, false), counter];
        assert_eq!(route(&demand, &[fetch(2, 2)], &shelves), Ok(vec![fetch(2, 2), fetch(1, 3)]));
        assert_eq!(
            route(&demand, &[fetch(1, 1)], &shelves),
            Err(vec![Shortage { item_id: InventoryItemId(1), available: 3 }])
        );
        assert_eq!(
            route(&demand, &[fetch(2, 4)], &shelves).map_err(|short| short.len()),
            Err(2),
            "and nothing sends the rest"
        );
        let plenty = [shelf(1, 1, 9, false)];
        assert_eq!(route(&demand, &[fetch(1, 2)], &plenty), Ok(vec![fetch(1, 5)]), "one take of one shelf");
    }
}
