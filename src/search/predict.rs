//! Answers while a shopper types.

use std::collections::BTreeSet;

use entity::id::{ArticleId, CollectionId, PageId, ProductId};

use super::order::{RankRef, Span};
use super::request::{LimitScope, Predictions, PredictiveQuery, PredictiveType, Suggestion, Unavailable};
use super::suggest::suggestions;
use super::thing::Kind;
use super::view::{Matches, View, behind};
use crate::error::Fault;
use crate::page::PageRequest;

/// How many suggestions are read at most.
const MAX_SUGGESTIONS: usize = 20;

impl View<'_> {
    /// What a shopper who is typing could mean.
    pub(super) fn predictive(&self, query: &PredictiveQuery) -> Result<Predictions, Fault> {
        let mut lists: Vec<(PredictiveType, Vec<i64>)> = Vec::new();
        let mut queries: Vec<Suggestion> = Vec::new();
        let types: BTreeSet<PredictiveType> = query.types.iter().copied().collect();
        let kinds: Vec<Kind> = types.iter().copied().filter_map(kind_of).collect();
        let matches = self.typed(query, &kinds)?;
        for searched in types {
            let found = match kind_of(searched) {
                Some(kind) => self.best_of(query, &matches, kind),
                None => {
                    queries = suggestions(self, &query.text, query.limit.min(MAX_SUGGESTIONS))?;
                    (0..).take(queries.len()).collect()
                }
            };
            lists.push((searched, found));
        }
        if query.limit_scope == LimitScope::All {
            share(&mut lists, query.limit);
        }
        let list = |kind: PredictiveType| {
            lists.iter().find(|(held, _)| *held == kind).map(|(_, ids)| ids.clone()).unwrap_or_default()
        };
        queries.truncate(list(PredictiveType::Query).len());
        Ok(Predictions {
            products: list(PredictiveType::Product).into_iter().map(ProductId).collect(),
            collections: list(PredictiveType::Collection).into_iter().map(CollectionId).collect(),
            pages: list(PredictiveType::Page).into_iter().map(PageId).collect(),
            articles: list(PredictiveType::Article).into_iter().map(ArticleId).collect(),
            queries,
        })
    }

    /// The things of these kinds that what was typed finds.
    fn typed(&self, query: &PredictiveQuery, kinds: &[Kind]) -> Result<Matches, Fault> {
        let mut base = self.shown(kinds);
        if query.unavailable == Unavailable::Hide {
            base = self.available(base);
        }
        let found = self.by_text(&query.text, true, &query.fields, &base)?.unwrap_or_else(|| self.nothing());
        base.and(&found.bits);
        Ok(Matches { bits: base, found: Some(found) })
    }

    /// The keys of the best things of a kind.
    fn best_of(&self, query: &PredictiveQuery, matches: &Matches, kind: Kind) -> Vec<i64> {
        let last = query.unavailable == Unavailable::Last;
        let page = PageRequest::first(u64::try_from(query.limit).unwrap_or(u64::MAX));
        let ranked = matches.bits.iter().filter_map(|place| {
            let key = self.shelf.key(place).filter(|key| key.kind == kind)?;
            let rank = RankRef::Number(behind(-matches.points(place), self.is_behind(place, last), false));
            Some((rank, key.id, place))
        });
        let ranked = Span::of(&page, false).best(ranked);
        ranked.into_iter().take(query.limit).map(|(_, id, _)| id).collect()
    }
}

/// The kind of things that an answer is of; none for searches.
fn kind_of(searched: PredictiveType) -> Option<Kind> {
    match searched {
        PredictiveType::Product => Some(Kind::Product),
        PredictiveType::Collection => Some(Kind::Collection),
        PredictiveType::Page => Some(Kind::Page),
        PredictiveType::Article => Some(Kind::Article),
        PredictiveType::Query => None,
    }
}

/// Takes from each kind in turn until the limit is reached.
fn share(lists: &mut [(PredictiveType, Vec<i64>)], limit: usize) {
    let mut kept = vec![0_usize; lists.len()];
    let mut left = limit;
    let mut went_on = true;
    while left > 0 && went_on {
        went_on = false;
        for ((_, ids), kept) in lists.iter().zip(&mut kept) {
            if left > 0 && *kept < ids.len() {
                *kept += 1;
                left -= 1;
                went_on = true;
            }
        }
    }
    for ((_, ids), kept) in lists.iter_mut().zip(kept) {
        ids.truncate(kept);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_shared_in_turn() {
        let mut lists = vec![
            (PredictiveType::Product, vec![1, 2, 3, 4]),
            (PredictiveType::Page, vec![5]),
            (PredictiveType::Query, vec![0, 1, 2]),
        ];
        share(&mut lists, 6);
        assert_eq!(lists.iter().map(|(_, ids)| ids.len()).collect::<Vec<_>>(), [3, 1, 2]);
        share(&mut lists, 100);
        assert_eq!(lists.iter().map(|(_, ids)| ids.len()).collect::<Vec<_>>(), [3, 1, 2]);
    }
}
