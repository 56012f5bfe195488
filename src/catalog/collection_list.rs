//! Lists of collections.

use chrono::{DateTime, Utc};
use entity::collection;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};

use super::search_condition::collection_matches;
use super::search_query::SearchQuery;
use super::visibility::is_published_collection;
use crate::error::Fault;
use crate::page::{Cursor, Page, PageRequest, SortKind, SortValue};

/// What collections are sorted by; the key breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CollectionSort {
    /// The key alone.
    Id,
    /// The title, without regard to case.
    Title,
    /// When it last changed.
    UpdatedAt,
}

impl CollectionSort {
    /// What kind of value that is.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Id => SortKind::Key,
            Self::Title => SortKind::Text,
            Self::UpdatedAt => SortKind::Time,
        }
    }
}

/// The collections on the storefront that match a search, one page of them.
///
/// # Errors
/// The database's own.
pub async fn list_collections<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    sort: CollectionSort,
    search: &SearchQuery,
    page: &PageRequest,
) -> Result<Page<collection::Model>, Fault> {
    let value = match sort {
        CollectionSort::Id => None,
        CollectionSort::Title => Some(collection::Column::TitleSort.into_expr()),
        CollectionSort::UpdatedAt => Some(collection::Column::UpdatedAt.into_expr()),
    };
    let rows = page.apply(published(now, search), value, collection::Column::Id.into_expr()).all(db).await?;
    Ok(page.page_of(rows, |row| {
        let value = match sort {
            CollectionSort::Id => None,
            CollectionSort::Title => Some(SortValue::Text(row.title_sort.clone())),
            CollectionSort::UpdatedAt => Some(SortValue::Time(row.updated_at)),
        };
        Cursor { value, id: row.id.0 }
    }))
}

/// How many collections on the storefront match a search. Only for callers who ask for the number.
///
/// # Errors
/// The database's own.
pub async fn count_collections<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    search: &SearchQuery,
) -> Result<u64, Fault> {
    Ok(published(now, search).count(db).await?)
}

fn published(now: DateTime<Utc>, search: &SearchQuery) -> Select<collection::Entity> {
    collection::Entity::find().filter(is_published_collection(now)).filter(collection_matches(search))
}
