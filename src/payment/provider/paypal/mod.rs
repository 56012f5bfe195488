//! PayPal: payments that the buyer approves on PayPal's own page, or in PayPal's own front end.
//!
//! Written after the OpenAPI descriptions that PayPal publishes of Orders v2, Payments v2 and its webhooks, by which the
//! tests judge what is sent. Invariants: approving takes nothing, only the attempt does, with a key made from its own;
//! what was taken names the attempt whose it is, and no other attempt takes it or gives it back; no more is taken than
//! was promised, and no more given back than was taken.

mod access;
mod amount;
mod body;
mod client;
mod event;
mod find;
mod follow;
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
use tokio::sync::Semaphore;

use self::client::{Call, Client};
use self::event::MAX_CHECKS;
use super::contract::{
    Capture, Inbound, MethodInfo, Moved, PayOutcome, PayRequest, PaymentProvider, PaymentRef,
    PaymentStanding, ProviderEvent, ProviderFault, Session, WebhookFault,
};
use crate::config::{PayPalEnvironment, PayPalSettings};
use crate::money::Money;

/// The name under which carts and transactions know it.
pub const NAME: &str = "paypal";
/// What buyers read.
const TITLE: &str = "PayPal";

/// Takes payments through PayPal.
pub struct PayPal {
    client: Client,
    client_id: String,
    webhook_id: Option<String>,
    /// Places of events whose signature is being checked.
    checks: Semaphore,
    is_test: bool,
}

impl fmt::Debug for PayPal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PayPal").field("is_test", &self.is_test).finish_non_exhaustive()
    }
}

impl PayPal {
    /// With the keys of an account. An answer is waited for as long as `patience`.
    ///
    /// # Errors
    /// When the secret would cross a network in the clear, and when the machine's root certificates cannot be read.
    pub fn new(settings: &PayPalSettings, patience: Duration) -> Result<Self, anyhow::Error> {
        Ok(Self {
            client: Client::new(&settings.api_url, &settings.client_id, &settings.client_secret, patience)?,
            client_id: settings.client_id.clone(),
            webhook_id: settings.webhook_id.clone(),
            checks: Semaphore::new(MAX_CHECKS),
            is_test: settings.environment == PayPalEnvironment::Sandbox,
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
}

impl Asked {
    fn of_request(request: &PayRequest) -> Self {
        Self { key: request.key.clone(), amount: request.amount, capture: request.capture }
    }

    fn of_payment(payment: &PaymentRef) -> Self {
        Self { key: payment.key.clone(), amount: payment.amount, capture: payment.capture }
    }
}

#[async_trait]
impl PaymentProvider for PayPal {
    fn info(&self) -> MethodInfo {
        MethodInfo {
            name: NAME,
            title: TITLE.to_owned(),
            instructions: None,
            is_test: self.is_test,
            needs_token: false,
            publishable_key: Some(self.client_id.clone()),
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

    async fn capture(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
        self.call().take_promised(reference, amount, key).await
    }

    /// Letting go needs no key: PayPal does it once.
    async fn void(&self, reference: &str, _key: &str) -> Result<(), ProviderFault> {
        self.call().let_go(reference).await
    }

    async fn refund(&self, reference: &str, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
        self.call().give_back(reference, amount, key).await
    }

    async fn undo(&self, payment: &PaymentRef) -> Result<(), ProviderFault> {
        self.call().take_back(payment).await
    }

    async fn session(&self, request: &PayRequest) -> Result<Session, ProviderFault> {
        self.call().begin(request, &self.client_id).await
    }

    /// There is nothing to let go: approving an order moves no money, only an attempt does that hangs its own key on it,
    /// and an order that none has taken runs out by itself.
    async fn undo_session(&self, _: &PaymentRef) -> Result<(), ProviderFault> {
        Ok(())
    }

    async fn read_event(&self, inbound: &Inbound<'_>) -> Result<ProviderEvent, WebhookFault> {
        self.read(inbound).await
    }
}
