//! An earlier attempt of the same buyer that waits for them, or for a provider of which nothing is heard, is given up
//! where it stands in the way of what they do now.

use chrono::{DateTime, Utc};
use entity::cart as cart_row;
use entity::completion_attempt::{self, AttemptState};
use entity::id::{AttemptId, CustomerId};
use entity::reservation::{self, ReservationState};
use sea_orm::sea_query::Query;
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::attempt::last_of;
use super::drive::{Wish, wait_for};
use super::lease::{free, is_free};
use super::quote::Quote;
use crate::app::App;
use crate::cart::{self, CartError, Outcome};
use crate::db::Tx;
use crate::error::Fault;
use crate::inventory::Shortage;
use crate::market::Address;
use crate::payment::Payment;

/// Attempts of one customer that make way at once, at most.
const MAX_RIVALS: u64 = 10;

/// Whether a cart can be changed and paid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Nothing is under way.
    Free,
    /// An attempt is under way that cannot be given up, or not yet: it is being paid, or its money goes back.
    Blocked,
    /// It became an order, perhaps in this moment.
    Ordered,
}

/// Gives up the attempt of the cart with this token where it waits for its buyer, or nothing was heard of its payment: the
/// payment is undone at the provider, outside any transaction, and its stock is free. What was paid meanwhile becomes the
/// order all the same.
///
/// # Errors
/// The database's own.
pub async fn make_way(app: &App, token: &str) -> Result<Way, Fault> {
    let way_of = |last: Option<&completion_attempt::Model>| match last.map(|last| last.state) {
        None | Some(AttemptState::Failed) => Way::Free,
        Some(AttemptState::Done) => Way::Ordered,
        Some(
            AttemptState::Accepted
            | AttemptState::Holding
            | AttemptState::Paying
            | AttemptState::ActionRequired
            | AttemptState::Committing
            | AttemptState::Returning,
        ) => Way::Blocked,
    };
    let last = last_of(app, token).await?;
    match last {
        Some(waiting) if is_in_the_way(&waiting, app.clock.now()) => {
            wait_for(app, waiting.id, Wish::GiveUp).await;
            Ok(way_of(last_of(app, token).await?.as_ref()))
        }
        other => Ok(way_of(other.as_ref())),
    }
}

/// Gives up the attempt of the cart with this token, as [`make_way`] does, for a buyer who orders the cart anew under
/// another name; what waits under the same name is the same order, sent twice, and stays. Tells whether there was one to
/// give up.
///
/// # Errors
/// The database's own.
pub async fn make_way_for(app: &App, token: &str, attempt_token: &str) -> Result<bool, Fault> {
    let last = last_of(app, token).await?;
    let now = app.clock.now();
    let is_another =
        |last: &completion_attempt::Model| is_in_the_way(last, now) && last.token != attempt_token;
    let Some(waiting) = last.filter(is_another) else { return Ok(false) };
    wait_for(app, waiting.id, Wish::GiveUp).await;
    Ok(true)
}

/// Sets how the buyer means to pay, as [`cart::update_payment`] does; an earlier attempt makes way as in [`make_way`].
///
/// # Errors
/// As [`cart::update_payment`]; [`CartError::Busy`] while an attempt is under way that cannot be given up.
pub async fn update_payment(
    app: &App,
    token: &str,
    payment: &Payment,
    billing: Option<&Address>,
) -> Result<Outcome, CartError> {
    match Box::pin(cart::update_payment(app, token, payment, billing)).await {
        Err(CartError::Busy) => {
            make_way(app, token).await?;
            Box::pin(cart::update_payment(app, token, payment, billing)).await
        }
        other => other,
    }
}

/// Who wants what others hold.
pub(super) struct Seeker<'a> {
    pub(super) id: AttemptId,
    pub(super) customer: CustomerId,
    pub(super) quote: &'a Quote,
}

/// What an attempt did not get.
pub(super) enum Lack {
    /// Units of these.
    Stock(Vec<Shortage>),
    /// A use of a discount, or money on a gift card or an account of store credit.
    Other,
}

/// The attempts of other carts of a signed-in customer that can be given up and hold some of what is missing. An e-mail
/// address alone names nobody here: anybody may type in another's.
pub(super) async fn rivals_in(
    tx: &Tx,
    now: DateTime<Utc>,
    seeker: &Seeker<'_>,
    lack: &Lack,
) -> Result<Vec<AttemptId>, Fault> {
    let carts = Query::select()
        .column(cart_row::Column::Id)
        .from(cart_row::Entity)
        .and_where(cart_row::Column::CustomerId.eq(seeker.customer))
        .to_owned();
    let own = completion_attempt::Entity::find()
        .filter(completion_attempt::Column::CartId.in_subquery(carts))
        .filter(completion_attempt::Column::Id.ne(seeker.id))
        .filter(gives_way(now))
        .order_by_asc(completion_attempt::Column::Id)
        .limit(MAX_RIVALS);
    match lack {
        Lack::Stock(missing) => {
            let holding = Query::select()
                .column(reservation::Column::AttemptId)
                .from(reservation::Entity)
                .and_where(reservation::Column::State.eq(ReservationState::Held))
                .and_where(reservation::Column::ItemId.is_in(missing.iter().map(|short| short.item_id)))
                .to_owned();
            let own = own.filter(completion_attempt::Column::Id.in_subquery(holding));
            let keys = own.select_only().column(completion_attempt::Column::Id);
            Ok(keys.into_tuple().all(tx).await?)
        }
        Lack::Other => {
            let mut rivals = Vec::new();
            for attempt in own.all(tx).await? {
                let quote: Quote = serde_json::from_value(attempt.quote)?;
                if quote.shares_with(seeker.quote) {
                    rivals.push(attempt.id);
                }
            }
            Ok(rivals)
        }
    }
}

/// Attempts that make way for their buyer: those that wait for them, and those of whose payment nothing was heard, once
/// nobody is asking.
fn gives_way(now: DateTime<Utc>) -> Condition {
    let is_silent = Condition::all()
        .add(completion_attempt::Column::State.eq(AttemptState::Paying))
        .add(completion_attempt::Column::ProviderReference.is_null())
        .add(free(now));
    Condition::any().add(completion_attempt::Column::State.eq(AttemptState::ActionRequired)).add(is_silent)
}

/// The same of one that is at hand.
fn is_in_the_way(attempt: &completion_attempt::Model, now: DateTime<Utc>) -> bool {
    match attempt.state {
        AttemptState::ActionRequired => true,
        AttemptState::Paying => attempt.provider_reference.is_none() && is_free(attempt, now),
        AttemptState::Accepted
        | AttemptState::Holding
        | AttemptState::Committing
        | AttemptState::Returning
        | AttemptState::Done
        | AttemptState::Failed => false,
    }
}
