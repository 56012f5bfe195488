//! Driving an attempt to its end, from wherever it stands.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use futures_util::{StreamExt, stream};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::attempt::{AttemptOutcome, find, find_outcome, outcome_of};
use super::commit::commit;
use super::end::{fail_in, give_back};
use super::hold::claim_in;
use super::lease::{free, keep, lease, let_go};
use super::pay::pay;
use super::quote::{CompletionFault, Quote, stock_is_gone};
use crate::app::App;
use crate::error::Fault;
use crate::inventory::{self, Held};

/// How long a submission waits for its attempt to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// An attempt that nobody drives is taken up after this long.
const ABANDONED_AFTER: TimeDelta = TimeDelta::seconds(5);
/// A caller who asks again and again makes the provider be asked this often at most.
const POLLED_EVERY: TimeDelta = TimeDelta::seconds(3);
/// Attempts taken up at once.
const RESUMED_AT_ONCE: u64 = 100;
/// Attempts driven side by side: one that waits for its provider does not keep the others waiting.
const RESUMED_SIDE_BY_SIDE: usize = 8;

/// What becomes of an attempt whose buyer has to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// It waits.
    GoOn,
    /// It ends.
    GiveUp,
}

/// What came of driving.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Driven {
    /// It was driven as far as it goes now, or had ended.
    Driven,
    /// Somebody else has it.
    Busy,
}

/// Drives an attempt as far as it goes now. Does nothing while somebody else drives it.
///
/// # Errors
/// The database's own; the attempt stays where it is and is taken up by [`resume_due`].
pub async fn drive(app: &App, id: AttemptId) -> Result<(), Fault> {
    drive_to(app, id, Wish::GoOn).await.map(|_| ())
}

pub(super) async fn drive_to(app: &App, id: AttemptId, wish: Wish) -> Result<Driven, Fault> {
    hold(app, id).await?;
    let Some(attempt) = lease(app, id).await? else {
        let attempt = completion_attempt::Entity::find_by_id(id).one(app.db.writer()).await?;
        let has_ended = |state| matches!(state, AttemptState::Done | AttemptState::Failed);
        let ended = attempt.is_none_or(|attempt| has_ended(attempt.state));
        return Ok(if ended { Driven::Driven } else { Driven::Busy });
    };
    let outcome = keep(app, &attempt, go_on(app, attempt.clone(), wish)).await;
    if outcome.is_err() {
        let_go(app, &attempt).await;
    }
    outcome.map(|()| Driven::Driven)
}

/// Takes the steps of an attempt that this driver has for itself.
async fn go_on(app: &App, attempt: completion_attempt::Model, wish: Wish) -> Result<(), Fault> {
    let attempt = match attempt.state {
        AttemptState::Paying | AttemptState::ActionRequired => pay(app, attempt, wish).await?,
        AttemptState::Accepted
        | AttemptState::Holding
        | AttemptState::Committing
        | AttemptState::Returning
        | AttemptState::Done
        | AttemptState::Failed => Some(attempt),
    };
    let Some(attempt) = attempt else { return Ok(()) };
    let attempt = match attempt.state {
        AttemptState::Committing => commit(app, attempt).await?,
        AttemptState::Accepted
        | AttemptState::Holding
        | AttemptState::Paying
        | AttemptState::ActionRequired
        | AttemptState::Returning
        | AttemptState::Done
        | AttemptState::Failed => Some(attempt),
    };
    let Some(attempt) = attempt else { return Ok(()) };
    if attempt.state == AttemptState::Returning {
        give_back(app, attempt).await?;
    }
    Ok(())
}

/// Drives an attempt in a task of its own, which goes on when the caller hangs up, and waits a while for its end.
pub async fn complete(app: &App, id: AttemptId) {
    wait_for(app, id, Wish::GoOn).await;
}

async fn wait_for(app: &App, id: AttemptId, wish: Wish) {
    let app = app.clone();
    let driving = tokio::spawn(async move {
        if let Err(fault) = drive_to(&app, id, wish).await {
            tracing::error!(attempt = id.0, cause = ?fault, "An attempt stopped on its way and will be taken up");
        }
    });
    // Whoever waits no longer asks later.
    let _ = tokio::time::timeout(PATIENCE, driving).await;
}

/// How the attempt with this public id stands, for a buyer who asks again and again; `None` for an id that was never
/// given. Where it waits for the buyer or the provider, the provider is asked, every few seconds at most.
///
/// # Errors
/// The database's own.
pub async fn poll(app: &App, public_id: &str) -> Result<Option<AttemptOutcome>, Fault> {
    let Some(attempt) = find(app, public_id).await? else { return Ok(None) };
    let now = app.clock.now();
    let waits = match attempt.state {
        AttemptState::ActionRequired => true,
        AttemptState::Paying => attempt.provider_reference.is_some(),
        AttemptState::Accepted
        | AttemptState::Holding
        | AttemptState::Committing
        | AttemptState::Returning
        | AttemptState::Done
        | AttemptState::Failed => false,
    };
    let is_free = attempt.lease_until.is_none_or(|until| until <= now);
    if waits && is_free && attempt.updated_at + POLLED_EVERY <= now {
        wait_for(app, attempt.id, Wish::GoOn).await;
        return find_outcome(app, public_id).await;
    }
    outcome_of(&attempt).map(Some)
}

/// Drives the attempt with this public id after its buyer came back from the provider, and tells how it stands; `None`
/// for an id that was never given.
///
/// # Errors
/// The database's own.
pub async fn come_back(app: &App, public_id: &str) -> Result<Option<AttemptOutcome>, Fault> {
    let Some(attempt) = find(app, public_id).await? else { return Ok(None) };
    wait_for(app, attempt.id, Wish::GoOn).await;
    find_outcome(app, public_id).await
}

/// Ends the attempt with this public id where it waits for its buyer, who gave up; the cart can be paid otherwise then.
/// What was paid meanwhile becomes an order all the same. `None` for an id that was never given.
///
/// # Errors
/// The database's own.
pub async fn give_up(app: &App, public_id: &str) -> Result<Option<AttemptOutcome>, Fault> {
    let Some(attempt) = find(app, public_id).await? else { return Ok(None) };
    wait_for(app, attempt.id, Wish::GiveUp).await;
    find_outcome(app, public_id).await
}

/// Takes up the attempts that nobody drives. Returns how many.
///
/// # Errors
/// The database's own. An attempt that cannot be driven is logged and does not stop the others.
pub async fn resume_due(app: &App) -> Result<usize, Fault> {
    let now = app.clock.now();
    let due: Vec<AttemptId> = completion_attempt::Entity::find()
        .select_only()
        .column(completion_attempt::Column::Id)
        .filter(completion_attempt::Column::State.is_not_in([AttemptState::Done, AttemptState::Failed]))
        .filter(completion_attempt::Column::UpdatedAt.lt(now - ABANDONED_AFTER))
        .filter(free(now))
        .filter(is_due(now))
        .order_by_asc(completion_attempt::Column::UpdatedAt)
        .limit(RESUMED_AT_ONCE)
        .into_tuple()
        .all(app.db.fresh())
        .await?;
    let count = due.len();
    stream::iter(due)
        .for_each_concurrent(RESUMED_SIDE_BY_SIDE, |id| async move {
            if let Err(fault) = drive(app, id).await {
                tracing::error!(attempt = id.0, cause = ?fault, "An attempt could not be taken up");
            }
        })
        .await;
    Ok(count)
}

/// Ends reservations whose time has run out. Returns how many.
///
/// # Errors
/// The database's own.
pub async fn sweep_reservations(app: &App) -> Result<usize, Fault> {
    app.db
        .retry(|| async {
            let tx = app.begin().await?;
            let count = inventory::sweep_expired_in(&tx, app.clock.now()).await?;
            tx.commit().await?;
            Ok(count)
        })
        .await
}

fn is_due(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(completion_attempt::Column::AskAt.is_null())
        .add(completion_attempt::Column::AskAt.lte(now))
}

/// `accepted -> holding`, or `failed` where the stock is gone. Does nothing in any other state.
async fn hold(app: &App, id: AttemptId) -> Result<(), Fault> {
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            // The state is moved first: it locks the row, so that of two drivers only one holds the stock.
            let moved = completion_attempt::Entity::update_many()
                .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Holding))
                .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now))
                .filter(completion_attempt::Column::Id.eq(id))
                .filter(completion_attempt::Column::State.eq(AttemptState::Accepted))
                .exec_with_returning(&tx)
                .await?;
            let Some(attempt) = moved.into_iter().next() else {
                return Ok(());
            };
            let quote: Quote = serde_json::from_value(attempt.quote.clone())?;
            let expires_at = now + app.config.reservation_time;
            let held = inventory::reserve_in(&tx, now, id, &quote.demand, &quote.fetched, expires_at);
            let fault = match held.await? {
                // Before the provider is asked, as with the stock: a refund is worse than a refusal.
                Held::All => claim_in(&tx, now, id, &quote).await?,
                Held::Short(_) => {
                    let fault = stock_is_gone();
                    fail_in(&tx, now, &attempt, AttemptState::Holding, &[fault]).await?;
                    None
                }
            };
            if let Some(fault) = fault {
                tx.rollback().await?;
                return refuse(app, id, fault).await;
            }
            tx.commit().await?;
            Ok(())
        })
        .await
}

/// `accepted -> failed`: nothing was held.
async fn refuse(app: &App, id: AttemptId, fault: CompletionFault) -> Result<(), Fault> {
    let faults = serde_json::to_value([fault])?;
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Failed))
        .col_expr(completion_attempt::Column::Errors, Expr::val(faults))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(app.clock.now()))
        .filter(completion_attempt::Column::Id.eq(id))
        .filter(completion_attempt::Column::State.eq(AttemptState::Accepted))
        .exec(app.db.writer())
        .await?;
    Ok(())
}
