//! Asking providers for movements that are written down, with the same key however often.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::order_transaction::{self, Column, Model, TransactionKind, TransactionStatus};
use futures_util::future::try_join_all;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};

use super::error::OrderError;
use super::ledger::{is_done_capture, is_open_capture, let_rest_go_in, lock_in, note_in, rows_of};
use crate::app::App;
use crate::error::Fault;
use crate::money::{Currency, Money};
use crate::payment::{Moved, PaymentProvider, ProviderFault};

/// How long a provider may take for an answer.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);
/// A provider that did not answer is asked again after this long, and this much longer each time.
const PAUSE_SECONDS: i64 = 10;
/// At least this often.
const LONGEST_PAUSE_SECONDS: i64 = 600;

/// Asks for several movements side by side, so that the last is asked for while this node has it.
pub(super) async fn ask_all(app: &App, rows: Vec<Model>) -> Result<Vec<Model>, Fault> {
    try_join_all(rows.into_iter().map(|row| ask(app, row))).await
}

/// Asks the provider of a pending row and notes the answer. The row as it stands then; pending where there was none.
pub(super) async fn ask(app: &App, row: Model) -> Result<Model, Fault> {
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
            note(app, row, TransactionStatus::Success, moved.reference, rest).await
        }
        Ok(_) => later(app, row).await,
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
            note(app, row, TransactionStatus::Success, None, rest).await
        }
        Err(fault @ ProviderFault::Refused(_)) => fail(app, row, &fault, rest).await,
        // Asked for the first time, nothing can have happened; later the shop's keys may have changed in between.
        Err(fault @ (ProviderFault::Absent | ProviderFault::Broken(_))) if row.asks <= 1 => {
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
    note(app, row, TransactionStatus::Failure, None, rest).await
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
async fn note(
    app: &App,
    row: Model,
    status: TransactionStatus,
    reference: Option<String>,
    rest: Rest,
) -> Result<Model, Fault> {
    let noted = app.db.retry(|| async {
        let now = app.clock.now();
        let tx = app.begin().await?;
        lock_in(&tx, row.order_id).await?;
        let noted = note_in(&tx, now, &row, status, reference.clone()).await?;
        if rest == Rest::Goes {
            let_rest_go_in(&tx, now, &noted).await?;
        }
        tx.commit().await?;
        Ok::<_, OrderError>(noted)
    });
    match noted.await {
        Ok(row) => Ok(row),
        Err(OrderError::Fault(fault)) => Err(fault),
        Err(error) => Err(Fault::new(error)),
    }
}
