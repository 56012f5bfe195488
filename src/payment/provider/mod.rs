//! The trait of payment providers, and which of them are on.

pub mod contract;
mod manual;
mod stripe;
mod test_gateway;

use std::pin::Pin;
use std::sync::Arc;

pub use stripe::Stripe;

use super::method::{FREE, Payment, PaymentError};
use crate::config::Config;
use crate::money::Money;

/// What a provider is asked to do.
#[derive(Clone, Debug)]
pub struct ChargeRequest {
    /// How much.
    pub amount: Money,
    /// The same key means the same charge, however often it is asked for.
    pub idempotency_key: String,
    /// What the provider's own front end handed over.
    pub token: Option<String>,
}

/// What came of a charge that was not declined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Charge {
    /// The provider's name for it.
    pub reference: Option<String>,
    /// Whether the money was taken; otherwise it was promised and will come by itself, as a bank transfer does.
    pub captured: bool,
}

/// Why the buyer's bank said no; the code is one of the API's completion error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Decline {
    /// Refused without a reason.
    CardDeclined,
    /// Not enough money.
    InsufficientFunds,
    /// What the front end handed over means nothing to the provider.
    InvalidPaymentMethod,
}

/// Why there is no charge, or why it is not known whether there is one.
#[derive(Debug, thiserror::Error)]
pub enum ProviderError {
    /// The answer is no, and no money moved.
    #[error("declined: {0:?}")]
    Declined(Decline),
    /// There was no answer: the charge may exist. Ask with [`Provider::find_charge`].
    #[error("the outcome is unknown: {0}")]
    Unknown(String),
}

/// A future that a trait object can return.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// Somebody who takes money for the shop.
pub trait Provider: Send + Sync {
    /// The name under which carts and transactions know it.
    fn name(&self) -> &'static str;
    /// What buyers read.
    fn title(&self) -> &'static str;
    /// Whether no real money moves.
    fn is_test(&self) -> bool;
    /// Whether a charge needs a token from the provider's own front end.
    fn needs_token(&self) -> bool;
    /// Takes or promises the money.
    fn charge<'a>(&'a self, request: &'a ChargeRequest) -> Reply<'a, Charge>;
    /// The charge made with this key, if there is one.
    fn find_charge<'a>(&'a self, idempotency_key: &'a str) -> Reply<'a, Option<Charge>>;
    /// Gives the money back, or drops the promise. Doing it twice does it once.
    fn give_back<'a>(&'a self, idempotency_key: &'a str) -> Reply<'a, ()>;
}

/// The providers that are on.
pub struct Registry(Vec<Arc<dyn Provider>>);

impl Registry {
    /// The providers that the settings turn on.
    #[must_use]
    pub fn from_config(config: &Config) -> Self {
        let mut providers: Vec<Arc<dyn Provider>> = vec![Arc::new(manual::Manual)];
        if config.demo {
            providers.push(Arc::new(test_gateway::TestGateway::default()));
        }
        Self(providers)
    }

    /// All of them, in the order in which buyers see them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn Provider>> {
        self.0.iter()
    }

    /// The one with this name, if it is on.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<dyn Provider>> {
        self.0.iter().find(|provider| provider.name() == name)
    }

    /// Whether a cart may be paid this way.
    ///
    /// # Errors
    /// [`PaymentError`] where the provider is off, or needs a token and got none.
    pub fn check(&self, payment: &Payment) -> Result<(), PaymentError> {
        if payment.provider == FREE {
            return Ok(());
        }
        let provider = self.find(&payment.provider).ok_or(PaymentError::MethodUnavailable)?;
        if provider.needs_token() && payment.token.as_deref().unwrap_or_default().is_empty() {
            return Err(PaymentError::TokenMissing);
        }
        Ok(())
    }
}
