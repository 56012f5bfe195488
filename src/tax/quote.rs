//! Asking the provider, and keeping what it said.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use entity::tax_quote;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::provider::ProviderError;
use super::{Fallback, TaxAnswer, TaxRequest};
use crate::app::App;
use crate::error::Fault;

/// How long a buyer waits for the provider.
const PATIENCE: Duration = Duration::from_secs(3);
/// How long an answer is used.
const LIFE: TimeDelta = TimeDelta::hours(24);
/// Requests with the same content are one to the provider within so many seconds. Longer, and it would repeat a failure.
const SAME_REQUEST_SECONDS: i64 = 60;

/// Why an order is refused whose taxes no provider has told.
pub const TAXES_UNAVAILABLE: &str = "TAXES_UNAVAILABLE";

/// What the taxes of a cart are, or what holds while nobody says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TaxAnswerOrFallback {
    /// The provider has answered.
    Answer(TaxAnswer),
    /// It has not, and this holds instead. Never are there simply no taxes.
    Fallback(Fallback),
}

/// What the provider has answered to a question, where it has and the answer may still be used. One statement.
///
/// # Errors
/// The database's own, and a fault where a stored answer cannot be read.
pub async fn find_quote<C: ConnectionTrait>(
    db: &C,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<TaxAnswer>, Fault> {
    let found = tax_quote::Entity::find_by_id(key).filter(tax_quote::Column::ExpiresAt.gt(now));
    let found = found.one(db).await?;
    Ok(found.map(|row| serde_json::from_value(row.answer)).transpose()?)
}

/// Asks the provider and keeps its answer, or says what holds while it does not answer: what the shop's settings say. Waits
/// for three seconds at most. Must not be called within a transaction.
///
/// # Errors
/// The database's own.
pub async fn ask(app: &App, request: &TaxRequest) -> Result<TaxAnswerOrFallback, Fault> {
    let now = app.clock.now();
    let key = request.key();
    let Some(provider) = &app.tax_provider else {
        tracing::error!("taxes are to be told by a provider whose secret is not set here");
        return fallback(app).await;
    };
    let idempotency_key = format!("{key}-{}", now.timestamp().div_euclid(SAME_REQUEST_SECONDS));
    let (asked, question) = (Arc::clone(provider), request.clone());
    // In a task of its own: a buyer who hangs up takes no answer away from the provider, which would count as an outage.
    let asking = tokio::spawn(async move {
        tokio::time::timeout(PATIENCE, asked.calculate(&question, &idempotency_key)).await
    });
    match asking.await.map_err(Fault::new)?.unwrap_or(Err(ProviderError::TimedOut)) {
        Ok(answer) => {
            keep(app, &key, &answer, now).await?;
            Ok(TaxAnswerOrFallback::Answer(answer))
        }
        Err(error) => {
            metrics::counter!("tax_provider_failures_total").increment(1);
            tracing::warn!(provider = provider.name(), %error, "the tax provider did not tell the taxes");
            fallback(app).await
        }
    }
}

async fn fallback(app: &App) -> Result<TaxAnswerOrFallback, Fault> {
    Ok(TaxAnswerOrFallback::Fallback(app.taxes().await?.fallback()))
}

async fn keep(app: &App, key: &str, answer: &TaxAnswer, now: DateTime<Utc>) -> Result<(), Fault> {
    let row = tax_quote::ActiveModel {
        key: Set(key.to_owned()),
        answer: Set(serde_json::to_value(answer)?),
        created_at: Set(now),
        expires_at: Set(now + LIFE),
    };
    let again = OnConflict::column(tax_quote::Column::Key)
        .update_columns([
            tax_quote::Column::Answer,
            tax_quote::Column::CreatedAt,
            tax_quote::Column::ExpiresAt,
        ])
        .to_owned();
    tax_quote::Entity::insert(row).on_conflict(again).exec_without_returning(app.db.writer()).await?;
    Ok(())
}

/// Deletes the answers that may no longer be used.
///
/// # Errors
/// The database's own.
pub async fn purge_quotes(app: &App) -> Result<(), Fault> {
    let over = tax_quote::Column::ExpiresAt.lte(app.clock.now());
    tax_quote::Entity::delete_many().filter(over).exec(app.db.writer()).await?;
    Ok(())
}
