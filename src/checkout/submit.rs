//! Accepting an attempt: the quote is fixed and recorded; from here on it is driven to its end.

use entity::completion_attempt::{self, AttemptState};
use entity::id::{AttemptId, CartId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, DbErr, EntityTrait, QueryFilter, QueryOrder,
};

use super::error::CheckoutError;
use super::obstacle::{Obstacle, obstacles};
use super::quote::{Quote, quote};
use crate::app::App;
use crate::cart::{self, Answers, CartView};
use crate::db::Tx;
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
    submit_with(app, token, attempt_token, None).await
}

/// As [`submit`], from the cart's own page, whose parameters go with the buyer.
///
/// # Errors
/// As [`submit`].
pub async fn submit_from_page(
    app: &App,
    token: &str,
    attempt_token: &str,
    query: &str,
) -> Result<Submission, CheckoutError> {
    submit_with(app, token, attempt_token, Some(query)).await
}

async fn submit_with(
    app: &App,
    token: &str,
    attempt_token: &str,
    query: Option<&str>,
) -> Result<Submission, CheckoutError> {
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
                return existing_in(&tx, cart_id, attempt_token).await;
            }
            let cart = cart::load_for_order(&tx, now, &rules, locked, token, answers.clone()).await?;
            let found = obstacles(&cart, &app.payments)?;
            if !found.is_empty() {
                return match known_in(&tx, cart_id, attempt_token).await? {
                    Some(attempt) => Ok(Submission::Already(attempt)),
                    None => Ok(Submission::Refused(found)),
                };
            }
            let quote = quote(app, &cart, query)?;
            match insert_in(&tx, app, &cart, attempt_token, &quote).await? {
                Some(attempt) => {
                    tx.commit().await?;
                    Ok(Submission::Accepted(attempt))
                }
                None => existing_in(&tx, cart_id, attempt_token).await,
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
    quote: &Quote,
) -> Result<Option<AttemptId>, Fault> {
    let now = app.clock.now();
    // What gift cards pay in full needs no provider.
    let payment = cart.payment.as_ref().filter(|_| quote.due_minor() > 0);
    let row = completion_attempt::ActiveModel {
        id: NotSet,
        cart_id: Set(cart.row.id),
        token: Set(attempt_token.to_owned()),
        state: Set(AttemptState::Accepted),
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
        lease_until: Set(None),
        created_at: Set(now),
        updated_at: Set(now),
        capture: Set(app.config.payment.capture),
        action: Set(None),
        action_until: Set(None),
        ask_at: Set(None),
        asks: Set(0),
    };
    let inserted = completion_attempt::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_with_returning(tx)
        .await;
    match inserted {
        Ok(attempt) => Ok(Some(attempt.id)),
        Err(DbErr::RecordNotInserted | DbErr::RecordNotFound(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

async fn known_in(tx: &Tx, cart_id: CartId, attempt_token: &str) -> Result<Option<AttemptId>, Fault> {
    let attempt = completion_attempt::Entity::find()
        .filter(completion_attempt::Column::CartId.eq(cart_id))
        .filter(completion_attempt::Column::Token.eq(attempt_token))
        .one(tx)
        .await?;
    Ok(attempt.map(|attempt| attempt.id))
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
