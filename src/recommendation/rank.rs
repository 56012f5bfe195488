//! Which products go with a product: the rules, without a database.

use std::cmp::Reverse;

use entity::id::ProductId;

/// The most products that are recommended.
pub const MAX_RECOMMENDATIONS: usize = 10;

/// How much each likeness weighs.
const COLLECTION_WEIGHT: i64 = 3;
const TAG_WEIGHT: i64 = 2;
const TYPE_WEIGHT: i64 = 3;
const VENDOR_WEIGHT: i64 = 1;
/// More of the same likeness says nothing new: a shop that tags everything alike must not drown the rest.
const MAX_COLLECTIONS: i64 = 3;
const MAX_TAGS: i64 = 5;
const MAX_DOUBLINGS: u32 = 4;

/// What recommendations are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Intent {
    /// What is used together with the product.
    Complementary,
    /// What might be bought instead of it.
    Related,
}

/// A product that might be recommended, and what it has in common with the one that is looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Candidate {
    pub id: ProductId,
    pub is_for_sale: bool,
    pub is_same_type: bool,
    pub is_same_vendor: bool,
    pub shared_collections: i64,
    pub shared_tags: i64,
    /// Orders with both.
    pub bought_together: i64,
    /// Units sold of it.
    pub sold: i64,
}

impl Candidate {
    /// How alike the two are.
    fn likeness(&self) -> i64 {
        COLLECTION_WEIGHT * self.shared_collections.min(MAX_COLLECTIONS)
            + TAG_WEIGHT * self.shared_tags.min(MAX_TAGS)
            + TYPE_WEIGHT * i64::from(self.is_same_type)
            + VENDOR_WEIGHT * i64::from(self.is_same_vendor)
            + i64::from(self.doublings())
    }

    /// How often the number of common orders doubled, from 1 for the first: the hundredth says less than the second.
    fn doublings(&self) -> u32 {
        self.bought_together.checked_ilog2().map_or(0, |doublings| doublings + 1).min(MAX_DOUBLINGS)
    }

    /// The weights by which it is placed, the heaviest first; `None` where it does not fit at all.
    fn weights(&self, intent: Intent) -> Option<(i64, i64)> {
        match intent {
            Intent::Related => Some((self.likeness(), 0)).filter(|(likeness, _)| *likeness > 0),
            Intent::Complementary => {
                let goes_with = self.shared_collections > 0 && !self.is_same_type;
                (self.bought_together > 0 || goes_with)
                    .then_some((self.bought_together, self.shared_collections))
            }
        }
    }
}

/// The best candidates in their order. What cannot be bought comes last; among equals what sells best comes first.
pub(super) fn best(intent: Intent, candidates: Vec<Candidate>) -> Vec<ProductId> {
    let weighed = candidates.into_iter().filter_map(|candidate| {
        let weights = candidate.weights(intent)?;
        Some((Reverse((candidate.is_for_sale, weights, candidate.sold)), candidate.id))
    });
    let mut weighed: Vec<_> = weighed.collect();
    weighed.sort_unstable();
    weighed.into_iter().map(|(_, id)| id).take(MAX_RECOMMENDATIONS).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn candidate(id: i64) -> Candidate {
        Candidate {
            id: ProductId(id),
            is_for_sale: true,
            is_same_type: false,
            is_same_vendor: false,
            shared_collections: 0,
            shared_tags: 0,
            bought_together: 0,
            sold: 0,
        }
    }

    fn ranked(intent: Intent, candidates: Vec<Candidate>) -> Vec<i64> {
        best(intent, candidates).into_iter().map(|id| id.0).collect()
    }

    #[test]
    fn the_most_alike_come_first() {
        let candidates = vec![
            Candidate { is_same_vendor: true, ..candidate(1) },
            Candidate { shared_tags: 1, ..candidate(2) },
            Candidate { shared_collections: 1, shared_tags: 1, ..candidate(3) },
            Candidate { is_same_type: true, ..candidate(4) },
            candidate(5),
            Candidate { bought_together: 1, is_same_type: true, ..candidate(6) },
        ];
        assert_eq!(ranked(Intent::Related, candidates), [3, 6, 4, 2, 1]);
    }

    #[test]
    fn what_is_bought_together_goes_with_it_and_then_other_types_of_its_collections() {
        let candidates = vec![
            Candidate { shared_collections: 1, ..candidate(1) },
            Candidate { shared_collections: 2, ..candidate(2) },
            Candidate { shared_collections: 3, is_same_type: true, shared_tags: 5, ..candidate(3) },
            Candidate { bought_together: 1, is_same_type: true, ..candidate(4) },
            Candidate { bought_together: 9, ..candidate(5) },
            Candidate { shared_tags: 5, is_same_vendor: true, ..candidate(6) },
        ];
        assert_eq!(ranked(Intent::Complementary, candidates), [5, 4, 2, 1]);
    }

    #[test]
    fn what_cannot_be_bought_comes_last_and_the_best_sold_first_among_equals() {
        let candidates = vec![
            Candidate { shared_tags: 5, is_for_sale: false, ..candidate(1) },
            Candidate { shared_tags: 1, ..candidate(2) },
            Candidate { shared_tags: 1, sold: 5, ..candidate(3) },
            Candidate { shared_tags: 1, ..candidate(4) },
        ];
        assert_eq!(ranked(Intent::Related, candidates), [3, 2, 4, 1]);
    }

    #[test]
    fn more_of_the_same_likeness_stops_counting() {
        let much = Candidate { shared_tags: 50, bought_together: i64::MAX, ..candidate(1) };
        assert_eq!(much.likeness(), TAG_WEIGHT * MAX_TAGS + 4);
        assert_eq!(
            [0, 1, 2, 3, 4, 8, 16].map(|n| Candidate { bought_together: n, ..candidate(1) }.doublings()),
            [0, 1, 2, 2, 3, 4, 4]
        );
    }

    #[test]
    fn no_more_than_ten_are_recommended() {
        let candidates = (1..=30).map(|id| Candidate { is_same_type: true, ..candidate(id) }).collect();
        assert_eq!(ranked(Intent::Related, candidates), (1..=10).collect::<Vec<_>>());
    }
}
