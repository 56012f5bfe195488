//! Putting things on the shelf and taking them away.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Entry, Member, Product, Shelf, Summary};
use crate::search::order::{Order, Rank};
use crate::search::thing::{Key, Kind, NEVER, NewEntry};
use crate::search::vocabulary::Vocabulary;

impl Shelf {
    /// Sets the products of a collection, in any order.
    pub(in crate::search) fn set_members(
        &mut self,
        collection: i64,
        members: impl IntoIterator<Item = (i64, i64)>,
    ) {
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
    pub(in crate::search) fn set_available(&mut self, product: i64, available: &HashMap<i64, bool>) {
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
    pub(in crate::search) fn remove(&mut self, key: Key) {
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
        for term in product.distinct_terms() {
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
    pub(in crate::search) fn put(&mut self, new: NewEntry) {
        let texts = self.texts_of(new.key);
        self.remove(new.key);
        let place = self.ensure(new.key);
        let product = new.product.map(|product| Box::new(Product::new(&mut self.vocabulary, product)));
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
            for term in product.distinct_terms() {
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

    /// Notes what the index has of a thing.
    pub(in crate::search) fn note_texts(&mut self, key: Key, digest: u64) {
        let place = self.place_of(key).and_then(|place| usize::try_from(place).ok());
        if let Some(Some(entry)) = place.and_then(|place| self.entries.get_mut(place)) {
            entry.texts = Some(digest);
        }
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
}

fn ranks(vocabulary: &Vocabulary, entry: &Entry, product: &Product) -> [(Order, Rank); Order::COUNT] {
    Order::ALL.map(|order| (order, order.rank(vocabulary, entry, product).owned()))
}
