//! Reading collections by key. Each function is one statement.

use std::collections::HashMap;

use entity::id::{CollectionId, ProductId};
use entity::{collection, collection_member};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::error::Fault;

/// Collections by key, published or not.
///
/// # Errors
/// The database's own.
pub async fn collections_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[CollectionId],
) -> Result<HashMap<CollectionId, collection::Model>, Fault> {
    let wanted = collection::Column::Id.is_in(ids.iter().copied());
    let rows = collection::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Collections by handle, published or not.
///
/// # Errors
/// The database's own.
pub async fn collections_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[String],
) -> Result<HashMap<String, collection::Model>, Fault> {
    let wanted = collection::Column::Handle.is_in(handles.iter().map(String::as_str));
    let rows = collection::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.handle.clone(), row)).collect())
}

/// The keys of all products in a collection.
///
/// # Errors
/// The database's own.
pub async fn member_ids<C: ConnectionTrait>(db: &C, id: CollectionId) -> Result<Vec<ProductId>, Fault> {
    let members = collection_member::Entity::find().filter(collection_member::Column::CollectionId.eq(id));
    let ids = members.select_only().column(collection_member::Column::ProductId);
    Ok(ids.into_tuple().all(db).await?)
}
