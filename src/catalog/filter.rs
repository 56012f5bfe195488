//! Filters that narrow a list of products: of one kind any may hold, of different kinds all must. The search evaluates
//! them.
//!
//! Whether it is available, what it costs and which options it has are asked of one and the same variant, so that
//! "available" and "size M" finds what can be bought in size M.

use entity::id::ProductCategoryId;

use crate::market::PriceRules;
use crate::money::{Currency, MAX_MINOR};

/// The most filters that one list takes.
pub const MAX_FILTERS: usize = 25;

/// One thing that is wanted of a product.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ProductFilter {
    /// A variant that can be bought, or one that cannot.
    Available(bool),
    /// A variant whose price lies between these bounds.
    Price(PriceBounds),
    /// The product's type.
    ProductType(String),
    /// The product's maker.
    Vendor(String),
    /// A tag, in any case.
    Tag(String),
    /// A variant with this value for this option.
    Option {
        /// The option's name.
        name: String,
        /// The value's name.
        value: String,
    },
    /// A metafield of the product with this value, or with this one in its list.
    Metafield {
        /// Its group of fields.
        namespace: String,
        /// Its key within the group.
        key: String,
        /// Its value.
        value: String,
    },
    /// A metafield of a variant with this value, or with this one in its list.
    VariantMetafield {
        /// Its group of fields.
        namespace: String,
        /// Its key within the group.
        key: String,
        /// Its value.
        value: String,
    },
    /// A category of the taxonomy, or one below it.
    Category(ProductCategoryId),
    /// Something that no product has: what cannot be read as a filter.
    Nothing,
}

/// The least and the most that a price may be, in minor units, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PriceBounds {
    /// The least.
    pub min: i64,
    /// The most, where there is one.
    pub max: Option<i64>,
}

impl PriceBounds {
    /// Reads decimal bounds; what lies between two minor units is rounded inwards.
    #[must_use]
    pub fn new(min: f64, max: Option<f64>, currency: Currency) -> Self {
        let least = minor_units(min, currency);
        let min = if least.is_exact { least.floor } else { least.floor.saturating_add(1) };
        Self { min, max: max.map(|max| minor_units(max, currency).floor) }
    }

    /// The bounds of the base prices of which a market makes prices within these: the search knows base prices only.
    /// `None` where there are none.
    #[must_use]
    pub fn of_base_prices(self, rules: &PriceRules) -> Option<Self> {
        let (adjust_bp, _) = rules.base_adjustment();
        if adjust_bp == 0 && rules.conversion.from == rules.conversion.to {
            return Some(self);
        }
        let (min, max) = rules.conversion.base_prices(adjust_bp, self.min, self.max)?;
        Some(Self { min, max: self.max.map(|_| max) })
    }
}

struct MinorUnits {
    floor: i64,
    is_exact: bool,
}

/// A decimal in minor units, read from its shortest text so that 19.99 stays 1999. Amounts below zero are one unit
/// below zero, amounts beyond all prices are [`MAX_MINOR`].
fn minor_units(decimal: f64, currency: Currency) -> MinorUnits {
    let text = decimal.to_string();
    if text.starts_with('-') && decimal != 0.0 {
        return MinorUnits { floor: -1, is_exact: true };
    }
    let text = text.trim_start_matches('-');
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let places = usize::try_from(currency.exponent()).unwrap_or(0);
    let (kept, beyond) = fraction.split_at_checked(places).unwrap_or((fraction, ""));
    let digits = format!("{whole}{kept:0<places$}");
    let floor = digits.parse::<i64>().ok().filter(|minor| *minor < MAX_MINOR).unwrap_or(MAX_MINOR);
    MinorUnits { floor, is_exact: beyond.bytes().all(|digit| digit == b'0') }
}

/// More than [`MAX_FILTERS`] filters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at most {MAX_FILTERS} filters are allowed")]
pub struct TooManyFilters;

/// The filters of a list. Equal ones are equal in whatever order they were given.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct ProductFilters(Vec<ProductFilter>);

impl ProductFilters {
    /// Takes filters.
    ///
    /// # Errors
    /// [`TooManyFilters`].
    pub fn new(mut filters: Vec<ProductFilter>) -> Result<Self, TooManyFilters> {
        if filters.len() > MAX_FILTERS {
            return Err(TooManyFilters);
        }
        filters.sort();
        filters.dedup();
        Ok(Self(filters))
    }

    /// Each of them, in a fixed order.
    #[must_use]
    pub fn as_slice(&self) -> &[ProductFilter] {
        &self.0
    }

    /// Whether nothing is filtered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_rounded_inwards() {
        let bounds = |min, max, code| {
            let bounds = PriceBounds::new(min, max, Currency::find(code).unwrap());
            (bounds.min, bounds.max)
        };
        assert_eq!(bounds(19.99, Some(20.0), "EUR"), (1999, Some(2000)));
        assert_eq!(bounds(0.0, None, "EUR"), (0, None));
        assert_eq!(bounds(-0.0, Some(0.1), "EUR"), (0, Some(10)));
        assert_eq!(bounds(10.001, Some(10.019), "EUR"), (1001, Some(1001)));
        assert_eq!(bounds(10.5, Some(10.5), "JPY"), (11, Some(10)));
        assert_eq!(bounds(1.2345, Some(1.2345), "KWD"), (1235, Some(1234)));
        assert_eq!(bounds(-5.0, Some(-5.0), "EUR"), (-1, Some(-1)));
        assert_eq!(bounds(0.0, Some(1e300), "EUR"), (0, Some(MAX_MINOR)));
    }

    #[test]
    fn bounds_of_a_market_are_bounds_of_base_prices() {
        let currency = |code| Currency::find(code).unwrap();
        let bounds = PriceBounds { min: 1000, max: Some(2000) };
        assert_eq!(bounds.of_base_prices(&PriceRules::base(currency("EUR"))), Some(bounds));
        let dearer = PriceRules { adjust_bp: 10_000, ..PriceRules::base(currency("EUR")) };
        assert_eq!(bounds.of_base_prices(&dearer), Some(PriceBounds { min: 500, max: Some(1000) }));
        let open = PriceBounds { min: 1001, max: None };
        assert_eq!(open.of_base_prices(&dearer), Some(PriceBounds { min: 501, max: None }));
        let between = PriceBounds { min: 1001, max: Some(1001) };
        assert_eq!(between.of_base_prices(&dearer), None);
    }

    #[test]
    fn the_same_filters_are_the_same_list() {
        let tag = |tag: &str| ProductFilter::Tag(tag.to_owned());
        let a = ProductFilters::new(vec![tag("a"), ProductFilter::Available(true), tag("b")]);
        let b = ProductFilters::new(vec![tag("b"), tag("a"), tag("b"), ProductFilter::Available(true)]);
        assert_eq!(a, b);
    }

    #[test]
    fn too_many_filters_are_refused() {
        let filters = |count| ProductFilters::new(vec![ProductFilter::Nothing; count]);
        assert!(filters(MAX_FILTERS).is_ok());
        assert_eq!(filters(MAX_FILTERS + 1), Err(TooManyFilters));
    }
}
