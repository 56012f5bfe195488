//! Changing collections.

use std::collections::{HashMap, HashSet};

use entity::collection::CollectionSortOrder;
use entity::collection_member::MemberSource;
use entity::id::{CollectionId, MediaId, ProductId};
use entity::{collection, collection_member, product};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};

use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::event;

/// Handles looked for, and members written, by one statement.
const ROWS_PER_STATEMENT: usize = 1_000;

/// A collection as it shall be.
#[derive(Clone, Debug)]
pub struct NewCollection {
    /// Its name in addresses, by which it is found when it exists.
    pub handle: String,
    /// Its name for shoppers.
    pub title: String,
    /// A text about it.
    pub description_html: String,
    /// The order of its products where a shopper does not choose one.
    pub sort_order: CollectionSortOrder,
    /// Its picture.
    pub image: Option<MediaId>,
    /// The products in their order, by handle.
    pub product_handles: Vec<String>,
}

/// A collection that was saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedCollection {
    /// Its key.
    pub id: CollectionId,
    /// The handles of which there is no product.
    pub unknown_handles: Vec<String>,
}

/// Saves a collection: makes it and publishes it, or changes the one with its handle, and replaces the members that
/// were chosen by hand. Handles of which there is no product are left out and told.
///
/// # Errors
/// The database's own.
pub async fn save_collection(app: &App, actor: &Actor, new: NewCollection) -> Result<SavedCollection, Fault> {
    if !actor.has_scope("write_products") {
        return Err(Fault::new("saving a collection needs the scope write_products"));
    }
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let row = collection::ActiveModel {
                id: NotSet,
                handle: Set(new.handle.clone()),
                title: Set(new.title.clone()),
                title_sort: Set(new.title.to_lowercase()),
                description_html: Set(new.description_html.clone()),
                sort_order: Set(new.sort_order),
                media_id: Set(new.image),
                seo_title: Set(None),
                seo_description: Set(None),
                published_at: Set(Some(now)),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let update = OnConflict::column(collection::Column::Handle)
                .update_columns([
                    collection::Column::Title,
                    collection::Column::TitleSort,
                    collection::Column::DescriptionHtml,
                    collection::Column::SortOrder,
                    collection::Column::MediaId,
                    collection::Column::UpdatedAt,
                ])
                .to_owned();
            let id = collection::Entity::insert(row).on_conflict(update).exec(&tx).await?.last_insert_id;
            let unknown_handles = replace_members(&tx, id, &new.product_handles).await?;
            event::record_one(&tx, now, "collection", "collection.updated", id).await?;
            tx.commit().await?;
            Ok(SavedCollection { id, unknown_handles })
        })
        .await
}

/// Replaces the members chosen by hand; returns the handles of which there is no product.
async fn replace_members(tx: &Tx, id: CollectionId, handles: &[String]) -> Result<Vec<String>, Fault> {
    let mut by_handle: HashMap<String, ProductId> = HashMap::new();
    for handles in handles.chunks(ROWS_PER_STATEMENT) {
        let found: Vec<(String, ProductId)> = product::Entity::find()
            .select_only()
            .columns([product::Column::Handle, product::Column::Id])
            .filter(product::Column::Handle.is_in(handles))
            .into_tuple()
            .all(tx)
            .await?;
        by_handle.extend(found);
    }
    collection_member::Entity::delete_many()
        .filter(collection_member::Column::CollectionId.eq(id))
        .filter(collection_member::Column::Source.eq(MemberSource::Manual))
        .exec(tx)
        .await?;
    let mut seen = HashSet::new();
    let (known, unknown): (Vec<&String>, Vec<&String>) = handles
        .iter()
        .filter(|handle| seen.insert(*handle))
        .partition(|handle| by_handle.contains_key(*handle));
    let products = known.into_iter().filter_map(|handle| by_handle.get(handle));
    let rows: Vec<_> = (1..)
        .zip(products)
        .map(|(position, product_id)| collection_member::ActiveModel {
            collection_id: Set(id),
            product_id: Set(*product_id),
            position: Set(position),
            source: Set(MemberSource::Manual),
        })
        .collect();
    // A product that a rule put there is from now on there by choice.
    let by_choice =
        OnConflict::columns([collection_member::Column::CollectionId, collection_member::Column::ProductId])
            .update_columns([collection_member::Column::Position, collection_member::Column::Source])
            .to_owned();
    for rows in rows.chunks(ROWS_PER_STATEMENT) {
        collection_member::Entity::insert_many(rows.to_vec())
            .on_conflict(by_choice.clone())
            .exec_without_returning(tx)
            .await?;
    }
    Ok(unknown.into_iter().cloned().collect())
}
