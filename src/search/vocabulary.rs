//! The values that products can be filtered by, each under a number.

use std::collections::HashMap;
use std::sync::Arc;

/// What a value is of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum FieldName {
    Vendor,
    ProductType,
    Tag,
    /// Keys of categories, also of those above a product's own.
    Category,
    Option(String),
    /// Namespace and key.
    Metafield(String, String),
    /// Namespace and key.
    VariantMetafield(String, String),
}

impl FieldName {
    /// The form in which values are equal: tags in any case.
    fn folded(&self, value: &str) -> String {
        match self {
            Self::Tag => value.to_lowercase(),
            Self::Vendor
            | Self::ProductType
            | Self::Category
            | Self::Option(_)
            | Self::Metafield(..)
            | Self::VariantMetafield(..) => value.to_owned(),
        }
    }
}

/// The number of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct FieldId(u32);

/// The number of a value of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct TermId(u32);

impl FieldId {
    pub(super) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

impl TermId {
    pub(super) fn index(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

#[derive(Debug)]
struct FieldTerms {
    name: FieldName,
    by_value: HashMap<String, TermId>,
    terms: Vec<TermId>,
}

#[derive(Debug)]
struct Term {
    field: FieldId,
    value: Arc<str>,
}

/// Values by number. A number is never given again, so that it may stay where nothing has the value any more.
#[derive(Debug, Default)]
pub(super) struct Vocabulary {
    fields: Vec<FieldTerms>,
    by_name: HashMap<FieldName, FieldId>,
    terms: Vec<Term>,
}

impl Vocabulary {
    pub(super) fn ensure(&mut self, name: FieldName, value: &str) -> TermId {
        let field = match self.by_name.get(&name) {
            Some(field) => *field,
            None => {
                let field = FieldId(u32::try_from(self.fields.len()).unwrap_or(u32::MAX));
                self.by_name.insert(name.clone(), field);
                self.fields.push(FieldTerms {
                    name: name.clone(),
                    by_value: HashMap::new(),
                    terms: Vec::new(),
                });
                field
            }
        };
        let new = TermId(u32::try_from(self.terms.len()).unwrap_or(u32::MAX));
        let Some(held) = self.fields.get_mut(field.index()) else { return new };
        let folded = name.folded(value);
        if let Some(term) = held.by_value.get(&folded) {
            return *term;
        }
        held.by_value.insert(folded, new);
        held.terms.push(new);
        self.terms.push(Term { field, value: value.into() });
        new
    }

    pub(super) fn find(&self, name: &FieldName, value: &str) -> Option<TermId> {
        self.fields.get(self.field(name)?.index())?.by_value.get(&name.folded(value)).copied()
    }

    pub(super) fn field(&self, name: &FieldName) -> Option<FieldId> {
        self.by_name.get(name).copied()
    }

    pub(super) fn field_of(&self, term: TermId) -> Option<FieldId> {
        self.terms.get(term.index()).map(|term| term.field)
    }

    pub(super) fn value(&self, term: TermId) -> &str {
        self.terms.get(term.index()).map_or("", |term| &term.value)
    }

    /// All fields with their values.
    pub(super) fn fields(&self) -> impl Iterator<Item = (FieldId, &FieldName, &[TermId])> {
        (0..).zip(&self.fields).map(|(id, field)| (FieldId(id), &field.name, field.terms.as_slice()))
    }

    /// The values of a field.
    pub(super) fn terms_of(&self, name: &FieldName) -> &[TermId] {
        self.field(name).and_then(|field| self.fields.get(field.index())).map_or(&[], |field| &field.terms)
    }

    /// How many values there are.
    pub(super) fn len(&self) -> usize {
        self.terms.len()
    }

    pub(super) fn field_count(&self) -> usize {
        self.fields.len()
    }
}
