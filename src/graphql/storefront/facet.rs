//! Filters that shoppers are offered for a list of products, made of what a search counted.

use std::collections::HashMap;
use std::str::FromStr;
use std::sync::Arc;

use async_graphql::{Context, Enum, Json, SimpleObject};
use entity::id::ProductCategoryId;
use entity::metafield::OwnerType;
use entity::product_category;
use futures_util::future::try_join_all;
use serde_json::{Number, Value, json};
use url::form_urlencoded::byte_serialize;

use super::context;
use super::media::MediaImage;
use crate::catalog;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::Color;
use crate::market::PriceRules;
use crate::metafield::{self, DefinitionKey};
use crate::money::{MAX_MINOR, Money};
use crate::search::{Facet, FacetKind, FacetValue};

/// How a filter's values are shown.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilterPresentation {
    /// As pictures.
    Image,
    /// As colours or patterns.
    Swatch,
    /// As words.
    Text,
}

/// How a filter is used.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum FilterType {
    /// Yes or no.
    Boolean,
    /// Any of a list of values.
    List,
    /// A lowest and a highest price.
    PriceRange,
}

/// A colour or a picture of a value.
#[derive(Clone, Debug, SimpleObject)]
pub struct Swatch {
    /// The colour.
    pub color: Option<Color>,
    /// The picture.
    pub image: Option<MediaImage>,
}

/// A value that a filter offers.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(name = "FilterValue", serial)]
pub struct OfferedValue {
    /// How many products have it.
    pub count: i32,
    /// Its id.
    pub id: String,
    /// A picture of it.
    pub image: Option<MediaImage>,
    /// What to send as a `ProductFilter` to choose it, as a text in JSON.
    pub input: Json<serde_json::Value>,
    /// What shoppers read.
    pub label: String,
    /// A colour or picture of it.
    pub swatch: Option<Swatch>,
}

/// A filter that shoppers are offered.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(serial)]
pub struct Filter {
    /// Its id.
    pub id: String,
    /// What shoppers read.
    pub label: String,
    /// How its values are shown.
    pub presentation: Option<FilterPresentation>,
    /// How it is used.
    #[graphql(name = "type")]
    pub kind: FilterType,
    /// The values it offers.
    pub values: Vec<OfferedValue>,
}

impl Filter {
    /// The filters for what a search counted, in the same order; the range of prices holds all that it found.
    pub(super) async fn all_of(
        ctx: &Context<'_>,
        mut facets: Vec<Facet>,
        total: u64,
    ) -> Result<Vec<Self>, ApiError> {
        if facets.is_empty() {
            return Ok(Vec::new());
        }
        for facet in facets.iter_mut().filter(|facet| matches!(facet.kind, FacetKind::Price { .. })) {
            facet.values = vec![FacetValue { value: String::new(), count: total }];
        }
        let words = Words::of(ctx, &facets).await?;
        Ok(facets.into_iter().map(|facet| words.filter(facet)).collect())
    }
}

/// What filters are labelled and painted with.
struct Words {
    prices: Arc<PriceRules>,
    swatches: HashMap<(String, String), Swatch>,
    metafields: HashMap<DefinitionKey, String>,
    categories: HashMap<ProductCategoryId, Vec<product_category::Model>>,
}

impl Words {
    /// Reads the words of all facets at once.
    async fn of(ctx: &Context<'_>, facets: &[Facet]) -> Result<Self, ApiError> {
        let request = context::of(ctx)?;
        let db = request.app.db.reader();
        Ok(Self {
            prices: Arc::clone(&request.prices.rules),
            swatches: swatches(ctx, facets).await?,
            metafields: metafield::definition_names(db, &metafield_keys(facets)).await?,
            categories: catalog::categories_by_ids(db, &category_keys(facets)).await?,
        })
    }

    fn filter(&self, facet: Facet) -> Filter {
        let Facet { kind, values } = facet;
        let filter = id_of(&kind);
        let values: Vec<OfferedValue> =
            values.into_iter().map(|value| self.value(&filter, &kind, value)).collect();
        let is_painted = values.iter().any(|value| value.swatch.is_some());
        Filter {
            label: self.label(&kind),
            presentation: Some(if is_painted {
                FilterPresentation::Swatch
            } else {
                FilterPresentation::Text
            }),
            kind: type_of(&kind, &values),
            id: filter,
            values,
        }
    }

    fn label(&self, kind: &FacetKind) -> String {
        let defined = |key: &String| {
            let name = kind.metafield().and_then(|metafield| self.metafields.get(&metafield));
            name.unwrap_or(key).clone()
        };
        match kind {
            FacetKind::Availability => "Availability".to_owned(),
            FacetKind::Price { .. } => "Price".to_owned(),
            FacetKind::ProductType => "Product type".to_owned(),
            FacetKind::Vendor => "Vendor".to_owned(),
            FacetKind::Tag => "Tag".to_owned(),
            FacetKind::Category => "Category".to_owned(),
            FacetKind::Option(name) => name.clone(),
            FacetKind::Metafield(_, key) | FacetKind::VariantMetafield(_, key) => defined(key),
        }
    }

    fn value(&self, filter: &str, kind: &FacetKind, found: FacetValue) -> OfferedValue {
        let FacetValue { value, count } = found;
        let option = kind.option().map(|name| (name.to_owned(), value.clone()));
        let swatch = option.and_then(|option| self.swatches.get(&option).cloned());
        OfferedValue {
            count: i32::try_from(count).unwrap_or(i32::MAX),
            id: value_id(filter, kind, &value),
            image: None,
            input: Json(Value::String(self.input(kind, &value).to_string())),
            label: self.value_label(kind, value),
            swatch,
        }
    }

    fn value_label(&self, kind: &FacetKind, value: String) -> String {
        match kind {
            FacetKind::Availability if value == "true" => "In stock".to_owned(),
            FacetKind::Availability => "Out of stock".to_owned(),
            FacetKind::Price { .. } => "Price".to_owned(),
            FacetKind::Category => self.category(&value).unwrap_or(value),
            FacetKind::ProductType
            | FacetKind::Vendor
            | FacetKind::Tag
            | FacetKind::Option(_)
            | FacetKind::Metafield(..)
            | FacetKind::VariantMetafield(..) => value,
        }
    }

    /// A base price as the market's, in decimals.
    fn amount(&self, base_minor: i64) -> Option<Number> {
        let (adjust_bp, _) = self.prices.base_adjustment();
        let minor = self.prices.conversion.price(base_minor, adjust_bp).unwrap_or(MAX_MINOR);
        Number::from_str(&Money::new(minor, self.prices.conversion.to).to_string()).ok()
    }

    fn category(&self, key: &str) -> Option<String> {
        let line = self.categories.get(&ProductCategoryId(key.parse().ok()?))?;
        Some(line.last()?.name.clone())
    }

    /// The `ProductFilter` that chooses a value.
    fn input(&self, kind: &FacetKind, value: &str) -> Value {
        match kind {
            FacetKind::Availability => json!({ "available": value == "true" }),
            FacetKind::Price { min, max } => {
                json!({ "price": { "min": self.amount(*min), "max": self.amount(*max) } })
            }
            FacetKind::ProductType => json!({ "productType": value }),
            FacetKind::Vendor => json!({ "productVendor": value }),
            FacetKind::Tag => json!({ "tag": value }),
            FacetKind::Category => json!({ "category": { "id": id::encode("TaxonomyCategory", value) } }),
            FacetKind::Option(name) => json!({ "variantOption": { "name": name, "value": value } }),
            FacetKind::Metafield(namespace, key) => {
                json!({ "productMetafield": { "namespace": namespace, "key": key, "value": value } })
            }
            FacetKind::VariantMetafield(namespace, key) => {
                json!({ "variantMetafield": { "namespace": namespace, "key": key, "value": value } })
            }
        }
    }
}

impl FacetKind {
    /// The name of the option, of one.
    fn option(&self) -> Option<&str> {
        if let Self::Option(name) = self { Some(name) } else { None }
    }

    /// What the metafield's definition is found by, of one.
    fn metafield(&self) -> Option<DefinitionKey> {
        let (owner, namespace, key) = match self {
            Self::Metafield(namespace, key) => (OwnerType::Product, namespace, key),
            Self::VariantMetafield(namespace, key) => (OwnerType::Variant, namespace, key),
            Self::Availability
            | Self::Price { .. }
            | Self::ProductType
            | Self::Vendor
            | Self::Tag
            | Self::Category
            | Self::Option(_) => return None,
        };
        Some((owner, namespace.clone(), key.clone()))
    }
}

/// The swatches of the options' values: from memory, else a statement, and the loader of pictures.
async fn swatches(
    ctx: &Context<'_>,
    facets: &[Facet],
) -> Result<HashMap<(String, String), Swatch>, ApiError> {
    let wanted: Vec<(String, String)> = facets
        .iter()
        .filter_map(|facet| Some((facet.kind.option()?, &facet.values)))
        .flat_map(|(name, values)| values.iter().map(|value| (name.to_owned(), value.value.clone())))
        .collect();
    let app = &context::of(ctx)?.app;
    let found = app.swatches.get(&app.db, wanted).await?;
    let painted = found.into_iter().map(async |(option, swatch)| {
        let image = match swatch.picture {
            Some(picture) => MediaImage::find(ctx, picture).await?,
            None => None,
        };
        Ok::<_, ApiError>((option, Swatch { color: swatch.color.clone().map(Color), image }))
    });
    Ok(try_join_all(painted).await?.into_iter().collect())
}

fn metafield_keys(facets: &[Facet]) -> Vec<DefinitionKey> {
    facets.iter().filter_map(|facet| facet.kind.metafield()).collect()
}

fn category_keys(facets: &[Facet]) -> Vec<ProductCategoryId> {
    let facets = facets.iter().filter(|facet| facet.kind == FacetKind::Category);
    facets
        .flat_map(|facet| &facet.values)
        .filter_map(|value| value.value.parse().ok().map(ProductCategoryId))
        .collect()
}

/// A filter's id, which stays the same whatever is searched.
fn id_of(kind: &FacetKind) -> String {
    match kind {
        FacetKind::Availability => "filter.v.availability".to_owned(),
        FacetKind::Price { .. } => "filter.v.price".to_owned(),
        FacetKind::ProductType => "filter.p.product_type".to_owned(),
        FacetKind::Vendor => "filter.p.vendor".to_owned(),
        FacetKind::Tag => "filter.p.tag".to_owned(),
        FacetKind::Category => "filter.p.category".to_owned(),
        FacetKind::Option(name) => format!("filter.v.option.{}", slug(name)),
        FacetKind::Metafield(namespace, key) => format!("filter.p.m.{namespace}.{key}"),
        FacetKind::VariantMetafield(namespace, key) => format!("filter.v.m.{namespace}.{key}"),
    }
}

fn value_id(filter: &str, kind: &FacetKind, value: &str) -> String {
    match kind {
        FacetKind::Price { .. } => filter.to_owned(),
        FacetKind::Availability => format!("{filter}.{}", u8::from(value == "true")),
        FacetKind::ProductType
        | FacetKind::Vendor
        | FacetKind::Tag
        | FacetKind::Category
        | FacetKind::Option(_)
        | FacetKind::Metafield(..)
        | FacetKind::VariantMetafield(..) => format!("{filter}.{}", slug(value)),
    }
}

fn type_of(kind: &FacetKind, values: &[OfferedValue]) -> FilterType {
    let is_boolean = || values.iter().all(|value| ["true", "false"].contains(&value.label.as_str()));
    match kind {
        FacetKind::Price { .. } => FilterType::PriceRange,
        FacetKind::Metafield(..) | FacetKind::VariantMetafield(..) if is_boolean() => FilterType::Boolean,
        FacetKind::Availability
        | FacetKind::ProductType
        | FacetKind::Vendor
        | FacetKind::Tag
        | FacetKind::Category
        | FacetKind::Option(_)
        | FacetKind::Metafield(..)
        | FacetKind::VariantMetafield(..) => FilterType::List,
    }
}

/// A word as ids hold it: lower case, a hyphen for each space, other signs as in addresses.
fn slug(word: &str) -> String {
    let words: Vec<String> = word.split_whitespace().map(str::to_lowercase).collect();
    byte_serialize(words.join("-").as_bytes()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    fn offered(kind: FacetKind, value: &str) -> (String, String, String) {
        let words = Words {
            prices: Arc::new(PriceRules::base(Currency::find("EUR").unwrap())),
            swatches: HashMap::new(),
            metafields: HashMap::new(),
            categories: HashMap::new(),
        };
        let values = vec![FacetValue { value: value.to_owned(), count: 3 }];
        let filter = words.filter(Facet { kind, values });
        let value = filter.values.into_iter().next().unwrap();
        (value.id, value.label, value.input.0.as_str().unwrap().to_owned())
    }

    #[test]
    fn values_have_stable_ids_and_say_what_to_send() {
        let text = |id: &str, label: &str, input: &str| (id.to_owned(), label.to_owned(), input.to_owned());
        assert_eq!(
            offered(FacetKind::Option("Shoe Size".into()), "Light \"Red\""),
            text(
                "filter.v.option.shoe-size.light-%22red%22",
                "Light \"Red\"",
                r#"{"variantOption":{"name":"Shoe Size","value":"Light \"Red\""}}"#
            )
        );
        assert_eq!(
            offered(FacetKind::Availability, "false"),
            text("filter.v.availability.0", "Out of stock", r#"{"available":false}"#)
        );
        assert_eq!(
            offered(FacetKind::Price { min: 1999, max: 2050 }, ""),
            text("filter.v.price", "Price", r#"{"price":{"max":20.5,"min":19.99}}"#)
        );
        assert_eq!(
            offered(FacetKind::Metafield("custom".into(), "material".into()), "Wool"),
            text(
                "filter.p.m.custom.material.wool",
                "Wool",
                r#"{"productMetafield":{"key":"material","namespace":"custom","value":"Wool"}}"#
            )
        );
    }
}
