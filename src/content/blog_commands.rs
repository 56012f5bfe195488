//! Changing blogs.

use entity::blog;
use entity::id::BlogId;
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveModelTrait, EntityTrait};
use serde_json::json;

use super::check;
use super::error::{CONTENT, ContentError, Unique, require};
use crate::actor::Actor;
use crate::app::App;
use crate::event::{self, NewEvent};

const UNIQUE: Unique = Unique { constraint: "blog_handle_unique", columns: "blog.handle", field: "handle" };

/// A blog as it shall be.
#[derive(Clone, Debug, Default)]
pub struct SaveBlog {
    /// The blog to change; a new one without.
    pub id: Option<BlogId>,
    /// Its name in addresses; made of the title without.
    pub handle: Option<String>,
    /// Its name for shoppers.
    pub title: String,
    /// The title for search engines.
    pub seo_title: Option<String>,
    /// The description for search engines.
    pub seo_description: Option<String>,
}

/// Saves a blog: makes it, or changes all of the one with this key.
///
/// # Errors
/// [`ContentError`] for texts that cannot be kept, a handle that is taken and a blog that is not there.
pub async fn save_blog(app: &App, actor: &Actor, new: SaveBlog) -> Result<blog::Model, ContentError> {
    require(actor, CONTENT)?;
    let title = check::required("title", &new.title, check::MAX_TITLE_CHARS)?;
    let blog = blog::ActiveModel {
        id: new.id.map_or(NotSet, Unchanged),
        handle: Set(check::handle(new.handle.as_deref(), &title)?),
        title_sort: Set(title.to_lowercase()),
        title: Set(title),
        seo_title: Set(check::optional("seoTitle", new.seo_title.as_deref(), check::MAX_TITLE_CHARS)?),
        seo_description: Set(check::optional(
            "seoDescription",
            new.seo_description.as_deref(),
            check::MAX_LINE_CHARS,
        )?),
        created_at: NotSet,
        updated_at: NotSet,
    };
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let mut row = blog::ActiveModel { updated_at: Set(now), ..blog.clone() };
            let saved = if new.id.is_some() {
                row.update(&tx).await
            } else {
                row.created_at = Set(now);
                row.insert(&tx).await
            };
            let saved = saved.map_err(|error| ContentError::of_save(error, "blog", UNIQUE))?;
            event::record_one(&tx, now, "blog", "blog.updated", saved.id).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// Deletes a blog with all its articles and their comments.
///
/// # Errors
/// [`ContentError::NotFound`] where there is none.
pub async fn delete_blog(app: &App, actor: &Actor, id: BlogId) -> Result<(), ContentError> {
    require(actor, CONTENT)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let articles = super::queries::article_ids_of(&tx, id).await?;
            if blog::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 0 {
                return Err(ContentError::NotFound { what: "blog" });
            }
            let gone = |entity_id| NewEvent { entity_id, payload: json!({}) };
            event::record(&tx, now, "blog", "blog.deleted", vec![gone(id.0)]).await?;
            let articles = articles.into_iter().map(|article| gone(article.0)).collect();
            event::record(&tx, now, "article", "article.deleted", articles).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
