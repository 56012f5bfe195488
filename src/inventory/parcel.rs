//! The fewest locations that have an order together: a pure rule.

use entity::id::{InventoryItemId, LocationId};

use super::route::{Shelf, Take};

/// Sets of locations that are looked at before the rule makes do with a good one: of 20 locations all sets of three, and
/// many of four. A shop has a few locations, and nearly every order is had at one.
const MAX_TRIED: usize = 5_000;

/// What the locations have of one item that is wanted.
#[derive(Clone, Debug)]
pub(super) struct Supply {
    /// Of which item.
    pub(super) item_id: InventoryItemId,
    /// How many units, more than zero.
    pub(super) wanted: i64,
    /// What each location has, in the order of the locations.
    offers: Vec<Offer>,
}

/// What a location has of an item.
#[derive(Clone, Copy, Debug, Default)]
struct Offer {
    /// Units that are there.
    stock: i64,
    /// Units that may be taken: all that is there, and what may be promised where it has to be.
    most: i64,
}

impl Supply {
    /// From the shelves of the item; the others are left out.
    pub(super) fn new(
        item_id: InventoryItemId,
        wanted: i64,
        locations: &[LocationId],
        shelves: &[Shelf],
    ) -> Self {
        let offer = |location: &LocationId| {
            let here = |shelf: &&Shelf| shelf.item_id == item_id && shelf.location_id == *location;
            shelves.iter().find(here).map_or_else(Offer::default, |shelf| Offer {
                stock: shelf.available.max(0),
                most: shelf.backorder.room(shelf.available).unwrap_or(i64::MAX),
            })
        };
        let mut offers: Vec<Offer> = locations.iter().map(offer).collect();
        let there = offers.iter().fold(0_i64, |sum, offer| sum.saturating_add(offer.stock));
        if there >= wanted {
            // Nothing has to be promised.
            offers.iter_mut().for_each(|offer| offer.most = offer.stock);
        }
        Self { item_id, wanted, offers }
    }

    /// Units that may be taken at all locations together.
    pub(super) fn all(&self) -> i64 {
        self.offers.iter().fold(0, |sum, offer| sum.saturating_add(offer.most))
    }

    fn is_had_at(&self, places: &[usize]) -> bool {
        let offers = places.iter().filter_map(|place| self.offers.get(*place));
        offers.fold(0_i64, |sum, offer| sum.saturating_add(offer.most)) >= self.wanted
    }

    /// What is taken at each of these places, which have enough of it together.
    pub(super) fn taken_at(&self, locations: &[LocationId], places: &[usize]) -> Vec<Take> {
        let take = |location_id: LocationId, quantity| Take { item_id: self.item_id, location_id, quantity };
        let here = || {
            let here = |place: &usize| Some((*locations.get(*place)?, *self.offers.get(*place)?));
            places.iter().filter_map(here)
        };
        if let Some((location, _)) = here().find(|(_, offer)| offer.most >= self.wanted) {
            return vec![take(location, self.wanted)];
        }
        let mut missing = self.wanted;
        let mut takes = Vec::new();
        let there = here().map(|(location, offer)| (location, offer.stock));
        let promised = here().map(|(location, offer)| (location, offer.most.saturating_sub(offer.stock)));
        for (location, most) in there.chain(promised) {
            let quantity = Ord::min(most, missing);
            if quantity > 0 {
                takes.push(take(location, quantity));
                missing -= quantity;
            }
        }
        takes
    }
}

/// The fewest places, from 0 to `count`, at which all supplies are had; of several sets the one whose places come first.
/// All together must have enough.
///
/// Where there are too many sets to look at, one of which no place could be left out.
pub(super) fn fewest(supplies: &[Supply], count: usize) -> Vec<usize> {
    let are_had = |places: &[usize]| supplies.iter().all(|supply| supply.is_had_at(places));
    let mut search = Search { are_had, count, left: MAX_TRIED };
    for size in 0..count {
        let mut chosen = Vec::with_capacity(size);
        if search.find(size, 0, &mut chosen) {
            return chosen;
        }
        if search.left == 0 {
            break;
        }
    }
    let mut chosen: Vec<usize> = (0..count).collect();
    for place in (0..count).rev() {
        let without: Vec<usize> = chosen.iter().copied().filter(|other| *other != place).collect();
        if (search.are_had)(&without) {
            chosen = without;
        }
    }
    chosen
}

/// Looks at one set of places after the other.
struct Search<F> {
    are_had: F,
    count: usize,
    /// How many sets it may still look at.
    left: usize,
}

impl<F: Fn(&[usize]) -> bool> Search<F> {
    /// Adds so many places to those that were chosen, from this one on; tells whether all is had there.
    fn find(&mut self, more: usize, from: usize, chosen: &mut Vec<usize>) -> bool {
        if more == 0 {
            self.left = self.left.saturating_sub(1);
            return (self.are_had)(chosen);
        }
        for place in from..=self.count.saturating_sub(more) {
            if self.left == 0 {
                return false;
            }
            chosen.push(place);
            if self.find(more - 1, place + 1, chosen) {
                return true;
            }
            chosen.pop();
        }
        false
    }
}
