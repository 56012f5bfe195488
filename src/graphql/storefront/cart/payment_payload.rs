//! What setting a payment answers.

use async_graphql::SimpleObject;

use super::payload::{Answer, CartUserError, CartWarning};
use super::types::Cart;
use crate::graphql::scalar::UrlText;
use crate::payment::Session;

/// What came of `cartPaymentUpdate`.
#[derive(SimpleObject)]
pub struct CartPaymentUpdatePayload {
    /// The cart after the change; none where it was refused.
    cart: Option<Cart>,
    /// The session that the provider made, where one was asked for. An addition of this server.
    provider_session: Option<ProviderSession>,
    /// Why it was refused.
    user_errors: Vec<CartUserError>,
    /// What the buyer should know.
    warnings: Vec<CartWarning>,
}

/// A session for a provider's own front end. What the buyer confirms in it is only promised until the cart is
/// submitted. An addition of this server.
#[derive(SimpleObject)]
pub struct ProviderSession {
    /// A page of the provider's on which the buyer approves.
    approve_url: Option<UrlText>,
    /// By which the provider's own front end goes on. It is a secret.
    client_secret: Option<String>,
    /// The provider's public key of this shop.
    publishable_key: Option<String>,
    /// The provider's name for the payment; it is the token of the cart's payment already.
    reference: String,
}

impl CartPaymentUpdatePayload {
    pub(super) fn new(answer: Answer, session: Option<Session>) -> Self {
        let provider_session = session.map(|session| ProviderSession {
            approve_url: session.approve_url.map(UrlText),
            client_secret: session.client_secret,
            publishable_key: session.publishable_key,
            reference: session.reference,
        });
        let Answer { cart, user_errors, warnings } = answer;
        Self { cart, provider_session, user_errors, warnings }
    }
}
