//! Attempts: their states, their public ids, what is told of them.

use chrono::{DateTime, Utc};
use entity::completion_attempt::{self, AttemptState};
use entity::id::{AttemptId, OrderId};
use sea_orm::EntityTrait;

use super::quote::CompletionFault;
use crate::app::App;
use crate::error::Fault;

/// For which purpose the key in an attempt's public id is derived.
const PURPOSE: &str = "attempt";

/// Whether an attempt may go from one state to another.
///
/// `accepted` is recorded, `holding` has its stock, `paying` asks the provider, `committing` has its money, `returning`
/// gives the money back. `done` and `failed` are the ends.
#[must_use]
pub fn can_become(from: AttemptState, to: AttemptState) -> bool {
    use AttemptState::{Accepted, Committing, Done, Failed, Holding, Paying, Returning};
    match from {
        Accepted => matches!(to, Holding | Failed),
        Holding => matches!(to, Paying | Failed),
        Paying => matches!(to, Committing | Failed),
        Committing => matches!(to, Done | Returning),
        Returning => matches!(to, Failed),
        Done | Failed => false,
    }
}

/// What the caller of an attempt is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Come back in a moment.
    Processing,
    /// There is no order, and no money was kept.
    Failed(Vec<CompletionFault>),
    /// There is an order.
    Done {
        /// Its key in the database.
        order_id: OrderId,
        /// When.
        at: DateTime<Utc>,
    },
}

/// The id by which a caller asks for an attempt: nobody can guess it.
///
/// # Errors
/// Never in practice.
pub fn public_id(app: &App, id: AttemptId) -> Result<String, Fault> {
    Ok(format!("{id}-{}", app.secret_key.derive(PURPOSE, id.0)?))
}

/// How the attempt with this public id stands; `None` for an id that was never given.
///
/// # Errors
/// The database's own.
pub async fn find_outcome(app: &App, public_id: &str) -> Result<Option<AttemptOutcome>, Fault> {
    let Some((id, key)) = public_id.split_once('-') else { return Ok(None) };
    let Ok(id) = id.parse::<i64>() else { return Ok(None) };
    if !app.secret_key.verify(PURPOSE, id, key)? {
        return Ok(None);
    }
    let attempt = completion_attempt::Entity::find_by_id(AttemptId(id)).one(app.db.fresh()).await?;
    attempt.map(|attempt| outcome_of(&attempt)).transpose()
}

pub(super) fn outcome_of(attempt: &completion_attempt::Model) -> Result<AttemptOutcome, Fault> {
    match attempt.state {
        AttemptState::Accepted
        | AttemptState::Holding
        | AttemptState::Paying
        | AttemptState::Committing
        | AttemptState::Returning => Ok(AttemptOutcome::Processing),
        AttemptState::Failed => Ok(AttemptOutcome::Failed(serde_json::from_value(attempt.errors.clone())?)),
        AttemptState::Done => {
            let order_id = attempt.order_id.ok_or_else(|| Fault::new("a done attempt has no order"))?;
            Ok(AttemptOutcome::Done { order_id, at: attempt.updated_at })
        }
    }
}

#[cfg(test)]
mod tests {
    use sea_orm::Iterable;

    use super::*;

    #[test]
    fn states_only_go_forward() {
        let allowed: Vec<(AttemptState, AttemptState)> = AttemptState::iter()
            .flat_map(|from| AttemptState::iter().map(move |to| (from, to)))
            .filter(|(from, to)| can_become(*from, *to))
            .collect();
        use AttemptState::{Accepted, Committing, Done, Failed, Holding, Paying, Returning};
        assert_eq!(
            allowed,
            [
                (Accepted, Holding),
                (Accepted, Failed),
                (Holding, Paying),
                (Holding, Failed),
                (Paying, Committing),
                (Paying, Failed),
                (Committing, Returning),
                (Committing, Done),
                (Returning, Failed),
            ]
        );
    }
}
