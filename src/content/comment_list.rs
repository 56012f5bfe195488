//! Lists of comments.

use entity::article_comment;
use entity::id::ArticleId;
use sea_orm::sea_query::Expr;
use sea_orm::{
    ColumnTrait, ConnectionTrait, EntityTrait, FromQueryResult, QueryFilter, QuerySelect, QueryTrait,
};

use super::union::{self, SUBSELECT};
use super::visibility::approved_comments;
use crate::error::Fault;
use crate::page::{Cursor, Page, PageRequest};

/// A page of the approved comments below an article, oldest first.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct CommentRequest {
    /// Which article.
    pub article: ArticleId,
    /// Which page.
    pub page: PageRequest,
}

/// Pages of comments, in the order of the requests: one statement for up to a hundred.
///
/// # Errors
/// The database's own.
pub async fn list_comments<C: ConnectionTrait>(
    db: &C,
    requests: &[CommentRequest],
) -> Result<Vec<Page<article_comment::Model>>, Fault> {
    let subselect = |request: &CommentRequest, number: i64| {
        let comments = article_comment::Entity::find()
            .expr_as(Expr::val(number), SUBSELECT)
            .filter(article_comment::Column::ArticleId.eq(request.article))
            .filter(approved_comments());
        request.page.apply(comments, None, article_comment::Column::Id.into_expr()).into_query()
    };
    union::pages(
        db,
        requests,
        |request| &request.page,
        subselect,
        |_, row| {
            let comment = article_comment::Model::from_query_result(row, "")?;
            Ok((Cursor::of_key(comment.id.0), comment))
        },
    )
    .await
}
