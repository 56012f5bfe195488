//! Changing redirects.

use entity::id::RedirectId;
use entity::{shop, url_redirect};
use sea_orm::ActiveValue::{NotSet, Set, Unchanged};
use sea_orm::{ActiveModelTrait, ConnectionTrait, DbBackend, EntityTrait, QuerySelect};

use super::error::{ContentError, NAVIGATION, Unique, require};
use super::queries::find_redirect_by_path;
use super::redirect::{checked_path, checked_target, path_of};
use crate::actor::Actor;
use crate::app::App;
use crate::db::Tx;
use crate::event;

/// How many redirects may follow on each other.
const MAX_CHAIN: usize = 10;

const UNIQUE: Unique =
    Unique { constraint: "url_redirect_path_unique", columns: "url_redirect.path", field: "path" };

/// A redirect as it shall be.
#[derive(Clone, Debug, Default)]
pub struct SaveRedirect {
    /// The redirect to change; a new one without.
    pub id: Option<RedirectId>,
    /// The old path.
    pub path: String,
    /// The new path, or a web address.
    pub target: String,
}

/// Saves a redirect: makes it, or changes all of the one with this key.
///
/// # Errors
/// [`ContentError`] for what is no path or target, a path that leads elsewhere already, a redirect that is not there, and
/// [`ContentError::Circle`] where following the target would lead back to the path.
pub async fn save_redirect(
    app: &App,
    actor: &Actor,
    new: SaveRedirect,
) -> Result<url_redirect::Model, ContentError> {
    require(actor, NAVIGATION)?;
    let path = checked_path(&new.path)?;
    let target = checked_target(&new.target, &app.config.url_of(""))?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            lock_redirects(&tx).await?;
            check_chain(&tx, new.id, &path, &target).await?;
            let mut row = url_redirect::ActiveModel {
                id: new.id.map_or(NotSet, Unchanged),
                path: Set(path.clone()),
                target: Set(target.clone()),
                created_at: NotSet,
                updated_at: Set(now),
            };
            let saved = if new.id.is_some() {
                row.update(&tx).await
            } else {
                row.created_at = Set(now);
                row.insert(&tx).await
            };
            let saved = saved.map_err(|error| ContentError::of_save(error, "redirect", UNIQUE))?;
            event::record_one(&tx, now, "redirect", "redirect.updated", saved.id).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// One redirect is saved at a time, by way of the shop's row: two at once could close a circle that neither sees. On
/// SQLite the transaction itself is alone.
async fn lock_redirects(tx: &Tx) -> Result<(), ContentError> {
    if tx.get_database_backend() == DbBackend::Postgres {
        shop::Entity::find().lock_exclusive().one(tx).await?;
    }
    Ok(())
}

/// Follows the target through the other redirects.
async fn check_chain(
    tx: &Tx,
    changed: Option<RedirectId>,
    path: &str,
    target: &str,
) -> Result<(), ContentError> {
    let mut next = target.to_owned();
    for _ in 0..MAX_CHAIN {
        let Some(place) = path_of(&next) else {
            return Ok(());
        };
        if place == path {
            return Err(ContentError::Circle);
        }
        let followed = find_redirect_by_path(tx, place).await?;
        match followed.filter(|followed| Some(followed.id) != changed) {
            Some(followed) => next = followed.target,
            None => return Ok(()),
        }
    }
    Err(ContentError::Invalid { field: "target", reason: "is followed by too many other redirects" })
}

/// Deletes a redirect.
///
/// # Errors
/// [`ContentError::NotFound`] where there is none.
pub async fn delete_redirect(app: &App, actor: &Actor, id: RedirectId) -> Result<(), ContentError> {
    require(actor, NAVIGATION)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            if url_redirect::Entity::delete_by_id(id).exec(&tx).await?.rows_affected == 0 {
                return Err(ContentError::NotFound { what: "redirect" });
            }
            event::record_one(&tx, app.clock.now(), "redirect", "redirect.deleted", id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
