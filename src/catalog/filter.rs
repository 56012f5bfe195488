//! Filters that narrow the products of a collection: of one kind any may hold, of different kinds all must.
//!
//! Whether it is available, what it costs and which options it has are asked of one and the same variant, so that
//! "available" and "size M" finds what can be bought in size M.

use std::collections::BTreeMap;

use entity::variant::InventoryPolicy;
use entity::{
    inventory_item, inventory_level, location, option_value, price, product, product_option, product_tag,
    variant, variant_option,
};
use sea_orm::sea_query::{Expr, ExprTrait, SelectStatement};
use sea_orm::{
    ColumnTrait, Condition, EntityTrait, JoinType, QueryFilter, QuerySelect, QueryTrait, RelationDef, Select,
};

use super::current_price::PriceBasis;
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
    /// Something that no product has, because the shop keeps nothing of that kind (metafields, taxonomy).
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

    /// The products that pass.
    pub(super) fn condition(&self, basis: &PriceBasis) -> Condition {
        let mut wanted = Wanted::default();
        for filter in &self.0 {
            wanted.add(filter);
        }
        let Wanted { types, vendors, tags, available, prices, options, nothing } = wanted;
        let mut products = Condition::all();
        if nothing {
            // Any of none: never true.
            products = products.add(Condition::any());
        }
        if !types.is_empty() {
            products = products.add(product::Column::ProductType.is_in(types));
        }
        if !vendors.is_empty() {
            products = products.add(product::Column::Vendor.is_in(vendors));
        }
        if !tags.is_empty() {
            products = products.add(Expr::exists(with_tag(product_tag::Column::TagNorm.is_in(tags))));
        }
        let price = (!prices.is_empty()).then(|| costs(&prices, basis));
        let variants = available.into_iter().chain(price).chain(options.into_values());
        let variants = variants.fold(Condition::all(), Condition::add);
        if !variants.is_empty() {
            products = products.add(Expr::exists(with_variant(variants)));
        }
        products
    }
}

/// The filters by their kind.
#[derive(Default)]
struct Wanted {
    types: Vec<String>,
    vendors: Vec<String>,
    tags: Vec<String>,
    available: Option<Condition>,
    prices: Vec<PriceBounds>,
    /// By the option's name: each option is a kind of its own.
    options: BTreeMap<String, Condition>,
    nothing: bool,
}

impl Wanted {
    fn add(&mut self, filter: &ProductFilter) {
        let or = |held: Option<Condition>, condition: Condition| {
            Some(held.unwrap_or_else(Condition::any).add(condition))
        };
        match filter {
            ProductFilter::Available(true) => self.available = or(self.available.take(), is_for_sale()),
            ProductFilter::Available(false) => {
                self.available = or(self.available.take(), is_for_sale().not())
            }
            ProductFilter::Price(bounds) => self.prices.push(*bounds),
            ProductFilter::ProductType(name) => self.types.push(name.clone()),
            ProductFilter::Vendor(name) => self.vendors.push(name.clone()),
            ProductFilter::Tag(tag) => self.tags.push(tag.to_lowercase()),
            ProductFilter::Option { name, value } => {
                let held = self.options.remove(name);
                self.options
                    .extend(or(held, has_option(name, value)).map(|condition| (name.clone(), condition)));
            }
            ProductFilter::Nothing => self.nothing = true,
        }
    }
}

fn some_rows<E: EntityTrait>(rows: Select<E>) -> SelectStatement {
    rows.select_only().expr(Expr::val(1)).into_query()
}

/// Rows of tags of the product at hand.
pub(super) fn with_tag(condition: impl Into<Condition>) -> SelectStatement {
    let of_product =
        product_tag::Column::ProductId.into_expr().equals((product::Entity, product::Column::Id));
    some_rows(product_tag::Entity::find().filter(of_product).filter(condition.into()))
}

/// Rows of variants of the product at hand.
fn with_variant(condition: Condition) -> SelectStatement {
    let of_product = variant::Column::ProductId.into_expr().equals((product::Entity, product::Column::Id));
    let item: RelationDef = variant::Entity::belongs_to(inventory_item::Entity)
        .from(variant::Column::InventoryItemId)
        .to(inventory_item::Column::Id)
        .into();
    let variants = variant::Entity::find()
        .join(JoinType::InnerJoin, item)
        .filter(of_product)
        .filter(variant::Column::DeletedAt.is_null())
        .filter(condition);
    some_rows(variants)
}

/// What `inventory::is_for_sale` decides, for the variant at hand.
fn is_for_sale() -> Condition {
    let item = (inventory_item::Entity, inventory_item::Column::Id);
    let place: RelationDef = inventory_level::Entity::belongs_to(location::Entity)
        .from(inventory_level::Column::LocationId)
        .to(location::Column::Id)
        .into();
    let left = inventory_level::Entity::find()
        .select_only()
        .expr(inventory_level::Column::Available.into_expr().sum())
        .join(JoinType::InnerJoin, place)
        .filter(inventory_level::Column::ItemId.into_expr().equals(item))
        .filter(location::Column::Active.eq(true))
        .filter(location::Column::FulfillsOnline.eq(true))
        .into_query();
    let left = Expr::from(left).if_null(0_i64);
    Condition::any()
        .add(inventory_item::Column::Tracked.eq(false))
        .add(variant::Column::InventoryPolicy.eq(InventoryPolicy::Continue))
        .add(left.gt(0_i64))
}

fn costs(bounds: &[PriceBounds], basis: &PriceBasis) -> Condition {
    let of_variant = price::Column::VariantId.into_expr().equals((variant::Entity, variant::Column::Id));
    let amount = price::Column::AmountMinor;
    let within = bounds.iter().fold(Condition::any(), |any, bounds| {
        let at_most = bounds.max.map(|max| amount.lte(max));
        any.add(Condition::all().add(amount.gte(bounds.min)).add_option(at_most))
    });
    let prices = price::Entity::find().filter(of_variant).filter(basis.unit_price()).filter(within);
    Expr::exists(some_rows(prices)).into()
}

fn has_option(name: &str, value: &str) -> Condition {
    let option: RelationDef = variant_option::Entity::belongs_to(product_option::Entity)
        .from(variant_option::Column::OptionId)
        .to(product_option::Column::Id)
        .into();
    let choice: RelationDef = variant_option::Entity::belongs_to(option_value::Entity)
        .from(variant_option::Column::ValueId)
        .to(option_value::Column::Id)
        .into();
    let of_variant =
        variant_option::Column::VariantId.into_expr().equals((variant::Entity, variant::Column::Id));
    let choices = variant_option::Entity::find()
        .join(JoinType::InnerJoin, option)
        .join(JoinType::InnerJoin, choice)
        .filter(of_variant)
        .filter(product_option::Column::Name.eq(name))
        .filter(option_value::Column::Name.eq(value));
    Expr::exists(some_rows(choices)).into()
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
