//! Reading the history of prices, which [`super::write_prices_in`] keeps.

use std::collections::HashMap;

use entity::id::VariantId;
use entity::price_history;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder};

use crate::error::Fault;

/// All changes of the prices of variants, of each in their order. One statement.
///
/// # Errors
/// The database's own.
pub async fn price_history_by_variant_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[VariantId],
) -> Result<HashMap<VariantId, Vec<price_history::Model>>, Fault> {
    let rows = price_history::Entity::find()
        .filter(price_history::Column::VariantId.is_in(ids.iter().copied()))
        .order_by_asc(price_history::Column::VariantId)
        .order_by_asc(price_history::Column::Id)
        .all(db)
        .await?;
    let mut by_variant: HashMap<VariantId, Vec<price_history::Model>> = HashMap::new();
    for row in rows {
        by_variant.entry(row.variant_id).or_default().push(row);
    }
    Ok(by_variant)
}
