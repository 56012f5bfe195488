//! Sets of places as bits.

/// A set of places in the shelf.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Bits {
    words: Vec<u64>,
}

impl Bits {
    /// An empty set that has room for so many places.
    pub(super) fn new(places: usize) -> Self {
        Self { words: vec![0; places.div_ceil(64)] }
    }

    fn of(place: u32) -> (usize, u64) {
        (usize::try_from(place / 64).unwrap_or(usize::MAX), 1 << (place % 64))
    }

    /// Adds a place; one beyond the room is not kept.
    pub(super) fn insert(&mut self, place: u32) {
        let (word, bit) = Self::of(place);
        if let Some(held) = self.words.get_mut(word) {
            *held |= bit;
        }
    }

    /// Adds a place and makes room for it.
    pub(super) fn insert_with_room(&mut self, place: u32) {
        let (word, _) = Self::of(place);
        if word >= self.words.len() {
            self.words.resize(word.saturating_add(1), 0);
        }
        self.insert(place);
    }

    pub(super) fn remove(&mut self, place: u32) {
        let (word, bit) = Self::of(place);
        if let Some(held) = self.words.get_mut(word) {
            *held &= !bit;
        }
    }

    pub(super) fn contains(&self, place: u32) -> bool {
        let (word, bit) = Self::of(place);
        self.words.get(word).is_some_and(|held| held & bit != 0)
    }

    pub(super) fn and(&mut self, other: &Self) {
        for (place, word) in self.words.iter_mut().enumerate() {
            *word &= other.words.get(place).copied().unwrap_or(0);
        }
    }

    pub(super) fn or(&mut self, other: &Self) {
        for (word, more) in self.words.iter_mut().zip(&other.words) {
            *word |= more;
        }
    }

    pub(super) fn and_not(&mut self, other: &Self) {
        for (word, less) in self.words.iter_mut().zip(&other.words) {
            *word &= !less;
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.words.iter().all(|word| *word == 0)
    }

    pub(super) fn count(&self) -> usize {
        self.words.iter().map(|word| usize::try_from(word.count_ones()).unwrap_or(0)).sum()
    }

    /// The places, ascending.
    pub(super) fn iter(&self) -> impl Iterator<Item = u32> + '_ {
        (0_u32..).step_by(64).zip(&self.words).flat_map(|(first, word)| {
            let mut left = *word;
            std::iter::from_fn(move || {
                if left == 0 {
                    return None;
                }
                let bit = left.trailing_zeros();
                left &= left - 1;
                Some(first + bit)
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(places: &[u32]) -> Bits {
        let mut bits = Bits::new(200);
        places.iter().for_each(|place| bits.insert(*place));
        bits
    }

    #[test]
    fn sets_are_combined() {
        let list = |bits: &Bits| bits.iter().collect::<Vec<_>>();
        let mut bits = set(&[0, 63, 64, 130, 199]);
        assert_eq!((list(&bits), bits.count()), (vec![0, 63, 64, 130, 199], 5));
        bits.and_not(&set(&[63]));
        bits.or(&set(&[7]));
        bits.and(&set(&[0, 7, 63, 64, 199]));
        assert_eq!(list(&bits), [0, 7, 64, 199]);
        bits.remove(7);
        bits.insert(9_999);
        assert!(bits.contains(64) && !bits.contains(7) && !bits.contains(9_999));
    }
}
