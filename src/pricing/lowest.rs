//! What the cheapest variant of a product costs at base prices: stored with the product, because lists are sorted by it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use entity::id::{ProductId, VariantId};
use entity::variant;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect, Statement, Value};

use crate::db::Tx;
use crate::error::Fault;
use crate::store::BASE_PRICE_LIST;

/// Keys of one statement.
const KEYS: usize = 256;

/// The products of variants, in the order of their keys.
///
/// # Errors
/// The database's own.
pub(super) async fn products_of_in(tx: &Tx, variants: &[VariantId]) -> Result<Vec<ProductId>, Fault> {
    let mut products: BTreeSet<ProductId> = BTreeSet::new();
    for ids in padded(variants) {
        let rows: Vec<ProductId> = variant::Entity::find()
            .select_only()
            .column(variant::Column::ProductId)
            .distinct()
            .filter(variant::Column::Id.is_in(ids))
            .into_tuple()
            .all(tx)
            .await?;
        products.extend(rows);
    }
    Ok(products.into_iter().collect())
}

/// Stores anew what the products' cheapest variants cost at the base prices of a moment, by which lists are sorted.
///
/// # Errors
/// The database's own.
pub(super) async fn refresh_lowest_in(
    tx: &Tx,
    now: DateTime<Utc>,
    products: &[ProductId],
) -> Result<(), Fault> {
    let backend = tx.get_database_backend();
    for ids in padded(products) {
        let places: Vec<String> = (2..ids.len().saturating_add(2)).map(|place| format!("${place}")).collect();
        let holds =
            |row: &str| format!("{row}.valid_from <= $1 AND ({row}.valid_to IS NULL OR {row}.valid_to > $1)");
        let sql = format!(
            "UPDATE product SET min_price_minor = COALESCE((SELECT MIN(p.amount_minor) \
               FROM variant v JOIN price p ON p.variant_id = v.id \
               WHERE v.product_id = product.id AND v.deleted_at IS NULL AND p.price_list_id = {BASE_PRICE_LIST} \
                 AND p.currency = (SELECT currency FROM shop) AND p.min_quantity = 1 AND {} \
                 AND NOT EXISTS (SELECT 1 FROM price n WHERE n.variant_id = p.variant_id \
                   AND n.price_list_id = p.price_list_id AND n.currency = p.currency AND n.min_quantity = 1 \
                   AND n.valid_from > p.valid_from AND {})), 0) \
             WHERE id IN ({})",
            holds("p"),
            holds("n"),
            places.join(", "),
        );
        let mut values: Vec<Value> = vec![now.into()];
        values.extend(ids.iter().map(|id| Value::from(id.0)));
        tx.execute_raw(Statement::from_sql_and_values(backend, sql, values)).await?;
    }
    Ok(())
}

/// Cuts keys into lists whose lengths are powers of two, the last key repeated.
pub(super) fn padded<T: Copy>(keys: &[T]) -> impl Iterator<Item = Vec<T>> + '_ {
    keys.chunks(KEYS).map(|chunk| {
        let mut list = chunk.to_vec();
        if let Some(last) = chunk.last() {
            list.resize(chunk.len().next_power_of_two(), *last);
        }
        list
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_cut_into_few_lengths_and_none_is_lost() {
        for count in [0_usize, 1, 3, 255, 256, 300, 1_000] {
            let keys: Vec<usize> = (0..count).collect();
            let lists: Vec<Vec<usize>> = padded(&keys).collect();
            assert!(lists.iter().all(|list| list.len().is_power_of_two() && list.len() <= KEYS));
            assert!(keys.iter().all(|key| lists.concat().contains(key)));
        }
    }
}
