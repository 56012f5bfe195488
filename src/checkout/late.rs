//! What is paid for an attempt that has ended without an order: it goes back, however long that takes.

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use super::ask::undone;
use crate::app::App;
use crate::error::Fault;
use crate::job;
use crate::payment::FREE;

/// The kind of the jobs that do it.
pub const UNDO: &str = "checkout.undo";
/// Whoever finds out tries it first; a job does it after so long.
const TAKEN_UP_AFTER: TimeDelta = TimeDelta::seconds(15);

/// Gives the money back of an attempt that another driver ended meanwhile without an order.
pub(super) async fn return_if_failed(app: &App, attempt: &completion_attempt::Model) -> Result<(), Fault> {
    let now = completion_attempt::Entity::find_by_id(attempt.id).one(app.db.writer()).await?;
    let failed = now.is_none_or(|now| now.state == AttemptState::Failed);
    if !failed || attempt.provider == FREE {
        return Ok(());
    }
    // Written down before it is tried: nobody else knows of this money, and this process may end.
    let noted = note(app, attempt).await;
    if undone(app, attempt).await? {
        return Ok(());
    }
    tracing::error!(
        attempt = attempt.id.0,
        "Money was taken for a failed attempt and could not be given back yet"
    );
    noted
}

/// Keeps by what name the provider knows the payment, and puts a job in the queue that gives it back.
async fn note(app: &App, attempt: &completion_attempt::Model) -> Result<(), Fault> {
    let reference = &attempt.provider_reference;
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            completion_attempt::Entity::update_many()
                .col_expr(completion_attempt::Column::ProviderReference, Expr::val(reference.clone()))
                .filter(completion_attempt::Column::Id.eq(attempt.id))
                .filter(completion_attempt::Column::State.eq(AttemptState::Failed))
                .filter(completion_attempt::Column::ProviderReference.is_null())
                .exec(&tx)
                .await?;
            let (key, payload) = (format!("{UNDO}/{}", attempt.id), json!({ "attempt": attempt.id.0 }));
            job::enqueue(&tx, now, UNDO, Some(key), payload, now + TAKEN_UP_AFTER).await?;
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// Makes sure that a failed attempt costs its buyer nothing: the work of a job of the kind [`UNDO`].
///
/// # Errors
/// The database's own, and where the provider could not do it yet: the job is tried again.
pub async fn undo_late(app: &App, payload: &Value) -> Result<(), Fault> {
    let id = payload.get("attempt").and_then(Value::as_i64);
    let id = id.ok_or_else(|| Fault::new("a job names no attempt"))?;
    let attempt = completion_attempt::Entity::find_by_id(AttemptId(id)).one(app.db.writer()).await?;
    let Some(attempt) = attempt.filter(|attempt| attempt.state == AttemptState::Failed) else {
        return Ok(());
    };
    if undone(app, &attempt).await? {
        return Ok(());
    }
    Err(Fault::new("money of a failed attempt could not be given back yet"))
}
