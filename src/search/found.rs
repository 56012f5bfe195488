//! What a search found so far: a set of places, and how well each matches.

use super::bits::Bits;

/// Places and their points.
#[derive(Clone, Debug)]
pub(super) struct Found {
    pub(super) bits: Bits,
    /// By place; empty where nothing has any.
    points: Vec<u32>,
}

impl Found {
    pub(super) fn nothing(places: usize) -> Self {
        Self { bits: Bits::new(places), points: Vec::new() }
    }

    pub(super) fn of(bits: Bits) -> Self {
        Self { bits, points: Vec::new() }
    }

    fn at(place: u32) -> usize {
        usize::try_from(place).unwrap_or(usize::MAX)
    }

    /// Adds a place, or raises its points to these. `places` is how many there are at all.
    pub(super) fn add(&mut self, places: usize, place: u32, points: u32) {
        self.bits.insert(place);
        if self.points.is_empty() {
            self.points = vec![0; places];
        }
        if let Some(held) = self.points.get_mut(Self::at(place)) {
            *held = points.max(*held);
        }
    }

    pub(super) fn points(&self, place: u32) -> u32 {
        self.points.get(Self::at(place)).copied().unwrap_or(0)
    }

    /// Keeps what both found; their points add up.
    pub(super) fn and(mut self, other: &Self) -> Self {
        self.bits.and(&other.bits);
        if self.points.is_empty() {
            self.points.clone_from(&other.points);
        } else if !other.points.is_empty() {
            for place in self.bits.iter() {
                if let Some(held) = self.points.get_mut(Self::at(place)) {
                    *held = held.saturating_add(other.points(place));
                }
            }
        }
        self
    }

    /// Takes what either found; the better points count.
    pub(super) fn or(mut self, other: &Self) -> Self {
        if other.bits.is_empty() {
            return self;
        }
        // Places that only stood in one of both before: their old points are of no meaning.
        if !self.points.is_empty() || !other.points.is_empty() {
            let places = self.points.len().max(other.points.len());
            let mut points = vec![0; places];
            for found in [&self, other] {
                for place in found.bits.iter() {
                    if let Some(held) = points.get_mut(Self::at(place)) {
                        *held = found.points(place).max(*held);
                    }
                }
            }
            self.points = points;
        }
        self.bits.or(&other.bits);
        self
    }

    /// The same with half the points.
    pub(super) fn halved(mut self) -> Self {
        self.points.iter_mut().for_each(|points| *points /= 2);
        self
    }

    /// Raises the points of a place that is in it.
    pub(super) fn raise(&mut self, place: u32, by: u32) {
        if let Some(held) = self.points.get_mut(Self::at(place)) {
            *held = held.saturating_add(by);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(places: &[(u32, u32)]) -> Found {
        let mut found = Found::nothing(10);
        places.iter().for_each(|(place, points)| found.add(10, *place, *points));
        found
    }

    fn list(found: &Found) -> Vec<(u32, u32)> {
        found.bits.iter().map(|place| (place, found.points(place))).collect()
    }

    #[test]
    fn points_add_up_and_the_better_ones_count() {
        let (a, b) = (found(&[(1, 5), (2, 7), (2, 3)]), found(&[(2, 10), (3, 1)]));
        assert_eq!(list(&a.clone().and(&b)), [(2, 17)]);
        assert_eq!(list(&a.clone().or(&b)), [(1, 5), (2, 10), (3, 1)]);
        // A place that was lost on the way does not come back with its old points.
        let lost = a.clone().and(&found(&[(2, 0)]));
        assert_eq!(list(&lost.or(&found(&[(1, 1)]))), [(1, 1), (2, 7)]);
        assert_eq!(list(&a.halved()), [(1, 2), (2, 3)]);
    }
}
