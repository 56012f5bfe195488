//! Lists of collections.

use chrono::{DateTime, Utc};
use entity::collection;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, PaginatorTrait, QueryFilter, Select};

use super::visibility::is_published_collection;
use crate::error::Fault;
use crate::page::{Page, PageRequest, SortKind, SortValue};
use crate::query::{self, Field, FieldKind, Query};

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
    /// What kind of value that is, and the name of the order.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Id => SortKind::Key,
            Self::Title => SortKind::Text("title"),
            Self::UpdatedAt => SortKind::Time("updated"),
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
    search: &Query,
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
        sort.kind().cursor(value, row.id.0)
    }))
}

/// How many collections on the storefront match a search. Only for callers who ask for the number.
///
/// # Errors
/// The database's own.
pub async fn count_collections<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    search: &Query,
) -> Result<u64, Fault> {
    Ok(published(now, search).count(db).await?)
}

fn published(now: DateTime<Utc>, search: &Query) -> Select<collection::Entity> {
    let found = query::condition(search, &fields());
    collection::Entity::find().filter(is_published_collection(now)).filter(found)
}

/// What a search for collections can name.
fn fields() -> [Field; 4] {
    use collection::Column;
    [
        Field::default("title", FieldKind::TextContains(Column::TitleSort.into_expr())),
        Field::named("handle", FieldKind::TextEqual(Column::Handle.into_expr())),
        Field::named("id", FieldKind::Id(Column::Id.into_expr())),
        Field::named("updated_at", FieldKind::Time(Column::UpdatedAt.into_expr())),
    ]
}
