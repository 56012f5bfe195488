//! The ends without an order: the money goes back, then the stock, and what else an attempt holds.

use chrono::{DateTime, Utc};
use entity::completion_attempt::{self, AttemptState};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::ask::undone;
use super::attempt::can_become;
use super::hold::release_in;
use super::lease::{let_go, renew};
use super::quote::{CompletionFault, Quote, stock_is_gone};
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::inventory;

/// `-> returning`, with the reason that the buyer is told in the end. `None` where somebody else moved it meanwhile.
pub(super) async fn to_returning(
    app: &App,
    attempt: &completion_attempt::Model,
    fault: CompletionFault,
) -> Result<Option<completion_attempt::Model>, Fault> {
    if !can_become(attempt.state, AttemptState::Returning) {
        return Err(Fault::new("an attempt cannot give back from where it stands"));
    }
    let moved = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Returning))
        .col_expr(completion_attempt::Column::Errors, Expr::val(serde_json::to_value([fault])?))
        .col_expr(
            completion_attempt::Column::ProviderReference,
            Expr::val(attempt.provider_reference.clone()),
        )
        .col_expr(completion_attempt::Column::Action, Expr::val(Option::<serde_json::Value>::None))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(app.clock.now()))
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(completion_attempt::Column::State.eq(attempt.state))
        .exec_with_returning(app.db.writer())
        .await?;
    Ok(moved.into_iter().next())
}

/// `returning -> failed`: the money goes back, then the stock.
pub(super) async fn give_back(app: &App, attempt: completion_attempt::Model) -> Result<(), Fault> {
    let Some(attempt) = renew(app, &attempt).await? else {
        return Ok(());
    };
    if !undone(app, &attempt).await? {
        tracing::error!(
            attempt = attempt.id.0,
            provider = attempt.provider,
            "Money could not be given back yet"
        );
        let_go(app, &attempt).await;
        return Ok(());
    }
    let told: Vec<CompletionFault> = serde_json::from_value(attempt.errors.clone())?;
    let fault = told.into_iter().next().unwrap_or_else(stock_is_gone);
    fail(app, attempt, fault).await?;
    Ok(())
}

/// Ends an attempt without an order: its stock is free again, its cart open.
pub(super) async fn fail(
    app: &App,
    attempt: completion_attempt::Model,
    fault: CompletionFault,
) -> Result<completion_attempt::Model, Fault> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            inventory::release_in(&tx, now, attempt.id).await?;
            let quote: Quote = serde_json::from_value(attempt.quote.clone())?;
            release_in(&tx, now, attempt.id, &quote).await?;
            let failed = fail_in(&tx, now, &attempt, attempt.state, std::slice::from_ref(&fault)).await?;
            tx.commit().await?;
            Ok(failed)
        })
        .await
}

async fn fail_in(
    tx: &Tx,
    now: DateTime<Utc>,
    attempt: &completion_attempt::Model,
    from: AttemptState,
    faults: &[CompletionFault],
) -> Result<completion_attempt::Model, Fault> {
    if !can_become(from, AttemptState::Failed) {
        return Err(Fault::new("an attempt cannot fail from where it stands"));
    }
    let failed = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Failed))
        .col_expr(completion_attempt::Column::Errors, Expr::val(serde_json::to_value(faults)?))
        .col_expr(completion_attempt::Column::Action, Expr::val(Option::<serde_json::Value>::None))
        .col_expr(completion_attempt::Column::AskAt, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now))
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(completion_attempt::Column::State.eq(from))
        .exec_with_returning(tx)
        .await?;
    failed.into_iter().next().ok_or_else(|| Fault::new("an attempt moved while it was failing"))
}
