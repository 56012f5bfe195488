//! What the search knows of each thing beside its words, in memory: what lists are filtered, counted and sorted by.
//!
//! Every thing has a place, which it keeps as long as the process lives; sets of things are sets of places.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::bits::Bits;
use super::order::{Order, Orders, Rank};
use super::thing::{Key, Kind, NEVER, NewEntry, NewProduct};
use super::vocabulary::{FieldName, TermId, Vocabulary};

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

impl Summary {
    fn of(variants: &[Variant]) -> Self {
        let mut summary = Self::default();
        for variant in variants {
            summary.min_price = summary.min_price.min(variant.price);
            summary.max_price = summary.max_price.max(variant.price);
            summary.some_available |= variant.is_available;
            summary.some_unavailable |= !variant.is_available;
        }
        summary
    }
}

impl Product {
    /// Its own terms and those of its variants; some may come twice.
    pub(super) fn all_terms(&self) -> impl Iterator<Item = TermId> + '_ {
        self.terms.iter().chain(&self.choices).copied()
    }

    /// The options and metafields of a variant.
    pub(super) fn choices_of(&self, variant: &Variant) -> &[TermId] {
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        self.choices.get(place(variant.first)..place(variant.end)).unwrap_or_default()
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

    /// Notes when the thing in a place comes on the storefront.
    fn publish(&mut self, place: u32, kind: Kind, moment: i64) {
        let Ok(at) = usize::try_from(place) else { return };
        let Some(published) = self.published.get_mut(at) else { return };
        self.publications.remove(&(*published, place));
        *published = moment;
        let storefront = usize::try_from(kind.number()).ok().and_then(|kind| self.storefront.get_mut(kind));
        let Some(storefront) = storefront else { return };
        if moment == NEVER {
            storefront.remove(place);
        } else {
            storefront.insert_with_room(place);
            self.publications.insert((moment, place));
        }
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

    /// Notes what the index has of a thing.
    pub(super) fn note_texts(&mut self, key: Key, digest: u64) {
        let place = self.place_of(key).and_then(|place| usize::try_from(place).ok());
        if let Some(Some(entry)) = place.and_then(|place| self.entries.get_mut(place)) {
            entry.texts = Some(digest);
        }
    }

    /// The digest of what the index has of a thing, where that is known.
    pub(super) fn texts_of(&self, key: Key) -> Option<u64> {
        self.place_of(key).and_then(|place| self.entry(place))?.texts
    }

    /// Sets the products of a collection, in any order.
    pub(super) fn set_members(&mut self, collection: i64, members: impl IntoIterator<Item = (i64, i64)>) {
        let mut list: Vec<Member> = members
            .into_iter()
            .map(|(id, position)| Member {
                position,
                id,
                place: self.ensure(Key { kind: Kind::Product, id }),
            })
            .collect();
        list.sort_unstable();
        self.collections.insert(collection, list.into());
    }

    /// Sets which variants of a product can be bought; others stay as they are.
    pub(super) fn set_available(&mut self, product: i64, available: &HashMap<i64, bool>) {
        let place = self.place_of(Key { kind: Kind::Product, id: product });
        let Some(at) = place.and_then(|place| usize::try_from(place).ok()) else { return };
        let entry = self.entries.get_mut(at).and_then(Option::as_mut);
        let Some(product) = entry.and_then(|entry| entry.product.as_mut()) else { return };
        for variant in &mut product.variants {
            if let Some(is_available) = available.get(&variant.id) {
                variant.is_available = *is_available;
            }
        }
        product.is_available = product.variants.iter().any(|variant| variant.is_available);
        if let Some(summary) = self.summaries.get_mut(at) {
            *summary = Summary::of(&product.variants);
        }
    }

    /// Takes a thing away; its place stays empty.
    pub(super) fn remove(&mut self, key: Key) {
        let Some(place) = self.place_of(key) else { return };
        let Ok(at) = usize::try_from(place) else { return };
        self.publish(place, key.kind, NEVER);
        let Some(entry) = self.entries.get_mut(at).and_then(Option::take) else { return };
        self.titles.remove(&(Arc::clone(&entry.title_words), place));
        self.forget_ranks(place, &entry);
        if key.kind == Kind::Collection {
            self.collections.remove(&key.id);
        }
        if let Some(summary) = self.summaries.get_mut(at) {
            *summary = Summary::default();
        }
        let Some(product) = entry.product else { return };
        for term in held_by(&product) {
            if let Some(holders) = self.holders.get_mut(term.index())
                && let Some(found) = holders.iter().position(|held| *held == place)
            {
                holders.swap_remove(found);
                self.held -= 1;
            }
        }
        if let Some(due) = product.due {
            self.due.remove(&(due, key.id));
        }
    }

    /// Puts a thing in the place of what was there.
    pub(super) fn put(&mut self, new: NewEntry) {
        let texts = self.texts_of(new.key);
        self.remove(new.key);
        let place = self.ensure(new.key);
        let product = new.product.map(|product| Box::new(self.product_of(product)));
        let entry = Entry {
            key: new.key,
            title: new.title.into(),
            title_words: new.title_words.into(),
            created: new.created,
            updated: new.updated,
            texts,
            product,
        };
        self.titles.insert((Arc::clone(&entry.title_words), place));
        if let Some(product) = &entry.product {
            for term in held_by(product) {
                if self.holders.len() <= term.index() {
                    self.holders.resize_with(term.index() + 1, Vec::new);
                }
                if let Some(holders) = self.holders.get_mut(term.index()) {
                    holders.push(place);
                    self.held += 1;
                }
            }
            if let Some(due) = product.due {
                self.due.insert((due, new.key.id));
            }
            if new.published != NEVER {
                for (order, rank) in ranks(&self.vocabulary, &entry, product) {
                    self.orders.insert(order, rank, new.key.id, place);
                }
            }
        }
        let Ok(at) = usize::try_from(place) else { return };
        self.publish(place, new.key.kind, new.published);
        if let (Some(summary), Some(product)) = (self.summaries.get_mut(at), &entry.product) {
            *summary = Summary::of(&product.variants);
        }
        if let Some(held) = self.entries.get_mut(at) {
            *held = Some(entry);
        }
    }

    fn forget_ranks(&mut self, place: u32, entry: &Entry) {
        let Some(product) = &entry.product else { return };
        for (order, rank) in ranks(&self.vocabulary, entry, product) {
            self.orders.remove(order, rank, entry.key.id, place);
        }
    }

    fn product_of(&mut self, new: NewProduct) -> Product {
        let vendor = self.vocabulary.ensure(FieldName::Vendor, &new.vendor);
        let product_type = self.vocabulary.ensure(FieldName::ProductType, &new.product_type);
        let mut terms: Vec<TermId> = Vec::with_capacity(new.terms.len() + 2);
        // What has no vendor or type has no such term to be counted or found by.
        terms.extend((!new.vendor.is_empty()).then_some(vendor));
        terms.extend((!new.product_type.is_empty()).then_some(product_type));
        terms.extend(new.terms.into_iter().map(|(field, value)| self.vocabulary.ensure(field, &value)));
        terms.sort_unstable();
        terms.dedup();
        let mut choices: Vec<TermId> = Vec::new();
        let mut variants = Vec::with_capacity(new.variants.len());
        let count = |choices: &Vec<TermId>| u32::try_from(choices.len()).unwrap_or(u32::MAX);
        for variant in &new.variants {
            let first = count(&choices);
            for (field, value) in &variant.terms {
                choices.push(self.vocabulary.ensure(field.clone(), value));
            }
            let end = count(&choices);
            variants.push(Variant {
                id: variant.id,
                price: variant.price,
                is_available: variant.is_available,
                first,
                end,
            });
        }
        Product {
            handle: new.handle.into(),
            vendor,
            product_type,
            terms: terms.into(),
            min_price: variants.iter().map(|variant| variant.price).min().unwrap_or(0),
            is_available: variants.iter().any(|variant| variant.is_available),
            variants: variants.into(),
            choices: choices.into(),
            sold: new.sold,
            due: new.due,
        }
    }
}

/// The terms of a product and of its variants, none twice.
fn held_by(product: &Product) -> Vec<TermId> {
    let mut terms: Vec<TermId> = product.all_terms().collect();
    terms.sort_unstable();
    terms.dedup();
    terms
}

fn ranks(vocabulary: &Vocabulary, entry: &Entry, product: &Product) -> [(Order, Rank); Order::COUNT] {
    Order::ALL.map(|order| (order, order.rank(vocabulary, entry, product).owned()))
}
