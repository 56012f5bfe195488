//! The orders in which products are listed, kept sorted, and pages of them.

use std::collections::{BTreeSet, BinaryHeap};
use std::ops::Bound;
use std::sync::Arc;

use chrono::DateTime;

use super::bits::Bits;
use super::shelf::{Entry, Product};
use super::vocabulary::Vocabulary;
use crate::page::{Cursor, PageRequest, SortKind, SortValue};

/// What is sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Id,
    Title,
    Vendor,
    ProductType,
    Created,
    Updated,
    Price,
    Sold,
}

impl Order {
    pub(super) const COUNT: usize = 8;
    pub(super) const ALL: [Self; Self::COUNT] = [
        Self::Id,
        Self::Title,
        Self::Vendor,
        Self::ProductType,
        Self::Created,
        Self::Updated,
        Self::Price,
        Self::Sold,
    ];

    /// What a product is sorted by.
    pub(super) fn rank<'a>(
        self,
        vocabulary: &'a Vocabulary,
        entry: &'a Entry,
        product: &'a Product,
    ) -> RankRef<'a> {
        match self {
            Self::Id => RankRef::Number(0),
            Self::Title => RankRef::Text(&entry.title),
            Self::Vendor => RankRef::Text(vocabulary.value(product.vendor)),
            Self::ProductType => RankRef::Text(vocabulary.value(product.product_type)),
            Self::Created => RankRef::Number(entry.created),
            Self::Updated => RankRef::Number(entry.updated),
            Self::Price => RankRef::Number(product.min_price),
            Self::Sold => RankRef::Number(product.sold),
        }
    }
}

/// What a thing is sorted by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Rank {
    Number(i64),
    Text(Arc<str>),
}

/// The same, borrowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum RankRef<'a> {
    Number(i64),
    Text(&'a str),
}

impl RankRef<'_> {
    pub(super) fn owned(self) -> Rank {
        match self {
            Self::Number(number) => Rank::Number(number),
            Self::Text(text) => Rank::Text(text.into()),
        }
    }

    /// The place of a thing with this rank, for clients.
    pub(super) fn cursor(self, kind: SortKind, id: i64) -> Cursor {
        let value = match (kind, self) {
            (SortKind::Key, _) => None,
            (SortKind::Time(_), Self::Number(micros)) => {
                Some(SortValue::Time(DateTime::from_timestamp_micros(micros).unwrap_or_default()))
            }
            (_, Self::Number(number)) => Some(SortValue::Number(number)),
            (_, Self::Text(text)) => Some(SortValue::Text(text.to_owned())),
        };
        kind.cursor(value, id)
    }
}

/// The rank at a place that a client holds.
fn rank_at(cursor: &Cursor) -> RankRef<'_> {
    match &cursor.value {
        None => RankRef::Number(0),
        Some(SortValue::Number(number)) => RankRef::Number(*number),
        Some(SortValue::Time(time)) => RankRef::Number(time.timestamp_micros()),
        Some(SortValue::Text(text)) => RankRef::Text(text),
    }
}

/// A place in an order: rank, key, place on the shelf.
type Sorted = (Rank, i64, u32);

/// The same, borrowed.
pub(super) type Ranked<'a> = (RankRef<'a>, i64, u32);

/// Products in every order.
#[derive(Debug, Default)]
pub(super) struct Orders([BTreeSet<Sorted>; Order::COUNT]);

impl Orders {
    fn of(&self, order: Order) -> Option<&BTreeSet<Sorted>> {
        Order::ALL.iter().position(|known| *known == order).and_then(|at| self.0.get(at))
    }

    fn of_mut(&mut self, order: Order) -> Option<&mut BTreeSet<Sorted>> {
        Order::ALL.iter().position(|known| *known == order).and_then(|at| self.0.get_mut(at))
    }

    pub(super) fn insert(&mut self, order: Order, rank: Rank, id: i64, place: u32) {
        if let Some(sorted) = self.of_mut(order) {
            sorted.insert((rank, id, place));
        }
    }

    pub(super) fn remove(&mut self, order: Order, rank: Rank, id: i64, place: u32) {
        if let Some(sorted) = self.of_mut(order) {
            sorted.remove(&(rank, id, place));
        }
    }

    /// Reads a page by walking the whole order: quick where most products are wanted.
    pub(super) fn walk(&self, order: Order, wanted: &Bits, span: &Span<'_>) -> Vec<u32> {
        let Some(sorted) = self.of(order) else { return Vec::new() };
        let bound = |bound: Option<(RankRef<'_>, i64)>, place: u32| match bound {
            Some((rank, id)) => Bound::Excluded((rank.owned(), id, place)),
            None => Bound::Unbounded,
        };
        let (low, high) = (bound(span.low, u32::MAX), bound(span.high, 0));
        if is_empty(&low, &high) {
            return Vec::new();
        }
        let within = sorted.range((low, high));
        let places = |sorted: &Sorted| sorted.2;
        if span.downwards {
            within.rev().map(places).filter(|place| wanted.contains(*place)).take(span.count).collect()
        } else {
            within.map(places).filter(|place| wanted.contains(*place)).take(span.count).collect()
        }
    }
}

/// Whether a range would have its end before its beginning, which ranges of trees do not take.
fn is_empty(low: &Bound<Sorted>, high: &Bound<Sorted>) -> bool {
    match (low, high) {
        (Bound::Excluded(low), Bound::Excluded(high)) => low >= high,
        _ => false,
    }
}

/// The part of an order that a page is read from.
#[derive(Clone, Copy, Debug)]
pub(super) struct Span<'a> {
    /// Only what comes behind.
    low: Option<(RankRef<'a>, i64)>,
    /// Only what comes before.
    high: Option<(RankRef<'a>, i64)>,
    downwards: bool,
    /// One more than the page holds.
    count: usize,
}

impl<'a> Span<'a> {
    /// Of a page. `runs_downwards` says whether the list's natural order is from high to low.
    pub(super) fn of(page: &'a PageRequest, runs_downwards: bool) -> Self {
        let list_downwards = page.reverse != runs_downwards;
        let bound = |cursor: &'a Option<Cursor>| cursor.as_ref().map(|cursor| (rank_at(cursor), cursor.id));
        let (after, before) = (bound(&page.after), bound(&page.before));
        let (low, high) = if list_downwards { (before, after) } else { (after, before) };
        let count = usize::try_from(page.size).unwrap_or(usize::MAX).saturating_add(1);
        Self { low, high, downwards: list_downwards != page.from_end, count }
    }

    fn holds(&self, rank: RankRef<'_>, id: i64) -> bool {
        self.low.is_none_or(|low| (rank, id) > low) && self.high.is_none_or(|high| (rank, id) < high)
    }

    /// Reads a page from things in any order: quick where few are wanted.
    pub(super) fn best<'r>(&self, ranked: impl Iterator<Item = Ranked<'r>>) -> Vec<Ranked<'r>> {
        let within = ranked.filter(|(rank, id, _)| self.holds(*rank, *id));
        if self.downwards {
            let kept = smallest(within.map(std::cmp::Reverse), self.count);
            kept.into_iter().map(|std::cmp::Reverse(ranked)| ranked).collect()
        } else {
            smallest(within, self.count)
        }
    }
}

/// The smallest of many, ascending.
fn smallest<T: Ord>(all: impl Iterator<Item = T>, count: usize) -> Vec<T> {
    let mut kept: BinaryHeap<T> = BinaryHeap::new();
    for item in all {
        if kept.len() < count {
            kept.push(item);
        } else if let Some(mut largest) = kept.peek_mut()
            && item < *largest
        {
            *largest = item;
        }
    }
    kept.into_sorted_vec()
}
