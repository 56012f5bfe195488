//! The trait of those who say what the taxes are, and which of them is on.

mod resting;
mod stripe;

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;

use super::{TaxAnswer, TaxRequest};
use crate::config::Config;

pub use resting::Resting;
pub use stripe::StripeTax;

/// How long a provider is not asked again after it gave no answer: buyers would wait for it one after the other.
const REST: Duration = Duration::from_secs(5);

/// Why a provider has not told the taxes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// There was no answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// There was no connection, it broke, or the provider is out of order.
    #[error("unreachable: {0}")]
    Unreachable(String),
    /// It gave no answer a moment ago and is left alone for another one.
    #[error("it gave no answer a moment ago")]
    Resting,
    /// It understood the question and refused it.
    #[error("refused: {0}")]
    Refused(String),
    /// The answer cannot be used.
    #[error("the answer cannot be used: {0}")]
    BadAnswer(&'static str),
}

impl ProviderError {
    /// Whether another question would fare no better.
    fn is_outage(&self) -> bool {
        match self {
            Self::TimedOut | Self::Unreachable(_) => true,
            Self::Resting | Self::Refused(_) | Self::BadAnswer(_) => false,
        }
    }
}

/// Somebody who says what the taxes are. Whoever asks keeps the deadline.
#[async_trait]
pub trait TaxProvider: Send + Sync {
    /// Its name for the log.
    fn name(&self) -> &'static str;

    /// The taxes of each line and delivery of a request, in their order. The same key means the same request.
    async fn calculate(
        &self,
        request: &TaxRequest,
        idempotency_key: &str,
    ) -> Result<TaxAnswer, ProviderError>;
}

/// The provider that the settings turn on: Stripe Tax, where its secret is set.
///
/// # Errors
/// When the machine's root certificates cannot be read, or the secret cannot be sent.
pub fn from_config(config: &Config) -> Result<Option<Arc<dyn TaxProvider>>, anyhow::Error> {
    let Some(secret) = &config.stripe.tax_secret else {
        return Ok(None);
    };
    let stripe = StripeTax::new(&config.stripe.api_url, secret)?;
    Ok(Some(Arc::new(Resting::new(stripe, REST))))
}
