//! Attempts: their states, their public ids, what is told of them.

use chrono::{DateTime, Utc};
use entity::cart;
use entity::completion_attempt::{self, AttemptState};
use entity::id::{AttemptId, OrderId};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde::{Deserialize, Serialize};

use super::quote::CompletionFault;
use crate::app::App;
use crate::error::Fault;
use crate::secret;

/// For which purpose the key in an attempt's public id is derived.
const PURPOSE: &str = "attempt";

/// Whether an attempt may go from one state to another.
///
/// `accepted` is recorded, `holding` has its stock, `paying` asks the provider, `action_required` waits for the buyer,
/// `committing` has its money, `returning` gives the money back. `done` and `failed` are the ends.
#[must_use]
pub fn can_become(from: AttemptState, to: AttemptState) -> bool {
    use AttemptState::{Accepted, ActionRequired, Committing, Done, Failed, Holding, Paying, Returning};
    match from {
        Accepted => matches!(to, Holding | Failed),
        Holding => matches!(to, Paying | Failed),
        Paying => matches!(to, ActionRequired | Committing | Returning | Failed),
        ActionRequired => matches!(to, Paying | Committing | Returning | Failed),
        Committing => matches!(to, Done | Returning),
        Returning => matches!(to, Failed),
        Done | Failed => false,
    }
}

/// What a buyer has to do, as an attempt keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct BuyerAction {
    /// A page of the provider's or the bank's to go to.
    pub url: Option<String>,
    /// By which the provider's own front end goes on.
    pub client_secret: Option<String>,
}

/// What the caller of an attempt is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AttemptOutcome {
    /// Come back in a moment.
    Processing,
    /// The buyer has to act first.
    ActionRequired {
        /// What to do.
        action: BuyerAction,
        /// Which provider wants it.
        provider: String,
        /// Until when it is waited for.
        until: Option<DateTime<Utc>>,
    },
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

/// The attempt with this public id; `None` for an id that was never given.
///
/// # Errors
/// The database's own.
pub(super) async fn find(app: &App, public_id: &str) -> Result<Option<completion_attempt::Model>, Fault> {
    let Some((id, key)) = public_id.split_once('-') else { return Ok(None) };
    let Ok(id) = id.parse::<i64>() else { return Ok(None) };
    if !app.secret_key.verify(PURPOSE, id, key)? {
        return Ok(None);
    }
    Ok(completion_attempt::Entity::find_by_id(AttemptId(id)).one(app.db.fresh()).await?)
}

/// The last attempt of the cart with this token, whether there is such a cart or not.
///
/// # Errors
/// The database's own.
pub(super) async fn last_of(app: &App, token: &str) -> Result<Option<completion_attempt::Model>, Fault> {
    let this_cart = Query::select()
        .column(cart::Column::Id)
        .from(cart::Entity)
        .and_where(cart::Column::TokenHash.eq(secret::hash_token(token)))
        .to_owned();
    let last = completion_attempt::Entity::find()
        .filter(completion_attempt::Column::CartId.in_subquery(this_cart))
        .order_by_desc(completion_attempt::Column::Id);
    Ok(last.one(app.db.fresh()).await?)
}

/// How the attempt with this public id stands; `None` for an id that was never given.
///
/// # Errors
/// The database's own.
pub async fn find_outcome(app: &App, public_id: &str) -> Result<Option<AttemptOutcome>, Fault> {
    find(app, public_id).await?.map(|attempt| outcome_of(&attempt)).transpose()
}

pub(super) fn outcome_of(attempt: &completion_attempt::Model) -> Result<AttemptOutcome, Fault> {
    match attempt.state {
        AttemptState::Accepted
        | AttemptState::Holding
        | AttemptState::Paying
        | AttemptState::Committing
        | AttemptState::Returning => Ok(AttemptOutcome::Processing),
        AttemptState::ActionRequired => {
            let action = attempt.action.clone().map(serde_json::from_value).transpose()?;
            Ok(AttemptOutcome::ActionRequired {
                action: action.unwrap_or_default(),
                provider: attempt.provider.clone(),
                until: attempt.action_until,
            })
        }
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
        use AttemptState::{Accepted, ActionRequired, Committing, Done, Failed, Holding, Paying, Returning};
        assert_eq!(
            allowed,
            [
                (Accepted, Holding),
                (Accepted, Failed),
                (Holding, Paying),
                (Holding, Failed),
                (Paying, ActionRequired),
                (Paying, Committing),
                (Paying, Returning),
                (Paying, Failed),
                (ActionRequired, Paying),
                (ActionRequired, Committing),
                (ActionRequired, Returning),
                (ActionRequired, Failed),
                (Committing, Returning),
                (Committing, Done),
                (Returning, Failed),
            ]
        );
    }
}
