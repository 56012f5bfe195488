//! Accepting an attempt: the quote is fixed and recorded; from here on it is driven to its end.

use entity::completion_attempt::{self, AttemptState};
use entity::id::{AttemptId, CartId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, Condition, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

use super::drive::{complete, complete_held};
use super::error::CheckoutError;
use super::hold::{Taken, take_in};
use super::lease::LEASE;
use super::obstacle::{Obstacle, obstacles};
use super::quote::{Quote, quote};
use crate::app::App;
use crate::cart::{self, Answers, CartView};
use crate::db::{Tx, note_passing_refusal};
use crate::error::Fault;
use crate::payment::FREE;
use crate::secret;

/// Characters of an attempt token at most.
const MAX_TOKEN_LENGTH: usize = 255;

/// What came of a submission.
#[derive(Debug)]
pub enum Submission {
    /// A new attempt is under way.
    Accepted(AttemptId),
    /// The cart already has an attempt: the one with this token, one that is under way, or the one that became the
    /// order.
    Already(AttemptId),
    /// The cart cannot be ordered as it stands.
    Refused(Vec<Obstacle>),
}

/// Accepts a cart for completion. The same token on the same cart is the same attempt, however often it is sent.
///
/// Locks the cart.
///
/// # Errors
/// [`CheckoutError`] for an unknown cart or a token that is empty or too long.
pub async fn submit(app: &App, token: &str, attempt_token: &str) -> Result<Submission, CheckoutError> {
    let asked = Asked { token, attempt_token, query: None };
    accept(app, &asked).await
}

async fn accept(app: &App, asked: &Asked<'_>) -> Result<Submission, CheckoutError> {
    let came = submit_with(app, asked, Step::Accepted).await?;
    let (submission, _) = came.ok_or_else(|| Fault::new("an attempt was not recorded"))?;
    Ok(submission)
}

/// Accepts a cart and drives its attempt, and waits a while for its end. From the cart's own page the parameters of its
/// address go with the buyer.
///
/// # Errors
/// As [`submit`].
pub async fn submit_and_complete(
    app: &App,
    token: &str,
    attempt_token: &str,
    query: Option<&str>,
) -> Result<Submission, CheckoutError> {
    let asked = Asked { token, attempt_token, query };
    // What it takes is held in the transaction that accepts it. Where it is not to be had, the attempt is accepted by
    // itself and fails on its way, as any other.
    if let Some((submission, held)) = submit_with(app, &asked, Step::Held).await? {
        if let Some(attempt) = held {
            complete_held(app, attempt).await;
        }
        return Ok(submission);
    }
    let submission = accept(app, &asked).await?;
    if let Submission::Accepted(id) = &submission {
        complete(app, *id).await;
    }
    Ok(submission)
}

/// What is submitted.
struct Asked<'a> {
    token: &'a str,
    attempt_token: &'a str,
    query: Option<&'a str>,
}

/// How far the transaction goes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The attempt is recorded.
    Accepted,
    /// It has its stock too, and a driver.
    Held,
}

type Came = Option<(Submission, Option<completion_attempt::Model>)>;

/// `None` where the attempt was to be held and cannot be: nothing was done then.
async fn submit_with(app: &App, asked: &Asked<'_>, step: Step) -> Result<Came, CheckoutError> {
    let (token, attempt_token) = (asked.token, asked.attempt_token);
    if attempt_token.is_empty() || attempt_token.chars().count() > MAX_TOKEN_LENGTH {
        return Err(CheckoutError::BadAttemptToken);
    }
    let rules = app.rules().await?;
    // Whoever is asked outside is asked before the transaction, and what they say holds in it.
    let answers = if rules.asks_outside() {
        cart::find_cart(app, token).await?.map(|cart| cart.answers()).unwrap_or_default()
    } else {
        Answers::default()
    };
    app.db
        .retry(|| async {
            let now = app.clock.now();
            let tx = app.begin().await?;
            let locked = cart::lock_for_submission(&tx, now, token).await?;
            let cart_id = locked.row.id;
            let completed = match locked.row.state {
                entity::cart::CartState::Open => false,
                entity::cart::CartState::Completed => true,
            };
            if locked.paying || completed {
                return Ok(Some((existing_in(&tx, cart_id, attempt_token).await?, None)));
            }
            let cart = cart::load_for_order(&tx, now, &rules, locked, token, answers.clone()).await?;
            let found = obstacles(&cart, &app.payments)?;
            if !found.is_empty() {
                // The statement that waited for the cart's lock saw the attempts as they were before it waited.
                let submission = match known_in(&tx, cart_id, attempt_token).await? {
                    Some(attempt) => Submission::Already(attempt),
                    None => {
                        note_passing_refusal();
                        Submission::Refused(found)
                    }
                };
                return Ok(Some((submission, None)));
            }
            let quote = quote(app, &cart, asked.query)?;
            let Some(attempt) = insert_in(&tx, app, &cart, attempt_token, (&quote, step)).await? else {
                return Ok(Some((existing_in(&tx, cart_id, attempt_token).await?, None)));
            };
            if step == Step::Accepted {
                tx.commit().await?;
                return Ok(Some((Submission::Accepted(attempt.id), None)));
            }
            match take_in(&tx, app, attempt.id, &quote).await? {
                Taken::All => {
                    tx.commit().await?;
                    Ok(Some((Submission::Accepted(attempt.id), Some(attempt))))
                }
                Taken::Short(_) | Taken::Used(_) | Taken::Never(_) => {
                    tx.rollback().await?;
                    Ok(None)
                }
            }
        })
        .await
}

/// Records the attempt, unless the cart already has one with this token or one that is under way.
async fn insert_in(
    tx: &Tx,
    app: &App,
    cart: &CartView,
    attempt_token: &str,
    (quote, step): (&Quote, Step),
) -> Result<Option<completion_attempt::Model>, Fault> {
    let now = app.clock.now();
    let (state, lease_until, asks) = match step {
        Step::Accepted => (AttemptState::Accepted, None, 0),
        Step::Held => (AttemptState::Paying, Some(now + LEASE), 1),
    };
    // What gift cards pay in full needs no provider.
    let payment = cart.payment.as_ref().filter(|_| quote.due_minor() > 0);
    let row = completion_attempt::ActiveModel {
        id: NotSet,
        cart_id: Set(cart.row.id),
        token: Set(attempt_token.to_owned()),
        state: Set(state),
        quote: Set(serde_json::to_value(quote)?),
        amount_minor: Set(quote.due_minor()),
        currency: Set(quote.order.currency.clone()),
        provider: Set(payment.map_or_else(|| FREE.to_owned(), |payment| payment.provider.clone())),
        provider_token: Set(payment.and_then(|payment| payment.token.clone())),
        idempotency_key: Set(secret::new_token()),
        provider_reference: Set(None),
        captured: Set(false),
        errors: Set(serde_json::json!([])),
        order_id: Set(None),
        lease_until: Set(lease_until),
        created_at: Set(now),
        updated_at: Set(now),
        capture: Set(app.config.payment.capture),
        action: Set(None),
        action_until: Set(None),
        ask_at: Set(None),
        asks: Set(asks),
    };
    let inserted = completion_attempt::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_with_returning(tx)
        .await;
    match inserted {
        Ok(attempt) => Ok(Some(attempt)),
        Err(DbErr::RecordNotInserted | DbErr::RecordNotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The attempt of a cart with this token, else one that is under way.
async fn known_in(tx: &Tx, cart_id: CartId, attempt_token: &str) -> Result<Option<AttemptId>, Fault> {
    let is_meant = Condition::any()
        .add(completion_attempt::Column::Token.eq(attempt_token))
        .add(completion_attempt::Column::State.ne(AttemptState::Failed));
    let attempts = completion_attempt::Entity::find()
        .filter(completion_attempt::Column::CartId.eq(cart_id))
        .filter(is_meant)
        .all(tx)
        .await?;
    let same = attempts.iter().find(|attempt| attempt.token == attempt_token);
    Ok(same.or(attempts.first()).map(|attempt| attempt.id))
}

/// The attempt that a repeated submission means: the one with its token, else the one that is under way or became the
/// order.
async fn existing_in(tx: &Tx, cart_id: CartId, attempt_token: &str) -> Result<Submission, CheckoutError> {
    let attempts = completion_attempt::Entity::find()
        .filter(completion_attempt::Column::CartId.eq(cart_id))
        .order_by_desc(completion_attempt::Column::Id)
        .all(tx)
        .await?;
    let same = attempts.iter().find(|attempt| attempt.token == attempt_token);
    let going_on = attempts.iter().find(|attempt| attempt.state != AttemptState::Failed);
    // The one that was under way may have failed meanwhile: then that is what there is to tell.
    let attempt = same.or(going_on).or(attempts.first());
    let attempt = attempt.ok_or_else(|| Fault::new("a busy cart has no attempt"))?;
    Ok(Submission::Already(attempt.id))
}
