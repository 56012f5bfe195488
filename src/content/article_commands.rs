//! Changing articles and those who write them.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::id::{ArticleId, AuthorId, BlogId, MediaId};
use entity::{article, article_author, article_tag, blog, media};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveModelTrait, ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;

use super::check;
use super::error::{CONTENT, ContentError, Unique, require};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event::{self, NewEvent};

/// The most tags on an article.
const MAX_TAGS: usize = 250;

const UNIQUE: Unique = Unique {
    constraint: "article_handle_unique",
    columns: "article.blog_id, article.handle",
    field: "handle",
};
const UNIQUE_NAME: Unique =
    Unique { constraint: "article_author_name_unique", columns: "article_author.name", field: "name" };

/// An article as it shall be.
#[derive(Clone, Debug)]
pub struct SaveArticle {
    /// The article to change; a new one without.
    pub id: Option<ArticleId>,
    /// The blog that it belongs to.
    pub blog: BlogId,
    /// Who wrote it.
    pub author: AuthorId,
    /// Its name in addresses; made of the title without.
    pub handle: Option<String>,
    /// Its name for shoppers.
    pub title: String,
    /// Its text.
    pub body_html: String,
    /// What lists show of it.
    pub summary_html: Option<String>,
    /// Its picture.
    pub image: Option<MediaId>,
    /// What it is about.
    pub tags: Vec<String>,
    /// The title for search engines.
    pub seo_title: Option<String>,
    /// The description for search engines.
    pub seo_description: Option<String>,
    /// From when on shoppers reach it; never without.
    pub published_at: Option<DateTime<Utc>>,
}

/// Somebody who writes articles, as they shall be.
#[derive(Clone, Debug, Default)]
pub struct SaveAuthor {
    /// The author to change; a new one without.
    pub id: Option<AuthorId>,
    /// As readers see it.
    pub name: String,
    /// Their first name.
    pub first_name: String,
    /// Their last name.
    pub last_name: String,
    /// An address that readers may write to; it is public.
    pub email: String,
    /// A few words about them.
    pub bio: Option<String>,
}

/// Saves an article: makes it, or changes all of the one with this key.
///
/// # Errors
/// [`ContentError`] for texts that cannot be kept, a handle that the blog has already, and for an article, blog, author or
/// picture that is not there.
pub async fn save_article(
    app: &App,
    actor: &Actor,
    new: SaveArticle,
) -> Result<article::Model, ContentError> {
    require(actor, CONTENT)?;
    let tags = checked_tags(&new.tags)?;
    let article = checked_article(&new)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            check_references(&tx, &new).await?;
            let mut row = article::ActiveModel { updated_at: Set(now), ..article.clone() };
            let saved = if new.id.is_some() {
                row.update(&tx).await
            } else {
                row.created_at = Set(now);
                row.insert(&tx).await
            };
            let saved = saved.map_err(|error| ContentError::of_save(error, "article", UNIQUE))?;
            replace_tags(&tx, saved.id, &tags).await?;
            event::record_one(&tx, now, "article", "article.updated", saved.id).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

fn checked_article(new: &SaveArticle) -> Result<article::ActiveModel, ContentError> {
    let title = check::required("title", &new.title, check::MAX_TITLE_CHARS)?;
    Ok(article::ActiveModel {
        id: new.id.map_or(NotSet, Unchanged),
        blog_id: Set(new.blog),
        author_id: Set(new.author),
        handle: Set(check::handle(new.handle.as_deref(), &title)?),
        title_sort: Set(title.to_lowercase()),
        title: Set(title),
        body_html: Set(check::within("body", &new.body_html, check::MAX_HTML_CHARS)?),
        summary_html: Set(check::optional("summary", new.summary_html.as_deref(), check::MAX_HTML_CHARS)?),
        media_id: Set(new.image),
        seo_title: Set(check::optional("seoTitle", new.seo_title.as_deref(), check::MAX_TITLE_CHARS)?),
        seo_description: Set(check::optional(
            "seoDescription",
            new.seo_description.as_deref(),
            check::MAX_LINE_CHARS,
        )?),
        published_at: Set(new.published_at),
        created_at: NotSet,
        updated_at: NotSet,
    })
}

/// Each tag once, whatever its case.
fn checked_tags(tags: &[String]) -> Result<Vec<String>, ContentError> {
    const FIELD: &str = "tags";
    if tags.len() > MAX_TAGS {
        return Err(ContentError::TooMany { field: FIELD, most: MAX_TAGS });
    }
    let mut seen = HashSet::new();
    let mut kept = Vec::with_capacity(tags.len());
    for tag in tags {
        let tag = check::required(FIELD, tag, check::MAX_TITLE_CHARS)?;
        if seen.insert(tag.to_lowercase()) {
            kept.push(tag);
        }
    }
    Ok(kept)
}

async fn check_references(tx: &Tx, new: &SaveArticle) -> Result<(), ContentError> {
    if blog::Entity::find_by_id(new.blog).one(tx).await?.is_none() {
        return Err(ContentError::NotFound { what: "blog" });
    }
    if article_author::Entity::find_by_id(new.author).one(tx).await?.is_none() {
        return Err(ContentError::NotFound { what: "author" });
    }
    if let Some(image) = new.image
        && media::Entity::find_by_id(image).one(tx).await?.is_none()
    {
        return Err(ContentError::NotFound { what: "image" });
    }
    Ok(())
}

async fn replace_tags(tx: &Tx, id: ArticleId, tags: &[String]) -> Result<(), ContentError> {
    article_tag::Entity::delete_many().filter(article_tag::Column::ArticleId.eq(id)).exec(tx).await?;
    let rows: Vec<_> = tags
        .iter()
        .map(|tag| article_tag::ActiveModel {
            article_id: Set(id),
            tag_norm: Set(tag.to_lowercase()),
            tag: Set(tag.clone()),
        })
        .collect();
    if !rows.is_empty() {
        article_tag::Entity::insert_many(rows).exec_without_returning(tx).await?;
    }
    Ok(())
}

/// Deletes an article with its comments.
///
/// # Errors
/// [`ContentError::NotFound`] where there is none.
pub async fn delete_article(app: &App, actor: &Actor, id: ArticleId) -> Result<(), ContentError> {
    require(actor, CONTENT)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            if article::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 0 {
                return Err(ContentError::NotFound { what: "article" });
            }
            event::record_one(&tx, app.clock.now(), "article", "article.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Saves an author: makes them, or changes all of the one with this key. Their articles count as changed.
///
/// # Errors
/// [`ContentError`] for texts that cannot be kept, a name that is taken and an author who is not there.
pub async fn save_author(
    app: &App,
    actor: &Actor,
    new: SaveAuthor,
) -> Result<article_author::Model, ContentError> {
    require(actor, CONTENT)?;
    let name = check::required("name", &new.name, check::MAX_TITLE_CHARS)?;
    let author = article_author::ActiveModel {
        id: new.id.map_or(NotSet, Unchanged),
        name_sort: Set(name.to_lowercase()),
        name: Set(name),
        first_name: Set(check::within("firstName", new.first_name.trim(), check::MAX_TITLE_CHARS)?),
        last_name: Set(check::within("lastName", new.last_name.trim(), check::MAX_TITLE_CHARS)?),
        email: Set(check::within("email", new.email.trim(), check::MAX_TITLE_CHARS)?),
        bio: Set(check::optional("bio", new.bio.as_deref(), check::MAX_LINE_CHARS)?),
        created_at: NotSet,
        updated_at: NotSet,
    };
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let mut row = article_author::ActiveModel { updated_at: Set(now), ..author.clone() };
            let saved = if new.id.is_some() {
                row.update(&tx).await
            } else {
                row.created_at = Set(now);
                row.insert(&tx).await
            };
            let saved = saved.map_err(|error| ContentError::of_save(error, "author", UNIQUE_NAME))?;
            let articles = super::queries::article_ids_by(&tx, saved.id).await?;
            let changed = |id: ArticleId| NewEvent { entity_id: id.0, payload: json!({}) };
            let events = articles.into_iter().map(changed).collect();
            event::record(&tx, now, "article", "article.updated", events).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// Deletes an author without articles.
///
/// # Errors
/// [`ContentError::InUse`] for one with articles, [`ContentError::NotFound`] where there is none.
pub async fn delete_author(app: &App, actor: &Actor, id: AuthorId) -> Result<(), ContentError> {
    require(actor, CONTENT)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            if !super::queries::article_ids_by(&tx, id).await?.is_empty() {
                return Err(ContentError::InUse { what: "author" });
            }
            if article_author::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 0 {
                return Err(ContentError::NotFound { what: "author" });
            }
            tx.commit().await?;
            Ok(())
        })
        .await
}
