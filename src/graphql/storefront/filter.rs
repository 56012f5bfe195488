//! Filters: what callers send to narrow a list, and what a list offers to be narrowed by.

use std::convert::Infallible;

use async_graphql::{Enum, InputObject, Json, SimpleObject};

use super::media::MediaImage;
use crate::catalog::{self, PriceBounds, ProductFilters, TooManyFilters};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::Color;
use crate::money::Currency;

/// What is wanted of a product. Of one kind any may hold, of different kinds all must.
#[derive(Clone, Debug, InputObject)]
pub struct ProductFilter {
    /// Whether it can be bought.
    pub available: Option<bool>,
    /// A category of the taxonomy.
    pub category: Option<CategoryFilter>,
    /// A range in which its price lies.
    pub price: Option<PriceRangeFilter>,
    /// A metafield of the product.
    pub product_metafield: Option<MetafieldFilter>,
    /// Its type.
    pub product_type: Option<String>,
    /// Its maker.
    pub product_vendor: Option<String>,
    /// One of its tags.
    pub tag: Option<String>,
    /// A metafield of the taxonomy.
    pub taxonomy_metafield: Option<TaxonomyMetafieldFilter>,
    /// A metafield of one of its variants.
    pub variant_metafield: Option<MetafieldFilter>,
    /// An option of one of its variants.
    pub variant_option: Option<VariantOptionFilter>,
}

/// A category of the taxonomy.
#[derive(Clone, Debug, InputObject)]
pub struct CategoryFilter {
    /// The category's id.
    pub id: String,
}

/// A range of prices, both ends included.
#[derive(Clone, Debug, InputObject)]
pub struct PriceRangeFilter {
    /// The highest.
    pub max: Option<f64>,
    /// The lowest.
    #[graphql(default_with = "Some(0.0)")]
    pub min: Option<f64>,
}

/// A metafield and its value.
#[derive(Clone, Debug, InputObject)]
pub struct MetafieldFilter {
    /// Its key within the namespace.
    pub key: String,
    /// The group of fields it belongs to.
    pub namespace: String,
    /// Its value.
    pub value: String,
}

/// A metafield of the taxonomy and its value.
#[derive(Clone, Debug, InputObject)]
pub struct TaxonomyMetafieldFilter {
    /// Its key within the namespace.
    pub key: String,
    /// The group of fields it belongs to.
    pub namespace: String,
    /// Its value.
    pub value: String,
}

/// An option and its value.
#[derive(Clone, Debug, InputObject)]
pub struct VariantOptionFilter {
    /// The option's name.
    pub name: String,
    /// The value's name.
    pub value: String,
}

impl ProductFilter {
    fn decoded(self, currency: Currency) -> impl Iterator<Item = catalog::ProductFilter> {
        use catalog::ProductFilter as Filter;
        let kept_nowhere = self.category.is_some()
            || self.product_metafield.is_some()
            || self.taxonomy_metafield.is_some()
            || self.variant_metafield.is_some();
        let bounds =
            |price: PriceRangeFilter| PriceBounds::new(price.min.unwrap_or(0.0), price.max, currency);
        [
            self.available.map(Filter::Available),
            self.price.map(bounds).map(Filter::Price),
            self.product_type.map(Filter::ProductType),
            self.product_vendor.map(Filter::Vendor),
            self.tag.map(Filter::Tag),
            self.variant_option.map(|option| Filter::Option { name: option.name, value: option.value }),
            kept_nowhere.then_some(Filter::Nothing),
        ]
        .into_iter()
        .flatten()
    }
}

/// Reads the filters of a list.
///
/// # Errors
/// `LIST_TOO_LONG`.
pub(super) fn decoded(
    filters: Option<Vec<ProductFilter>>,
    currency: Currency,
) -> Result<ProductFilters, ApiError> {
    let filters = filters.unwrap_or_default().into_iter().flat_map(|filter| filter.decoded(currency));
    Ok(ProductFilters::new(filters.collect())?)
}

impl From<TooManyFilters> for ApiError {
    fn from(error: TooManyFilters) -> Self {
        Self::bad_input("LIST_TOO_LONG", error.to_string())
    }
}

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
pub struct FilterValue {
    /// How many products have it.
    pub count: i32,
    /// Its id within the filter.
    pub id: String,
    /// A picture of it.
    pub image: Option<MediaImage>,
    /// What to send as a `ProductFilter` to choose it.
    pub input: Json<serde_json::Value>,
    /// What shoppers read.
    pub label: String,
    /// A colour or picture of it.
    pub swatch: Option<Swatch>,
}

/// A filter that shoppers are offered. The shop offers none yet, so this type has no value.
#[derive(Clone, Debug, SimpleObject)]
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
    pub values: Vec<FilterValue>,
    /// What no value can be made of.
    #[graphql(skip)]
    pub never: Infallible,
}
