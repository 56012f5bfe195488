//! Table `article_tag`.

use sea_orm::entity::prelude::*;

use crate::id::ArticleId;

/// A tag on an article.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article_tag")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub article_id: ArticleId,
    /// Lower-case tag, for comparing.
    #[sea_orm(primary_key, auto_increment = false)]
    pub tag_norm: String,
    /// As written.
    pub tag: String,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
