//! Stripe: payments confirmed by the shop, by Stripe's own front end, or on Stripe's own page.
//!
//! Written after the OpenAPI description that Stripe publishes, by which the tests judge what is sent. Invariants: every
//! request that moves money or makes something carries a key made from the attempt's, so that repeating it does nothing
//! more; a payment belongs to the one attempt whose key hangs on it, and no other attempt takes it or gives it back;
//! what is refused is closed, so that nobody pays it later.

mod amount;
mod client;
mod event;
mod find;
mod follow;
mod form;
mod later;
mod look;
mod pay;
mod refusal;
mod standing;
mod undo;
mod wire;

use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use chrono::{DateTime, Utc};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use self::client::{Call, Client};
use self::wire::{Intent, is_name};
use super::contract::{
    Capture, Inbound, MethodInfo, Moved, PayOutcome, PayRequest, PaymentProvider, PaymentRef,
    PaymentStanding, ProviderEvent, ProviderFault, ProviderKeys, Session, WebhookFault,
};
use crate::money::Money;

/// The name under which carts and transactions know it.
pub const NAME: &str = "stripe";
/// What buyers read.
const TITLE: &str = "Card or wallet";

/// Takes payments through Stripe.
pub struct Stripe {
    client: Client,
    webhook_secret: Option<SecretString>,
    publishable: Option<String>,
    is_test: bool,
}

impl fmt::Debug for Stripe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Stripe").field("is_test", &self.is_test).finish_non_exhaustive()
    }
}

impl Stripe {
    /// With the keys of an account, at the address of its API. An answer is waited for as long as `patience`.
    ///
    /// # Errors
    /// When the secret cannot be sent, or would cross a network in the clear, and when the machine's root certificates
    /// cannot be read.
    pub fn from_keys(keys: ProviderKeys, base_url: &Url, patience: Duration) -> Result<Self, anyhow::Error> {
        let secret = keys.secret.expose_secret();
        let is_test = secret.starts_with("sk_test_") || secret.starts_with("rk_test_");
        Ok(Self {
            client: Client::new(base_url, &keys.secret, patience)?,
            webhook_secret: keys.webhook_secret,
            publishable: keys.publishable,
            is_test,
        })
    }

    fn call(&self) -> Call<'_> {
        self.client.call()
    }
}

/// What an attempt asks for.
struct Asked {
    key: String,
    amount: Money,
    capture: Capture,
    begun_at: DateTime<Utc>,
    /// Whether it is paid with a payment that a front end made.
    on_intent: bool,
    /// Whether it is paid on Stripe's page.
    on_page: bool,
}

impl Asked {
    fn of_request(request: &PayRequest) -> Self {
        let (key, amount) = (&request.key, request.amount);
        Self::new(key, amount, request.capture, request.begun_at, request.token.as_deref())
    }

    fn of_payment(payment: &PaymentRef) -> Self {
        let (key, amount) = (&payment.key, payment.amount);
        Self::new(key, amount, payment.capture, payment.begun_at, payment.token.as_deref())
    }

    fn new(key: &str, amount: Money, capture: Capture, begun_at: DateTime<Utc>, token: Option<&str>) -> Self {
        let token = token.map(str::trim).unwrap_or_default();
        let (on_intent, on_page) = (is_name(token, "pi_"), token.is_empty());
        Self { key: key.to_owned(), amount, capture, begun_at, on_intent, on_page }
    }
}

#[async_trait]
impl PaymentProvider for Stripe {
    fn info(&self) -> MethodInfo {
        MethodInfo {
            name: NAME,
            title: TITLE.to_owned(),
            instructions: None,
            is_test: self.is_test,
            needs_token: false,
            publishable_key: self.publishable.clone(),
        }
    }

    fn takes(&self, amount: Money) -> bool {
        amount::takes(amount)
    }

    async fn pay(&self, request: &PayRequest) -> Result<PayOutcome, ProviderFault> {
        self.call().make(request).await
    }

    async fn settle(&self, payment: &PaymentRef) -> Result<PayOutcome, ProviderFault> {
        self.call().ask(payment).await
    }

    async fn standing(&self, payment: &PaymentRef) -> Result<PaymentStanding, ProviderFault> {
        self.call().look(payment).await
    }

    // Stripe takes several parts of some cards' promises only, for some accounts, and on request.
    fn takes_once(&self) -> bool {
        true
    }

    async fn capture(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
        self.call().take_promised(reference, amount, key).await
    }

    async fn void(&self, reference: &str, key: &str) -> Result<(), ProviderFault> {
        self.call().let_go(reference, key).await
    }

    async fn refund(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
        self.call().give_back(reference, amount, key).await
    }

    async fn undo(&self, payment: &PaymentRef) -> Result<(), ProviderFault> {
        self.call().take_back(payment).await
    }

    async fn session(&self, request: &PayRequest) -> Result<Session, ProviderFault> {
        let wire = amount::to_wire(request.amount).filter(|wire| *wire > 0).ok_or_else(pay::untakable)?;
        let form = form::session(request, wire);
        let told = self.call().post::<Intent>(&["v1", "payment_intents"], &form, &request.key).await?;
        Ok(Session {
            reference: told.thing.id,
            client_secret: told.thing.client_secret,
            publishable_key: self.publishable.clone(),
            approve_url: None,
        })
    }

    async fn undo_session(&self, session: &PaymentRef) -> Result<(), ProviderFault> {
        self.call().let_session_go(session).await
    }

    async fn read_event(&self, inbound: &Inbound<'_>) -> Result<ProviderEvent, WebhookFault> {
        event::read(self.webhook_secret.as_ref(), inbound)
    }
}
