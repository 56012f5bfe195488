//! Locking products before something of theirs changes.

use std::collections::HashMap;

use entity::id::{ProductId, VariantId};
use entity::{product, variant};
use sea_orm::{ColumnTrait, ConnectionTrait, DbBackend, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::db::Tx;
use crate::error::Fault;

/// Keys of one statement: SQLite takes 32,766 values.
const KEYS_PER_STATEMENT: usize = 1_000;

/// The products of variants; variants that are not sold any more are left out.
///
/// # Errors
/// The database's own.
pub(crate) async fn products_of_sold_in(
    tx: &Tx,
    variants: &[VariantId],
) -> Result<HashMap<VariantId, ProductId>, Fault> {
    let mut found = HashMap::with_capacity(variants.len());
    for ids in variants.chunks(KEYS_PER_STATEMENT) {
        let rows: Vec<(VariantId, ProductId)> = variant::Entity::find()
            .select_only()
            .columns([variant::Column::Id, variant::Column::ProductId])
            .filter(variant::Column::Id.is_in(ids.iter().copied()))
            .filter(variant::Column::DeletedAt.is_null())
            .into_tuple()
            .all(tx)
            .await?;
        found.extend(rows);
    }
    Ok(found)
}

/// Locks products, so that the numbers of their events follow on; returns them once each in the order of their keys, in
/// which they are locked.
///
/// # Errors
/// The database's own.
pub(crate) async fn lock_products_in(
    tx: &Tx,
    products: impl IntoIterator<Item = ProductId>,
) -> Result<Vec<ProductId>, Fault> {
    let mut products: Vec<ProductId> = products.into_iter().collect();
    products.sort_unstable();
    products.dedup();
    // SQLite has one writer at a time.
    if tx.get_database_backend() == DbBackend::Postgres {
        for ids in products.chunks(KEYS_PER_STATEMENT) {
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
