//! Table `blog`.

use sea_orm::entity::prelude::*;

use crate::id::BlogId;

/// A series of articles.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "blog")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: BlogId,
    /// Name in addresses.
    pub handle: String,
    pub title: String,
    /// Lower-case title, compared byte by byte on each database.
    pub title_sort: String,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
