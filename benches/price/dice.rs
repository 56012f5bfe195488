//! Numbers that look like chance and are the same every time.

/// A generator of numbers (SplitMix64).
#[derive(Clone, Debug)]
pub(super) struct Dice(u64);

impl Dice {
    /// One for the `index`th thing of a kind in a cart that comes from a seed: leaving out one thing changes no other, so
    /// that a cart that fails can be made smaller.
    pub(super) fn of(seed: u64, kind: u64, index: u64) -> Self {
        let mut dice = Self(seed);
        Self(dice.next() ^ (kind << 48) ^ index.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// Any number.
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from the least to the most, both included.
    pub(super) fn range(&mut self, least: i64, most: i64) -> i64 {
        let width = u64::try_from(most - least).unwrap() + 1;
        least + i64::try_from(self.next() % width).unwrap()
    }

    /// The same for small numbers.
    pub(super) fn small(&mut self, least: i32, most: i32) -> i32 {
        i32::try_from(self.range(i64::from(least), i64::from(most))).unwrap()
    }

    /// Whether something happens that does so often in a hundred times.
    pub(super) fn happens(&mut self, times: i64) -> bool {
        self.range(1, 100) <= times
    }

    /// One of several.
    pub(super) fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        of[usize::try_from(self.next() % u64::try_from(of.len()).unwrap()).unwrap()]
    }
}
