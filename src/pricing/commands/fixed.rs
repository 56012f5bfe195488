//! Setting base prices and the prices that a price list has of its own.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, VariantId};
use entity::price;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::{Target, change_prices, check_list_scope};
use crate::actor::Actor;
use crate::app::App;
use crate::error::Fault;
use crate::market::{
    MarketError, ROWS_PER_STATEMENT, check_count, list_in, lock_in, lock_products_in, record_prices_in,
};
use crate::money::{Currency, Money};
use crate::pricing::write::{PriceChange, Reason, write_prices_in};
use crate::store::BASE_PRICE_LIST;

/// A price of a list's own, or a base price.
#[derive(Clone, Copy, Debug)]
pub struct FixedPrice {
    /// Of which variant.
    pub variant_id: VariantId,
    /// From how many units on.
    pub min_quantity: i32,
    /// What one unit costs.
    pub amount: Money,
    /// What it is compared with while on sale. Shoppers see it only where it is higher than the price that they pay.
    pub compare_at: Option<Money>,
    /// From when on it holds; `None` for since ever.
    pub valid_from: Option<DateTime<Utc>>,
    /// Until when it holds.
    pub valid_to: Option<DateTime<Utc>>,
}

impl FixedPrice {
    /// What one unit costs from the first on, since ever and for good.
    #[must_use]
    pub fn of(variant_id: VariantId, amount: Money) -> Self {
        Self { variant_id, min_quantity: 1, amount, compare_at: None, valid_from: None, valid_to: None }
    }

    fn change(&self, target: &Target) -> PriceChange {
        PriceChange {
            variant: self.variant_id,
            list: target.list.id,
            currency: target.currency,
            min_quantity: self.min_quantity,
            amount_minor: Some(self.amount.minor),
            compare_at_minor: self.compare_at.map(|money| money.minor),
            valid_from: self.valid_from.unwrap_or(DateTime::UNIX_EPOCH),
            valid_to: self.valid_to,
        }
    }
}

/// Sets prices of a list; those with the same variant, quantity and beginning are replaced, others stay.
///
/// Locks the shop, then the products.
///
/// # Errors
/// [`MarketError`] for an unknown list, amounts in another currency than its own, unknown variants, numbers or times that
/// make no sense, and prices that overlap (see `window.rs`).
pub async fn save_fixed_prices(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    prices: &[FixedPrice],
) -> Result<(), MarketError> {
    MarketError::check_scope(actor)?;
    if list == BASE_PRICE_LIST {
        return Err(crate::market::unknown_list());
    }
    save(app, actor, list, prices).await
}

/// Sets base prices, in the shop's currency; otherwise as [`save_fixed_prices`].
///
/// Locks the shop, then the products.
///
/// # Errors
/// As [`save_fixed_prices`].
pub async fn save_base_prices(app: &App, actor: &Actor, prices: &[FixedPrice]) -> Result<(), MarketError> {
    check_list_scope(actor, BASE_PRICE_LIST)?;
    save(app, actor, BASE_PRICE_LIST, prices).await
}

async fn save(app: &App, actor: &Actor, list: PriceListId, prices: &[FixedPrice]) -> Result<(), MarketError> {
    check_count(prices.len())?;
    change_prices(app, actor, list, Reason::Set, |target| {
        let amounts = prices.iter().flat_map(|price| [Some(price.amount), price.compare_at]).flatten();
        target.check_currency(amounts)?;
        Ok(prices.iter().map(|price| price.change(target)).collect())
    })
    .await
}

/// Deletes all prices that a list has of its own for variants; they cost again what the rest of the chain says.
///
/// Locks the shop, then the products.
///
/// # Errors
/// [`MarketError`] for an unknown list and unknown variants.
pub async fn delete_fixed_prices(
    app: &App,
    actor: &Actor,
    list: PriceListId,
    variants: &[VariantId],
) -> Result<(), MarketError> {
    MarketError::check_scope(actor)?;
    check_count(variants.len())?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            lock_in(&tx).await?;
            let now = app.clock.now();
            let list = list_in(&tx, list).await?;
            let products = lock_products_in(&tx, variants.iter().copied().collect()).await?;
            let variants: Vec<VariantId> =
                variants.iter().copied().collect::<BTreeSet<_>>().into_iter().collect();
            let mut changes = Vec::new();
            for variants in variants.chunks(ROWS_PER_STATEMENT) {
                let rows = price::Entity::find()
                    .filter(price::Column::PriceListId.eq(list.id))
                    .filter(price::Column::VariantId.is_in(variants.iter().copied()));
                for row in rows.all(&tx).await? {
                    changes.push(removal_of(&row)?);
                }
            }
            write_prices_in(&tx, now, actor, Reason::Removed, &changes).await?;
            record_prices_in(&tx, now, list.id, &products).await?;
            tx.commit().await?;
            Ok::<_, MarketError>(())
        })
        .await?;
    app.forget_shop();
    Ok(())
}

/// The change that takes a price away.
pub(super) fn removal_of(row: &price::Model) -> Result<PriceChange, Fault> {
    let unknown = || Fault::new(format!("a price has an unknown currency: {}", row.currency));
    Ok(PriceChange {
        variant: row.variant_id,
        list: row.price_list_id,
        currency: Currency::find(&row.currency).ok_or_else(unknown)?,
        min_quantity: row.min_quantity,
        amount_minor: None,
        compare_at_minor: None,
        valid_from: row.valid_from,
        valid_to: row.valid_to,
    })
}
