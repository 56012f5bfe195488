//! Things as they are read from the tables.

use super::vocabulary::FieldName;

/// The publication of what is not on the storefront.
pub(super) const NEVER: i64 = i64::MAX;

/// Kinds of things that are searched.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Kind {
    Product,
    Page,
    Article,
    Collection,
}

impl Kind {
    pub(super) const ALL: [Self; 4] = [Self::Product, Self::Page, Self::Article, Self::Collection];

    pub(super) fn number(self) -> u64 {
        match self {
            Self::Product => 0,
            Self::Page => 1,
            Self::Article => 2,
            Self::Collection => 3,
        }
    }
}

/// Which thing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Key {
    pub(super) kind: Kind,
    pub(super) id: i64,
}

impl std::fmt::Display for Key {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}", self.kind.number(), self.id)
    }
}

/// A thing as it is read from the tables.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct NewEntry {
    pub(super) key: Key,
    /// In lower case, as lists sort it.
    pub(super) title: String,
    /// Its words with a space between them.
    pub(super) title_words: String,
    /// Microseconds, or [`NEVER`].
    pub(super) published: i64,
    pub(super) created: i64,
    pub(super) updated: i64,
    /// Of products.
    pub(super) product: Option<NewProduct>,
}

/// What only products have.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NewProduct {
    pub(super) handle: String,
    pub(super) vendor: String,
    pub(super) product_type: String,
    /// Beside vendor and type: tags, categories, metafields.
    pub(super) terms: Vec<(FieldName, String)>,
    pub(super) sold: i64,
    pub(super) variants: Vec<NewVariant>,
    /// When a price begins or ends: the product is read again then.
    pub(super) due: Option<i64>,
}

/// A variant as it is read from the tables.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct NewVariant {
    pub(super) id: i64,
    /// Minor units.
    pub(super) price: i64,
    pub(super) is_available: bool,
    /// Options and metafields.
    pub(super) terms: Vec<(FieldName, String)>,
}
