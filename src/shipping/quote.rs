//! What carriers said, kept for a while: asking them costs time, and a buyer must not pay another price than was shown.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use entity::delivery_quote;
use entity::id::CarrierServiceId;
use futures_util::future::join_all;
use sea_orm::ActiveValue::Set;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};

use super::model::Settings;
use super::provider::{CarrierRate, ProviderError, RateRequest};
use crate::app::App;
use crate::db::aside;
use crate::error::Fault;

/// How long an answer holds.
const ANSWER_LIVES: TimeDelta = TimeDelta::minutes(15);
/// How long it is taken that a carrier does not answer.
const FAILURE_LIVES: TimeDelta = TimeDelta::minutes(1);
/// Requests that one cart causes at most; beyond, the declared rates hold.
const MAX_REQUESTS: usize = 20;

/// What a carrier said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CarrierAnswer {
    /// What it offers; nothing where it does not deliver that.
    Rates(Vec<CarrierRate>),
    /// Nothing that could be used.
    Failed,
}

/// What carriers said, by the keys of the requests; cheap to clone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CarrierAnswers(Arc<HashMap<String, CarrierAnswer>>);

impl CarrierAnswers {
    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The answer to a request.
    #[must_use]
    pub fn find(&self, request: &RateRequest) -> Option<&CarrierAnswer> {
        self.0.get(&request.key())
    }

    /// The requests without an answer.
    #[must_use]
    pub fn missing(&self, requests: Vec<RateRequest>) -> Vec<RateRequest> {
        requests.into_iter().filter(|request| self.find(request).is_none()).collect()
    }

    /// These answers and others; of a request that both know, the other's.
    #[must_use]
    pub fn with(&self, others: &Self) -> Self {
        let mut all = self.0.as_ref().clone();
        all.extend(others.0.iter().map(|(key, answer)| (key.clone(), answer.clone())));
        Self(Arc::new(all))
    }

    /// Answers by the keys of the requests.
    #[must_use]
    pub fn from_pairs(pairs: impl IntoIterator<Item = (String, CarrierAnswer)>) -> Self {
        Self(Arc::new(pairs.into_iter().collect()))
    }
}

/// The answers to requests that are still good: one statement, and none where there is no request.
///
/// # Errors
/// The database's own.
pub async fn find_quotes<C: ConnectionTrait>(
    db: &C,
    keys: &[String],
    now: DateTime<Utc>,
) -> Result<CarrierAnswers, Fault> {
    if keys.is_empty() {
        return Ok(CarrierAnswers::default());
    }
    let rows = delivery_quote::Entity::find()
        .filter(delivery_quote::Column::Key.is_in(keys))
        .filter(delivery_quote::Column::ExpiresAt.gt(now))
        .all(db)
        .await?;
    let answer = |row: delivery_quote::Model| {
        let answer = if row.is_fallback {
            CarrierAnswer::Failed
        } else {
            CarrierAnswer::Rates(serde_json::from_value(row.rates)?)
        };
        Ok((row.key, answer))
    };
    Ok(CarrierAnswers::from_pairs(rows.into_iter().map(answer).collect::<Result<Vec<_>, Fault>>()?))
}

/// Asks the carriers, all at the same time, and keeps what they say. Whoever calls holds no transaction.
///
/// A carrier that does not answer in its time, or not as it should, is said to have failed; that is kept for a minute.
///
/// # Errors
/// The database's own.
pub async fn ask(app: &App, requests: &[RateRequest]) -> Result<CarrierAnswers, Fault> {
    if requests.is_empty() {
        return Ok(CarrierAnswers::default());
    }
    let settings = app.delivery().await?;
    let mut seen = HashSet::new();
    let requests = requests.iter().map(|request| (request.key(), request));
    let requests: Vec<_> = requests.filter(|(key, _)| seen.insert(key.clone())).take(MAX_REQUESTS).collect();
    let answers = join_all(requests.iter().map(|(_, request)| answer_of(app, &settings, request))).await;
    let mut answers: Vec<(String, CarrierServiceId, CarrierAnswer)> = requests
        .into_iter()
        .zip(answers)
        .map(|((key, request), answer)| (key, request.carrier, answer))
        .collect();
    // In the order of their keys, so that two who keep the same ones do not wait for each other.
    answers.sort_by(|(key, ..), (other, ..)| key.cmp(other));
    let known = answers.iter().filter(|(_, carrier, _)| settings.carrier(*carrier).is_some());
    store(app, &known.collect::<Vec<_>>()).await?;
    Ok(CarrierAnswers::from_pairs(answers.into_iter().map(|(key, _, answer)| (key, answer))))
}

async fn answer_of(app: &App, settings: &Settings, request: &RateRequest) -> CarrierAnswer {
    match rates_of(app, settings, request).await {
        Ok(rates) => {
            app.carriers.circuits.succeeded(request.carrier);
            CarrierAnswer::Rates(rates)
        }
        Err(error) => {
            let now = app.clock.now();
            match error {
                // It was not asked, so that it could not fail.
                ProviderError::CircuitOpen | ProviderError::NotConfigured => {}
                ProviderError::ForbiddenAddress(_)
                | ProviderError::Unreachable(_)
                | ProviderError::TimedOut
                | ProviderError::Status(_)
                | ProviderError::BadAnswer(_) => app.carriers.circuits.failed(request.carrier, now),
                // It works, but not for this parcel.
                ProviderError::Refused { .. } => app.carriers.circuits.succeeded(request.carrier),
            }
            tracing::warn!(carrier = request.carrier.0, %error, "A carrier gave no rates");
            CarrierAnswer::Failed
        }
    }
}

async fn rates_of(
    app: &App,
    settings: &Settings,
    request: &RateRequest,
) -> Result<Vec<CarrierRate>, ProviderError> {
    let service = settings.carrier(request.carrier).ok_or(ProviderError::NotConfigured)?;
    if !app.carriers.circuits.allows(service.id, app.clock.now()) {
        return Err(ProviderError::CircuitOpen);
    }
    let key = signing_key(app, service.id, service.key_version).map_err(|_| ProviderError::NotConfigured)?;
    let provider = app.carriers.provider(service, &key).ok_or(ProviderError::NotConfigured)?;
    let answer = tokio::time::timeout(service.timeout, provider.rates(request));
    answer.await.map_err(|_| ProviderError::TimedOut)?
}

/// The key that signs the requests to a carrier service. It is derived from the server's own, so that it is kept nowhere
/// and can be told again.
pub(super) fn signing_key(app: &App, id: CarrierServiceId, version: i32) -> Result<String, Fault> {
    app.secret_key.derive_from("carrier service", format!("{id}/{version}").as_bytes())
}

async fn store(app: &App, answers: &[&(String, CarrierServiceId, CarrierAnswer)]) -> Result<(), Fault> {
    if answers.is_empty() {
        return Ok(());
    }
    let now = app.clock.now();
    let rows = answers
        .iter()
        .map(|(key, carrier, answer)| {
            let (rates, is_fallback, lives) = match answer {
                CarrierAnswer::Rates(rates) => (serde_json::to_value(rates)?, false, ANSWER_LIVES),
                CarrierAnswer::Failed => (serde_json::json!([]), true, FAILURE_LIVES),
            };
            Ok(delivery_quote::ActiveModel {
                key: Set(key.clone()),
                carrier_service_id: Set(*carrier),
                rates: Set(rates),
                is_fallback: Set(is_fallback),
                expires_at: Set(now + lives),
                created_at: Set(now),
            })
        })
        .collect::<Result<Vec<_>, Fault>>()?;
    // What a carrier said is no effect of the request that made us ask.
    let storing = app.db.retry(|| async {
        let tx = app.begin().await?;
        let again = OnConflict::column(delivery_quote::Column::Key)
            .update_columns([
                delivery_quote::Column::Rates,
                delivery_quote::Column::IsFallback,
                delivery_quote::Column::ExpiresAt,
                delivery_quote::Column::CreatedAt,
            ])
            .to_owned();
        delivery_quote::Entity::insert_many(rows.clone())
            .on_conflict(again)
            .exec_without_returning(&tx)
            .await?;
        tx.commit().await?;
        Ok(())
    });
    Box::pin(aside(storing)).await
}

/// Drops the answers that are no longer good; returns how many.
///
/// # Errors
/// The database's own.
pub async fn purge_quotes(app: &App) -> Result<u64, Fault> {
    let expired = delivery_quote::Column::ExpiresAt.lte(app.clock.now());
    let purged = delivery_quote::Entity::delete_many().filter(expired).exec(app.db.writer()).await?;
    Ok(purged.rows_affected)
}
