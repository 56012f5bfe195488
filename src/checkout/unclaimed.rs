//! Sessions that no attempt has claimed: what was promised in them is let go.

use chrono::{DateTime, TimeDelta, Utc};
use entity::cart::{self, CartState};
use entity::completion_attempt::{self, AttemptState};
use entity::payment_session::{self, PaymentSessionState};
use sea_orm::sea_query::{Expr, ExprTrait, Query};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QueryOrder, QuerySelect};

use super::ask::{capture_of, within};
use super::hands::side_by_side;
use crate::app::App;
use crate::error::Fault;
use crate::money::{Currency, Money};
use crate::payment::{PaymentRef, ProviderFault};

/// Sessions looked at by one run at most.
const AT_ONCE: u64 = 100;
/// One that cannot be closed yet is looked at again after this long.
const PAUSE: TimeDelta = TimeDelta::minutes(10);
/// Ended sessions are forgotten after this long.
const KEPT_FOR: TimeDelta = TimeDelta::days(30);

/// What becomes of a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// An order was paid by it.
    Claimed,
    /// An attempt that has it is under way.
    Wait,
    /// It is nobody's.
    Close,
}

/// Closes at their providers the sessions that no attempt has claimed: those whose time is over, and those of carts that
/// became an order, such as by the session of another tab; several of each provider side by side. Returns how many were
/// due.
///
/// A provider lets go of what no attempt has taken, and of nothing else: an attempt that reaches for a session at this
/// moment has it, or is refused.
///
/// # Errors
/// The database's own. A session that cannot be closed is logged and looked at later.
pub async fn close_sessions(app: &App) -> Result<usize, Fault> {
    let now = app.clock.now();
    let ordered = Query::select()
        .column(cart::Column::Id)
        .from(cart::Entity)
        .and_where(cart::Column::State.eq(CartState::Completed))
        .and_where(
            Expr::col((cart::Entity, cart::Column::Id))
                .equals((payment_session::Entity, payment_session::Column::CartId)),
        )
        .to_owned();
    let is_due = Condition::any().add(payment_session::Column::LookAt.lte(now)).add(Expr::exists(ordered));
    let due = payment_session::Entity::find()
        .filter(payment_session::Column::State.eq(PaymentSessionState::Open))
        .filter(is_due)
        .order_by_asc(payment_session::Column::LookAt)
        .limit(AT_ONCE)
        .all(app.db.fresh())
        .await?;
    let count = due.len();
    side_by_side(due.into_iter().map(|session| (session.provider.clone(), take_up(app.clone(), session))))
        .await;
    payment_session::Entity::delete_many()
        .filter(payment_session::Column::EndedAt.lt(now - KEPT_FOR))
        .exec(app.db.writer())
        .await?;
    Ok(count)
}

async fn take_up(app: App, session: payment_session::Model) {
    let id = session.id;
    if let Err(fault) = look_at(&app, session).await {
        tracing::error!(session = id.0, cause = ?fault, "A payment session could not be looked at");
    }
}

async fn look_at(app: &App, session: payment_session::Model) -> Result<(), Fault> {
    let now = app.clock.now();
    match verdict(app, &session).await? {
        Verdict::Claimed => end(app, now, &session, PaymentSessionState::Claimed).await,
        Verdict::Wait => postpone(app, now, &session).await,
        Verdict::Close if is_closed(app, &session).await? => {
            end(app, now, &session, PaymentSessionState::Closed).await
        }
        Verdict::Close => postpone(app, now, &session).await,
    }
}

/// By the attempts of its cart. Those of another cart have hung their own key on the payment: the provider leaves it to
/// them.
async fn verdict(app: &App, session: &payment_session::Model) -> Result<Verdict, Fault> {
    let Some(cart) = session.cart_id else { return Ok(Verdict::Close) };
    let states: Vec<AttemptState> = completion_attempt::Entity::find()
        .select_only()
        .column(completion_attempt::Column::State)
        .filter(completion_attempt::Column::CartId.eq(cart))
        .filter(completion_attempt::Column::Provider.eq(&session.provider))
        .filter(completion_attempt::Column::ProviderToken.eq(&session.reference))
        .into_tuple()
        .all(app.db.writer())
        .await?;
    let verdicts = states.into_iter().map(|state| match state {
        AttemptState::Done => Verdict::Claimed,
        AttemptState::Accepted
        | AttemptState::Holding
        | AttemptState::Paying
        | AttemptState::ActionRequired
        | AttemptState::Committing
        | AttemptState::Returning => Verdict::Wait,
        AttemptState::Failed => Verdict::Close,
    });
    let stronger = |one, other| match (one, other) {
        (Verdict::Claimed, _) | (_, Verdict::Claimed) => Verdict::Claimed,
        (Verdict::Wait, _) | (_, Verdict::Wait) => Verdict::Wait,
        (Verdict::Close, Verdict::Close) => Verdict::Close,
    };
    Ok(verdicts.fold(Verdict::Close, stronger))
}

/// Lets go at the provider of what was promised; tells whether that is so by now.
async fn is_closed(app: &App, session: &payment_session::Model) -> Result<bool, Fault> {
    let Some(provider) = app.payments.find(&session.provider) else {
        return Ok(false);
    };
    let currency = Currency::find(&session.currency)
        .ok_or_else(|| Fault::new("a payment session is in a currency that nobody knows"))?;
    let payment = PaymentRef {
        key: session.session_key.clone(),
        reference: Some(session.reference.clone()),
        token: None,
        begun_at: session.opened_at,
        amount: Money::new(session.amount_minor, currency),
        capture: capture_of(session.capture),
    };
    match within(provider.undo_session(&payment)).await {
        Ok(()) | Err(ProviderFault::Absent) => Ok(true),
        Err(fault) => {
            tracing::warn!(session = session.id.0, cause = %fault, "A payment session could not be closed");
            Ok(false)
        }
    }
}

async fn end(
    app: &App,
    now: DateTime<Utc>,
    session: &payment_session::Model,
    state: PaymentSessionState,
) -> Result<(), Fault> {
    payment_session::Entity::update_many()
        .col_expr(payment_session::Column::State, Expr::val(state))
        .col_expr(payment_session::Column::EndedAt, Expr::val(Some(now)))
        .filter(payment_session::Column::Id.eq(session.id))
        .filter(payment_session::Column::State.eq(PaymentSessionState::Open))
        .exec(app.db.writer())
        .await?;
    Ok(())
}

async fn postpone(app: &App, now: DateTime<Utc>, session: &payment_session::Model) -> Result<(), Fault> {
    payment_session::Entity::update_many()
        .col_expr(payment_session::Column::LookAt, Expr::val(now + PAUSE))
        .filter(payment_session::Column::Id.eq(session.id))
        .filter(payment_session::Column::State.eq(PaymentSessionState::Open))
        .exec(app.db.writer())
        .await?;
    Ok(())
}
