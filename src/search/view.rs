//! Answering questions in the state of one moment.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use entity::id::{ArticleId, CollectionId, PageId, ProductId};

use super::bits::Bits;
use super::finder::{Finder, Manner};
use super::found::Found;
use super::index::{Fields, Snapshot};
use super::lookup::Lookup;
use super::order::{Order, RankRef, Ranked, Span};
use super::points;
use super::request::{
    Facet, Hit, ItemHits, ItemQuery, ItemType, ProductHits, ProductQuery, SearchSort, SearchableField,
    Unavailable,
};
use super::shelf::{Member, Shelf};
use super::sift::{Wishes, facets, sift};
use super::synonym::Synonyms;
use super::thing::Kind;
use super::words::Analysis;
use crate::catalog::ProductFilters;
use crate::error::Fault;
use crate::page::{Page, SortKind};
use crate::query::{Query, Term, Value};

/// In texts of more words than these no typos are looked for: each costs as much as many words, and nobody types so many.
const MAX_TYPO_WORDS: usize = 12;
/// With fewer exact hits than these, typos are looked for as well.
const FEW: usize = 10;
/// What an exact hit has before those with typos.
const EXACT: u32 = 3_000_000;
/// Of so many products one in a list is looked for by walking the whole order.
const SPARSE: usize = 50;
/// What stands behind everything else has this much more, or less, to be sorted by.
const BEHIND: i64 = 1 << 60;

/// Everything that a question is answered from.
pub(super) struct View<'a> {
    pub(super) shelf: &'a Shelf,
    pub(super) snapshot: &'a Snapshot,
    pub(super) fields: &'a Fields,
    pub(super) analysis: &'a Analysis,
    pub(super) synonyms: &'a Synonyms,
    pub(super) exponent: u32,
    pub(super) now: DateTime<Utc>,
}

/// Things that match, and how well.
pub(super) struct Matches {
    pub(super) bits: Bits,
    pub(super) found: Option<Found>,
}

impl Matches {
    pub(super) fn points(&self, place: u32) -> i64 {
        self.found.as_ref().map_or(0, |found| i64::from(found.points(place)))
    }
}

impl View<'_> {
    /// Things of these kinds that are on the storefront.
    pub(super) fn shown(&self, kinds: &[Kind]) -> Bits {
        self.shelf.shown(kinds, self.now.timestamp_micros())
    }

    fn finder<'a>(&'a self, manner: Manner, only: &'a [SearchableField]) -> Finder<'a> {
        Finder {
            shelf: self.shelf,
            lookup: Lookup { snapshot: self.snapshot, places: self.shelf.len() },
            fields: self.fields,
            analysis: self.analysis,
            synonyms: self.synonyms,
            manner,
            only,
            exponent: self.exponent,
        }
    }

    /// What a shopper's words find among these things, with typos where few are found without. Nothing at all where
    /// there are no words.
    pub(super) fn by_text(
        &self,
        text: &str,
        is_unfinished: bool,
        only: &[SearchableField],
        shown: &Bits,
    ) -> Result<Option<Found>, Fault> {
        let mut query = Query::parse(text);
        let words = plain_words(&query).map(|words| self.analysis.words_of(&words).join(" "));
        if is_unfinished {
            leave_open(&mut query);
        }
        let Some(mut found) = self.finder(Manner::Shopper { typos: false }, only).find(&query)? else {
            return Ok(None);
        };
        found.bits.and(shown);
        let words_typed = text.split(|sign: char| !sign.is_alphanumeric()).filter(|word| !word.is_empty());
        if found.bits.count() < FEW && words_typed.count() <= MAX_TYPO_WORDS {
            let exact = found.bits.clone();
            if let Some(mut more) = self.finder(Manner::Shopper { typos: true }, only).find(&query)? {
                more.bits.and(shown);
                found = found.or(&more);
                exact.iter().for_each(|place| found.raise(place, EXACT));
            }
        }
        if let Some(words) = words.filter(|words| !words.is_empty()) {
            self.prefer_titles(&mut found, &words, is_unfinished);
        }
        Ok(Some(found))
    }

    /// Raises what has these words for its title, or at the beginning of it; the last one may be cut off only where it is
    /// unfinished.
    fn prefer_titles(&self, found: &mut Found, words: &str, is_unfinished: bool) {
        for (place, rest) in self.shelf.titles_from(words) {
            let by = match rest.chars().next() {
                None => points::WHOLE_TITLE,
                Some(' ') => points::TITLE_START,
                Some(_) if is_unfinished => points::TITLE_START,
                Some(_) => continue,
            };
            if found.bits.contains(place) {
                found.raise(place, by);
            }
        }
    }

    /// Finds products.
    pub(super) fn products(&self, query: &ProductQuery) -> Result<ProductHits, Fault> {
        let mut base = self.shown(&[Kind::Product]);
        let members =
            query.collection.map(|CollectionId(id)| self.shelf.members(id).cloned().unwrap_or_default());
        if let Some(members) = &members {
            let mut these = Bits::new(self.shelf.len());
            members.iter().for_each(|member| these.insert(member.place));
            base.and(&these);
        }
        if query.unavailable == Unavailable::Hide {
            base = self.available(base);
        }
        let mut found = None;
        if let Some(text) = query.text.as_deref().filter(|text| has_wishes(text)) {
            found = Some(self.by_text(text, query.prefix, &[], &base)?.unwrap_or_else(|| self.nothing()));
        }
        if let Some(exact) = &query.query
            && let Some(more) = self.finder(Manner::Exact, &[]).find(exact)?
        {
            found = Some(match found {
                Some(found) => found.and(&more),
                None => more,
            });
        }
        if let Some(found) = &found {
            base.and(&found.bits);
        }
        let (bits, facets) = self.sifted(&base, &query.filters, query.facets);
        let matches = Matches { bits, found };
        Ok(ProductHits {
            total: total(&matches.bits),
            page: self.page_of_products(query, &matches, members),
            facets,
        })
    }

    pub(super) fn nothing(&self) -> Found {
        Found::nothing(self.shelf.len())
    }

    pub(super) fn available(&self, mut bits: Bits) -> Bits {
        let gone: Vec<u32> = bits
            .iter()
            .filter(|place| {
                self.shelf.product(*place).is_some() && !self.shelf.summary(*place).some_available
            })
            .collect();
        gone.into_iter().for_each(|place| bits.remove(place));
        bits
    }

    fn sifted(&self, base: &Bits, filters: &ProductFilters, counts: bool) -> (Bits, Vec<Facet>) {
        let wishes = Wishes::of(filters, &self.shelf.vocabulary);
        let (bits, counts) = sift(self.shelf, base, &wishes, counts);
        (bits, counts.map_or_else(Vec::new, |counts| facets(&counts, &self.shelf.vocabulary)))
    }

    fn page_of_products(
        &self,
        query: &ProductQuery,
        matches: &Matches,
        members: Option<Arc<[Member]>>,
    ) -> Page<ProductId> {
        let (page, sort) = (&query.page, query.sort);
        let span = Span::of(page, sort.runs_downwards());
        let positions = members.filter(|_| sort == SearchSort::Manual);
        let order = order_of(sort);
        let last = query.unavailable == Unavailable::Last && matches!(sort.kind(), SortKind::Number(_));
        let rank =
            |place: u32| self.rank(sort, matches, place, last.then(|| page.reverse != sort.runs_downwards()));
        let of_place = |place: u32| Some((rank(place), self.shelf.key(place)?.id, place));
        let ranked: Vec<Ranked<'_>> = match (&positions, order) {
            (Some(members), _) => {
                let wanted = members.iter().filter(|member| matches.bits.contains(member.place));
                span.best(wanted.map(|member| {
                    let is_behind = self.is_behind(member.place, last);
                    let rank = RankRef::Number(behind(member.position, is_behind, page.reverse));
                    (rank, member.id, member.place)
                }))
            }
            (None, Some(order))
                if !last && matches.bits.count().saturating_mul(SPARSE) > self.shelf.len() =>
            {
                let places = self.shelf.orders.walk(order, &matches.bits, &span);
                places.into_iter().filter_map(of_place).collect()
            }
            (None, _) => span.best(matches.bits.iter().filter_map(of_place)),
        };
        page.page_of(ranked, |(rank, id, _)| rank.cursor(sort.kind(), *id)).map(|(_, id, _)| ProductId(id))
    }

    pub(super) fn is_behind(&self, place: u32, last: bool) -> bool {
        last && self.shelf.product(place).is_some() && !self.shelf.summary(place).some_available
    }

    /// What a product is sorted by. `last` holds, where what cannot be bought comes last, whether the list runs from
    /// high to low.
    fn rank(&self, sort: SearchSort, matches: &Matches, place: u32, last: Option<bool>) -> RankRef<'_> {
        let of_order = order_of(sort).and_then(|order| {
            let entry = self.shelf.entry(place)?;
            Some(order.rank(&self.shelf.vocabulary, entry, entry.product.as_deref()?))
        });
        let rank = of_order.unwrap_or_else(|| match sort {
            SearchSort::Relevance => RankRef::Number(-matches.points(place)),
            _ => RankRef::Number(0),
        });
        match (rank, last) {
            (RankRef::Number(number), Some(downwards)) => {
                RankRef::Number(behind(number, self.is_behind(place, true), downwards))
            }
            (rank, _) => rank,
        }
    }

    /// Finds things of several kinds.
    pub(super) fn items(&self, query: &ItemQuery) -> Result<ItemHits, Fault> {
        let kinds: Vec<Kind> = query
            .types
            .iter()
            .map(|kind| match kind {
                ItemType::Product => Kind::Product,
                ItemType::Page => Kind::Page,
                ItemType::Article => Kind::Article,
            })
            .filter(|kind| query.filters.is_empty() || *kind == Kind::Product)
            .collect();
        let mut base = self.shown(&kinds);
        if query.unavailable == Unavailable::Hide {
            base = self.available(base);
        }
        let mut found = None;
        if has_wishes(&query.text) {
            let hits = self.by_text(&query.text, query.prefix, &[], &base)?.unwrap_or_else(|| self.nothing());
            base.and(&hits.bits);
            found = Some(hits);
        }
        let mut products = base.clone();
        products.and(&self.shown(&[Kind::Product]));
        let mut others = base;
        others.and_not(&products);
        let (mut bits, facets) = self.sifted(&products, &query.filters, query.facets);
        bits.or(&others);
        let matches = Matches { bits, found };
        let last = query.unavailable == Unavailable::Last;
        let downwards = query.page.reverse;
        // Keys of different kinds may be the same number.
        let unique = |place: u32| {
            let key = self.shelf.key(place)?;
            let kind = i64::try_from(key.kind.number()).ok()?;
            Some(key.id.saturating_mul(8).saturating_add(kind))
        };
        let rank = |place: u32| match (query.sort, self.shelf.product(place)) {
            (SearchSort::Price, Some(product)) => {
                RankRef::Number(behind(product.min_price, self.is_behind(place, last), downwards))
            }
            (SearchSort::Price, None) => RankRef::Number(behind(0, true, downwards).saturating_mul(2)),
            _ => RankRef::Number(behind(-matches.points(place), self.is_behind(place, last), downwards)),
        };
        let span = Span::of(&query.page, false);
        let ranked = matches.bits.iter().filter_map(|place| Some((rank(place), unique(place)?, place)));
        let page = query.page.page_of(span.best(ranked), |(rank, id, _)| rank.cursor(query.sort.kind(), *id));
        let hit = |place: u32| {
            let key = self.shelf.key(place)?;
            match key.kind {
                Kind::Product => Some(Hit::Product(ProductId(key.id))),
                Kind::Page => Some(Hit::Page(PageId(key.id))),
                Kind::Article => Some(Hit::Article(ArticleId(key.id))),
                Kind::Collection => None,
            }
        };
        let items = page
            .items
            .into_iter()
            .filter_map(|(cursor, (_, _, place))| Some((cursor, hit(place)?)))
            .collect();
        Ok(ItemHits {
            total: total(&matches.bits),
            page: Page { items, has_next: page.has_next, has_previous: page.has_previous },
            facets,
        })
    }

    /// Whether some product that is on the storefront is among the documents with such a suggestion.
    pub(super) fn is_shown(&self, place: u32) -> bool {
        let now = self.now.timestamp_micros();
        self.shelf.published_at(place) <= now
    }
}

fn total(bits: &Bits) -> u64 {
    u64::try_from(bits.count()).unwrap_or(u64::MAX)
}

fn order_of(sort: SearchSort) -> Option<Order> {
    match sort {
        SearchSort::Relevance | SearchSort::Manual => None,
        SearchSort::Price => Some(Order::Price),
        SearchSort::Id => Some(Order::Id),
        SearchSort::Title => Some(Order::Title),
        SearchSort::Vendor => Some(Order::Vendor),
        SearchSort::ProductType => Some(Order::ProductType),
        SearchSort::CreatedAt => Some(Order::Created),
        SearchSort::UpdatedAt => Some(Order::Updated),
        SearchSort::BestSelling => Some(Order::Sold),
    }
}

/// Whether a text asks for anything in particular.
fn has_wishes(text: &str) -> bool {
    !matches!(text.trim(), "" | "*")
}

/// A number that stands behind all others in a list that runs so.
pub(super) fn behind(number: i64, is_behind: bool, downwards: bool) -> i64 {
    match (is_behind, downwards) {
        (false, _) => number,
        (true, false) => number.saturating_add(BEHIND),
        (true, true) => number.saturating_sub(BEHIND),
    }
}

/// The words of a search that has nothing but words.
fn plain_words(query: &Query) -> Option<String> {
    match query {
        Query::Term(Term {
            field: None,
            value: Value::Word(text) | Value::Phrase(text) | Value::Prefix(text),
            ..
        }) => Some(text.clone()),
        Query::And(parts) => {
            parts.iter().map(plain_words).collect::<Option<Vec<_>>>().map(|words| words.join(" "))
        }
        Query::Term(_) | Query::Or(_) | Query::Not(_) => None,
    }
}

/// Lets the last word be the beginning of one.
fn leave_open(query: &mut Query) {
    match query {
        Query::And(parts) | Query::Or(parts) => {
            if let Some(last) = parts.last_mut() {
                leave_open(last);
            }
        }
        Query::Term(Term { field: None, value, .. }) => {
            if let Value::Word(text) = value {
                *value = Value::Prefix(std::mem::take(text));
            }
        }
        Query::Term(_) | Query::Not(_) => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_behind_stands_behind_both_ways() {
        assert!(behind(5, true, false) > i64::from(u32::MAX));
        assert!(behind(5, true, true) < 0);
        assert_eq!(behind(5, false, true), 5);
    }
}
