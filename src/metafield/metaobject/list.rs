//! Listing metaobjects.

use std::sync::Arc;

use entity::{metaobject, metaobject_definition};
use sea_orm::{ColumnTrait, ConnectionTrait, QueryFilter};

use super::query::{VisibleMetaobject, read, visible, with_fields};
use crate::error::Fault;
use crate::page::{Page, PageRequest, SortKind, SortValue};

/// What metaobjects are sorted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetaobjectSort {
    /// When they were made.
    Id,
    /// When they last changed.
    UpdatedAt,
}

impl MetaobjectSort {
    /// The order with this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "id" => Some(Self::Id),
            "updated_at" => Some(Self::UpdatedAt),
            _ => None,
        }
    }

    /// The kind of value that it sorts by, and the name of the order.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Id => SortKind::Key,
            Self::UpdatedAt => SortKind::Time("updated"),
        }
    }
}

/// A page of the metaobjects of a kind that shoppers may read; empty for a kind that there is not. Two statements.
///
/// # Errors
/// The database's own.
pub async fn list_metaobjects<C: ConnectionTrait>(
    db: &C,
    kind: &str,
    sort: MetaobjectSort,
    page: &PageRequest,
) -> Result<Page<Arc<VisibleMetaobject>>, Fault> {
    let value = match sort {
        MetaobjectSort::Id => None,
        MetaobjectSort::UpdatedAt => Some(metaobject::Column::UpdatedAt.into_expr()),
    };
    let select = visible().filter(metaobject_definition::Column::Kind.eq(kind));
    let select = page.apply(select, value, metaobject::Column::Id.into_expr());
    let found = with_fields(db, read(db, select).await?).await?;
    let cursor = |found: &Arc<VisibleMetaobject>| {
        let value = match sort {
            MetaobjectSort::Id => None,
            MetaobjectSort::UpdatedAt => Some(SortValue::Time(found.row.updated_at)),
        };
        sort.kind().cursor(value, found.row.id.0)
    };
    Ok(page.page_of(found.into_iter().map(Arc::new).collect(), cursor))
}
