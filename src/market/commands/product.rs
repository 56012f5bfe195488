//! The products whose prices change: locked before, told about after.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::{PriceListId, ProductId, VariantId};
use entity::{product, variant};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};
use serde_json::json;

use crate::db::Tx;
use crate::error::Fault;
use crate::event::{NewEvent, record, record_one};
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
    let mut products: HashSet<ProductId> = HashSet::new();
    let mut found: HashSet<VariantId> = HashSet::new();
    let wanted: Vec<VariantId> = variants.iter().copied().collect();
    for ids in wanted.chunks(ROWS_PER_STATEMENT) {
        let rows: Vec<(VariantId, ProductId)> = variant::Entity::find()
            .select_only()
            .columns([variant::Column::Id, variant::Column::ProductId])
            .filter(variant::Column::Id.is_in(ids.iter().copied()))
            .filter(variant::Column::DeletedAt.is_null())
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(rows.iter().map(|(variant, _)| *variant));
        products.extend(rows.iter().map(|(_, product)| *product));
    }
    if let Some(unknown) = variants.difference(&found).min() {
        let message = format!("Variant {unknown} does not exist");
        return Err(MarketError::refused(MarketErrorCode::UnknownVariant, "variantId", message));
    }
    let mut products: Vec<ProductId> = products.into_iter().collect();
    products.sort_unstable();
    if tx.get_database_backend() == DbBackend::Postgres {
        for ids in products.chunks(ROWS_PER_STATEMENT) {
            product::Entity::find()
                .select_only()
                .column(product::Column::Id)
                .filter(product::Column::Id.is_in(ids.iter().copied()))
                .order_by_asc(product::Column::Id)
                .lock_exclusive()
                .into_tuple::<ProductId>()
                .all(tx)
                .await?;
        }
    }
    Ok(products)
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
    let events = products.iter().map(|id| NewEvent { entity_id: id.0, payload: json!({}) });
    record(tx, now, "product", "product.prices_changed", events.collect()).await?;
    Ok(())
}
