//! Sessions for a provider's own front end, made before a cart is submitted.

use chrono::TimeDelta;
use entity::cart::Model as CartRow;
use entity::payment_session::{self, PaymentSessionState};
use sea_orm::ActiveValue::{NotSet, Set};
use sea_orm::EntityTrait;
use sea_orm::sea_query::OnConflict;

use super::ask::{capture_of, within};
use super::make_way::{Way, make_way};
use crate::actor::Actor;
use crate::app::App;
use crate::cart::{self, CartError, RefusalCode};
use crate::customer::{self, CustomerError};
use crate::db::note_passing_refusal;
use crate::error::Fault;
use crate::money::{Currency, Money};
use crate::payment::{FREE, PayRequest, Payment, ProviderFault, Session};
use crate::secret;

/// How long a buyer may take to confirm what was opened, and to submit the cart.
const SESSION_LASTS: TimeDelta = TimeDelta::hours(24);

/// Makes a session with the payment's provider: what the buyer confirms in it is only promised until an attempt takes
/// it, and let go by [`super::close_sessions`] where none does. The session's reference is to become the token of the
/// cart's payment. An earlier attempt that waits for the buyer makes way.
///
/// # Errors
/// [`CartError`] for an unknown cart, one that is being paid, another currency than the cart's, an amount that is not what
/// the cart costs, a provider that is off, has no sessions or does not answer, and for whoever opens too many.
pub async fn open_session(
    app: &App,
    actor: &Actor,
    token: &str,
    payment: &Payment,
) -> Result<Session, CartError> {
    match make_way(app, token).await? {
        Way::Free => {}
        Way::Blocked => {
            note_passing_refusal();
            return Err(CartError::Busy);
        }
        Way::Ordered => return Err(CartError::NotFound),
    }
    let cart = Box::pin(cart::find_cart(app, token)).await?.ok_or(CartError::NotFound)?;
    let currency = Currency::find(&payment.currency).filter(|_| payment.currency == cart.row.currency);
    let currency = currency.ok_or_else(|| invalid("The payment is in another currency than the cart"))?;
    if payment.amount_minor != cart.due_minor() || payment.amount_minor <= 0 {
        return Err(invalid("The payment is for another amount than the cart costs"));
    }
    if payment.provider == FREE {
        return Err(unavailable());
    }
    let amount = Money::new(payment.amount_minor, currency);
    let provider = app.payments.find(&payment.provider).filter(|provider| provider.takes(amount));
    let provider = provider.ok_or_else(unavailable)?;
    customer::count_session(app, actor, cart.row.id).await.map_err(|error| match error {
        CustomerError::Throttled | CustomerError::Refused(_) => {
            for_now("Too many payments were begun: try again later")
        }
        CustomerError::Fault(fault) => fault.into(),
    })?;
    let page = app.config.url_of(&format!("/checkout/{}", cart::page_token(app, token)?));
    let request = PayRequest {
        amount,
        // Each session is one of its own: one that was closed is not handed out again.
        key: format!("session/{}", secret::new_token()),
        token: None,
        capture: capture_of(app.config.payment.capture),
        return_url: page.clone(),
        cancel_url: page,
        email: cart.row.email.clone(),
        description: app.shop().await?.name.clone(),
        language: cart.row.language.to_lowercase().replace('_', "-"),
        begun_at: app.clock.now(),
    };
    match within(provider.session(&request)).await {
        Ok(session) => {
            remember(app, &cart.row, &payment.provider, &request, &session).await?;
            Ok(session)
        }
        Err(ProviderFault::Broken(reason)) => {
            tracing::warn!(provider = payment.provider, reason, "A session was not made");
            Err(unavailable())
        }
        Err(fault) => {
            tracing::warn!(provider = payment.provider, cause = %fault, "A session was not made");
            Err(for_now("The payment provider does not answer now"))
        }
    }
}

fn invalid(message: &str) -> CartError {
    CartError::refused(RefusalCode::InvalidPayment, &["payment"], message)
}

/// The same, of what may be otherwise in a while.
fn for_now(message: &str) -> CartError {
    note_passing_refusal();
    invalid(message)
}

fn unavailable() -> CartError {
    let message = "This payment method is not available for this cart";
    CartError::refused(RefusalCode::PaymentMethodNotSupported, &["payment"], message)
}

/// Notes a session before anybody is told of it: one of which nobody was told cannot be paid.
async fn remember(
    app: &App,
    cart: &CartRow,
    provider: &str,
    request: &PayRequest,
    session: &Session,
) -> Result<(), Fault> {
    let row = payment_session::ActiveModel {
        id: NotSet,
        cart_id: Set(Some(cart.id)),
        provider: Set(provider.to_owned()),
        session_key: Set(request.key.clone()),
        reference: Set(session.reference.clone()),
        amount_minor: Set(request.amount.minor),
        currency: Set(request.amount.currency.code().to_owned()),
        capture: Set(app.config.payment.capture),
        state: Set(PaymentSessionState::Open),
        opened_at: Set(request.begun_at),
        look_at: Set(request.begun_at + SESSION_LASTS),
        ended_at: Set(None),
    };
    payment_session::Entity::insert(row)
        .on_conflict(OnConflict::new().do_nothing().to_owned())
        .exec_without_returning(app.db.writer())
        .await?;
    Ok(())
}
