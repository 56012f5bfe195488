//! The table of jobs.

use chrono::{DateTime, TimeDelta, Utc};
use entity::job::{self, JobState};
use sea_orm::sea_query::{Expr, ExprTrait, LockBehavior, LockType, OnConflict};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, ConnectionTrait, DbBackend, DbErr, EntityTrait, QueryFilter, QueryOrder,
    QuerySelect,
};

use crate::db::Database;
use crate::error::Fault;

/// How long a node has a job for itself. When it dies, another, or itself once it runs again, has it after so long.
const LEASE: TimeDelta = TimeDelta::seconds(12);
/// After so many failures a job is dead and waits for a person.
const MAX_ATTEMPTS: i32 = 12;
/// The pause after the first failure; it doubles with each further one, up to [`LONGEST_PAUSE_SECONDS`].
const FIRST_PAUSE_SECONDS: i64 = 2;
const LONGEST_PAUSE_SECONDS: i64 = 3600;
/// Work that recurs is tried again after this long at most, or after its own pause where that is longer: an outage of the
/// database must not stop the recovery for an hour.
const RECURRING_PAUSE: TimeDelta = TimeDelta::seconds(10);

/// A job that this node has for itself for a while.
#[derive(Clone, Debug)]
pub struct Leased {
    /// The job.
    pub job: job::Model,
}

/// What is kept of a failure.
#[derive(Clone, Debug)]
pub struct JobFailed(pub String);

/// Puts a job in the queue, or leaves the one that already has its key.
///
/// # Errors
/// The database's own.
pub async fn enqueue<C: ConnectionTrait>(
    db: &C,
    now: DateTime<Utc>,
    kind: &str,
    unique_key: Option<String>,
    payload: serde_json::Value,
    run_at: DateTime<Utc>,
) -> Result<(), DbErr> {
    let job = job::ActiveModel {
        id: NotSet,
        kind: Set(kind.to_owned()),
        unique_key: Set(unique_key),
        payload: Set(payload),
        state: Set(JobState::Waiting),
        run_at: Set(run_at),
        lease_until: Set(None),
        attempts: Set(0),
        last_error: Set(None),
        created_at: Set(now),
    };
    job::Entity::insert(job)
        .on_conflict(OnConflict::column(job::Column::UniqueKey).do_nothing().to_owned())
        .exec_without_returning(db)
        .await?;
    Ok(())
}

/// Takes the job that has been due the longest.
///
/// # Errors
/// The database's own.
pub(super) async fn lease(
    db: &Database,
    now: DateTime<Utc>,
    kinds: &[&'static str],
) -> Result<Option<Leased>, Fault> {
    let due = job::Entity::find()
        .filter(job::Column::State.eq(JobState::Waiting))
        .filter(job::Column::Kind.is_in(kinds.iter().copied()))
        .filter(job::Column::RunAt.lte(now))
        .filter(Condition::any().add(job::Column::LeaseUntil.is_null()).add(job::Column::LeaseUntil.lt(now)))
        .order_by_asc(job::Column::RunAt)
        .limit(1);
    // Looking first spares an idle node the write lock.
    if due.clone().one(db.reader()).await?.is_none() {
        return Ok(None);
    }
    db.retry(|| async {
        let tx = db.begin().await?;
        let due = match db.backend() {
            DbBackend::Postgres => due.clone().lock_with_behavior(LockType::Update, LockBehavior::SkipLocked),
            _ => due.clone(),
        };
        let Some(job) = due.one(&tx).await? else {
            return Ok(None);
        };
        job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::val(now + LEASE))
            .col_expr(job::Column::Attempts, Expr::col(job::Column::Attempts).add(1))
            .filter(job::Column::Id.eq(job.id))
            .exec(&tx)
            .await?;
        tx.commit().await?;
        Ok(Some(Leased { job }))
    })
    .await
}

impl Leased {
    /// Has the job for another while.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn prolong(&self, db: &Database, now: DateTime<Utc>) -> Result<(), DbErr> {
        job::Entity::update_many()
            .col_expr(job::Column::LeaseUntil, Expr::val(now + LEASE))
            .filter(job::Column::Id.eq(self.job.id))
            .filter(job::Column::LeaseUntil.is_not_null())
            .exec(db.writer())
            .await?;
        Ok(())
    }

    /// Takes the job out of the queue, or puts it back to run again.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn finish(&self, db: &Database, again_at: Option<DateTime<Utc>>) -> Result<(), Fault> {
        match again_at {
            Some(run_at) => {
                job::Entity::update_many()
                    .col_expr(job::Column::RunAt, Expr::val(run_at))
                    .col_expr(job::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
                    .col_expr(job::Column::Attempts, Expr::val(0))
                    .col_expr(job::Column::LastError, Expr::val(Option::<String>::None))
                    .filter(job::Column::Id.eq(self.job.id))
                    .exec(db.writer())
                    .await?;
            }
            None => {
                job::Entity::delete_by_id(self.job.id).exec(db.writer()).await?;
            }
        }
        Ok(())
    }

    /// Notes a failure: the job waits longer each time, up to a limit; one that does not recur is dead after
    /// [`MAX_ATTEMPTS`]. `every` is the pause of one that does.
    ///
    /// # Errors
    /// The database's own.
    pub(super) async fn fail(
        &self,
        db: &Database,
        now: DateTime<Utc>,
        every: Option<TimeDelta>,
        failure: &JobFailed,
    ) -> Result<(), Fault> {
        let attempts = self.job.attempts.saturating_add(1);
        let doublings = u32::try_from(attempts.clamp(1, 16) - 1).unwrap_or(0);
        let pause = TimeDelta::seconds(Ord::min(FIRST_PAUSE_SECONDS << doublings, LONGEST_PAUSE_SECONDS));
        let (pause, state) = match every {
            Some(every) => (pause.min(every.max(RECURRING_PAUSE)), JobState::Waiting),
            None if attempts >= MAX_ATTEMPTS => (pause, JobState::Dead),
            None => (pause, JobState::Waiting),
        };
        job::Entity::update_many()
            .col_expr(job::Column::State, Expr::val(state))
            .col_expr(job::Column::RunAt, Expr::val(now + pause))
            .col_expr(job::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
            .col_expr(job::Column::LastError, Expr::val(failure.0.clone()))
            .filter(job::Column::Id.eq(self.job.id))
            .exec(db.writer())
            .await?;
        Ok(())
    }
}
