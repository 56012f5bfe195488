//! Applying filters, and counting what products can be narrowed by, in one pass.
//!
//! A product passes when its own properties pass and one and the same variant passes all filters of variants. A facet is
//! counted over the products that pass everything but the filters of the facet's own kind: so for each product and each
//! variant it is found out which kinds it fails, and only those that fail none or just one count.

use entity::id::ProductCategoryId;

use super::bits::Bits;
use super::request::{Facet, FacetKind, FacetValue};
use super::shelf::{Product, Shelf, Variant};
use super::vocabulary::{FieldId, FieldName, TermId, Vocabulary};
use crate::catalog::{PriceBounds, ProductFilter, ProductFilters};

/// The most values of a facet that are told, the most frequent ones.
pub(super) const MAX_FACET_VALUES: usize = 100;
/// The most facets that are told.
pub(super) const MAX_FACETS: usize = 60;

/// Looking at one product takes about as long as looking so often whether a holder of a value is wanted.
const LOOKS_PER_PRODUCT: usize = 128;

/// The filters of one kind, of which any may hold.
#[derive(Debug)]
struct Wish {
    kind: WishKind,
    test: Test,
}

/// What a wish is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum WishKind {
    Availability,
    Price,
    Field(FieldId),
    /// A field that no product has.
    Unknown,
}

#[derive(Debug)]
enum Test {
    Available(Vec<bool>),
    Price(Vec<PriceBounds>),
    Terms(Vec<TermId>),
}

/// All filters of a list.
#[derive(Debug, Default)]
pub(super) struct Wishes {
    of_products: Vec<Wish>,
    of_variants: Vec<Wish>,
    nothing: bool,
}

impl Wishes {
    pub(super) fn of(filters: &ProductFilters, vocabulary: &Vocabulary) -> Self {
        let mut wishes = Self::default();
        for filter in filters.as_slice() {
            wishes.add(filter, vocabulary);
        }
        wishes
    }

    fn add(&mut self, filter: &ProductFilter, vocabulary: &Vocabulary) {
        match filter {
            ProductFilter::Available(wanted) => {
                match self.of_variants.iter_mut().find_map(|wish| match &mut wish.test {
                    Test::Available(held) => Some(held),
                    Test::Price(_) | Test::Terms(_) => None,
                }) {
                    Some(held) => held.push(*wanted),
                    None => self
                        .of_variants
                        .push(Wish { kind: WishKind::Availability, test: Test::Available(vec![*wanted]) }),
                }
            }
            ProductFilter::Price(bounds) => {
                match self.of_variants.iter_mut().find_map(|wish| match &mut wish.test {
                    Test::Price(held) => Some(held),
                    Test::Available(_) | Test::Terms(_) => None,
                }) {
                    Some(held) => held.push(*bounds),
                    None => {
                        self.of_variants
                            .push(Wish { kind: WishKind::Price, test: Test::Price(vec![*bounds]) });
                    }
                }
            }
            ProductFilter::ProductType(value) => self.of_product(&FieldName::ProductType, value, vocabulary),
            ProductFilter::Vendor(value) => self.of_product(&FieldName::Vendor, value, vocabulary),
            ProductFilter::Tag(value) => self.of_product(&FieldName::Tag, value, vocabulary),
            ProductFilter::Category(ProductCategoryId(id)) => {
                self.of_product(&FieldName::Category, &id.to_string(), vocabulary);
            }
            ProductFilter::Metafield { namespace, key, value } => {
                let field = FieldName::Metafield(namespace.clone(), key.clone());
                self.of_product(&field, value, vocabulary);
            }
            ProductFilter::Option { name, value } => {
                add_term(&mut self.of_variants, &FieldName::Option(name.clone()), value, vocabulary);
            }
            ProductFilter::VariantMetafield { namespace, key, value } => {
                let field = FieldName::VariantMetafield(namespace.clone(), key.clone());
                add_term(&mut self.of_variants, &field, value, vocabulary);
            }
            ProductFilter::Nothing => self.nothing = true,
        }
    }

    fn of_product(&mut self, field: &FieldName, value: &str, vocabulary: &Vocabulary) {
        add_term(&mut self.of_products, field, value, vocabulary);
    }

    fn is_empty(&self) -> bool {
        self.of_products.is_empty() && self.of_variants.is_empty() && !self.nothing
    }
}

fn add_term(wishes: &mut Vec<Wish>, field: &FieldName, value: &str, vocabulary: &Vocabulary) {
    let term = vocabulary.find(field, value);
    let Some(id) = vocabulary.field(field) else {
        wishes.push(Wish { kind: WishKind::Unknown, test: Test::Terms(Vec::new()) });
        return;
    };
    let kind = WishKind::Field(id);
    let held = wishes.iter_mut().find(|wish| wish.kind == kind);
    match (held, term) {
        (Some(Wish { test: Test::Terms(terms), .. }), term) => terms.extend(term),
        (_, term) => wishes.push(Wish { kind, test: Test::Terms(term.into_iter().collect()) }),
    }
}

impl Test {
    fn holds_for(&self, product: &Product) -> bool {
        match self {
            Self::Terms(wanted) => wanted.iter().any(|term| product.terms.binary_search(term).is_ok()),
            Self::Available(_) | Self::Price(_) => false,
        }
    }

    fn holds_for_variant(&self, product: &Product, variant: &Variant) -> bool {
        match self {
            Self::Terms(wanted) => product.choices_of(variant).iter().any(|term| wanted.contains(term)),
            Self::Available(wanted) => wanted.contains(&variant.is_available),
            Self::Price(bounds) => bounds.iter().any(|bounds| {
                variant.price >= bounds.min && bounds.max.is_none_or(|most| variant.price <= most)
            }),
        }
    }
}

/// Which of the wishes are not met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Failed {
    None,
    One(WishKind),
    More,
}

fn failed(wishes: &[Wish], holds: impl Fn(&Test) -> bool) -> Failed {
    let mut failed = Failed::None;
    for wish in wishes {
        if !holds(&wish.test) {
            failed = match failed {
                Failed::None => Failed::One(wish.kind),
                Failed::One(_) | Failed::More => return Failed::More,
            };
        }
    }
    failed
}

/// How often each value was met.
pub(super) struct Counts {
    by_term: Vec<u64>,
    /// By term: the last place that was counted, and one more, so that none counts twice.
    last: Vec<u32>,
    available: u64,
    unavailable: u64,
    min_price: i64,
    max_price: i64,
}

impl Counts {
    fn new(terms: usize) -> Self {
        Self {
            by_term: vec![0; terms],
            last: vec![0; terms],
            available: 0,
            unavailable: 0,
            min_price: i64::MAX,
            max_price: i64::MIN,
        }
    }

    fn count(&mut self, term: TermId, place: u32) {
        let at = term.index();
        if let (Some(last), Some(count)) = (self.last.get_mut(at), self.by_term.get_mut(at))
            && *last != place + 1
        {
            *last = place + 1;
            *count += 1;
        }
    }
}

/// The products that pass, and the counts where they are wanted.
pub(super) fn sift(shelf: &Shelf, base: &Bits, wishes: &Wishes, counts: bool) -> (Bits, Option<Counts>) {
    let mut counts = counts.then(|| Counts::new(shelf.vocabulary.len()));
    if wishes.is_empty() {
        if let Some(counts) = &mut counts {
            count_all(shelf, base, counts);
        }
        return (base.clone(), counts);
    }
    let mut passed = Bits::new(shelf.len());
    if wishes.nothing {
        return (passed, counts);
    }
    for place in base.iter() {
        let Some(product) = shelf.product(place) else { continue };
        let own = failed(&wishes.of_products, |test| test.holds_for(product));
        if own == Failed::More || own != Failed::None && counts.is_none() {
            continue;
        }
        let mut some_variant = wishes.of_variants.is_empty();
        let mut sides = [false; 2];
        for variant in &product.variants {
            let its = failed(&wishes.of_variants, |test| test.holds_for_variant(product, variant));
            some_variant |= its == Failed::None;
            if let (Some(counts), Failed::None) = (&mut counts, own) {
                count_variant(shelf, counts, place, product, variant, its, &mut sides);
            } else if some_variant {
                break;
            }
        }
        if let Some(counts) = &mut counts {
            let [unavailable, available] = sides;
            counts.available += u64::from(available);
            counts.unavailable += u64::from(unavailable);
            if some_variant {
                count_product(shelf, counts, place, product, own);
            }
        }
        if some_variant && own == Failed::None {
            passed.insert(place);
        }
    }
    (passed, counts)
}

/// Counts a variant for the facets of variants. `sides` notes whether one that is not for sale, and one that is, was met.
fn count_variant(
    shelf: &Shelf,
    counts: &mut Counts,
    place: u32,
    product: &Product,
    variant: &Variant,
    failed: Failed,
    sides: &mut [bool; 2],
) {
    let counts_for = |kind: WishKind| match failed {
        Failed::None => true,
        Failed::One(only) => only == kind,
        Failed::More => false,
    };
    if failed == Failed::More {
        return;
    }
    if counts_for(WishKind::Availability)
        && let Some(side) = sides.get_mut(usize::from(variant.is_available))
    {
        *side = true;
    }
    if counts_for(WishKind::Price) {
        counts.min_price = counts.min_price.min(variant.price);
        counts.max_price = counts.max_price.max(variant.price);
    }
    for term in product.choices_of(variant) {
        if failed == Failed::None
            || shelf.vocabulary.field_of(*term).is_some_and(|field| counts_for(WishKind::Field(field)))
        {
            counts.count(*term, place);
        }
    }
}

fn count_product(shelf: &Shelf, counts: &mut Counts, place: u32, product: &Product, failed: Failed) {
    for term in &product.terms {
        let is_counted = match failed {
            Failed::None => true,
            Failed::One(WishKind::Field(field)) => shelf.vocabulary.field_of(*term) == Some(field),
            Failed::One(_) | Failed::More => false,
        };
        if is_counted {
            counts.count(*term, place);
        }
    }
}

/// Counts without filters: over the products, or over the values where most products are meant.
fn count_all(shelf: &Shelf, base: &Bits, counts: &mut Counts) {
    let products = base.count();
    for place in base.iter() {
        let summary = shelf.summary(place);
        counts.available += u64::from(summary.some_available);
        counts.unavailable += u64::from(summary.some_unavailable);
        counts.min_price = counts.min_price.min(summary.min_price);
        counts.max_price = counts.max_price.max(summary.max_price);
    }
    counts.by_term = if products.saturating_mul(LOOKS_PER_PRODUCT) < shelf.held {
        by_products(shelf, base)
    } else {
        by_values(shelf, base)
    };
}

/// How many of some products have each term, by looking at the products.
pub(super) fn by_products(shelf: &Shelf, base: &Bits) -> Vec<u64> {
    let mut counts = Counts::new(shelf.vocabulary.len());
    for place in base.iter() {
        if let Some(product) = shelf.product(place) {
            product.all_terms().for_each(|term| counts.count(term, place));
        }
    }
    counts.by_term
}

/// The same, by looking at all that have a term.
pub(super) fn by_values(shelf: &Shelf, base: &Bits) -> Vec<u64> {
    let mut counts = vec![0; shelf.vocabulary.len()];
    for (_, _, terms) in shelf.vocabulary.fields() {
        for term in terms {
            let count = shelf.holders(*term).iter().filter(|place| base.contains(**place)).count();
            if let Some(held) = counts.get_mut(term.index()) {
                *held = u64::try_from(count).unwrap_or(u64::MAX);
            }
        }
    }
    counts
}

/// What was counted, as facets: availability, price, then the fields in a fixed order.
pub(super) fn facets(counts: &Counts, vocabulary: &Vocabulary) -> Vec<Facet> {
    let mut facets = Vec::new();
    let sides: Vec<FacetValue> = [("true", counts.available), ("false", counts.unavailable)]
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(value, count)| FacetValue { value: value.to_owned(), count })
        .collect();
    if !sides.is_empty() {
        facets.push(Facet { kind: FacetKind::Availability, values: sides });
    }
    if counts.min_price <= counts.max_price {
        let kind = FacetKind::Price { min: counts.min_price, max: counts.max_price };
        facets.push(Facet { kind, values: Vec::new() });
    }
    let count_of = |term: &TermId| counts.by_term.get(term.index()).copied().unwrap_or(0);
    let mut fields: Vec<Facet> = Vec::with_capacity(vocabulary.field_count());
    for (_, name, terms) in vocabulary.fields() {
        let counted = terms.iter().map(|term| (count_of(term), term)).filter(|(count, _)| *count > 0);
        let mut values: Vec<(u64, &str)> =
            counted.map(|(count, term)| (count, vocabulary.value(*term))).collect();
        let before = |(a, a_value): &(u64, &str), (b, b_value): &(u64, &str)| {
            b.cmp(a).then_with(|| a_value.cmp(b_value))
        };
        if values.len() > MAX_FACET_VALUES {
            values.select_nth_unstable_by(MAX_FACET_VALUES, before);
            values.truncate(MAX_FACET_VALUES);
        }
        values.sort_unstable_by(before);
        let values: Vec<FacetValue> =
            values.into_iter().map(|(count, value)| FacetValue { value: value.to_owned(), count }).collect();
        if !values.is_empty() {
            fields.push(Facet { kind: kind_of(name), values });
        }
    }
    let total = |facet: &Facet| facet.values.iter().map(|value| value.count).sum::<u64>();
    fields.sort_by_cached_key(|facet| std::cmp::Reverse(total(facet)));
    fields.truncate(MAX_FACETS);
    fields.sort_by(|a, b| a.kind.cmp(&b.kind));
    facets.extend(fields);
    facets
}

fn kind_of(name: &FieldName) -> FacetKind {
    match name {
        FieldName::Vendor => FacetKind::Vendor,
        FieldName::ProductType => FacetKind::ProductType,
        FieldName::Tag => FacetKind::Tag,
        FieldName::Category => FacetKind::Category,
        FieldName::Option(name) => FacetKind::Option(name.clone()),
        FieldName::Metafield(namespace, key) => FacetKind::Metafield(namespace.clone(), key.clone()),
        FieldName::VariantMetafield(namespace, key) => {
            FacetKind::VariantMetafield(namespace.clone(), key.clone())
        }
    }
}
