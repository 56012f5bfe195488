//! Table `url_redirect`.

use sea_orm::entity::prelude::*;

use crate::id::RedirectId;

/// An address that has moved.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "url_redirect")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RedirectId,
    /// The old path; begins with a slash.
    pub path: String,
    /// The new path, or a whole address elsewhere.
    pub target: String,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
