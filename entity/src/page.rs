//! Table `page`.

use sea_orm::entity::prelude::*;

use crate::id::PageId;

/// A text of the shop's own with an address.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "page")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: PageId,
    /// Name in addresses.
    pub handle: String,
    pub title: String,
    /// Lower-case title, compared byte by byte on each database.
    pub title_sort: String,
    pub body_html: String,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    /// Empty while the page is not on the storefront.
    pub published_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
