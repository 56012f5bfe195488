//! The products whose prices change: locked before, told about after.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, ProductId, VariantId};

use crate::catalog;
use crate::db::Tx;
use crate::error::Fault;
use crate::event::{record_each, record_one};
use crate::market::error::{MarketError, MarketErrorCode};
use crate::store::BASE_PRICE_LIST;

/// Prices, or rules, that are saved at once at most.
const MAX_ROWS: usize = 5_000;
/// Rows of one statement: SQLite takes 32,766 values.
pub(crate) const ROWS_PER_STATEMENT: usize = 1_000;

/// Refuses none, and too many at once.
pub(crate) fn check_count(count: usize) -> Result<(), MarketError> {
    if (1..=MAX_ROWS).contains(&count) {
        return Ok(());
    }
    let message = format!("From 1 to {MAX_ROWS} can be given at once");
    Err(MarketError::refused(MarketErrorCode::TooMany, "prices", message))
}

/// Locks the products of variants in the order of their keys; each variant must be there.
///
/// # Errors
/// [`MarketErrorCode::UnknownVariant`] for one that is not.
pub(crate) async fn lock_products_in(
    tx: &Tx,
    variants: HashSet<VariantId>,
) -> Result<Vec<ProductId>, MarketError> {
    let variants: Vec<VariantId> = variants.into_iter().collect();
    let found = catalog::products_of_sold_in(tx, &variants).await?;
    if let Some(unknown) = variants.iter().filter(|variant| !found.contains_key(variant)).min() {
        let message = format!("Variant {unknown} does not exist");
        return Err(MarketError::refused(MarketErrorCode::UnknownVariant, "variantId", message));
    }
    Ok(catalog::lock_products_in(tx, found.into_values()).await?)
}

/// Records that prices of these products are others now: caches, searches and other nodes follow. The prices of a list of
/// their own are part of what is remembered of the list, too.
///
/// # Errors
/// The database's own.
pub(crate) async fn record_prices_in(
    tx: &Tx,
    now: DateTime<Utc>,
    list: PriceListId,
    products: &[ProductId],
) -> Result<(), Fault> {
    if list != BASE_PRICE_LIST {
        record_one(tx, now, "price_list", "price_list.prices_changed", list).await?;
    }
    record_each(tx, now, "product", "product.prices_changed", products.iter().copied()).await?;
    Ok(())
}
