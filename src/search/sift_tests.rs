//! Filters, counts and pages against an obvious reading of them, over random catalogues.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;

use super::bits::Bits;
use super::order::{Order, Span};
use super::request::{FacetKind, SearchSort};
use super::shelf::Shelf;
use super::sift::{Wishes, by_products, by_values, facets, sift};
use super::thing::{Key, Kind, NewEntry, NewProduct, NewVariant};
use super::vocabulary::FieldName;
use crate::catalog::{PriceBounds, ProductFilter, ProductFilters};
use crate::page::{Cursor, PageRequest, SortKind};

#[derive(Clone, Debug)]
struct Variant {
    price: i64,
    available: bool,
    size: Option<&'static str>,
    color: Option<&'static str>,
}

#[derive(Clone, Debug)]
struct Product {
    vendor: &'static str,
    kind: &'static str,
    tags: BTreeSet<&'static str>,
    variants: Vec<Variant>,
    sold: i64,
}

fn products() -> impl Strategy<Value = Vec<Product>> {
    let size = prop::option::of(prop::sample::select(vec!["S", "M"]));
    let color = prop::option::of(prop::sample::select(vec!["red", "blue"]));
    let variant = (0_i64..6, any::<bool>(), size, color)
        .prop_map(|(price, available, size, color)| Variant { price, available, size, color });
    let product = (
        prop::sample::select(vec!["", "acme", "zeta"]),
        prop::sample::select(vec!["", "shirt", "mug"]),
        prop::collection::btree_set(prop::sample::select(vec!["New", "soft"]), 0..3),
        prop::collection::vec(variant, 1..4),
        0_i64..3,
    )
        .prop_map(|(vendor, kind, tags, variants, sold)| Product { vendor, kind, tags, variants, sold });
    prop::collection::vec(product, 0..24)
}

fn filters() -> impl Strategy<Value = Vec<ProductFilter>> {
    let option = |name: &str, value: &str| ProductFilter::Option { name: name.into(), value: value.into() };
    let price = |min, max| ProductFilter::Price(PriceBounds { min, max });
    prop::collection::vec(
        prop::sample::select(vec![
            ProductFilter::Available(true),
            ProductFilter::Available(false),
            price(2, Some(3)),
            price(5, None),
            ProductFilter::Vendor("acme".into()),
            ProductFilter::Vendor("zeta".into()),
            ProductFilter::Vendor("nobody".into()),
            ProductFilter::ProductType("mug".into()),
            ProductFilter::Tag("NEW".into()),
            ProductFilter::Tag("soft".into()),
            option("Size", "S"),
            option("Size", "M"),
            option("Color", "red"),
            option("Fit", "slim"),
        ]),
        0..5,
    )
}

fn shelf_of(products: &[Product]) -> Shelf {
    let mut shelf = Shelf::default();
    for (id, product) in (1..).zip(products) {
        let variants = product.variants.iter().map(|variant| {
            let size = variant.size.map(|size| (FieldName::Option("Size".into()), size.to_owned()));
            let color = variant.color.map(|color| (FieldName::Option("Color".into()), color.to_owned()));
            NewVariant {
                id: 0,
                price: variant.price,
                is_available: variant.available,
                terms: size.into_iter().chain(color).collect(),
            }
        });
        let new = NewProduct {
            vendor: product.vendor.into(),
            product_type: product.kind.into(),
            terms: product.tags.iter().map(|tag| (FieldName::Tag, (*tag).to_owned())).collect(),
            variants: variants.collect(),
            sold: product.sold,
            ..NewProduct::default()
        };
        let title = format!("{} {}", product.kind, product.sold);
        let entry = NewEntry {
            key: Key { kind: Kind::Product, id },
            title_words: title.clone(),
            title,
            published: 0,
            created: product.sold,
            updated: id % 3,
            product: Some(new),
        };
        // Twice: the second one takes the place of the first.
        shelf.put(entry.clone());
        shelf.put(entry);
    }
    shelf
}

/// The kind of a filter: of one kind, any may hold.
fn kind_of(filter: &ProductFilter) -> String {
    match filter {
        ProductFilter::Available(_) => "availability".into(),
        ProductFilter::Price(_) => "price".into(),
        ProductFilter::Vendor(_) => "vendor".into(),
        ProductFilter::ProductType(_) => "type".into(),
        ProductFilter::Tag(_) => "tag".into(),
        ProductFilter::Option { name, .. } => format!("option {name}"),
        other => panic!("{other:?} is not tried"),
    }
}

/// Whether a filter holds for a product and a variant of it.
fn holds(filter: &ProductFilter, product: &Product, variant: &Variant) -> bool {
    match filter {
        ProductFilter::Available(wanted) => variant.available == *wanted,
        ProductFilter::Price(bounds) => {
            variant.price >= bounds.min && bounds.max.is_none_or(|most| variant.price <= most)
        }
        ProductFilter::Vendor(wanted) => product.vendor == wanted,
        ProductFilter::ProductType(wanted) => product.kind == wanted,
        ProductFilter::Tag(wanted) => product.tags.iter().any(|tag| tag.eq_ignore_ascii_case(wanted)),
        ProductFilter::Option { name, value } => {
            let held = match name.as_str() {
                "Size" => variant.size,
                "Color" => variant.color,
                _ => None,
            };
            held == Some(value.as_str())
        }
        other => panic!("{other:?} is not tried"),
    }
}

/// The variants for which, together with their product, all filters hold except those of one kind.
fn passing<'a>(
    product: &'a Product,
    filters: &'a [ProductFilter],
    except: &'a str,
) -> impl Iterator<Item = &'a Variant> {
    product.variants.iter().filter(move |variant| {
        filters.iter().filter(|filter| kind_of(filter) != except).all(|filter| {
            filters
                .iter()
                .filter(|other| kind_of(other) == kind_of(filter))
                .any(|any| holds(any, product, variant))
        })
    })
}

/// How many products have each value, told product by product and kind by kind.
fn counted(products: &[Product], filters: &[ProductFilter]) -> BTreeMap<(String, String), u64> {
    let mut counts = BTreeMap::new();
    for product in products {
        let mut values: BTreeSet<(String, String)> = BTreeSet::new();
        let mut add = |kind: &str, value: &str| {
            if !value.is_empty() {
                values.insert((kind.to_owned(), value.to_owned()));
            }
        };
        for _ in passing(product, filters, "vendor") {
            add("vendor", product.vendor);
        }
        for _ in passing(product, filters, "type") {
            add("type", product.kind);
        }
        for _ in passing(product, filters, "tag") {
            product.tags.iter().for_each(|tag| add("tag", tag));
        }
        for variant in passing(product, filters, "availability") {
            add("availability", if variant.available { "true" } else { "false" });
        }
        for variant in passing(product, filters, "option Size") {
            add("option Size", variant.size.unwrap_or_default());
        }
        for variant in passing(product, filters, "option Color") {
            add("option Color", variant.color.unwrap_or_default());
        }
        for value in values {
            *counts.entry(value).or_insert(0) += 1;
        }
    }
    counts
}

fn prices(products: &[Product], filters: &[ProductFilter]) -> Option<(i64, i64)> {
    let prices: Vec<i64> = products
        .iter()
        .flat_map(|product| passing(product, filters, "price").map(|variant| variant.price))
        .collect();
    Some((*prices.iter().min()?, *prices.iter().max()?))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn filters_and_counts_are_exact(products in products(), filters in filters(), left_out in 0_u32..4) {
        let shelf = shelf_of(&products);
        let mut base = Bits::new(shelf.len());
        let mut among = Vec::new();
        for (place, product) in (0_u32..).zip(&products) {
            if left_out == 0 || place % 4 != left_out {
                base.insert(place);
                among.push(product.clone());
            }
        }
        prop_assert_eq!(by_products(&shelf, &base), by_values(&shelf, &base));
        let wishes = Wishes::of(&ProductFilters::new(filters.clone()).unwrap(), &shelf.vocabulary);
        let (passed, counts) = sift(&shelf, &base, &wishes, true);
        let expected: Vec<u32> = base
            .iter()
            .filter(|place| passing(&products[*place as usize], &filters, "").next().is_some())
            .collect();
        prop_assert_eq!(passed.iter().collect::<Vec<_>>(), expected.clone());
        let (without_counts, _) = sift(&shelf, &base, &wishes, false);
        prop_assert_eq!(without_counts.iter().collect::<Vec<_>>(), expected);

        let mut told = BTreeMap::new();
        let mut told_prices = None;
        for facet in facets(&counts.unwrap(), &shelf.vocabulary) {
            let kind = match &facet.kind {
                FacetKind::Availability => "availability".to_owned(),
                FacetKind::Price { min, max } => {
                    told_prices = Some((*min, *max));
                    continue;
                }
                FacetKind::Vendor => "vendor".to_owned(),
                FacetKind::ProductType => "type".to_owned(),
                FacetKind::Tag => "tag".to_owned(),
                FacetKind::Option(name) => format!("option {name}"),
                other => panic!("{other:?} is not tried"),
            };
            for value in facet.values {
                told.insert((kind.clone(), value.value), value.count);
            }
        }
        prop_assert_eq!(told, counted(&among, &filters));
        prop_assert_eq!(told_prices, prices(&among, &filters));
    }

    #[test]
    fn pages_are_read_alike_in_both_ways_and_miss_nothing(
        products in products(),
        order in prop::sample::select(Order::ALL.to_vec()),
        size in 1_u64..5,
        reverse in any::<bool>(),
        from_end in any::<bool>(),
        some in 1_u32..4,
    ) {
        let shelf = shelf_of(&products);
        let mut wanted = Bits::new(shelf.len());
        (0..).take(products.len()).filter(|place| place % some == 0).for_each(|place| wanted.insert(place));
        let (sort, downwards) = match order {
            Order::Id => (SearchSort::Id, false),
            Order::Title => (SearchSort::Title, false),
            Order::Vendor => (SearchSort::Vendor, false),
            Order::ProductType => (SearchSort::ProductType, false),
            Order::Created => (SearchSort::CreatedAt, false),
            Order::Updated => (SearchSort::UpdatedAt, false),
            Order::Price => (SearchSort::Price, false),
            Order::Sold => (SearchSort::BestSelling, true),
        };
        prop_assert_eq!(sort.runs_downwards(), downwards);
        let ranked = |place: u32| {
            let entry = shelf.entry(place).unwrap();
            (order.rank(&shelf.vocabulary, entry, entry.product.as_ref().unwrap()), entry.key.id, place)
        };
        let mut expected: Vec<_> = wanted.iter().map(ranked).collect();
        expected.sort();
        if reverse != downwards {
            expected.reverse();
        }
        let expected: Vec<u32> = expected.into_iter().map(|(_, _, place)| place).collect();
        let kind: SortKind = sort.kind();
        let cursor = |place: u32| -> Cursor {
            let (rank, id, _) = ranked(place);
            Cursor::decode(&rank.cursor(kind, id).encode()).unwrap()
        };
        let mut seen: Vec<u32> = Vec::new();
        let mut edge: Option<Cursor> = None;
        loop {
            let (after, before) = if from_end { (None, edge.clone()) } else { (edge.clone(), None) };
            let request = PageRequest { size, from_end, after, before, reverse };
            prop_assert!(request.clone().sorted_by(kind).is_ok());
            let span = Span::of(&request, downwards);
            let walked = shelf.orders.walk(order, &wanted, &span);
            let best: Vec<u32> = span.best(wanted.iter().map(ranked)).into_iter().map(|(_, _, place)| place).collect();
            prop_assert_eq!(&walked, &best);
            let page = request.page_of(walked, |place| cursor(*place));
            let places: Vec<u32> = page.items.iter().map(|(_, place)| *place).collect();
            if from_end {
                seen.splice(0..0, places.iter().copied());
                edge = page.items.first().map(|(cursor, _)| cursor.clone());
            } else {
                seen.extend(&places);
                edge = page.items.last().map(|(cursor, _)| cursor.clone());
            }
            let more = if from_end { page.has_previous } else { page.has_next };
            if !more {
                break;
            }
        }
        prop_assert_eq!(seen, expected);
    }

    #[test]
    fn what_was_taken_away_leaves_nothing_behind(products in products(), gone in 0_i64..24) {
        let mut shelf = shelf_of(&products);
        shelf.remove(Key { kind: Kind::Product, id: gone });
        let mut all = Bits::new(shelf.len());
        (0..).take(shelf.len()).for_each(|place| all.insert(place));
        let left: Vec<Product> = (1..).zip(&products).filter(|(id, _)| *id != gone).map(|(_, product)| product.clone()).collect();
        let (_, counts) = sift(&shelf, &all, &Wishes::default(), true);
        let told: u64 = facets(&counts.unwrap(), &shelf.vocabulary)
            .iter()
            .flat_map(|facet| &facet.values)
            .map(|value| value.count)
            .sum();
        prop_assert_eq!(told, counted(&left, &[]).values().sum::<u64>());
        let span_of = PageRequest::first(100);
        let walked = shelf.orders.walk(Order::Title, &all, &Span::of(&span_of, false));
        prop_assert_eq!(walked.len(), left.len());
    }
}
