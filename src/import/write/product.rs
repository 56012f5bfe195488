//! The rows of `product` and `product_tag`.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::id::{ProductCategoryId, ProductId};
use entity::{product, product_tag};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, QueryFilter, QueryOrder, QuerySelect,
    Select,
};

use super::super::error::ImportError;
use super::batch::{Ready, Target, existing_ids};
use super::statement::{insert, insert_new, padded_lists};
use crate::catalog::{ensure_categories_in, fold};
use crate::db::Tx;
use crate::error::violates;

/// What must be known of a product that exists.
#[derive(Debug, FromQueryResult)]
pub(super) struct Known {
    id: ProductId,
    handle: String,
    pub(super) import_digest: Option<String>,
    published_at: Option<DateTime<Utc>>,
    version: i64,
}

fn known_by_handles(handles: Vec<&str>) -> Select<product::Entity> {
    product::Entity::find()
        .select_only()
        .columns([
            product::Column::Id,
            product::Column::Handle,
            product::Column::ImportDigest,
            product::Column::PublishedAt,
            product::Column::Version,
        ])
        .filter(product::Column::Handle.is_in(handles))
        .order_by_asc(product::Column::Id)
}

/// The stored digest of each of the products that exist, by handle.
///
/// # Errors
/// The database's own.
pub(in super::super) async fn digests_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[&str],
) -> Result<HashMap<String, Option<String>>, DbErr> {
    let mut digests = HashMap::new();
    for handles in padded_lists(handles) {
        let rows = known_by_handles(handles).into_model::<Known>().all(db).await?;
        digests.extend(rows.into_iter().map(|known| (known.handle, known.import_digest)));
    }
    Ok(digests)
}

/// Locks the products that exist, in the order of their keys; returns them by handle.
pub(super) async fn lock_products(tx: &Tx, products: &[Ready]) -> Result<HashMap<String, Known>, DbErr> {
    let handles: Vec<&str> = products.iter().map(|ready| ready.draft.handle.as_str()).collect();
    let mut by_handle = HashMap::new();
    for handles in padded_lists(&handles) {
        let rows = known_by_handles(handles).lock_exclusive().into_model::<Known>().all(tx).await?;
        by_handle.extend(rows.into_iter().map(|known| (known.handle.clone(), known)));
    }
    Ok(by_handle)
}

/// Inserts the products that are new and updates the others.
pub(super) async fn save_products<'a>(
    tx: &Tx,
    now: DateTime<Utc>,
    products: Vec<(&'a Ready, Option<Known>)>,
) -> Result<Vec<Target<'a>>, ImportError> {
    let paths: HashSet<String> = products
        .iter()
        .map(|(ready, _)| ready.draft.category.clone())
        .filter(|path| !path.is_empty())
        .collect();
    let categories = ensure_categories_in(tx, now, &paths).await?;
    let rows =
        products.iter().map(|(ready, known)| (row(now, ready, known.as_ref(), &categories), known.is_some()));
    let (existing, new): (Vec<_>, Vec<_>) = rows.partition(|(_, exists)| *exists);
    let update = OnConflict::column(product::Column::Id)
        .update_columns([
            product::Column::Title,
            product::Column::TitleSort,
            product::Column::DescriptionHtml,
            product::Column::Vendor,
            product::Column::ProductType,
            product::Column::CategoryId,
            product::Column::Status,
            product::Column::IsGiftCard,
            product::Column::SeoTitle,
            product::Column::SeoDescription,
            product::Column::PublishedAt,
            product::Column::MinPriceMinor,
            product::Column::ImportDigest,
            product::Column::Version,
            product::Column::UpdatedAt,
        ])
        .to_owned();
    insert(tx, existing.into_iter().map(|(row, _)| row).collect(), Some(update)).await?;
    let new = insert_new(tx, new.into_iter().map(|(row, _)| row).collect()).await.map_err(|error| {
        if violates(&error, "product_handle_unique", "product.handle") {
            ImportError::Raced
        } else {
            error.into()
        }
    })?;
    let mut new = new.into_iter();
    let targets = products.into_iter().filter_map(|(ready, known)| match known {
        Some(known) => Some(Target { id: known.id, is_new: false, version: known.version + 1, ready }),
        None => new.next().map(|id| Target { id, is_new: true, version: 1, ready }),
    });
    Ok(targets.collect())
}

fn row(
    now: DateTime<Utc>,
    ready: &Ready,
    known: Option<&Known>,
    categories: &HashMap<String, ProductCategoryId>,
) -> product::ActiveModel {
    let draft = &ready.draft;
    let published_at = draft.published.then(|| known.and_then(|known| known.published_at).unwrap_or(now));
    product::ActiveModel {
        id: known.map_or(NotSet, |known| Set(known.id)),
        handle: Set(draft.handle.clone()),
        title: Set(draft.title.clone()),
        title_sort: Set(draft.title.to_lowercase()),
        description_html: Set(draft.description_html.clone()),
        vendor: Set(draft.vendor.clone()),
        product_type: Set(draft.product_type.clone()),
        category_id: Set(categories.get(&draft.category).copied()),
        status: Set(draft.status),
        is_gift_card: Set(draft.is_gift_card),
        seo_title: Set(draft.seo_title.clone()),
        seo_description: Set(draft.seo_description.clone()),
        published_at: Set(published_at),
        min_price_minor: Set(draft.min_price_minor()),
        sold_quantity: Set(0),
        import_digest: Set(Some(ready.digest.clone())),
        version: Set(known.map_or(1, |known| known.version + 1)),
        created_at: Set(now),
        updated_at: Set(now),
    }
}

/// Replaces the tags of the products.
pub(super) async fn save_tags(tx: &Tx, targets: &[Target<'_>]) -> Result<(), DbErr> {
    for ids in padded_lists(&existing_ids(targets)) {
        product_tag::Entity::delete_many().filter(product_tag::Column::ProductId.is_in(ids)).exec(tx).await?;
    }
    let rows = targets.iter().flat_map(|target| {
        target.ready.draft.tags.iter().map(|tag| product_tag::ActiveModel {
            product_id: Set(target.id),
            tag_norm: Set(fold(tag)),
            tag: Set(tag.clone()),
        })
    });
    insert(tx, rows.collect(), None).await
}
