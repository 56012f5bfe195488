//! Filters that callers send to narrow a list of products.

use async_graphql::InputObject;
use entity::id::ProductCategoryId;

use crate::catalog::{self, PriceBasis, PriceBounds, ProductFilters, TooManyFilters};
use crate::graphql::error::ApiError;
use crate::graphql::id::Gid;

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
    fn decoded(self, prices: &PriceBasis) -> impl Iterator<Item = catalog::ProductFilter> {
        use catalog::ProductFilter as Filter;
        let of_product =
            |MetafieldFilter { namespace, key, value }| Filter::Metafield { namespace, key, value };
        let of_variant =
            |MetafieldFilter { namespace, key, value }| Filter::VariantMetafield { namespace, key, value };
        [
            self.available.map(Filter::Available),
            self.category.map(|category| category.decoded()),
            self.price.map(|price| price.decoded(prices)),
            self.product_metafield.map(of_product),
            self.product_type.map(Filter::ProductType),
            self.product_vendor.map(Filter::Vendor),
            self.tag.map(Filter::Tag),
            // Categories have no metafields here, so no product has any.
            self.taxonomy_metafield.map(|_| Filter::Nothing),
            self.variant_metafield.map(of_variant),
            self.variant_option.map(|option| Filter::Option { name: option.name, value: option.value }),
        ]
        .into_iter()
        .flatten()
    }
}

impl PriceRangeFilter {
    fn decoded(self, prices: &PriceBasis) -> catalog::ProductFilter {
        let bounds = PriceBounds::new(self.min.unwrap_or(0.0), self.max, prices.currency());
        let bounds = bounds.of_base_prices(&prices.rules);
        bounds.map_or(catalog::ProductFilter::Nothing, catalog::ProductFilter::Price)
    }
}

impl CategoryFilter {
    /// The category by its global id or its number; nothing is in what is neither.
    fn decoded(self) -> catalog::ProductFilter {
        let number = match Gid::parse(&self.id) {
            Some(gid) => gid.number().filter(|_| gid.kind == "TaxonomyCategory"),
            None => self.id.parse().ok(),
        };
        number.map_or(catalog::ProductFilter::Nothing, |number| {
            catalog::ProductFilter::Category(ProductCategoryId(number))
        })
    }
}

/// Reads the filters of a list.
///
/// # Errors
/// `LIST_TOO_LONG`.
pub(super) fn decoded(
    filters: Option<Vec<ProductFilter>>,
    prices: &PriceBasis,
) -> Result<ProductFilters, ApiError> {
    let filters = filters.unwrap_or_default().into_iter().flat_map(|filter| filter.decoded(prices));
    Ok(ProductFilters::new(filters.collect())?)
}

impl From<TooManyFilters> for ApiError {
    fn from(error: TooManyFilters) -> Self {
        Self::bad_input("LIST_TOO_LONG", error.to_string())
    }
}
