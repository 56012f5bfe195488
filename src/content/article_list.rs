//! Lists of articles.

use chrono::{DateTime, Utc};
use entity::id::BlogId;
use entity::{article, article_author, blog};
use sea_orm::sea_query::{Expr, SelectStatement};
use sea_orm::{
    ColumnTrait, ConnectionTrait, DbErr, EntityTrait, FromQueryResult, JoinType, QueryFilter, QueryResult,
    QuerySelect, QueryTrait,
};

use super::search;
use super::union::{self, SUBSELECT};
use super::visibility::published_articles;
use crate::error::Fault;
use crate::page::{Cursor, Page, PageRequest, SortKind, SortValue};
use crate::query::Query;

/// The column with the name of the author, in lower case.
const AUTHOR: &str = "author_sort";
/// The column with the title of the blog, in lower case.
const BLOG_TITLE: &str = "blog_title_sort";

/// What articles are sorted by; the key breaks ties.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ArticleSort {
    /// The name of who wrote it.
    Author,
    /// The title of its blog.
    BlogTitle,
    /// The key alone.
    Id,
    /// When shoppers first reached it.
    PublishedAt,
    /// The title, without regard to case.
    Title,
    /// When it last changed.
    UpdatedAt,
}

impl ArticleSort {
    /// What kind of value that is, and the name of the order.
    #[must_use]
    pub fn kind(self) -> SortKind {
        match self {
            Self::Id => SortKind::Key,
            Self::Author => SortKind::Text("author"),
            Self::BlogTitle => SortKind::Text("blog"),
            Self::Title => SortKind::Text("title"),
            Self::PublishedAt => SortKind::Time("published"),
            Self::UpdatedAt => SortKind::Time("updated"),
        }
    }

    fn value(self) -> Option<Expr> {
        match self {
            Self::Author => Some(article_author::Column::NameSort.into_expr()),
            Self::BlogTitle => Some(blog::Column::TitleSort.into_expr()),
            Self::Id => None,
            Self::PublishedAt => Some(article::Column::PublishedAt.into_expr()),
            Self::Title => Some(article::Column::TitleSort.into_expr()),
            Self::UpdatedAt => Some(article::Column::UpdatedAt.into_expr()),
        }
    }

    fn cursor(self, article: &article::Model, row: &QueryResult) -> Result<Cursor, DbErr> {
        let value = match self {
            Self::Author => Some(SortValue::Text(row.try_get("", AUTHOR)?)),
            Self::BlogTitle => Some(SortValue::Text(row.try_get("", BLOG_TITLE)?)),
            Self::Id => None,
            // Listed articles have a moment of publication.
            Self::PublishedAt => Some(SortValue::Time(article.published_at.unwrap_or(article.created_at))),
            Self::Title => Some(SortValue::Text(article.title_sort.clone())),
            Self::UpdatedAt => Some(SortValue::Time(article.updated_at)),
        };
        Ok(self.kind().cursor(value, article.id.0))
    }
}

/// A page of the published articles of one blog or of all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ArticleRequest {
    /// Which blog; all of them without.
    pub blog: Option<BlogId>,
    /// In which order.
    pub sort: ArticleSort,
    /// Only articles that this search finds.
    pub search: Query,
    /// Which page.
    pub page: PageRequest,
}

impl ArticleRequest {
    fn subselect(&self, now: DateTime<Utc>, number: i64) -> SelectStatement {
        let mut articles = article::Entity::find()
            .expr_as(Expr::val(number), SUBSELECT)
            .column_as(article_author::Column::NameSort, AUTHOR)
            .column_as(blog::Column::TitleSort, BLOG_TITLE)
            .join(
                JoinType::InnerJoin,
                article::Entity::belongs_to(article_author::Entity)
                    .from(article::Column::AuthorId)
                    .to(article_author::Column::Id)
                    .into(),
            )
            .join(
                JoinType::InnerJoin,
                article::Entity::belongs_to(blog::Entity)
                    .from(article::Column::BlogId)
                    .to(blog::Column::Id)
                    .into(),
            )
            .filter(published_articles(now))
            .filter(search::articles(&self.search));
        if let Some(blog) = self.blog {
            articles = articles.filter(article::Column::BlogId.eq(blog));
        }
        self.page.apply(articles, self.sort.value(), article::Column::Id.into_expr()).into_query()
    }
}

/// Pages of articles, in the order of the requests: one statement for up to a hundred.
///
/// # Errors
/// The database's own.
pub async fn list_articles<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    requests: &[ArticleRequest],
) -> Result<Vec<Page<article::Model>>, Fault> {
    let subselect = |request: &ArticleRequest, number: i64| request.subselect(now, number);
    union::pages(
        db,
        requests,
        |request| &request.page,
        subselect,
        |request, row| {
            let article = article::Model::from_query_result(row, "")?;
            Ok((request.sort.cursor(&article, row)?, article))
        },
    )
    .await
}
