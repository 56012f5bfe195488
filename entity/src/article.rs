//! Table `article`.

use sea_orm::entity::prelude::*;

use crate::id::{ArticleId, AuthorId, BlogId, MediaId};

/// A text in a blog.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "article")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: ArticleId,
    pub blog_id: BlogId,
    pub author_id: AuthorId,
    /// Name in addresses, behind that of the blog.
    pub handle: String,
    pub title: String,
    /// Lower-case title, compared byte by byte on each database.
    pub title_sort: String,
    pub body_html: String,
    /// What lists show of it.
    pub summary_html: Option<String>,
    pub media_id: Option<MediaId>,
    pub seo_title: Option<String>,
    pub seo_description: Option<String>,
    /// Empty while the article is not on the storefront.
    pub published_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
