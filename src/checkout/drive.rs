//! Driving an attempt to its end, from wherever it stands.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::completion_attempt::{self, AttemptState};
use entity::id::AttemptId;
use futures_util::{StreamExt, stream};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::attempt::can_become;
use super::commit::commit;
use super::hold::{claim_in, release_in};
use super::quote::{CompletionFault, CompletionFaultCode, Quote, stock_is_gone};
use crate::app::App;
use crate::db::Tx;
use crate::error::Fault;
use crate::inventory::{self, Held};
use crate::money::{Currency, Money};
use crate::payment::{Charge, ChargeRequest, Decline, FREE, Provider, ProviderError};

/// How long one driver has an attempt for itself; longer than all time-outs of a step together.
const LEASE: TimeDelta = TimeDelta::seconds(60);
/// How long a provider may take for an answer.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);
/// How long a submission waits for its attempt to end.
const PATIENCE: Duration = Duration::from_secs(10);
/// An attempt that nobody drives is taken up after this long.
const ABANDONED_AFTER: TimeDelta = TimeDelta::seconds(5);
/// Attempts taken up at once.
const RESUMED_AT_ONCE: u64 = 100;
/// Attempts driven side by side: one that waits for its provider does not keep the others waiting.
const RESUMED_SIDE_BY_SIDE: usize = 8;

/// Drives an attempt as far as it goes now. Does nothing while somebody else drives it.
///
/// # Errors
/// The database's own; the attempt stays where it is and is taken up by [`resume_due`].
pub async fn drive(app: &App, id: AttemptId) -> Result<(), Fault> {
    hold(app, id).await?;
    let Some(attempt) = lease(app, id).await? else {
        return Ok(());
    };
    let outcome = go_on(app, attempt.clone()).await;
    if outcome.is_err() {
        let_go(app, &attempt).await;
    }
    outcome
}

/// Takes the steps of an attempt that this driver has for itself.
async fn go_on(app: &App, attempt: completion_attempt::Model) -> Result<(), Fault> {
    let attempt = match attempt.state {
        AttemptState::Paying => pay(app, attempt).await?,
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
        | AttemptState::Returning
        | AttemptState::Done
        | AttemptState::Failed => attempt,
    };
    if attempt.state == AttemptState::Returning {
        give_back(app, attempt).await?;
    }
    Ok(())
}

/// Drives an attempt in a task of its own, which goes on when the caller hangs up, and waits a while for its end.
pub async fn complete(app: &App, id: AttemptId) {
    let app = app.clone();
    let driving = tokio::spawn(async move {
        if let Err(fault) = drive(&app, id).await {
            tracing::error!(attempt = id.0, cause = ?fault, "An attempt stopped on its way and will be taken up");
        }
    });
    // Whoever waits no longer asks later.
    let _ = tokio::time::timeout(PATIENCE, driving).await;
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

fn free(now: DateTime<Utc>) -> Condition {
    Condition::any()
        .add(completion_attempt::Column::LeaseUntil.is_null())
        .add(completion_attempt::Column::LeaseUntil.lte(now))
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

/// Takes an attempt for this driver; one that holds its stock goes on to paying.
async fn lease(app: &App, id: AttemptId) -> Result<Option<completion_attempt::Model>, Fault> {
    let now = app.clock.now();
    let leased = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(now + LEASE))
        .col_expr(
            completion_attempt::Column::State,
            Expr::cust("CASE WHEN state = 'holding' THEN 'paying' ELSE state END"),
        )
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

/// Gives up the lease that this driver has, so that the attempt can be taken up soon. Where that fails too, the lease
/// runs out by itself.
async fn let_go(app: &App, attempt: &completion_attempt::Model) {
    let released = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(app.clock.now()))
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(completion_attempt::Column::LeaseUntil.eq(attempt.lease_until))
        .filter(completion_attempt::Column::State.is_not_in([AttemptState::Done, AttemptState::Failed]))
        .exec(app.db.writer())
        .await;
    if let Err(error) = released {
        tracing::error!(attempt = attempt.id.0, cause = %error, "The lease of an attempt could not be given up");
    }
}

/// `paying -> committing`, or `failed` after a refusal. `None` where the outcome is not known yet: the key was stored
/// before the call, so that asking again does not charge twice.
async fn pay(
    app: &App,
    attempt: completion_attempt::Model,
) -> Result<Option<completion_attempt::Model>, Fault> {
    let charge = if attempt.provider == FREE {
        Ok(Charge { reference: None, captured: true })
    } else if let Some(provider) = app.payments.find(&attempt.provider) {
        charge(provider.as_ref(), &attempt).await
    } else {
        // It may have been charged before the provider was turned off: only the provider can tell.
        tracing::error!(attempt = attempt.id.0, provider = attempt.provider, "A payment's provider is off");
        let_go(app, &attempt).await;
        return Ok(None);
    };
    match charge {
        Ok(charge) => {
            let next = completion_attempt::Entity::update_many()
                .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Committing))
                .col_expr(completion_attempt::Column::ProviderReference, Expr::val(charge.reference))
                .col_expr(completion_attempt::Column::Captured, Expr::val(charge.captured))
                .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(app.clock.now()))
                .filter(completion_attempt::Column::Id.eq(attempt.id))
                .filter(completion_attempt::Column::State.eq(AttemptState::Paying))
                .exec_with_returning(app.db.writer())
                .await?;
            let next = next.into_iter().next();
            if next.is_none() {
                return_if_failed(app, &attempt).await?;
            }
            Ok(next)
        }
        Err(ProviderError::Declined(decline)) => fail(app, attempt, declined(decline)).await.map(Some),
        Err(ProviderError::Unknown(reason)) => {
            tracing::warn!(attempt = attempt.id.0, reason, "A payment's outcome is not known yet");
            let_go(app, &attempt).await;
            Ok(None)
        }
    }
}

/// Charges; where no answer came, asks what happened.
async fn charge(
    provider: &dyn Provider,
    attempt: &completion_attempt::Model,
) -> Result<Charge, ProviderError> {
    let unknown = |reason: &str| ProviderError::Unknown(reason.to_owned());
    let currency = Currency::find(&attempt.currency).ok_or_else(|| unknown("the currency is unknown"))?;
    let request = ChargeRequest {
        amount: Money::new(attempt.amount_minor, currency),
        idempotency_key: attempt.idempotency_key.clone(),
        token: attempt.provider_token.clone(),
    };
    let answer = tokio::time::timeout(PROVIDER_TIMEOUT, provider.charge(&request)).await;
    match answer.unwrap_or_else(|_| Err(unknown("no answer in time"))) {
        Err(ProviderError::Unknown(reason)) => {
            let found =
                tokio::time::timeout(PROVIDER_TIMEOUT, provider.find_charge(&attempt.idempotency_key)).await;
            match found.unwrap_or_else(|_| Err(unknown("no answer in time")))? {
                Some(charge) => Ok(charge),
                None => Err(ProviderError::Unknown(reason)),
            }
        }
        outcome => outcome,
    }
}

fn declined(decline: Decline) -> CompletionFault {
    let (code, message) = match decline {
        Decline::CardDeclined => (CompletionFaultCode::PaymentCardDeclined, "The payment was declined"),
        Decline::InsufficientFunds => {
            (CompletionFaultCode::PaymentInsufficientFunds, "There is not enough money on the account")
        }
        Decline::InvalidPaymentMethod => {
            (CompletionFaultCode::PaymentInvalidPaymentMethod, "The payment method is not valid")
        }
    };
    CompletionFault { code, message: message.to_owned() }
}

/// Gives the money back of an attempt that another driver ended meanwhile without an order.
async fn return_if_failed(app: &App, attempt: &completion_attempt::Model) -> Result<(), Fault> {
    let now = completion_attempt::Entity::find_by_id(attempt.id).one(app.db.writer()).await?;
    let failed = now.is_none_or(|now| now.state == AttemptState::Failed);
    if failed && !returned(app, attempt).await {
        tracing::error!(
            attempt = attempt.id.0,
            "Money was taken for a failed attempt and could not be given back"
        );
    }
    Ok(())
}

/// Asks the provider to give the money of an attempt back; tells whether it did.
async fn returned(app: &App, attempt: &completion_attempt::Model) -> bool {
    if attempt.provider == FREE {
        return true;
    }
    let Some(provider) = app.payments.find(&attempt.provider) else {
        return false;
    };
    let answer = tokio::time::timeout(PROVIDER_TIMEOUT, provider.give_back(&attempt.idempotency_key)).await;
    matches!(answer, Ok(Ok(())))
}

/// `returning -> failed`: the money goes back, then the stock.
async fn give_back(app: &App, attempt: completion_attempt::Model) -> Result<(), Fault> {
    if !returned(app, &attempt).await {
        tracing::error!(
            attempt = attempt.id.0,
            provider = attempt.provider,
            "Money could not be given back yet"
        );
        let_go(app, &attempt).await;
        return Ok(());
    }
    fail(app, attempt, stock_is_gone()).await?;
    Ok(())
}

/// Ends an attempt without an order: its stock is free again, its cart open.
async fn fail(
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
        .col_expr(completion_attempt::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now))
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(completion_attempt::Column::State.eq(from))
        .exec_with_returning(tx)
        .await?;
    failed.into_iter().next().ok_or_else(|| Fault::new("an attempt moved while it was failing"))
}
