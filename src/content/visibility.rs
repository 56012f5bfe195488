//! What shoppers may see.

use chrono::{DateTime, Utc};
use entity::article_comment::CommentStatus;
use entity::{article, article_comment, page};
use sea_orm::{ColumnTrait, Condition};

/// Whether shoppers reach the page.
#[must_use]
pub fn is_published_page(page: &page::Model, now: DateTime<Utc>) -> bool {
    page.published_at.is_some_and(|at| at <= now)
}

/// Whether shoppers reach the article.
#[must_use]
pub fn is_published_article(article: &article::Model, now: DateTime<Utc>) -> bool {
    article.published_at.is_some_and(|at| at <= now)
}

/// The pages that lists show.
pub(super) fn published_pages(now: DateTime<Utc>) -> Condition {
    Condition::all().add(page::Column::PublishedAt.lte(now))
}

/// The articles that lists show.
pub(super) fn published_articles(now: DateTime<Utc>) -> Condition {
    Condition::all().add(article::Column::PublishedAt.lte(now))
}

/// The comments that readers see.
pub(super) fn approved_comments() -> Condition {
    Condition::all().add(article_comment::Column::Status.eq(CommentStatus::Approved))
}
