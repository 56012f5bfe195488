//! Sessions for a provider's own front end, made before a cart is submitted.

use super::ask::{capture_of, within};
use crate::app::App;
use crate::cart::{self, CartError, RefusalCode};
use crate::money::{Currency, Money};
use crate::payment::{FREE, PayRequest, Payment, ProviderFault, Session};

/// Makes a session with the payment's provider: what the buyer confirms in it is only promised until an attempt takes
/// it. The session's reference is to become the token of the cart's payment.
///
/// # Errors
/// [`CartError`] for an unknown cart, another currency than the cart's, an amount that is not what the cart costs, and a
/// provider that is off, has no sessions or does not answer.
pub async fn open_session(app: &App, token: &str, payment: &Payment) -> Result<Session, CartError> {
    let refused = |code, message: &str| CartError::refused(code, &["payment"], message);
    let cart = Box::pin(cart::find_cart(app, token)).await?.ok_or(CartError::NotFound)?;
    let unavailable = || {
        refused(RefusalCode::PaymentMethodNotSupported, "This payment method is not available for this cart")
    };
    let currency = Currency::find(&payment.currency).filter(|_| payment.currency == cart.row.currency);
    let currency = currency.ok_or_else(|| {
        refused(RefusalCode::InvalidPayment, "The payment is in another currency than the cart")
    })?;
    if payment.amount_minor != cart.due_minor() || payment.amount_minor <= 0 {
        return Err(refused(
            RefusalCode::InvalidPayment,
            "The payment is for another amount than the cart costs",
        ));
    }
    if payment.provider == FREE {
        return Err(unavailable());
    }
    let provider = app.payments.find(&payment.provider).filter(|provider| provider.takes(currency));
    let provider = provider.ok_or_else(unavailable)?;
    let page = app.config.url_of(&format!("/checkout/{}", cart::page_token(app, token)?));
    let request = PayRequest {
        amount: Money::new(payment.amount_minor, currency),
        // The cart's revision grows with every change of its payment: each session has a key of its own.
        key: format!("session/{}/{}", cart.row.id, cart.row.revision),
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
        Ok(session) => Ok(session),
        Err(ProviderFault::Broken(reason)) => {
            tracing::warn!(provider = payment.provider, reason, "A session was not made");
            Err(unavailable())
        }
        Err(fault) => {
            tracing::warn!(provider = payment.provider, cause = %fault, "A session was not made");
            Err(refused(RefusalCode::InvalidPayment, "The payment provider does not answer now"))
        }
    }
}
