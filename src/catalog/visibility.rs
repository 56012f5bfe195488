//! What shoppers may see.

use chrono::{DateTime, Utc};
use entity::product::ProductStatus;
use entity::{collection, product};
use sea_orm::{ColumnTrait, Condition};

/// Whether shoppers reach the product by its handle, its id or a collection's link; lists leave out unlisted ones.
#[must_use]
pub fn is_reachable(product: &product::Model, now: DateTime<Utc>) -> bool {
    let is_open = match product.status {
        ProductStatus::Active | ProductStatus::Unlisted => true,
        ProductStatus::Draft | ProductStatus::Archived => false,
    };
    is_open && product.published_at.is_some_and(|at| at <= now)
}

/// Whether shoppers reach the collection.
#[must_use]
pub fn is_published(collection: &collection::Model, now: DateTime<Utc>) -> bool {
    collection.published_at.is_some_and(|at| at <= now)
}

/// The products that lists show.
pub(super) fn is_listed(now: DateTime<Utc>) -> Condition {
    Condition::all()
        .add(product::Column::Status.eq(ProductStatus::Active))
        .add(product::Column::PublishedAt.lte(now))
}

/// The collections that lists show.
pub(super) fn is_published_collection(now: DateTime<Utc>) -> Condition {
    Condition::all().add(collection::Column::PublishedAt.lte(now))
}
