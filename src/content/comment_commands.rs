//! Changing comments.

use entity::article_comment::CommentStatus;
use entity::id::{ArticleId, CommentId};
use entity::{article, article_comment};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveModelTrait, DbErr, EntityTrait};
use serde_json::json;

use super::check;
use super::error::{CONTENT, ContentError, require};
use crate::actor::Actor;
use crate::app::App;
use crate::event::{self, NewEvent};

/// The longest comment.
const MAX_COMMENT_CHARS: usize = 10_000;

/// A comment as it shall be.
#[derive(Clone, Debug)]
pub struct SaveComment {
    /// The comment to change; a new one without.
    pub id: Option<CommentId>,
    /// The article it stands below.
    pub article: ArticleId,
    /// Who wrote it.
    pub author_name: String,
    /// Where they can be reached; never shown to readers.
    pub author_email: String,
    /// What they wrote, without markup.
    pub body: String,
    /// Whether readers see it.
    pub status: CommentStatus,
}

/// Saves a comment: makes it, or changes all of the one with this key. The article counts as changed.
///
/// # Errors
/// [`ContentError`] for texts that cannot be kept, and for an article or a comment that is not there.
pub async fn save_comment(
    app: &App,
    actor: &Actor,
    new: SaveComment,
) -> Result<article_comment::Model, ContentError> {
    require(actor, CONTENT)?;
    let comment = article_comment::ActiveModel {
        id: new.id.map_or(NotSet, Unchanged),
        article_id: Set(new.article),
        author_name: Set(check::required("authorName", &new.author_name, check::MAX_TITLE_CHARS)?),
        author_email: Set(check::within("authorEmail", new.author_email.trim(), check::MAX_TITLE_CHARS)?),
        body: Set(check::required("body", &new.body, MAX_COMMENT_CHARS)?),
        status: Set(new.status),
        created_at: NotSet,
        updated_at: NotSet,
    };
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            if article::Entity::find_by_id(new.article).one(&tx).await?.is_none() {
                return Err(ContentError::NotFound { what: "article" });
            }
            let mut row = article_comment::ActiveModel { updated_at: Set(now), ..comment.clone() };
            let saved = if new.id.is_some() {
                row.update(&tx).await
            } else {
                row.created_at = Set(now);
                row.insert(&tx).await
            };
            let saved = saved.map_err(|error| match error {
                DbErr::RecordNotUpdated => ContentError::NotFound { what: "comment" },
                error => error.into(),
            })?;
            let event = NewEvent { entity_id: new.article.0, payload: json!({ "comment": saved.id.0 }) };
            event::record(&tx, now, "article", "article.commented", vec![event]).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// Deletes a comment.
///
/// # Errors
/// [`ContentError::NotFound`] where there is none.
pub async fn delete_comment(app: &App, actor: &Actor, id: CommentId) -> Result<(), ContentError> {
    require(actor, CONTENT)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let missing = || ContentError::NotFound { what: "comment" };
            let comment = article_comment::Entity::find_by_id(id).one(&tx).await?.ok_or_else(missing)?;
            article_comment::Entity::delete_by_id(id).exec(&tx).await?;
            let event =
                NewEvent { entity_id: comment.article_id.0, payload: json!({ "comment": comment.id.0 }) };
            event::record(&tx, app.clock.now(), "article", "article.commented", vec![event]).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
