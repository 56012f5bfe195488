//! Comments of readers.

use std::sync::Arc;

use async_graphql::{Context, ID, Object};
use entity::article_comment;
use entity::id::CommentId;

use super::article::Article;
use crate::catalog;
use crate::content;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::Html;
use crate::graphql::storefront::context;

/// What a reader wrote below an article.
#[derive(Clone, Debug)]
pub struct Comment(pub(super) Arc<article_comment::Model>);

impl Comment {
    /// The comment with this key, as far as readers see it.
    pub(crate) async fn find(ctx: &Context<'_>, id: CommentId) -> Result<Option<Self>, ApiError> {
        let Some(comment) = context::of(ctx)?.loaders.content.comments.load(id).await? else {
            return Ok(None);
        };
        let article = Article::find(ctx, comment.article_id).await?;
        Ok(article.map(|_| Self(comment)))
    }
}

/// What a reader wrote below an article.
#[Object]
impl Comment {
    /// Who wrote it.
    async fn author(&self) -> CommentAuthor {
        CommentAuthor(Arc::clone(&self.0))
    }

    /// What they wrote.
    async fn content(
        &self,
        #[graphql(desc = "How many characters at most.")] truncate_at: Option<i32>,
    ) -> String {
        match truncate_at {
            Some(most) => catalog::truncated(&self.0.body, usize::try_from(most).unwrap_or(0)),
            None => self.0.body.clone(),
        }
    }

    /// What they wrote, as paragraphs.
    async fn content_html(&self) -> Html {
        Html(content::comment_html(&self.0.body))
    }

    /// Its global id.
    pub(crate) async fn id(&self) -> ID {
        id::encode("Comment", self.0.id)
    }
}

/// Somebody who wrote a comment.
#[derive(Clone, Debug)]
pub struct CommentAuthor(Arc<article_comment::Model>);

/// Somebody who wrote a comment.
#[Object]
impl CommentAuthor {
    /// Always empty: a reader's address is for the shop's eyes only.
    async fn email(&self) -> &'static str {
        ""
    }

    /// As they call themselves.
    async fn name(&self) -> &str {
        &self.0.author_name
    }
}
