//! The step in which an attempt gets its money: made, waited for, looked after.

use chrono::{DateTime, TimeDelta, Utc};
use entity::completion_attempt::{self, AttemptState};
use sea_orm::sea_query::{Expr, SimpleExpr};
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::ask::{Answer, ask, ask_again, due, is_made_by};
use super::attempt::BuyerAction;
use super::drive::Wish;
use super::end::{fail, to_returning};
use super::late::return_if_failed;
use super::lease::{let_go, next_look, renew, soon};
use super::quote::{
    CompletionFault, amount_is_wrong, payment_is_not_accepted, payment_was_abandoned,
    provider_is_out_of_reach, provider_is_silent, refused,
};
use crate::app::App;
use crate::error::Fault;
use crate::inventory;
use crate::payment::{Action, Paid, PayOutcome, ProviderFault};

/// How long a buyer may take for an approval or a challenge.
const ACTION_PATIENCE: TimeDelta = TimeDelta::minutes(30);
/// The stock is held this much longer: for what is paid in the last moment.
const STOCK_SLACK: TimeDelta = TimeDelta::minutes(1);
/// A payment that no provider ever acknowledged is given up after this long.
const SILENCE_LASTS: TimeDelta = TimeDelta::minutes(30);
/// It is asked for at least so often before.
const SILENT_ASKS: i32 = 3;

type Next = Result<Option<completion_attempt::Model>, Fault>;

/// What may have come of earlier calls, of which the answer at hand says nothing.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// There was none.
    Nothing,
    /// The payment may have been made.
    Perhaps,
}

impl Before {
    /// Asks are counted before the first call: whoever has the first one knows that there was no other.
    fn of(attempt: &completion_attempt::Model) -> Self {
        let is_first = attempt.asks <= 1 && attempt.provider_reference.is_none();
        if is_first { Self::Nothing } else { Self::Perhaps }
    }
}

/// `paying` or `action_required` to wherever the provider's answer leads. `None` where it has to be asked again later:
/// the key was stored before the call, so that asking again does not charge twice.
pub(super) async fn pay(app: &App, attempt: completion_attempt::Model, wish: Wish) -> Next {
    let mut answer = ask(app, &attempt, wish).await?;
    let mut before = Before::of(&attempt);
    let mut attempt = attempt;
    if is_made_by(&attempt, wish) && matches!(answer, Answer::Fault(ProviderFault::Unknown(_))) {
        let Some(renewed) = renew(app, &attempt).await? else {
            return Ok(None);
        };
        attempt = renewed;
        // Where the shop may not look, as with keys that were changed meanwhile, the money may be taken all the same.
        before = Before::Perhaps;
        answer = ask_again(app, &attempt).await?;
    }
    match answer {
        Answer::Told(PayOutcome::Paid(paid)) => take(app, attempt, paid).await,
        Answer::Told(PayOutcome::ActionRequired { reference, action }) => {
            wait_for_buyer(app, attempt, wish, reference, &action).await
        }
        Answer::Told(PayOutcome::Processing { reference }) => {
            wait_for_provider(app, attempt, reference).await
        }
        Answer::Fault(fault) => without_answer(app, attempt, wish, (fault, before)).await,
        Answer::Off => {
            // It may have been charged before the provider was turned off.
            tracing::error!(
                attempt = attempt.id.0,
                provider = attempt.provider,
                "A payment's provider is off"
            );
            let_go(app, &attempt).await;
            Ok(None)
        }
    }
}

/// Moves an attempt on that nobody else has moved meanwhile.
async fn move_on(
    db: &impl ConnectionTrait,
    now: DateTime<Utc>,
    attempt: &completion_attempt::Model,
    changes: Vec<(completion_attempt::Column, SimpleExpr)>,
) -> Next {
    let mut update = completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::UpdatedAt, Expr::val(now));
    for (column, value) in changes {
        update = update.col_expr(column, value);
    }
    let moved = update
        .filter(completion_attempt::Column::Id.eq(attempt.id))
        .filter(completion_attempt::Column::State.eq(attempt.state))
        .exec_with_returning(db)
        .await?;
    Ok(moved.into_iter().next())
}

/// `-> committing`, which is written down together with the order; another amount than the attempt's goes back.
async fn take(app: &App, attempt: completion_attempt::Model, paid: Paid) -> Next {
    let provider_reference = paid.reference.or(attempt.provider_reference.clone());
    if paid.amount != due(&attempt)? {
        tracing::error!(
            attempt = attempt.id.0,
            due = %due(&attempt)?,
            paid = %paid.amount,
            currency = paid.amount.currency.code(),
            "Another amount was paid than was due"
        );
        let attempt = completion_attempt::Model { provider_reference, ..attempt };
        return returning(app, attempt, amount_is_wrong()).await;
    }
    Ok(Some(completion_attempt::Model {
        state: AttemptState::Committing,
        provider_reference,
        captured: paid.captured,
        ..attempt
    }))
}

/// `-> action_required`, where it waits; `-> returning` where the time is over or the buyer gave up.
async fn wait_for_buyer(
    app: &App,
    attempt: completion_attempt::Model,
    wish: Wish,
    reference: String,
    action: &Action,
) -> Next {
    let now = app.clock.now();
    let told = action.expires_at.into_iter().chain(attempt.action_until);
    let until = told.fold(attempt.action_until.unwrap_or(now + ACTION_PATIENCE), Ord::min);
    if wish == Wish::GiveUp || until <= now {
        let attempt = completion_attempt::Model { provider_reference: Some(reference), ..attempt };
        return returning(app, attempt, payment_was_abandoned()).await;
    }
    let kept = BuyerAction { url: action.url.clone(), client_secret: action.client_secret.clone() };
    let kept = serde_json::to_value(kept)?;
    let waits = app.db.retry(|| async {
        let changes = vec![
            (completion_attempt::Column::State, Expr::val(AttemptState::ActionRequired)),
            (completion_attempt::Column::ProviderReference, Expr::val(Some(reference.clone()))),
            (completion_attempt::Column::Action, Expr::val(Some(kept.clone()))),
            (completion_attempt::Column::ActionUntil, Expr::val(Some(until))),
            (completion_attempt::Column::AskAt, Expr::val(soon(now, attempt.asks).min(until))),
            (completion_attempt::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None)),
        ];
        let tx = app.begin().await?;
        let moved = move_on(&tx, now, &attempt, changes).await?.is_some();
        if moved && attempt.action_until != Some(until) {
            inventory::extend_in(&tx, now, attempt.id, until + STOCK_SLACK).await?;
        }
        tx.commit().await?;
        Ok::<_, Fault>(moved)
    });
    if !waits.await? {
        let named = completion_attempt::Model { provider_reference: Some(reference), ..attempt };
        return_if_failed(app, &named).await?;
    }
    Ok(None)
}

/// `-> paying`, where it waits for the provider, who will tell by a webhook and is asked in between.
async fn wait_for_provider(app: &App, attempt: completion_attempt::Model, reference: String) -> Next {
    let now = app.clock.now();
    let is_news = attempt.provider_reference.is_none() || attempt.state == AttemptState::ActionRequired;
    let waits = app.db.retry(|| async {
        let changes = vec![
            (completion_attempt::Column::State, Expr::val(AttemptState::Paying)),
            (completion_attempt::Column::ProviderReference, Expr::val(Some(reference.clone()))),
            (completion_attempt::Column::Action, Expr::val(Option::<serde_json::Value>::None)),
            (completion_attempt::Column::AskAt, Expr::val(next_look(now, &attempt))),
            (completion_attempt::Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None)),
        ];
        let tx = app.begin().await?;
        let moved = move_on(&tx, now, &attempt, changes).await?.is_some();
        if moved && is_news {
            inventory::extend_in(&tx, now, attempt.id, now + ACTION_PATIENCE).await?;
        }
        tx.commit().await?;
        Ok::<_, Fault>(moved)
    });
    if !waits.await? {
        let named = completion_attempt::Model { provider_reference: Some(reference), ..attempt };
        return_if_failed(app, &named).await?;
    }
    Ok(None)
}

/// What an attempt does that was told no outcome.
async fn without_answer(
    app: &App,
    attempt: completion_attempt::Model,
    wish: Wish,
    (fault, before): (ProviderFault, Before),
) -> Next {
    let now = app.clock.now();
    let is_known = attempt.provider_reference.is_some();
    let is_waiting = attempt.state == AttemptState::ActionRequired;
    match fault {
        // Of the payment itself, whoever asks and however often.
        ProviderFault::Refused(refusal) => return fail(app, attempt, refused(refusal)).await.map(Some),
        ProviderFault::Broken(reason) if before == Before::Nothing => {
            tracing::error!(attempt = attempt.id.0, reason, "A payment was not accepted by its provider");
            return fail(app, attempt, payment_is_not_accepted()).await.map(Some);
        }
        // The buyer need not wait for a provider that was asked for nothing: another may be there.
        ProviderFault::Unsent if before == Before::Nothing => {
            let provider = &attempt.provider;
            tracing::warn!(attempt = attempt.id.0, provider, "A payment's provider cannot be reached");
            return fail(app, attempt, provider_is_out_of_reach()).await.map(Some);
        }
        // The provider had told of it, and does not know it any more.
        ProviderFault::Absent if is_known && !is_waiting => {
            return returning(app, attempt, provider_is_silent()).await;
        }
        ProviderFault::Absent
        | ProviderFault::Unknown(_)
        | ProviderFault::Unsent
        | ProviderFault::Broken(_) => {
            tracing::warn!(attempt = attempt.id.0, cause = %fault, "A payment's outcome is not known yet");
        }
    }
    let is_over = attempt.action_until.is_some_and(|until| until <= now) || wish == Wish::GiveUp;
    if is_waiting && is_over {
        return returning(app, attempt, payment_was_abandoned()).await;
    }
    let was_long_silent = attempt.asks > SILENT_ASKS && attempt.created_at + SILENCE_LASTS <= now;
    // Undoing it uses its key up, so that a call that is still on its way comes to nothing.
    if !is_known && (was_long_silent || wish == Wish::GiveUp) {
        return returning(app, attempt, provider_is_silent()).await;
    }
    let_go(app, &attempt).await;
    Ok(None)
}

/// `-> returning`: whatever the payment came to, it goes back.
async fn returning(app: &App, attempt: completion_attempt::Model, fault: CompletionFault) -> Next {
    let moved = to_returning(app, &attempt, fault).await?;
    if moved.is_none() {
        return_if_failed(app, &attempt).await?;
    }
    Ok(moved)
}
