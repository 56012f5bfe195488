//! What an attempt asks its provider. Every call carries the key that was stored before it; a silence is an answer of
//! its own, never a failure.

use std::time::Duration;

use entity::completion_attempt::{self, AttemptState, CaptureMode};

use super::attempt::public_id;
use super::drive::Wish;
use super::quote::Quote;
use crate::app::App;
use crate::error::Fault;
use crate::money::{Currency, Money};
use crate::payment::{
    Capture, FREE, Paid, PayOutcome, PayRequest, PaymentProvider, PaymentRef, ProviderFault,
};

/// How long a provider may take for an answer.
const PROVIDER_TIMEOUT: Duration = Duration::from_secs(20);

/// What a provider said, or did not say.
pub(super) enum Answer {
    /// How the payment stands.
    Told(PayOutcome),
    /// Why there is none.
    Fault(ProviderFault),
    /// The provider is off: whether there is a payment, only it can tell.
    Off,
}

/// What an attempt is to pay.
pub(super) fn due(attempt: &completion_attempt::Model) -> Result<Money, Fault> {
    let currency = Currency::find(&attempt.currency)
        .ok_or_else(|| Fault::new("an attempt is in a currency that nobody knows"))?;
    Ok(Money::new(attempt.amount_minor, currency))
}

/// Whether providers take the money at once.
pub(super) fn capture_of(mode: CaptureMode) -> Capture {
    match mode {
        CaptureMode::Automatic => Capture::Automatic,
        CaptureMode::Manual => Capture::Manual,
    }
}

/// Whether [`ask`] makes the payment, and does not only look: nobody pays for a buyer who gives up.
pub(super) fn is_made_by(attempt: &completion_attempt::Model, wish: Wish) -> bool {
    let is_named = attempt.state != AttemptState::Paying || attempt.provider_reference.is_some();
    !is_named && wish == Wish::GoOn
}

/// Makes the payment, or asks how the one that was made stands.
pub(super) async fn ask(app: &App, attempt: &completion_attempt::Model, wish: Wish) -> Result<Answer, Fault> {
    if attempt.provider == FREE {
        let paid = Paid { reference: None, amount: due(attempt)?, captured: true };
        return Ok(Answer::Told(PayOutcome::Paid(paid)));
    }
    let Some(provider) = app.payments.find(&attempt.provider) else {
        return Ok(Answer::Off);
    };
    let answer = if is_made_by(attempt, wish) {
        within(provider.pay(&request(app, attempt).await?)).await
    } else {
        settle(provider.as_ref(), &reference(attempt)?).await
    };
    Ok(answer.map_or_else(Answer::Fault, Answer::Told))
}

/// Asks how a payment stands whose making was not answered.
pub(super) async fn ask_again(app: &App, attempt: &completion_attempt::Model) -> Result<Answer, Fault> {
    let Some(provider) = app.payments.find(&attempt.provider) else {
        return Ok(Answer::Off);
    };
    let answer = settle(provider.as_ref(), &reference(attempt)?).await;
    Ok(answer.map_or_else(Answer::Fault, Answer::Told))
}

/// Makes sure that the attempt costs the buyer nothing at its provider; tells whether that is so by now.
pub(super) async fn undone(app: &App, attempt: &completion_attempt::Model) -> Result<bool, Fault> {
    if attempt.provider == FREE {
        return Ok(true);
    }
    let Some(provider) = app.payments.find(&attempt.provider) else {
        return Ok(false);
    };
    match within(provider.undo(&reference(attempt)?)).await {
        Ok(()) => Ok(true),
        Err(ProviderFault::Absent) if attempt.provider_reference.is_none() => Ok(true),
        // It had a name there: the money is where the shop's keys do not reach any more, such as in another account.
        Err(ProviderFault::Absent) => {
            tracing::error!(
                attempt = attempt.id.0,
                provider = attempt.provider,
                "A payment that is to be undone is not known to its provider"
            );
            Ok(false)
        }
        Err(fault) => {
            tracing::warn!(attempt = attempt.id.0, cause = %fault, "A payment could not be undone");
            Ok(false)
        }
    }
}

async fn settle(provider: &dyn PaymentProvider, payment: &PaymentRef) -> Result<PayOutcome, ProviderFault> {
    within(provider.settle(payment)).await
}

pub(super) async fn within<T>(
    call: impl Future<Output = Result<T, ProviderFault>>,
) -> Result<T, ProviderFault> {
    let silence = |_| Err(ProviderFault::Unknown("no answer in time".to_owned()));
    tokio::time::timeout(PROVIDER_TIMEOUT, call).await.unwrap_or_else(silence)
}

fn reference(attempt: &completion_attempt::Model) -> Result<PaymentRef, Fault> {
    Ok(PaymentRef {
        key: attempt.idempotency_key.clone(),
        reference: attempt.provider_reference.clone(),
        token: attempt.provider_token.clone(),
        begun_at: attempt.created_at,
        amount: due(attempt)?,
        capture: capture_of(attempt.capture),
    })
}

/// The same at every repetition, as the key wants it.
async fn request(app: &App, attempt: &completion_attempt::Model) -> Result<PayRequest, Fault> {
    let quote: Quote = serde_json::from_value(attempt.quote.clone())?;
    let page = app.config.url_of(&format!("/checkout/attempts/{}", public_id(app, attempt.id)?));
    let query = quote.origin.and_then(|origin| origin.query).filter(|query| !query.is_empty());
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    Ok(PayRequest {
        amount: due(attempt)?,
        key: attempt.idempotency_key.clone(),
        token: attempt.provider_token.clone(),
        capture: capture_of(attempt.capture),
        cancel_url: format!("{page}/cancel{query}"),
        return_url: format!("{page}{query}"),
        email: Some(quote.order.email).filter(|email| !email.is_empty()),
        description: app.shop().await?.name.clone(),
        language: quote.order.language.to_lowercase().replace('_', "-"),
        begun_at: attempt.created_at,
    })
}
