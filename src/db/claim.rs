//! Claims: a request that its caller named by a key is carried out once.
//!
//! Table: `idempotency_key`. The first write transaction of a guarded request lays the claim among its own changes, so
//! that effect and claim are one: where there is a claim the request was carried out, where there is none it was not.
//! Invariants: a claim is never taken back while it lives; of two requests with one key the second finds the claim
//! before it changes anything; an answer is only ever written to a claim of the same request.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use entity::idempotency_key::{ActiveModel, Column, Entity};
use sea_orm::sea_query::{Expr, ExprTrait, OnConflict};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, DbErr, EntityTrait, QueryFilter};

use super::{Database, Tx};

/// How long a key is remembered.
const LIFETIME: TimeDelta = TimeDelta::hours(24);
/// A request that has no answer after so long will never have one: its process died.
const LONGEST_RUN: TimeDelta = TimeDelta::seconds(60);

tokio::task_local! {
    static GUARDED: Option<Arc<Claim>>;
}

/// What is known of a key.
#[derive(Debug, PartialEq, Eq)]
pub enum Known {
    /// The same request was answered: with these bytes, as [`Claim::settle`] was given them.
    Answered(Vec<u8>),
    /// The same request was carried out, but its answer is not kept.
    WithoutAnswer,
    /// The same request is being carried out.
    UnderWay,
    /// Another request was carried out under the key.
    OtherRequest,
}

/// The key of one request, which its first write transaction claims.
#[derive(Debug)]
pub struct Claim {
    scope: String,
    key: String,
    request_hash: Vec<u8>,
    now: DateTime<Utc>,
    is_held: AtomicBool,
    is_lost: AtomicBool,
    is_passing: AtomicBool,
}

/// Does what belongs to a request but is no effect of it, such as remembering what somebody outside said: its
/// transactions lay no claim.
pub async fn aside<F: Future>(work: F) -> F::Output {
    GUARDED.scope(None, work).await
}

/// Drops the keys that have lived out their time.
///
/// # Errors
/// The database's own.
pub async fn purge_claims(db: &Database, now: DateTime<Utc>) -> Result<u64, DbErr> {
    Ok(Entity::delete_many().filter(Column::ExpiresAt.lte(now)).exec(db.writer()).await?.rows_affected)
}

/// Notes that the request at hand is refused for a reason that passes, such as a provider that does not answer: sent again
/// under its key it may come to something else, so that its answer is not kept where it changed nothing.
pub fn note_passing_refusal() {
    let _ = GUARDED.try_with(|claim| {
        if let Some(claim) = claim {
            claim.is_passing.store(true, Ordering::Release);
        }
    });
}

impl Claim {
    /// The key of a request that comes now. The scope says whose key it is, the hash tells the request from others.
    #[must_use]
    pub fn new(scope: String, key: String, request_hash: Vec<u8>, now: DateTime<Utc>) -> Self {
        let no = || AtomicBool::new(false);
        Self { scope, key, request_hash, now, is_held: no(), is_lost: no(), is_passing: no() }
    }

    /// Carries the request out: its first transaction that is committed lays the claim. What the work spawns is not
    /// guarded.
    pub async fn guard<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        GUARDED.scope(Some(self), work).await
    }

    /// Whether the request changed something.
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.is_held.load(Ordering::Acquire)
    }

    /// Whether another request had the key when this one was about to change something: it changed nothing.
    #[must_use]
    pub fn is_lost(&self) -> bool {
        self.is_lost.load(Ordering::Acquire)
    }

    /// Whether the request was refused for a reason that passes.
    #[must_use]
    pub fn is_passing(&self) -> bool {
        self.is_passing.load(Ordering::Acquire)
    }

    /// What is known of the key at this moment; `None` for a new one and for one whose time is over.
    ///
    /// # Errors
    /// The database's own.
    pub async fn find(&self, db: &Database, now: DateTime<Utc>) -> Result<Option<Known>, DbErr> {
        let row = Entity::find_by_id((self.scope.clone(), self.key.clone()))
            .filter(Column::ExpiresAt.gt(now))
            .one(db.fresh())
            .await?;
        Ok(row.map(|row| match (row.answer, row.ended_at) {
            _ if row.request_hash != self.request_hash => Known::OtherRequest,
            (Some(answer), _) => Known::Answered(answer),
            (None, None) if now < row.created_at + LONGEST_RUN => Known::UnderWay,
            (None, _) => Known::WithoutAnswer,
        }))
    }

    /// Keeps the answer, in one statement: with the claim where the request changed something, else as a row of its own.
    /// `None` notes that the request ended and that its answer is not kept. Returns whether the key is the request's: not
    /// where it changed nothing and another took the key meanwhile.
    ///
    /// # Errors
    /// The database's own.
    pub async fn settle(
        &self,
        db: &Database,
        now: DateTime<Utc>,
        answer: Option<Vec<u8>>,
    ) -> Result<bool, DbErr> {
        if self.is_held() {
            Entity::update_many()
                .col_expr(Column::Answer, Expr::val(answer))
                .col_expr(Column::EndedAt, Expr::val(now))
                .filter(Column::Scope.eq(&self.scope))
                .filter(Column::Key.eq(&self.key))
                .filter(Column::RequestHash.eq(self.request_hash.clone()))
                .filter(Column::EndedAt.is_null())
                .exec(db.writer())
                .await?;
            Ok(true)
        } else if answer.is_some() {
            self.insert(db.writer(), answer, Some(now)).await
        } else {
            Ok(true)
        }
    }

    /// Notes that the claim is there to stay.
    pub(super) fn note_held(&self) {
        self.is_held.store(true, Ordering::Release);
    }

    /// Inserts the row, over one whose time is over; says whether the key was free. Waits for another transaction that
    /// is about to take the key.
    async fn insert<C: ConnectionTrait>(
        &self,
        db: &C,
        answer: Option<Vec<u8>>,
        ended_at: Option<DateTime<Utc>>,
    ) -> Result<bool, DbErr> {
        let row = ActiveModel {
            scope: Set(self.scope.clone()),
            key: Set(self.key.clone()),
            request_hash: Set(self.request_hash.clone()),
            expires_at: Set(self.now + LIFETIME),
            created_at: Set(self.now),
            answer: Set(answer),
            ended_at: Set(ended_at),
        };
        let over_expired = OnConflict::columns([Column::Scope, Column::Key])
            .update_columns([
                Column::RequestHash,
                Column::ExpiresAt,
                Column::CreatedAt,
                Column::Answer,
                Column::EndedAt,
            ])
            .action_and_where(Expr::col((Entity, Column::ExpiresAt)).lte(self.now))
            .to_owned();
        match Entity::insert(row).on_conflict(over_expired).exec_without_returning(db).await {
            Ok(rows) => Ok(rows > 0),
            Err(DbErr::RecordNotInserted) => Ok(false),
            Err(error) => Err(error),
        }
    }
}

/// The claim of the request at hand, unless an earlier transaction of it was committed with it.
fn wanted() -> Option<Arc<Claim>> {
    GUARDED.try_with(Clone::clone).ok().flatten().filter(|claim| !claim.is_held())
}

/// Lays the claim of the request in its first transaction, before anything else.
///
/// # Errors
/// The database's own, and a refusal where the key is another request's: this one must change nothing.
pub(super) async fn enter(tx: Tx) -> Result<Tx, DbErr> {
    match wanted() {
        // In a box: every command holds the future that begins its transaction.
        Some(claim) => Box::pin(lay(claim, tx)).await,
        None => Ok(tx),
    }
}

async fn lay(claim: Arc<Claim>, tx: Tx) -> Result<Tx, DbErr> {
    if claim.is_lost() || !claim.insert(&tx, None, None).await? {
        claim.is_lost.store(true, Ordering::Release);
        tx.rollback().await?;
        return Err(DbErr::Custom("the key of the request is another request's".to_owned()));
    }
    Ok(tx.with_claim(claim))
}
