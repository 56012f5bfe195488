//! From where the stock of an order is taken: a pure rule.
//!
//! 1. What buyers fetch is taken where they fetch it, and nowhere else.
//! 2. The rest is taken at as few locations as can be, for the order as a whole: one that has all items comes before two
//!    that have them together. Among so many locations, those that come first in the shop's order are chosen.
//! 3. Within these, an item is taken at the first that has all of it, else from several in their order.
//! 4. An item is promised rather than taken only where all shelves together have too little of it; what is there is taken
//!    first then, unless one location can promise all of it.
//! 5. All items or none.

use std::collections::BTreeMap;

use entity::id::{InventoryItemId, LocationId};
use serde::{Deserialize, Serialize};

use super::backorder::Backorder;
use super::parcel::{Supply, fewest};

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
    /// How far below zero it may be sold.
    pub backorder: Backorder,
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
    /// Units that could be had, those that would only be promised among them.
    pub available: i64,
}

/// Decides where each item is taken, by the rule of this module.
///
/// `fetched` are units of the demand that buyers fetch. `shelves` are in the order in which locations are preferred, each
/// item once for a location.
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
        let room = shelf.as_ref().map_or(Some(0), |shelf| shelf.backorder.room(shelf.available));
        match (shelf, room) {
            (Some(shelf), room) if room.is_none_or(|room| room >= take.quantity) => {
                shelf.available -= take.quantity;
                *demand.entry(take.item_id).or_default() -= take.quantity;
                takes.push(*take);
            }
            (_, room) => {
                shortages.push(Shortage { item_id: take.item_id, available: room.unwrap_or(i64::MAX) });
            }
        }
    }
    shelves.retain(|shelf| shelf.sends);
    let locations = locations_of(&shelves);
    let wanted = demand.into_iter().filter(|(_, wanted)| *wanted > 0);
    let supplies: Vec<Supply> =
        wanted.map(|(item, wanted)| Supply::new(item, wanted, &locations, &shelves)).collect();
    let short = supplies.iter().filter(|supply| supply.all() < supply.wanted);
    shortages.extend(short.map(|supply| Shortage { item_id: supply.item_id, available: supply.all() }));
    if !shortages.is_empty() {
        return Err(shortages);
    }
    let chosen = fewest(&supplies, locations.len());
    takes.extend(supplies.iter().flat_map(|supply| supply.taken_at(&locations, &chosen)));
    Ok(merged(takes))
}

/// The locations of shelves, in their order.
fn locations_of(shelves: &[Shelf]) -> Vec<LocationId> {
    let mut locations = Vec::new();
    for shelf in shelves {
        if !locations.contains(&shelf.location_id) {
            locations.push(shelf.location_id);
        }
    }
    locations
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
