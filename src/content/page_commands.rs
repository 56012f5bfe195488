//! Changing pages.

use chrono::{DateTime, Utc};
use entity::id::PageId;
use entity::page;
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveModelTrait, EntityTrait};

use super::check;
use super::error::{CONTENT, ContentError, Unique, require};
use crate::actor::Actor;
use crate::app::App;
use crate::event;

const UNIQUE: Unique = Unique { constraint: "page_handle_unique", columns: "page.handle", field: "handle" };

/// A page as it shall be.
#[derive(Clone, Debug, Default)]
pub struct SavePage {
    /// The page to change; a new one without.
    pub id: Option<PageId>,
    /// Its name in addresses; made of the title without.
    pub handle: Option<String>,
    /// Its name for shoppers.
    pub title: String,
    /// Its text.
    pub body_html: String,
    /// The title for search engines.
    pub seo_title: Option<String>,
    /// The description for search engines.
    pub seo_description: Option<String>,
    /// From when on shoppers reach it; never without.
    pub published_at: Option<DateTime<Utc>>,
}

/// Saves a page: makes it, or changes all of the one with this key.
///
/// # Errors
/// [`ContentError`] for texts that cannot be kept, a handle that is taken and a page that is not there.
pub async fn save_page(app: &App, actor: &Actor, new: SavePage) -> Result<page::Model, ContentError> {
    require(actor, CONTENT)?;
    let title = check::required("title", &new.title, check::MAX_TITLE_CHARS)?;
    let page = page::ActiveModel {
        id: new.id.map_or(NotSet, Unchanged),
        handle: Set(check::handle(new.handle.as_deref(), &title)?),
        title_sort: Set(title.to_lowercase()),
        title: Set(title),
        body_html: Set(check::within("body", &new.body_html, check::MAX_HTML_CHARS)?),
        seo_title: Set(check::optional("seoTitle", new.seo_title.as_deref(), check::MAX_TITLE_CHARS)?),
        seo_description: Set(check::optional(
            "seoDescription",
            new.seo_description.as_deref(),
            check::MAX_LINE_CHARS,
        )?),
        published_at: Set(new.published_at),
        created_at: NotSet,
        updated_at: NotSet,
    };
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let mut row = page::ActiveModel { updated_at: Set(now), ..page.clone() };
            let saved = if new.id.is_some() {
                row.update(&tx).await
            } else {
                row.created_at = Set(now);
                row.insert(&tx).await
            };
            let saved = saved.map_err(|error| ContentError::of_save(error, "page", UNIQUE))?;
            event::record_one(&tx, now, "page", "page.updated", saved.id).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// Deletes a page.
///
/// # Errors
/// [`ContentError::NotFound`] where there is none.
pub async fn delete_page(app: &App, actor: &Actor, id: PageId) -> Result<(), ContentError> {
    require(actor, CONTENT)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            if page::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 0 {
                return Err(ContentError::NotFound { what: "page" });
            }
            event::record_one(&tx, app.clock.now(), "page", "page.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
