//! Which prices may stand beside each other. Pure rules.
//!
//! A price is lasting where it has no end, temporary where it has one. Of a variant, list, currency and quantity the price
//! with the newest beginning that holds counts, so:
//! - a temporary price stands in front of the lasting one that began before it, and gives way to it again: no overlap;
//! - lasting prices follow each other, each until the next begins: no overlap;
//! - two temporary prices with a moment in common are an overlap;
//! - a lasting price that begins within a temporary one is an overlap too, because it would end that one early.
//!
//! A price with the same beginning as another takes its place.

use chrono::{DateTime, Utc};

/// From when until when a price holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Window {
    /// Its first moment.
    pub from: DateTime<Utc>,
    /// The first moment after it; `None` for a lasting price.
    pub to: Option<DateTime<Utc>>,
}

impl Window {
    /// Whether two prices cannot stand beside each other.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        let begins_within = |inner: Self, outer: Self| {
            outer.to.is_some_and(|end| outer.from < inner.from && inner.from < end)
        };
        begins_within(self, other)
            || begins_within(other, self)
            || self.from == other.from && self.to.is_some() && other.to.is_some()
    }
}

/// The first two of these prices of a variant, list, currency and quantity that overlap, where one of them is new. The
/// beginnings of all of them differ.
#[must_use]
pub fn first_overlap(kept: &[Window], new: &[Window]) -> Option<(Window, Window)> {
    let mut pairs = new.iter().enumerate().flat_map(|(place, one)| {
        let later = new.iter().skip(place.saturating_add(1));
        kept.iter().chain(later).map(move |other| (*one, *other))
    });
    pairs.find(|(one, other)| one.overlaps(*other))
}

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;

    fn window(from: i64, to: Option<i64>) -> Window {
        let at = |hours| DateTime::UNIX_EPOCH + TimeDelta::hours(hours);
        Window { from: at(from), to: to.map(at) }
    }

    #[test]
    fn temporary_prices_stand_before_lasting_ones_and_beside_each_other() {
        let sale = window(10, Some(20));
        for (other, overlaps) in [
            (window(0, None), false),
            (window(20, None), false),
            (window(25, None), false),
            (window(15, None), true),
            (window(19, None), true),
            (window(0, Some(10)), false),
            (window(20, Some(30)), false),
            (window(0, Some(11)), true),
            (window(19, Some(30)), true),
            (window(12, Some(13)), true),
            (window(0, Some(30)), true),
            (window(10, Some(11)), true),
        ] {
            assert_eq!(sale.overlaps(other), overlaps, "{other:?}");
            assert_eq!(other.overlaps(sale), overlaps, "{other:?}");
        }
        assert!(!window(0, None).overlaps(window(5, None)));
    }

    #[test]
    fn overlaps_are_found_among_new_prices_and_with_those_that_are_there() {
        let (base, sale, late) = (window(0, None), window(10, Some(20)), window(15, Some(25)));
        assert_eq!(first_overlap(&[base], &[sale]), None);
        assert_eq!(first_overlap(&[base, sale], &[late]), Some((late, sale)));
        assert_eq!(first_overlap(&[base], &[sale, late]), Some((sale, late)));
        assert_eq!(first_overlap(&[sale, late], &[window(30, None)]), None, "what was there stays");
    }

    proptest! {
        #[test]
        fn temporary_prices_overlap_if_any_moment_is_in_both(
            a in 0_i64..30, length_a in 1_i64..10, b in 0_i64..30, length_b in 1_i64..10,
        ) {
            let (one, other) = (window(a, Some(a + length_a)), window(b, Some(b + length_b)));
            let shares = (0..50).any(|hour| (a..a + length_a).contains(&hour) && (b..b + length_b).contains(&hour));
            prop_assert_eq!(one.overlaps(other), shares);
        }
    }
}
