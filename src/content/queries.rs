//! Reading content by key. Each function is one statement.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::id::{ArticleId, AuthorId, BlogId, CommentId, PageId, RedirectId};
use entity::{article, article_author, article_comment, article_tag, blog, page, url_redirect};
use sea_orm::{
    ColumnTrait, Condition, ConnectionTrait, EntityTrait, FromQueryResult, Iterable, JoinType, QueryFilter,
    QueryOrder, QuerySelect,
};

use super::visibility::{approved_comments, published_articles};
use crate::error::Fault;

/// Pages by key, published or not.
///
/// # Errors
/// The database's own.
pub async fn pages_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[PageId],
) -> Result<HashMap<PageId, page::Model>, Fault> {
    let rows = page::Entity::find().filter(page::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Pages by handle, published or not.
///
/// # Errors
/// The database's own.
pub async fn pages_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[String],
) -> Result<HashMap<String, page::Model>, Fault> {
    let wanted = page::Column::Handle.is_in(handles.iter().map(String::as_str));
    let rows = page::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.handle.clone(), row)).collect())
}

/// Blogs by key.
///
/// # Errors
/// The database's own.
pub async fn blogs_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[BlogId],
) -> Result<HashMap<BlogId, blog::Model>, Fault> {
    let rows = blog::Entity::find().filter(blog::Column::Id.is_in(ids.iter().copied())).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Blogs by handle.
///
/// # Errors
/// The database's own.
pub async fn blogs_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[String],
) -> Result<HashMap<String, blog::Model>, Fault> {
    let wanted = blog::Column::Handle.is_in(handles.iter().map(String::as_str));
    let rows = blog::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.handle.clone(), row)).collect())
}

/// Articles by key, published or not.
///
/// # Errors
/// The database's own.
pub async fn articles_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, article::Model>, Fault> {
    let wanted = article::Column::Id.is_in(ids.iter().copied());
    let rows = article::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Articles by blog and handle, published or not.
///
/// # Errors
/// The database's own.
pub async fn articles_by_handles<C: ConnectionTrait>(
    db: &C,
    handles: &[(BlogId, String)],
) -> Result<HashMap<(BlogId, String), article::Model>, Fault> {
    let wanted = handles.iter().fold(Condition::any(), |any, (blog, handle)| {
        any.add(
            Condition::all()
                .add(article::Column::BlogId.eq(*blog))
                .add(article::Column::Handle.eq(handle.as_str())),
        )
    });
    let rows = article::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| ((row.blog_id, row.handle.clone()), row)).collect())
}

/// The keys of a blog's articles.
pub(super) async fn article_ids_of<C: ConnectionTrait>(
    db: &C,
    blog: BlogId,
) -> Result<Vec<ArticleId>, Fault> {
    let ids = article::Entity::find().filter(article::Column::BlogId.eq(blog));
    Ok(ids.select_only().column(article::Column::Id).into_tuple().all(db).await?)
}

/// The keys of an author's articles.
pub(super) async fn article_ids_by<C: ConnectionTrait>(
    db: &C,
    author: AuthorId,
) -> Result<Vec<ArticleId>, Fault> {
    let ids = article::Entity::find().filter(article::Column::AuthorId.eq(author));
    Ok(ids.select_only().column(article::Column::Id).into_tuple().all(db).await?)
}

/// The tags of articles, in the order of the alphabet.
///
/// # Errors
/// The database's own.
pub async fn tags_by_article_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[ArticleId],
) -> Result<HashMap<ArticleId, Vec<String>>, Fault> {
    let rows = article_tag::Entity::find()
        .filter(article_tag::Column::ArticleId.is_in(ids.iter().copied()))
        .order_by_asc(article_tag::Column::TagNorm)
        .all(db)
        .await?;
    let mut tags: HashMap<ArticleId, Vec<String>> = HashMap::new();
    for row in rows {
        tags.entry(row.article_id).or_default().push(row.tag);
    }
    Ok(tags)
}

/// Authors by key.
///
/// # Errors
/// The database's own.
pub async fn authors_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[AuthorId],
) -> Result<HashMap<AuthorId, article_author::Model>, Fault> {
    let wanted = article_author::Column::Id.is_in(ids.iter().copied());
    let rows = article_author::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Authors by name.
///
/// # Errors
/// The database's own.
pub async fn authors_by_names<C: ConnectionTrait>(
    db: &C,
    names: &[String],
) -> Result<HashMap<String, article_author::Model>, Fault> {
    let wanted = article_author::Column::Name.is_in(names.iter().map(String::as_str));
    let rows = article_author::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.name.clone(), row)).collect())
}

/// Who wrote the published articles of blogs, by name.
///
/// # Errors
/// The database's own.
pub async fn authors_by_blog_ids<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    ids: &[BlogId],
) -> Result<HashMap<BlogId, Vec<article_author::Model>>, Fault> {
    let rows = article_author::Entity::find()
        .select_only()
        .columns(article_author::Column::iter())
        .column(article::Column::BlogId)
        .join(
            JoinType::InnerJoin,
            article_author::Entity::belongs_to(article::Entity)
                .from(article_author::Column::Id)
                .to(article::Column::AuthorId)
                .into(),
        )
        .filter(published_articles(now).add(article::Column::BlogId.is_in(ids.iter().copied())))
        .distinct()
        .order_by_asc(article_author::Column::NameSort)
        .order_by_asc(article_author::Column::Id)
        .into_model::<Writer>()
        .all(db)
        .await?;
    let mut authors: HashMap<BlogId, Vec<article_author::Model>> = HashMap::new();
    for Writer { blog_id, author } in rows {
        authors.entry(blog_id).or_default().push(author);
    }
    Ok(authors)
}

/// Somebody who writes for a blog.
#[derive(FromQueryResult)]
struct Writer {
    blog_id: BlogId,
    #[sea_orm(nested)]
    author: article_author::Model,
}

/// Approved comments by key.
///
/// # Errors
/// The database's own.
pub async fn comments_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[CommentId],
) -> Result<HashMap<CommentId, article_comment::Model>, Fault> {
    let wanted = approved_comments().add(article_comment::Column::Id.is_in(ids.iter().copied()));
    let rows = article_comment::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// Redirects by key.
///
/// # Errors
/// The database's own.
pub async fn redirects_by_ids<C: ConnectionTrait>(
    db: &C,
    ids: &[RedirectId],
) -> Result<HashMap<RedirectId, url_redirect::Model>, Fault> {
    let wanted = url_redirect::Column::Id.is_in(ids.iter().copied());
    let rows = url_redirect::Entity::find().filter(wanted).all(db).await?;
    Ok(rows.into_iter().map(|row| (row.id, row)).collect())
}

/// The redirect from just this path, if there is one.
///
/// # Errors
/// The database's own.
pub async fn find_redirect_by_path<C: ConnectionTrait>(
    db: &C,
    path: &str,
) -> Result<Option<url_redirect::Model>, Fault> {
    Ok(url_redirect::Entity::find().filter(url_redirect::Column::Path.eq(path)).one(db).await?)
}
