//! Reading prices.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, ProductId, VariantId};
use entity::{price, variant};
use sea_orm::sea_query::ExprTrait;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, JoinType, QueryFilter, QueryOrder, QuerySelect, RelationDef,
};

use super::engine::Tier;
use crate::catalog::{PriceBasis, holds_at};
use crate::error::Fault;
use crate::money::{Currency, Money};

/// The least and the most of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Range {
    /// The least.
    pub min: Money,
    /// The most.
    pub max: Money,
}

/// Between which prices a product's variants lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PriceRanges {
    /// The prices of one unit.
    pub amount: Range,
    /// The prices they are compared with, where there are any.
    pub compare_at: Option<Range>,
}

/// The prices of variants that hold now, each variant's in the order of their quantities: one statement.
///
/// # Errors
/// The database's own.
pub async fn prices_by_variant_ids<C: ConnectionTrait>(
    db: &C,
    list: PriceListId,
    currency: Currency,
    now: DateTime<Utc>,
    ids: &[VariantId],
) -> Result<HashMap<VariantId, Vec<Tier>>, Fault> {
    let rows = price::Entity::find()
        .filter(price::Column::VariantId.is_in(ids.iter().copied()))
        .filter(price::Column::PriceListId.eq(list))
        .filter(price::Column::Currency.eq(currency.code()))
        .filter(holds_at(price::Entity, now))
        .order_by_asc(price::Column::VariantId)
        .order_by_asc(price::Column::MinQuantity)
        .order_by_desc(price::Column::ValidFrom)
        .all(db)
        .await?;
    let mut by_variant: HashMap<VariantId, Vec<Tier>> = HashMap::with_capacity(ids.len());
    for row in rows {
        let tiers = by_variant.entry(row.variant_id).or_default();
        // The newest comes first; an older one for the same quantity does not count.
        if tiers.last().is_none_or(|last| last.min_quantity != row.min_quantity) {
            tiers.push(Tier {
                min_quantity: row.min_quantity,
                amount_minor: row.amount_minor,
                compare_at_minor: row.compare_at_minor,
            });
        }
    }
    Ok(by_variant)
}

/// Between which prices the variants of products lie now, for one unit: one statement.
///
/// # Errors
/// The database's own.
pub async fn price_ranges_by_product_ids<C: ConnectionTrait>(
    db: &C,
    list: PriceListId,
    currency: Currency,
    now: DateTime<Utc>,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, PriceRanges>, Fault> {
    type Row = (ProductId, Option<i64>, Option<i64>, Option<i64>, Option<i64>);
    // From the variants outwards, with the price's conditions in the join: a planner that knows nothing of the tables
    // would otherwise begin with all prices of the list.
    let basis = PriceBasis { list, currency, now };
    let price: RelationDef = variant::Entity::belongs_to(price::Entity)
        .from(variant::Column::Id)
        .to(price::Column::VariantId)
        .on_condition(move |_, _| basis.unit_price())
        .into();
    let amount = price::Column::AmountMinor.into_expr();
    let compare_at = price::Column::CompareAtMinor.into_expr();
    let rows: Vec<Row> = variant::Entity::find()
        .select_only()
        .column(variant::Column::ProductId)
        .expr(amount.clone().min())
        .expr(amount.max())
        .expr(compare_at.clone().min())
        .expr(compare_at.max())
        .join(JoinType::LeftJoin, price)
        .filter(variant::Column::ProductId.is_in(ids.iter().copied()))
        .filter(variant::Column::DeletedAt.is_null())
        .group_by(variant::Column::ProductId)
        .into_tuple()
        .all(db)
        .await?;
    let range = |min, max| Range { min: Money::new(min, currency), max: Money::new(max, currency) };
    let ranges = |(product, min, max, compare_min, compare_max): Row| {
        let compare_at = compare_min.zip(compare_max).map(|(min, max)| range(min, max));
        min.zip(max).map(|(min, max)| (product, PriceRanges { amount: range(min, max), compare_at }))
    };
    Ok(rows.into_iter().filter_map(ranges).collect())
}
