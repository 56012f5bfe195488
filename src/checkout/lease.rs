//! Who drives an attempt, and when it is looked at next.

use std::convert::Infallible;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter};

use crate::app::App;
use crate::error::Fault;

/// How long one driver has an attempt for itself. When its process dies, somebody else can have it after so long.
pub(super) const LEASE: TimeDelta = TimeDelta::seconds(12);
/// A driver that takes longer, as when its provider does, has its lease prolonged this often.
const BEAT: Duration = Duration::from_secs(4);
/// The provider is asked again after this long, and this much longer each time.
const FIRST_PAUSE_SECONDS: i64 = 5;
/// As long as a buyer may be waiting, it is asked at least this often.
const LONGEST_PAUSE_SECONDS: i64 = 30;
/// A buyer who was not told until when to act may be waiting for so long.
const BUYER_WAITS: TimeDelta = TimeDelta::minutes(30);
/// After so many times nobody is waiting any more.
const PATIENT_ASKS: i32 = 80;
/// How often it is asked then.
const LATE_PAUSE_SECONDS: i64 = 600;

/// Attempts that no driver has.
pub(super) fn free(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(completion_attempt::Column::LeaseUntil.is_null())
        .add(completion_attempt::Column::LeaseUntil.lte(now))
}

/// The same of one that is at hand.
pub(super) fn is_free(attempt: &completion_attempt::Model, now: DateTime<Utc>) -> bool {
    attempt.lease_until.is_none_or(|until| until <= now)
}

/// When an attempt is looked at next. A buyer who waits asks again and again, and each time counts as a look: they must
/// not put off the next one by it.
pub(super) fn next_look(now: DateTime<Utc>, attempt: &completion_attempt::Model) -> DateTime<Utc> {
    let waited_for = attempt.action_until.unwrap_or(attempt.created_at + BUYER_WAITS);
    if now < waited_for { soon(now, attempt.asks) } else { now + pause(attempt.asks) }
}

/// The same where somebody is waiting for sure.
pub(super) fn soon(now: DateTime<Utc>, asks: i32) -> DateTime<Utc> {
    now + pause(Ord::min(asks, PATIENT_ASKS))
}

fn pause(asks: i32) -> TimeDelta {
    let seconds = if asks > PATIENT_ASKS {
        LATE_PAUSE_SECONDS
    } else {
        (i64::from(asks) * FIRST_PAUSE_SECONDS).clamp(FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS)
    };
    TimeDelta::seconds(seconds)
}

/// Takes an attempt for this driver; one that holds its stock goes on to paying. `None` where another driver has it,
/// or it has not begun or has ended. It is due at once when the lease runs out, whatever the pause was before: its driver
/// may have died with the money taken.
pub(super) async fn lease(app: &App, id: AttemptId) -> Result<Option<completion_attempt::Model>, Fault> {
    let now = app.clock.now();
    let leased = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(now + LEASE))
        .col_expr(
            completion_attempt::Column::State,
            Expr::cust("CASE WHEN state = 'holding' THEN 'paying' ELSE state END"),
        )
        .col_expr(completion_attempt::Column::Asks, Expr::col(completion_attempt::Column::Asks).add(1))
        .col_expr(completion_attempt::Column::AskAt, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(completion_attempt::Column::Id.eq(id))
        .filter(completion_attempt::Column::State.is_not_in([
            AttemptState::Accepted,
            AttemptState::Done,
            AttemptState::Failed,
        ]))
        .filter(free(now))
        .exec_with_returning(app.db.writer())
        .await?;
    Ok(leased.into_iter().next())
}

/// Has an attempt for another while, before the next call to a provider. `None` where the lease was lost.
pub(super) async fn renew(
    app: &App,
    attempt: &completion_attempt::Model,
) -> Result<Option<completion_attempt::Model>, Fault> {
    let renewed = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(app.clock.now() + LEASE))
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(completion_attempt::Column::State.eq(attempt.state))
        .filter(held_by(attempt))
        .exec_with_returning(app.db.writer())
        .await?;
    Ok(renewed.into_iter().next())
}

/// Does a driver's work, however long it takes, and keeps the lease for it meanwhile.
pub(super) async fn keep<T>(
    app: &App,
    attempt: &completion_attempt::Model,
    work: impl Future<Output = T>,
) -> T {
    tokio::select! {
        biased;
        done = work => done,
        never = beat(app, attempt) => match never {},
    }
}

async fn beat(app: &App, attempt: &completion_attempt::Model) -> Infallible {
    loop {
        tokio::time::sleep(BEAT).await;
        let prolonged = completion_attempt::Entity::update_many()
            .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(app.clock.now() + LEASE))
            .filter(completion_attempt::Column::Id.eq(attempt.id))
            .filter(completion_attempt::Column::LeaseUntil.is_not_null())
            .filter(held_by(attempt))
            .exec(app.db.writer())
            .await;
        if let Err(error) = prolonged {
            tracing::warn!(attempt = attempt.id.0, cause = %error, "The lease of an attempt was not prolonged");
        }
    }
}

fn held_by(attempt: &completion_attempt::Model) -> Condition {
    Condition::all().add(completion_attempt::Column::Asks.eq(attempt.asks))
}

/// Gives up the lease that this driver has; the attempt is looked at again after a pause. Where that fails too, the
/// lease runs out by itself.
pub(super) async fn let_go(app: &App, attempt: &completion_attempt::Model) {
    let now = app.clock.now();
    // Money that was taken does not lie about, however long its bank took.
    let has_money =
        completion_attempt::Column::State.is_in([AttemptState::Committing, AttemptState::Returning]);
    let ask_at =
        Expr::case(has_money, Expr::val(soon(now, attempt.asks))).finally(Expr::val(next_look(now, attempt)));
    let released = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(completion_attempt::Column::AskAt, ask_at.into())
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now))
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(held_by(attempt))
        .filter(completion_attempt::Column::State.is_not_in([AttemptState::Done, AttemptState::Failed]))
        .exec(app.db.writer())
        .await;
    if let Err(error) = released {
        tracing::error!(attempt = attempt.id.0, cause = %error, "The lease of an attempt could not be given up");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_and_end_below_a_minute_while_a_buyer_may_wait() {
        let seconds = |asks| pause(asks).num_seconds();
        assert_eq!([0, 1, 2, 3, 6, 7, 80].map(seconds), [5, 5, 10, 15, 30, 30, 30]);
        assert_eq!([81, 10_000].map(seconds), [600, 600]);
        let now = DateTime::UNIX_EPOCH;
        assert_eq!(soon(now, 10_000) - now, TimeDelta::seconds(30), "however often the buyer asked");
    }
}
