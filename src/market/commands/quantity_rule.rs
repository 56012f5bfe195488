//! Setting how many units of a variant are sold at once.

use std::collections::HashSet;

use entity::id::{PriceListId, VariantId};
use entity::{price_list, quantity_rule};
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::lock_in;
use super::price_list::unknown_list;
use super::product::{ROWS_PER_STATEMENT, check_count, lock_products_in, record_prices_in};
use crate::actor::Actor;
use crate::app::App;
use crate::market::error::{MarketError, MarketErrorCode};

/// The largest number in a rule.
const MAX_UNITS: i32 = 100_000;

/// How many units of a variant are sold at once, where a price list holds. On the list of the base prices it holds
/// everywhere.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewQuantityRule {
    /// Of which variant.
    pub variant_id: VariantId,
    /// The least.
    pub minimum: i32,
    /// The most.
    pub maximum: Option<i32>,
    /// The step between two quantities.
    pub increment: i32,
}

/// Sets quantity rules of a list; other variants keep theirs.
///
/// Locks the products.
///
/// # Errors
/// [`MarketError`] for an unknown list, unknown variants and rules that no quantity meets.
pub async fn save_quantity_rules(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    rules: &[NewQuantityRule],
) -> Result<(), MarketError> {
    MarketError::check_scope(actor)?;
    check(rules)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let list = price_list::Entity::find_by_id(list).one(&tx).await?.ok_or_else(unknown_list)?;
            let ids: HashSet<VariantId> = rules.iter().map(|rule| rule.variant_id).collect();
            let products = lock_products_in(&tx, ids).await?;
            for rules in rules.chunks(ROWS_PER_STATEMENT) {
                let rows = rules.iter().map(|rule| quantity_rule::ActiveModel {
                    price_list_id: Set(list.id),
                    variant_id: Set(rule.variant_id),
                    minimum: Set(rule.minimum),
                    maximum: Set(rule.maximum),
                    increment: Set(rule.increment),
                });
                let again = OnConflict::columns([
                    quantity_rule::Column::PriceListId,
                    quantity_rule::Column::VariantId,
                ])
                .update_columns([
                    quantity_rule::Column::Minimum,
                    quantity_rule::Column::Maximum,
                    quantity_rule::Column::Increment,
                ])
                .to_owned();
                quantity_rule::Entity::insert_many(rows)
                    .on_conflict(again)
                    .exec_without_returning(&tx)
                    .await?;
            }
            record_prices_in(&tx, now, list.id, &products).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await
}

/// Deletes the rules that a list has for variants.
///
/// Locks the products.
///
/// # Errors
/// [`MarketError`] for an unknown list and unknown variants.
pub async fn delete_quantity_rules(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    variants: &[VariantId],
) -> Result<(), MarketError> {
    MarketError::check_scope(actor)?;
    check_count(variants.len())?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let list = price_list::Entity::find_by_id(list).one(&tx).await?.ok_or_else(unknown_list)?;
            let products = lock_products_in(&tx, variants.iter().copied().collect()).await?;
            for variants in variants.chunks(ROWS_PER_STATEMENT) {
                quantity_rule::Entity::delete_many()
                    .filter(quantity_rule::Column::PriceListId.eq(list.id))
                    .filter(quantity_rule::Column::VariantId.is_in(variants.iter().copied()))
                    .exec(&tx)
                    .await?;
            }
            record_prices_in(&tx, now, list.id, &products).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await
}

fn check(rules: &[NewQuantityRule]) -> Result<(), MarketError> {
    check_count(rules.len())?;
    let mut seen = HashSet::new();
    for rule in rules {
        let units = 1..=MAX_UNITS;
        let in_range = units.contains(&rule.minimum)
            && units.contains(&rule.increment)
            && rule.maximum.is_none_or(|most| (rule.minimum..=MAX_UNITS).contains(&most));
        let meets_step = |quantity: i32| quantity.checked_rem(rule.increment) == Some(0);
        if !in_range || !meets_step(rule.minimum) || !rule.maximum.is_none_or(meets_step) {
            let message = "The least and the most are whole steps, the most is not below the least";
            return Err(MarketError::refused(MarketErrorCode::OutOfRange, "rules", message));
        }
        if !seen.insert(rule.variant_id) {
            let message = format!("Variant {} has two rules", rule.variant_id);
            return Err(MarketError::refused(MarketErrorCode::Duplicate, "rules", message));
        }
    }
    Ok(())
}
