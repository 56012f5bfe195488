//! The rule of where stock is taken, by examples and against a slow, obvious one.

use std::collections::{BTreeMap, BTreeSet};

use entity::id::{InventoryItemId, LocationId};
use proptest::prelude::*;

use super::backorder::Backorder;
use super::route::{Demand, Shelf, Shortage, Take, route};

fn shelf(item: i64, location: i64, available: i64, backorder: Backorder) -> Shelf {
    let (item_id, location_id) = (InventoryItemId(item), LocationId(location));
    Shelf { item_id, location_id, available, backorder, sends: true }
}

fn stocked(item: i64, location: i64, available: i64) -> Shelf {
    shelf(item, location, available, Backorder::Never)
}

type Routed = Result<Vec<(i64, i64, i64)>, Vec<(i64, i64)>>;

fn routed(wanted: &[(i64, i64)], shelves: &[Shelf]) -> Routed {
    let demand = wanted.iter().map(|(item, quantity)| (InventoryItemId(*item), *quantity)).collect();
    route(&demand, &[], shelves)
        .map(|takes| takes.iter().map(|take| (take.item_id.0, take.location_id.0, take.quantity)).collect())
        .map_err(|shortages| {
            shortages.iter().map(|shortage| (shortage.item_id.0, shortage.available)).collect()
        })
}

#[test]
fn one_location_is_preferred_to_several() {
    let shelves = [stocked(1, 1, 2), stocked(1, 2, 5)];
    assert_eq!(routed(&[(1, 2)], &shelves), Ok(vec![(1, 1, 2)]));
    assert_eq!(routed(&[(1, 5)], &shelves), Ok(vec![(1, 2, 5)]));
    assert_eq!(routed(&[(1, 7)], &shelves), Ok(vec![(1, 1, 2), (1, 2, 5)]));
}

#[test]
fn one_parcel_for_the_whole_order_is_preferred_to_the_first_location_of_each_item() {
    let shelves = [stocked(1, 1, 9), stocked(1, 2, 9), stocked(2, 2, 9), stocked(2, 3, 9), stocked(3, 3, 1)];
    assert_eq!(routed(&[(1, 1), (2, 1)], &shelves), Ok(vec![(1, 2, 1), (2, 2, 1)]));
    assert_eq!(routed(&[(1, 1)], &shelves), Ok(vec![(1, 1, 1)]), "by itself it leaves from the first");
    let three = Ok(vec![(1, 1, 1), (2, 3, 1), (3, 3, 1)]);
    assert_eq!(routed(&[(1, 1), (2, 1), (3, 1)], &shelves), three, "two parcels, and not three");
    // An item that must be split does not draw the others apart.
    let shelves = [stocked(1, 1, 1), stocked(1, 2, 1), stocked(2, 2, 1), stocked(1, 3, 1)];
    assert_eq!(routed(&[(1, 2), (2, 1)], &shelves), Ok(vec![(1, 1, 1), (1, 2, 1), (2, 2, 1)]));
}

#[test]
fn all_items_or_none() {
    let shelves = [stocked(1, 1, 2), stocked(2, 1, 0)];
    assert_eq!(routed(&[(1, 2), (2, 1), (3, 1)], &shelves), Err(vec![(2, 0), (3, 0)]));
}

#[test]
fn backorder_allows_what_is_not_there() {
    assert_eq!(routed(&[(1, 3)], &[shelf(1, 1, -2, Backorder::Unlimited)]), Ok(vec![(1, 1, 3)]));
    let several = [shelf(1, 1, 2, Backorder::Unlimited), shelf(1, 2, 3, Backorder::Unlimited)];
    assert_eq!(routed(&[(1, 5)], &several), Ok(vec![(1, 1, 2), (1, 2, 3)]), "not while others have it");
    assert_eq!(routed(&[(1, 6)], &several), Ok(vec![(1, 1, 6)]));
}

#[test]
fn no_more_is_promised_than_the_cap_allows() {
    let capped = [shelf(1, 1, 1, Backorder::UpTo(2))];
    assert_eq!(routed(&[(1, 3)], &capped), Ok(vec![(1, 1, 3)]));
    assert_eq!(routed(&[(1, 4)], &capped), Err(vec![(1, 3)]));
    let used_up = [shelf(1, 1, -2, Backorder::UpTo(2)), stocked(1, 2, 1)];
    assert_eq!(routed(&[(1, 1)], &used_up), Ok(vec![(1, 2, 1)]));
    assert_eq!(routed(&[(1, 2)], &used_up), Err(vec![(1, 1)]));
    // What is there goes first, and what is missing is promised in the order of the locations.
    let both = [shelf(1, 1, 2, Backorder::UpTo(4)), shelf(1, 2, 3, Backorder::UpTo(4))];
    assert_eq!(routed(&[(1, 7)], &both), Ok(vec![(1, 2, 7)]), "one can promise all of it");
    assert_eq!(routed(&[(1, 12)], &both), Ok(vec![(1, 1, 6), (1, 2, 6)]));
    assert_eq!(routed(&[(1, 14)], &both), Err(vec![(1, 13)]));
}

#[test]
fn what_is_fetched_is_taken_there_and_nowhere_else() {
    let demand: Demand = [(InventoryItemId(1), 5)].into();
    let fetch = |location, quantity| Take {
        item_id: InventoryItemId(1),
        location_id: LocationId(location),
        quantity,
    };
    let counter = Shelf { sends: false, ..stocked(1, 2, 3) };
    let shelves = [stocked(1, 1, 4), counter];
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
    let plenty = [stocked(1, 1, 9)];
    assert_eq!(route(&demand, &[fetch(1, 2)], &plenty), Ok(vec![fetch(1, 5)]), "one take of one shelf");
    let promised = [shelf(1, 1, 1, Backorder::UpTo(1)), stocked(1, 2, 9)];
    assert_eq!(route(&demand, &[fetch(1, 2)], &promised), Ok(vec![fetch(1, 2), fetch(2, 3)]));
    assert_eq!(route(&demand, &[fetch(1, 3)], &promised).map_err(|short| short.len()), Err(1));
}

#[test]
fn many_locations_take_no_longer_than_the_rule_may_look() {
    // 30 locations with one unit each, of which 25 are wanted: too many sets to look at.
    let shelves: Vec<Shelf> = (1..=30).map(|location| stocked(1, location, 1)).collect();
    let expected: Vec<(i64, i64, i64)> = (1..=25).map(|location| (1, location, 1)).collect();
    assert_eq!(routed(&[(1, 25)], &shelves), Ok(expected));
}

/// Up to three items at up to five locations, some of them at none.
fn shelves() -> impl Strategy<Value = Vec<Shelf>> {
    let backorder = prop_oneof![
        4 => Just(Backorder::Never),
        1 => Just(Backorder::Unlimited),
        2 => (0_i64..4).prop_map(Backorder::UpTo),
    ];
    let cell = proptest::option::weighted(0.8, (-3_i64..6, backorder));
    proptest::collection::vec(proptest::collection::vec(cell, 3), 1..6).prop_map(|locations| {
        let mut shelves = Vec::new();
        for (location, items) in (1..).zip(locations) {
            for (item, cell) in (1..).zip(items) {
                let Some((available, backorder)) = cell else { continue };
                let least = match backorder {
                    Backorder::Never => 0,
                    Backorder::UpTo(limit) => -limit,
                    Backorder::Unlimited => -3,
                };
                shelves.push(shelf(item, location, available.max(least), backorder));
            }
        }
        shelves
    })
}

/// What a shelf can give: only what is there where all shelves together have enough of the item.
fn capacity(shelf: &Shelf, wanted: i64, shelves: &[Shelf]) -> i64 {
    let of_item = shelves.iter().filter(|other| other.item_id == shelf.item_id);
    let there: i64 = of_item.map(|other| other.available.max(0)).sum();
    match shelf.backorder {
        _ if there >= wanted => shelf.available.max(0),
        Backorder::Never => shelf.available,
        Backorder::UpTo(limit) => shelf.available + limit,
        Backorder::Unlimited => 1_000,
    }
}

/// The slow rule: all sets of locations, the smallest first and then those whose locations come first.
fn best_set(demand: &Demand, shelves: &[Shelf]) -> Option<BTreeSet<LocationId>> {
    let locations: BTreeSet<LocationId> = shelves.iter().map(|shelf| shelf.location_id).collect();
    let mut sets: Vec<BTreeSet<LocationId>> = vec![BTreeSet::new()];
    for location in locations {
        let with: Vec<BTreeSet<LocationId>> =
            sets.iter().map(|set| set.iter().copied().chain([location]).collect()).collect();
        sets.extend(with);
    }
    sets.retain(|set| {
        demand.iter().all(|(item, wanted)| {
            let here =
                shelves.iter().filter(|shelf| shelf.item_id == *item && set.contains(&shelf.location_id));
            here.map(|shelf| capacity(shelf, *wanted, shelves)).sum::<i64>() >= *wanted
        })
    });
    sets.into_iter().min_by_key(|set| (set.len(), set.iter().copied().collect::<Vec<_>>()))
}

proptest! {
    #[test]
    fn an_order_is_had_whole_in_the_fewest_parcels_or_not_at_all(
        shelves in shelves(),
        wanted in proptest::collection::btree_map(1_i64..4, 1_i64..9, 1..4),
    ) {
        let demand: Demand = wanted.into_iter().map(|(item, units)| (InventoryItemId(item), units)).collect();
        let set = best_set(&demand, &shelves);
        match route(&demand, &[], &shelves) {
            Ok(takes) => {
                let mut taken: BTreeMap<InventoryItemId, i64> = BTreeMap::new();
                for take in &takes {
                    prop_assert!(take.quantity > 0);
                    let from: Vec<&Shelf> = shelves
                        .iter()
                        .filter(|shelf| (shelf.item_id, shelf.location_id) == (take.item_id, take.location_id))
                        .collect();
                    prop_assert_eq!(from.len(), 1);
                    prop_assert!(take.quantity <= capacity(from[0], demand[&take.item_id], &shelves));
                    *taken.entry(take.item_id).or_default() += take.quantity;
                }
                let places: BTreeSet<(InventoryItemId, LocationId)> =
                    takes.iter().map(|take| (take.item_id, take.location_id)).collect();
                prop_assert_eq!(places.len(), takes.len(), "a shelf is taken from once");
                prop_assert_eq!(&taken, &demand);
                let used: BTreeSet<LocationId> = takes.iter().map(|take| take.location_id).collect();
                prop_assert_eq!(Some(used), set);
            }
            Err(shortages) => {
                prop_assert_eq!(set, None);
                prop_assert!(!shortages.is_empty());
                for shortage in shortages {
                    let wanted = demand[&shortage.item_id];
                    let of_item = shelves.iter().filter(|shelf| shelf.item_id == shortage.item_id);
                    let all: i64 = of_item.map(|shelf| capacity(shelf, wanted, &shelves)).sum();
                    prop_assert_eq!(shortage.available, all);
                    prop_assert!(all < wanted);
                }
            }
        }
    }
}
