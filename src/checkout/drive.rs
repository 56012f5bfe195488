//! Driving an attempt to its end, from wherever it stands.

use std::time::Duration;

use chrono::TimeDelta;
use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use sea_orm::EntityTrait;

use super::attempt::{AttemptOutcome, find, find_outcome, outcome_of};
use super::begin::begin;
use super::commit::commit;
use super::end::give_back;
use super::lease::{is_free, keep, lease, let_go};
use super::pay::pay;
use crate::app::App;
use crate::error::Fault;
use crate::inventory;

/// How long a submission waits for its attempt to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// A caller who asks again and again makes the provider be asked this often at most.
const POLLED_EVERY: TimeDelta = TimeDelta::seconds(3);
/// A buyer who gives an attempt up waits for whoever drives it at that moment: so often, and so long each time.
const GIVE_UP_TRIES: u32 = 20;
const GIVE_UP_PAUSE: Duration = Duration::from_millis(100);

/// What becomes of an attempt whose buyer has to act, or of whose payment nothing was heard.
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
/// The database's own; the attempt stays where it is and is taken up by [`super::resume_due`].
pub async fn drive(app: &App, id: AttemptId) -> Result<(), Fault> {
    drive_to(app, id, Wish::GoOn).await.map(|_| ())
}

pub(super) async fn drive_to(app: &App, id: AttemptId, wish: Wish) -> Result<Driven, Fault> {
    begin(app, id).await?;
    drive_on(app, id, wish).await
}

/// Drives an attempt that has begun. Where it is to be given up, this waits a moment for another driver that has it.
pub(super) async fn drive_on(app: &App, id: AttemptId, wish: Wish) -> Result<Driven, Fault> {
    let tries = match wish {
        Wish::GoOn => 1,
        Wish::GiveUp => GIVE_UP_TRIES,
    };
    for _ in 1..tries {
        match drive_once(app, id, wish).await? {
            Driven::Driven => return Ok(Driven::Driven),
            Driven::Busy => tokio::time::sleep(GIVE_UP_PAUSE).await,
        }
    }
    drive_once(app, id, wish).await
}

async fn drive_once(app: &App, id: AttemptId, wish: Wish) -> Result<Driven, Fault> {
    let Some(attempt) = lease(app, id).await? else {
        let attempt = completion_attempt::Entity::find_by_id(id).one(app.db.writer()).await?;
        let has_ended = |state| matches!(state, AttemptState::Done | AttemptState::Failed);
        let ended = attempt.is_none_or(|attempt| has_ended(attempt.state));
        return Ok(if ended { Driven::Driven } else { Driven::Busy });
    };
    drive_leased(app, attempt, wish).await.map(|()| Driven::Driven)
}

/// Drives an attempt whose lease is this driver's.
async fn drive_leased(app: &App, attempt: completion_attempt::Model, wish: Wish) -> Result<(), Fault> {
    let outcome = keep(app, &attempt, go_on(app, attempt.clone(), wish)).await;
    if outcome.is_err() {
        let_go(app, &attempt).await;
    }
    outcome
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

/// As [`complete`], for an attempt that has its stock and whose lease is this driver's.
pub(super) async fn complete_held(app: &App, attempt: completion_attempt::Model) {
    let (app, id) = (app.clone(), attempt.id);
    wait(id, async move { drive_leased(&app, attempt, Wish::GoOn).await }).await;
}

/// Drives an attempt in a task of its own and waits a while for it.
pub(super) async fn wait_for(app: &App, id: AttemptId, wish: Wish) {
    let app = app.clone();
    wait(id, async move { drive_to(&app, id, wish).await.map(|_| ()) }).await;
}

async fn wait(id: AttemptId, work: impl Future<Output = Result<(), Fault>> + Send + 'static) {
    let driving = tokio::spawn(async move {
        if let Err(fault) = work.await {
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
    if waits && is_free(&attempt, now) && attempt.updated_at + POLLED_EVERY <= now {
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
