//! Numbers that look like chance and are the same for the same seed.

use std::time::Duration;

/// A generator of numbers (SplitMix64).
#[derive(Clone, Debug)]
pub struct Dice(u64);

impl Dice {
    /// One of several that come from the same seed.
    pub fn new(seed: u64, part: u64) -> Self {
        let mut dice = Self(seed);
        Self(dice.next() ^ part.wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    /// Any number.
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from the least to the most, both included.
    pub fn range(&mut self, (least, most): (u64, u64)) -> u64 {
        least + self.next() % (most.saturating_sub(least) + 1)
    }

    /// So many milliseconds.
    pub fn millis(&mut self, range: (u64, u64)) -> Duration {
        Duration::from_millis(self.range(range))
    }

    /// Whether something happens that does so often in a hundred times.
    pub fn happens(&mut self, times: u64) -> bool {
        self.range((1, 100)) <= times
    }

    /// One of several.
    pub fn pick<T: Copy>(&mut self, of: &[T]) -> T {
        let places = u64::try_from(of.len()).unwrap();
        of[usize::try_from(self.next() % places).unwrap()]
    }
}
