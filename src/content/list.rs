//! Lists of pages, blogs and redirects.

use chrono::{DateTime, Utc};
use entity::{blog, page, url_redirect};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::search;
use super::visibility::published_pages;
use crate::error::Fault;
use crate::page::{Cursor, Page, PageRequest, SortKind, SortValue};
use crate::query::Query;

/// What pages are sorted by; the key breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PageSort {
    /// The key alone.
    Id,
    /// The title, without regard to case.
    Title,
    /// When it last changed.
    UpdatedAt,
}

impl PageSort {
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

/// The published pages that a search finds, one page of them.
///
/// # Errors
/// The database's own.
pub async fn list_pages<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    sort: PageSort,
    query: &Query,
    page: &PageRequest,
) -> Result<Page<page::Model>, Fault> {
    let value = match sort {
        PageSort::Id => None,
        PageSort::Title => Some(page::Column::TitleSort.into_expr()),
        PageSort::UpdatedAt => Some(page::Column::UpdatedAt.into_expr()),
    };
    let pages = page::Entity::find().filter(published_pages(now)).filter(search::pages(query));
    let rows = page.apply(pages, value, page::Column::Id.into_expr()).all(db).await?;
    Ok(page.page_of(rows, |row| {
        let value = match sort {
            PageSort::Id => None,
            PageSort::Title => Some(SortValue::Text(row.title_sort.clone())),
            PageSort::UpdatedAt => Some(SortValue::Time(row.updated_at)),
        };
        sort.kind().cursor(value, row.id.0)
    }))
}

/// What blogs are sorted by; the key breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BlogSort {
    /// The name in addresses.
    Handle,
    /// The key alone.
    Id,
    /// The title, without regard to case.
    Title,
}

impl BlogSort {
    /// What kind of value that is, and the name of the order.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Id => SortKind::Key,
            Self::Handle => SortKind::Text("handle"),
            Self::Title => SortKind::Text("title"),
        }
    }
}

/// The blogs that a search finds, one page of them.
///
/// # Errors
/// The database's own.
pub async fn list_blogs<C: ConnectionTrait>(
    db: &C,
    sort: BlogSort,
    query: &Query,
    page: &PageRequest,
) -> Result<Page<blog::Model>, Fault> {
    let value = match sort {
        BlogSort::Handle => Some(blog::Column::Handle.into_expr()),
        BlogSort::Id => None,
        BlogSort::Title => Some(blog::Column::TitleSort.into_expr()),
    };
    let blogs = blog::Entity::find().filter(search::blogs(query));
    let rows = page.apply(blogs, value, blog::Column::Id.into_expr()).all(db).await?;
    Ok(page.page_of(rows, |row| {
        let value = match sort {
            BlogSort::Handle => Some(SortValue::Text(row.handle.clone())),
            BlogSort::Id => None,
            BlogSort::Title => Some(SortValue::Text(row.title_sort.clone())),
        };
        sort.kind().cursor(value, row.id.0)
    }))
}

/// The redirects that a search finds, one page of them, by key.
///
/// # Errors
/// The database's own.
pub async fn list_redirects<C: ConnectionTrait>(
    db: &C,
    query: &Query,
    page: &PageRequest,
) -> Result<Page<url_redirect::Model>, Fault> {
    let redirects = url_redirect::Entity::find().filter(search::redirects(query));
    let rows = page.apply(redirects, None, url_redirect::Column::Id.into_expr()).all(db).await?;
    Ok(page.page_of(rows, |row| Cursor::of_key(row.id.0)))
}
