//! Reading pictures.

use std::collections::HashMap;

use entity::id::{MediaId, ProductId};
use entity::{media, product_media};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::Fault;

/// Pictures by key.
///
/// # Errors
/// The database's own.
pub async fn media_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[MediaId],
) -> Result<HashMap<MediaId, media::Model>, Fault> {
    let rows = media::Entity::find().filter(media::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The pictures of products, each product's in their order: one statement.
///
/// # Errors
/// The database's own.
pub async fn product_media_by_product_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, Vec<media::Model>>, Fault> {
    let rows = product_media::Entity::find()
        .filter(product_media::Column::ProductId.is_in(ids.iter().copied()))
        .join(
            sea_orm::JoinType::InnerJoin,
            product_media::Entity::belongs_to(media::Entity)
                .from(product_media::Column::MediaId)
                .to(media::Column::Id)
                .into(),
        )
        .select_also(media::Entity)
        .order_by_asc(product_media::Column::ProductId)
        .order_by_asc(product_media::Column::Position)
        .all(db)
        .await?;
    let mut by_product: HashMap<ProductId, Vec<media::Model>> = HashMap::new();
    for (link, row) in rows {
        by_product.entry(link.product_id).or_default().extend(row);
    }
    Ok(by_product)
}
