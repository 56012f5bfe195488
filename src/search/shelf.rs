//! What the search knows of each thing beside its words, in memory: what lists are filtered, counted and sorted by.
//!
//! Every thing has a place, which it keeps as long as the process lives; sets of things are sets of places.

mod product;
mod write;

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::bits::Bits;
use super::order::Orders;
use super::thing::{Key, Kind, NEVER};
use super::vocabulary::{TermId, Vocabulary};

/// A thing in its place.
#[derive(Debug)]
pub(super) struct Entry {
    pub(super) key: Key,
    pub(super) title: Arc<str>,
    /// Its words with a space between them.
    title_words: Arc<str>,
    pub(super) created: i64,
    pub(super) updated: i64,
    /// Digest of the texts that the index has of it, where it was written by this process.
    pub(super) texts: Option<u64>,
    pub(super) product: Option<Box<Product>>,
}

/// What only products have, in its place.
#[derive(Debug)]
pub(super) struct Product {
    pub(super) handle: Box<str>,
    pub(super) vendor: TermId,
    pub(super) product_type: TermId,
    /// Vendor, type, tags, categories, metafields; none twice.
    pub(super) terms: Box<[TermId]>,
    pub(super) variants: Box<[Variant]>,
    /// The terms of all variants, one behind the other.
    choices: Box<[TermId]>,
    pub(super) min_price: i64,
    pub(super) sold: i64,
    pub(super) is_available: bool,
    due: Option<i64>,
}

/// A variant in its place.
#[derive(Clone, Copy, Debug)]
pub(super) struct Variant {
    id: i64,
    pub(super) price: i64,
    pub(super) is_available: bool,
    first: u32,
    end: u32,
}

/// What the variants of a product come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Summary {
    pub(super) min_price: i64,
    pub(super) max_price: i64,
    /// Whether some variant can be bought.
    pub(super) some_available: bool,
    /// Whether some variant cannot.
    pub(super) some_unavailable: bool,
}

impl Default for Summary {
    fn default() -> Self {
        Self { min_price: i64::MAX, max_price: i64::MIN, some_available: false, some_unavailable: false }
    }
}

/// A product's place in a collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Member {
    pub(super) position: i64,
    pub(super) id: i64,
    pub(super) place: u32,
}

/// All things.
#[derive(Debug, Default)]
pub(super) struct Shelf {
    places: HashMap<Key, u32>,
    entries: Vec<Option<Entry>>,
    keys: Vec<Key>,
    published: Vec<i64>,
    /// By kind: what comes on the storefront at all.
    storefront: [Bits; Kind::ALL.len()],
    /// The same by the moment.
    publications: BTreeSet<(i64, u32)>,
    summaries: Vec<Summary>,
    pub(super) vocabulary: Vocabulary,
    /// By term: the products that have it, or of which a variant has it.
    holders: Vec<Vec<u32>>,
    /// How many holders all terms have together.
    pub(super) held: usize,
    /// All things by the words of their titles.
    titles: BTreeSet<(Arc<str>, u32)>,
    pub(super) orders: Orders,
    collections: HashMap<i64, Arc<[Member]>>,
    due: BTreeSet<(i64, i64)>,
}

impl Shelf {
    /// The place of a thing, new where it had none.
    pub(super) fn ensure(&mut self, key: Key) -> u32 {
        if let Some(place) = self.places.get(&key) {
            return *place;
        }
        let place = u32::try_from(self.entries.len()).unwrap_or(u32::MAX);
        self.places.insert(key, place);
        self.entries.push(None);
        self.keys.push(key);
        self.published.push(NEVER);
        self.summaries.push(Summary::default());
        place
    }

    /// How many places there are, empty ones too.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    pub(super) fn place_of(&self, key: Key) -> Option<u32> {
        self.places.get(&key).copied()
    }

    pub(super) fn place_of_number(&self, kind: u64, id: i64) -> Option<u32> {
        let kind = Kind::ALL.into_iter().find(|known| known.number() == kind)?;
        self.place_of(Key { kind, id })
    }

    pub(super) fn entry(&self, place: u32) -> Option<&Entry> {
        self.entries.get(usize::try_from(place).ok()?)?.as_ref()
    }

    pub(super) fn product(&self, place: u32) -> Option<&Product> {
        self.entry(place)?.product.as_deref()
    }

    pub(super) fn key(&self, place: u32) -> Option<Key> {
        self.keys.get(usize::try_from(place).ok()?).copied()
    }

    /// Things of these kinds that are on the storefront at a moment.
    pub(super) fn shown(&self, kinds: &[Kind], now: i64) -> Bits {
        let mut shown = Bits::new(self.len());
        for (kind, storefront) in Kind::ALL.iter().zip(&self.storefront) {
            if kinds.contains(kind) {
                shown.or(storefront);
            }
        }
        let later = self.publications.range((now.saturating_add(1), 0)..);
        later.for_each(|(_, place)| shown.remove(*place));
        shown
    }

    /// When the thing in a place comes on the storefront.
    pub(super) fn published_at(&self, place: u32) -> i64 {
        usize::try_from(place).ok().and_then(|at| self.published.get(at)).copied().unwrap_or(NEVER)
    }

    /// What the variants of the product in a place come to.
    pub(super) fn summary(&self, place: u32) -> Summary {
        usize::try_from(place).ok().and_then(|at| self.summaries.get(at)).copied().unwrap_or_default()
    }

    /// The things whose titles begin with these words or letters, and what follows there.
    pub(super) fn titles_from<'a>(&'a self, start: &'a str) -> impl Iterator<Item = (u32, &'a str)> + 'a {
        let first: (Arc<str>, u32) = (start.into(), 0);
        self.titles.range(first..).map_while(move |(title, place)| Some((*place, title.strip_prefix(start)?)))
    }

    /// The products that have a term, or of which a variant has it.
    pub(super) fn holders(&self, term: TermId) -> &[u32] {
        self.holders.get(term.index()).map_or(&[], Vec::as_slice)
    }

    pub(super) fn members(&self, collection: i64) -> Option<&Arc<[Member]>> {
        self.collections.get(&collection)
    }

    /// The keys of things of a kind that are here.
    pub(super) fn ids(&self, kind: Kind) -> Vec<i64> {
        self.entries
            .iter()
            .flatten()
            .map(|entry| entry.key)
            .filter(|key| key.kind == kind)
            .map(|key| key.id)
            .collect()
    }

    /// The products whose price begins or ends by a moment.
    pub(super) fn due_by(&self, now: i64) -> Vec<i64> {
        self.due.iter().take_while(|(at, _)| *at <= now).map(|(_, id)| *id).collect()
    }

    /// Whether a price begins or ends by a moment.
    pub(super) fn is_due(&self, now: i64) -> bool {
        self.due.first().is_some_and(|(at, _)| *at <= now)
    }

    /// The digest of what the index has of a thing, where that is known.
    pub(super) fn texts_of(&self, key: Key) -> Option<u64> {
        self.place_of(key).and_then(|place| self.entry(place))?.texts
    }
}
