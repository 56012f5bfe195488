//! Changing policies.

use entity::shop_policy::{self, PolicyKind};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::check;
use super::error::{ContentError, POLICIES, require};
use crate::actor::Actor;
use crate::app::App;
use crate::event;

/// The longest policy.
pub const MAX_POLICY_CHARS: usize = 64 * 1024;

/// Saves what a policy says, whether it was written before or not.
///
/// # Errors
/// [`ContentError`] for a text that is empty or too long.
pub async fn save_policy(
    app: &App,
    actor: &Actor,
    kind: PolicyKind,
    body_html: &str,
) -> Result<shop_policy::Model, ContentError> {
    require(actor, POLICIES)?;
    let body = check::required("body", body_html, MAX_POLICY_CHARS)?;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let row = shop_policy::ActiveModel {
                id: NotSet,
                kind: Set(kind),
                body_html: Set(body.clone()),
                created_at: Set(now),
                updated_at: Set(now),
            };
            let update = OnConflict::column(shop_policy::Column::Kind)
                .update_columns([shop_policy::Column::BodyHtml, shop_policy::Column::UpdatedAt])
                .to_owned();
            let saved = shop_policy::Entity::insert(row).on_conflict(update).exec_with_returning(&tx).await?;
            event::record_one(&tx, now, "policy", "policy.updated", saved.id).await?;
            tx.commit().await?;
            Ok(saved)
        })
        .await
}

/// Deletes a policy.
///
/// # Errors
/// [`ContentError::NotFound`] where the shop has not written it.
pub async fn delete_policy(app: &App, actor: &Actor, kind: PolicyKind) -> Result<(), ContentError> {
    require(actor, POLICIES)?;
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let policy =
                shop_policy::Entity::find().filter(shop_policy::Column::Kind.eq(kind)).one(&tx).await?;
            let policy = policy.ok_or(ContentError::NotFound { what: "policy" })?;
            shop_policy::Entity::delete_by_id(policy.id).exec(&tx).await?;
            event::record_one(&tx, app.clock.now(), "policy", "policy.deleted", policy.id).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}
