//! What questions are answered from, and how changes get into it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};

use super::index::{About, Snapshot, TextIndex, Texts};
use super::load::Loaded;
use super::shelf::Shelf;
use super::synonym::Synonyms;
use super::thing::{Key, Kind};
use crate::error::Fault;

/// Everything that questions are answered from, except the clock.
pub(super) struct State {
    pub(super) shelf: Shelf,
    pub(super) snapshot: Snapshot,
    pub(super) fields: super::index::Fields,
    pub(super) analysis: super::words::Analysis,
    pub(super) synonyms: Synonyms,
    /// Decimal places of prices.
    pub(super) exponent: u32,
}

/// Things as they were read again.
#[derive(Default)]
pub(super) struct Update {
    /// What is there.
    pub(super) things: Vec<Loaded>,
    /// What is not there any more.
    pub(super) gone: Vec<Key>,
    /// The products of collections.
    pub(super) members: HashMap<i64, Vec<(i64, i64)>>,
}

impl Update {
    pub(super) fn is_empty(&self) -> bool {
        self.things.is_empty() && self.gone.is_empty() && self.members.is_empty()
    }
}

pub(super) fn digest_of(texts: &Texts) -> u64 {
    let mut hasher = DefaultHasher::new();
    texts.hash(&mut hasher);
    hasher.finish()
}

/// Whether a thing's words are suggested to who is typing.
fn suggests(key: Key) -> bool {
    key.kind == Kind::Product
}

/// Writes the documents of things whose texts are others than `known` says, and removes those of what is gone. Returns
/// whether anything was written.
pub(super) fn write(index: &TextIndex, update: &Update, known: &HashMap<Key, u64>) -> Result<bool, Fault> {
    let mut has_written = false;
    for (entry, texts) in &update.things {
        if known.get(&entry.key) != Some(&digest_of(texts)) {
            index.put(entry.key, texts, suggests(entry.key))?;
            has_written = true;
        }
    }
    for key in &update.gone {
        index.remove(*key);
        has_written = true;
    }
    Ok(has_written)
}

/// What the index is known to have of things.
pub(super) fn known_texts(shelf: &Shelf, update: &Update) -> HashMap<Key, u64> {
    let keys = update.things.iter().map(|(entry, _)| entry.key);
    keys.filter_map(|key| Some((key, shelf.texts_of(key)?))).collect()
}

/// Puts things on the shelf. `is_written` says whether the index has their texts now.
pub(super) fn put(shelf: &mut Shelf, update: Update, is_written: bool) {
    for (entry, texts) in update.things {
        let key = entry.key;
        shelf.put(entry);
        if is_written {
            shelf.note_texts(key, digest_of(&texts));
        }
    }
    for key in update.gone {
        shelf.remove(key);
    }
    for (collection, members) in update.members {
        shelf.set_members(collection, members);
    }
}

impl State {
    /// Makes the first state from a full shelf.
    pub(super) fn new(
        index: &TextIndex,
        shelf: Shelf,
        synonyms: Synonyms,
        exponent: u32,
    ) -> Result<Self, Fault> {
        let snapshot = index.snapshot(&shelf, None)?;
        Ok(Self {
            shelf,
            snapshot,
            fields: index.fields.clone(),
            analysis: index.analysis.clone(),
            synonyms,
            exponent,
        })
    }

    /// Takes in what was written and committed.
    pub(super) fn apply(
        &mut self,
        index: &TextIndex,
        update: Update,
        has_written: bool,
    ) -> Result<(), Fault> {
        put(&mut self.shelf, update, true);
        if has_written {
            self.snapshot = index.snapshot(&self.shelf, Some(&self.snapshot))?;
        }
        Ok(())
    }
}

/// Commits, with how far the index goes.
pub(super) fn commit(index: &mut TextIndex, about: &About) -> Result<(), Fault> {
    index.commit(about)
}
