//! Table `article_author`.

use sea_orm::entity::prelude::*;

use crate::id::AuthorId;

/// Somebody who writes articles.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_author")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: AuthorId,
    /// As readers see it.
    pub name: String,
    /// Lower-case name, compared byte by byte on each database.
    pub name_sort: String,
    pub first_name: String,
    pub last_name: String,
    /// An address that readers may write to.
    pub email: String,
    /// A few words about them.
    pub bio: Option<String>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
