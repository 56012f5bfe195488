//! What the shelf keeps of products only.

use super::{Product, Summary, Variant};
use crate::search::thing::NewProduct;
use crate::search::vocabulary::{FieldName, TermId, Vocabulary};

impl Product {
    /// A product whose words are in the vocabulary.
    pub(super) fn new(vocabulary: &mut Vocabulary, new: NewProduct) -> Self {
        let vendor = vocabulary.ensure(FieldName::Vendor, &new.vendor);
        let product_type = vocabulary.ensure(FieldName::ProductType, &new.product_type);
        let mut terms: Vec<TermId> = Vec::with_capacity(new.terms.len() + 2);
        // What has no vendor or type has no such term to be counted or found by.
        terms.extend((!new.vendor.is_empty()).then_some(vendor));
        terms.extend((!new.product_type.is_empty()).then_some(product_type));
        terms.extend(new.terms.into_iter().map(|(field, value)| vocabulary.ensure(field, &value)));
        terms.sort_unstable();
        terms.dedup();
        let mut choices: Vec<TermId> = Vec::new();
        let mut variants = Vec::with_capacity(new.variants.len());
        let count = |choices: &Vec<TermId>| u32::try_from(choices.len()).unwrap_or(u32::MAX);
        for variant in &new.variants {
            let first = count(&choices);
            for (field, value) in &variant.terms {
                choices.push(vocabulary.ensure(field.clone(), value));
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
        Self {
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

    /// Its own terms and those of its variants; some may come twice.
    pub(in crate::search) fn all_terms(&self) -> impl Iterator<Item = TermId> + '_ {
        self.terms.iter().chain(&self.choices).copied()
    }

    /// The options and metafields of a variant.
    pub(in crate::search) fn choices_of(&self, variant: &Variant) -> &[TermId] {
        let place = |at: u32| usize::try_from(at).unwrap_or(usize::MAX);
        self.choices.get(place(variant.first)..place(variant.end)).unwrap_or_default()
    }

    /// Its terms and those of its variants, none twice.
    pub(super) fn distinct_terms(&self) -> Vec<TermId> {
        let mut terms: Vec<TermId> = self.all_terms().collect();
        terms.sort_unstable();
        terms.dedup();
        terms
    }
}

impl Summary {
    pub(super) fn of(variants: &[Variant]) -> Self {
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
