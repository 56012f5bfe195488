//! Asking providers for movements that are written down, with the same key however often.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::order_transaction::{
    self, Column, Model, TransactionErrorCode, TransactionKind, TransactionStatus,
};
use futures_util::future::try_join_all;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::error::OrderError;
use super::ledger::{fail_in, is_done_capture, is_open_capture, let_rest_go_in, lock_in, note_in, rows_of};
use super::refund_rest::accept_in;
use crate::app::App;
use crate::error::Fault;
use crate::money::{Currency, Money};
use crate::payment::{Moved, PaymentProvider, ProviderFault, Refusal};

/// How long a provider may take for an answer.
pub(super) const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);
/// A provider that did not answer is asked again after this long, and this much longer each time.
const PAUSE_SECONDS: i64 = 10;
/// At least this often.
const LONGEST_PAUSE_SECONDS: i64 = 600;

/// What becomes of a movement that its provider does not accept as it is first asked for, such as with wrong keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IfBroken {
    /// It is given up, as nothing can have happened.
    GiveUp,
    /// It is asked for again: what was decided for good is done once the keys are right.
    AskAgain,
}

/// Asks for several movements side by side, so that the last is asked for while this node has it.
pub(super) async fn ask_all(app: &App, rows: Vec<Model>, if_broken: IfBroken) -> Result<Vec<Model>, Fault> {
    try_join_all(rows.into_iter().map(|row| ask_or(app, row, if_broken))).await
}

/// Asks the provider of a pending row and notes the answer. The row as it stands then; pending where there was none.
pub(super) async fn ask(app: &App, row: Model) -> Result<Model, Fault> {
    ask_or(app, row, IfBroken::GiveUp).await
}

async fn ask_or(app: &App, row: Model, if_broken: IfBroken) -> Result<Model, Fault> {
    let Some(provider) = app.payments.find(&row.gateway) else {
        tracing::error!(transaction = row.id.0, provider = row.gateway, "A movement's provider is off");
        return later(app, row).await;
    };
    let ledger = rows_of(app.db.writer(), row.order_id).await?;
    let mut siblings = ledger.iter().filter(|other| other.parent_id == row.parent_id);
    // What is left of a promise is let go when it is known what was taken of it.
    if row.kind == TransactionKind::Void && siblings.clone().any(is_open_capture) {
        return later(app, row).await;
    }
    let rest = Rest::after(provider.as_ref(), &row);
    let names = names_of(&ledger, &row);
    let answer = asked(provider.as_ref(), &row, &names);
    let silence = |_| Err(ProviderFault::Unknown("no answer in time".to_owned()));
    match tokio::time::timeout(PROVIDER_TIMEOUT, answer).await.unwrap_or_else(silence) {
        Ok(moved) if moved.settled => {
            if moved.amount.minor != row.amount_minor {
                // The key stands for this amount: a provider that says otherwise needs a look by people.
                tracing::error!(transaction = row.id.0, moved = %moved.amount, "Another amount was moved");
            }
            note(app, row, Came::Done(moved.reference), rest).await
        }
        Ok(_) => {
            accept(app, &row).await?;
            later(app, row).await
        }
        Err(ProviderFault::Unknown(reason)) => {
            tracing::warn!(transaction = row.id.0, reason, "What came of a movement is not known yet");
            later(app, row).await
        }
        Err(fault @ ProviderFault::Unsent) => {
            tracing::warn!(transaction = row.id.0, cause = %fault, "A movement was not asked for yet");
            later(app, row).await
        }
        // Providers that take one part only let the rest go with it.
        Err(ProviderFault::Refused(_))
            if row.kind == TransactionKind::Void && siblings.any(is_done_capture) =>
        {
            note(app, row, Came::Done(None), rest).await
        }
        Err(fault @ ProviderFault::Refused(_)) => fail(app, row, &fault, rest).await,
        // Asked for the first time, nothing can have happened; later the shop's keys may have changed in between.
        Err(fault @ ProviderFault::Absent) if row.asks <= 1 => fail(app, row, &fault, rest).await,
        Err(fault @ ProviderFault::Broken(_)) if row.asks <= 1 && if_broken == IfBroken::GiveUp => {
            fail(app, row, &fault, rest).await
        }
        Err(fault @ (ProviderFault::Absent | ProviderFault::Broken(_))) => {
            tracing::error!(transaction = row.id.0, cause = %fault, "A movement cannot be asked about");
            later(app, row).await
        }
    }
}

/// The provider's names for what a row moves: its parent's, then that of the promise behind it.
fn names_of(ledger: &[Model], row: &Model) -> Vec<String> {
    let mut names = Vec::new();
    let mut next = row.parent_id;
    while let Some(parent) = next.and_then(|id| ledger.iter().find(|row| row.id == id)) {
        names.extend(parent.provider_reference.clone());
        next = parent.parent_id;
    }
    names
}

async fn asked(
    provider: &dyn PaymentProvider,
    row: &Model,
    names: &[String],
) -> Result<Moved, ProviderFault> {
    let currency = Currency::find(&row.currency).ok_or(ProviderFault::Absent)?;
    let (amount, key) = (Money::new(row.amount_minor, currency), row.idempotency_key.as_str());
    let mut answer = Err(ProviderFault::Absent);
    // A provider knows some movements by the name of what was taken, others by that of the promise.
    for name in names {
        answer = match row.kind {
            TransactionKind::Capture => provider.capture(name, amount, key).await,
            TransactionKind::Refund => provider.refund(name, amount, key).await,
            TransactionKind::Void => {
                provider.void(name, key).await.map(|()| Moved { reference: None, amount, settled: true })
            }
            TransactionKind::Authorization | TransactionKind::Sale => Err(ProviderFault::Absent),
        };
        if !matches!(answer, Err(ProviderFault::Absent)) {
            break;
        }
    }
    answer
}

/// Leaves a row pending, to be asked about again.
async fn later(app: &App, row: Model) -> Result<Model, Fault> {
    let now = app.clock.now();
    let pause = i64::from(row.asks).saturating_mul(PAUSE_SECONDS).clamp(PAUSE_SECONDS, LONGEST_PAUSE_SECONDS);
    let left = order_transaction::Entity::update_many()
        .col_expr(Column::AskAt, Expr::val(Some(now + TimeDelta::seconds(pause))))
        .col_expr(Column::LeaseUntil, Expr::val(Option::<DateTime<Utc>>::None))
        .filter(Column::Id.eq(row.id))
        .filter(Column::Status.eq(TransactionStatus::Pending))
        .exec_with_returning(app.db.writer())
        .await?;
    match left.into_iter().next() {
        Some(row) => Ok(row),
        // Somebody else has noted what came of it.
        None => Ok(order_transaction::Entity::find_by_id(row.id).one(app.db.writer()).await?.unwrap_or(row)),
    }
}

async fn fail(app: &App, row: Model, fault: &ProviderFault, rest: Rest) -> Result<Model, Fault> {
    tracing::warn!(transaction = row.id.0, cause = %fault, "A movement was refused by its provider");
    note(app, row, Came::Nothing(code_of(fault)), rest).await
}

/// Why a movement came to nothing, in a word for staff.
fn code_of(fault: &ProviderFault) -> TransactionErrorCode {
    match fault {
        ProviderFault::Refused(Refusal::CardDeclined | Refusal::InsufficientFunds) => {
            TransactionErrorCode::CardDeclined
        }
        ProviderFault::Broken(_) => TransactionErrorCode::ConfigError,
        ProviderFault::Absent => TransactionErrorCode::ProcessingError,
        ProviderFault::Refused(
            Refusal::InvalidPaymentMethod | Refusal::Abandoned | Refusal::AmountTooLarge,
        )
        | ProviderFault::Unknown(_)
        | ProviderFault::Unsent => TransactionErrorCode::GenericError,
    }
}

/// Goes on with a refund that a provider works on: it was not refused.
async fn accept(app: &App, row: &Model) -> Result<(), Fault> {
    if row.refund_id.is_none() {
        return Ok(());
    }
    let accepted = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        lock_in(&tx, row.order_id).await?;
        accept_in(&tx, now, row).await?;
        tx.commit().await?;
        Ok::<_, OrderError>(())
    });
    accepted.await.map_err(fault_of)
}

fn fault_of(error: OrderError) -> Fault {
    match error {
        OrderError::Fault(fault) => fault,
        error @ (OrderError::Refused { .. } | OrderError::NotFound | OrderError::AccessDenied(_)) => {
            Fault::new(error)
        }
    }
}

/// What came of a movement.
enum Came {
    /// It is done, under this name of its provider's.
    Done(Option<String>),
    /// Nothing, and why.
    Nothing(TransactionErrorCode),
}

/// What becomes of the rest of a promise once a part of it was taken.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rest {
    /// It can be taken later.
    Stays,
    /// Its provider has let it go.
    Goes,
}

impl Rest {
    fn after(provider: &dyn PaymentProvider, row: &Model) -> Self {
        if row.kind == TransactionKind::Capture && provider.takes_once() { Self::Goes } else { Self::Stays }
    }
}

/// Notes what came of a row, once.
async fn note(app: &App, row: Model, came: Came, rest: Rest) -> Result<Model, Fault> {
    let noted = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        lock_in(&tx, row.order_id).await?;
        let noted = match &came {
            Came::Done(name) => note_in(&tx, now, &row, TransactionStatus::Success, name.clone()).await?,
            Came::Nothing(code) => fail_in(&tx, now, &row, *code).await?,
        };
        if rest == Rest::Goes {
            let_rest_go_in(&tx, now, &noted).await?;
        }
        tx.commit().await?;
        Ok::<_, OrderError>(noted)
    });
    noted.await.map_err(fault_of)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_is_told_in_a_word_for_staff() {
        use TransactionErrorCode::{CardDeclined, ConfigError, GenericError, ProcessingError};
        for (fault, expected) in [
            (ProviderFault::Refused(Refusal::CardDeclined), CardDeclined),
            (ProviderFault::Refused(Refusal::InsufficientFunds), CardDeclined),
            (ProviderFault::Refused(Refusal::AmountTooLarge), GenericError),
            (ProviderFault::Refused(Refusal::Abandoned), GenericError),
            (ProviderFault::Broken("the keys are wrong".to_owned()), ConfigError),
            (ProviderFault::Absent, ProcessingError),
        ] {
            assert_eq!(code_of(&fault), expected, "{fault}");
        }
    }
}
