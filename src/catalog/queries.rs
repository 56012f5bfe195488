//! Reading products and their parts by key. Each function is one statement, however many keys it is given.

use std::collections::HashMap;

use entity::id::{ProductId, VariantId};
use entity::{product, product_tag, variant};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use crate::error::Fault;

/// Products by key, whatever their status.
///
/// # Errors
/// The database's own.
pub async fn products_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, product::Model>, Fault> {
    let wanted = product::Column::Id.is_in(ids.iter().copied());
    let rows = product::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Products by handle, whatever their status.
///
/// # Errors
/// The database's own.
pub async fn products_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[String],
) -> Result<HashMap<String, product::Model>, Fault> {
    let wanted = product::Column::Handle.is_in(handles.iter().map(String::as_str));
    let rows = product::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.handle.clone(), row)).collect())
}

/// The variants of products that were not deleted, each product's in their order.
///
/// # Errors
/// The database's own.
pub async fn variants_by_product_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, Vec<variant::Model>>, Fault> {
    let rows = variant::Entity::find()
        .filter(variant::Column::ProductId.is_in(ids.iter().copied()))
        .filter(variant::Column::DeletedAt.is_null())
        .order_by_asc(variant::Column::ProductId)
        .order_by_asc(variant::Column::Position)
        .order_by_asc(variant::Column::Id)
        .all(db)
        .await?;
    let mut by_product: HashMap<ProductId, Vec<variant::Model>> = HashMap::new();
    for row in rows {
        by_product.entry(row.product_id).or_default().push(row);
    }
    Ok(by_product)
}

/// The tags of products as they were written, in alphabetical order.
///
/// # Errors
/// The database's own.
pub async fn tags_by_product_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ProductId],
) -> Result<HashMap<ProductId, Vec<String>>, Fault> {
    let rows = product_tag::Entity::find()
        .filter(product_tag::Column::ProductId.is_in(ids.iter().copied()))
        .order_by_asc(product_tag::Column::ProductId)
        .order_by_asc(product_tag::Column::TagNorm)
        .all(db)
        .await?;
    let mut by_product: HashMap<ProductId, Vec<String>> = HashMap::new();
    for row in rows {
        by_product.entry(row.product_id).or_default().push(row.tag);
    }
    Ok(by_product)
}

/// The keys of products by handle, whatever their status.
///
/// # Errors
/// The database's own.
pub async fn product_ids_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[String],
) -> Result<HashMap<String, ProductId>, Fault> {
    let rows: Vec<(String, ProductId)> = product::Entity::find()
        .select_only()
        .column(product::Column::Handle)
        .column(product::Column::Id)
        .filter(product::Column::Handle.is_in(handles.iter().map(String::as_str)))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}

/// The products of variants, deleted variants too: carts and orders still point to them.
///
/// # Errors
/// The database's own.
pub async fn product_ids_by_variant_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[VariantId],
) -> Result<HashMap<VariantId, ProductId>, Fault> {
    let rows: Vec<(VariantId, ProductId)> = variant::Entity::find()
        .select_only()
        .column(variant::Column::Id)
        .column(variant::Column::ProductId)
        .filter(variant::Column::Id.is_in(ids.iter().copied()))
        .into_tuple()
        .all(db)
        .await?;
    Ok(rows.into_iter().collect())
}
