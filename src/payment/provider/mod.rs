//! The payment providers, and which of them are on.

mod answer;
pub mod contract;
mod manual;
mod paypal;
mod stripe;
mod test_desk;
mod test_gateway;
mod test_payment;

use std::sync::Arc;
use std::time::Duration;

use contract::{PaymentProvider, ProviderKeys};

pub use manual::NAME as MANUAL;
pub use paypal::PayPal;
pub use stripe::Stripe;
pub use test_gateway::TestGateway;
pub use test_payment::{TestPayment, TestState, WaysBack};

use super::method::{FREE, Payment, PaymentError};
use crate::config::Config;
use crate::money::{Currency, Money};

/// How long one request to a provider may take: a bank is asked meanwhile.
pub const PATIENCE: Duration = Duration::from_secs(15);

/// The providers that are on.
pub struct Registry {
    providers: Vec<Arc<dyn PaymentProvider>>,
    test: Option<Arc<TestGateway>>,
}

impl Registry {
    /// The providers that the settings turn on.
    ///
    /// # Errors
    /// When a provider's keys or the machine's root certificates cannot be used.
    pub fn from_config(config: &Config) -> Result<Self, anyhow::Error> {
        let mut providers: Vec<Arc<dyn PaymentProvider>> = Vec::new();
        let stripe = &config.stripe;
        if let Some(secret) = &stripe.secret {
            let keys = ProviderKeys {
                secret: secret.clone(),
                webhook_secret: stripe.webhook_secret.clone(),
                publishable: stripe.publishable.clone(),
            };
            providers.push(Arc::new(Stripe::from_keys(keys, &stripe.api_url, PATIENCE)?));
        }
        if let Some(settings) = &config.paypal {
            providers.push(Arc::new(PayPal::new(settings, PATIENCE)?));
        }
        if config.payment.manual {
            providers.push(Arc::new(manual::Manual::new(config.payment.manual_instructions.clone())));
        }
        let test = config.demo.then(|| Arc::new(TestGateway::new(config.url_of("/checkout/test-payment"))));
        if let Some(test) = &test {
            let test: Arc<dyn PaymentProvider> = Arc::<TestGateway>::clone(test);
            providers.push(test);
        }
        Ok(Self { providers, test })
    }

    /// All of them, in the order in which buyers see them.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<dyn PaymentProvider>> {
        self.providers.iter()
    }

    /// The one with this name, if it is on.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Arc<dyn PaymentProvider>> {
        self.providers.iter().find(|provider| provider.info().name == name)
    }

    /// The demo's test gateway, under the demo flag.
    #[must_use]
    pub fn test_gateway(&self) -> Option<&Arc<TestGateway>> {
        self.test.as_ref()
    }

    /// Whether a cart may be paid this way.
    ///
    /// # Errors
    /// [`PaymentError`] where the provider is off or does not take exactly this amount in its currency, or needs a token
    /// and got none.
    pub fn check(&self, payment: &Payment) -> Result<(), PaymentError> {
        if payment.provider == FREE {
            return Ok(());
        }
        let provider = self.find(&payment.provider).ok_or(PaymentError::MethodUnavailable)?;
        // A currency that nobody knows is refused by the cart.
        let amount =
            Currency::find(&payment.currency).map(|currency| Money::new(payment.amount_minor, currency));
        if amount.is_some_and(|amount| !provider.takes(amount)) {
            return Err(PaymentError::MethodUnavailable);
        }
        if provider.info().needs_token && payment.token.as_deref().unwrap_or_default().is_empty() {
            return Err(PaymentError::TokenMissing);
        }
        Ok(())
    }
}
