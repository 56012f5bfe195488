//! A provider that is left alone for a while after it gave no answer.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use super::{ProviderError, TaxProvider};
use crate::tax::{TaxAnswer, TaxRequest};

/// Asks a provider, but not again within a while after it gave no answer. Whoever drops a question before its answer
/// counts as having got none.
pub struct Resting<P> {
    provider: P,
    rest: Duration,
    until: Mutex<Option<Instant>>,
}

impl<P> Resting<P> {
    /// A provider that rests so long.
    #[must_use]
    pub fn new(provider: P, rest: Duration) -> Self {
        Self { provider, rest, until: Mutex::new(None) }
    }

    fn is_resting(&self) -> bool {
        let until = *self.until.lock().unwrap_or_else(PoisonError::into_inner);
        until.is_some_and(|until| Instant::now() < until)
    }

    fn rest_for(&self, rest: Option<Duration>) {
        let until = rest.and_then(|rest| Instant::now().checked_add(rest));
        *self.until.lock().unwrap_or_else(PoisonError::into_inner) = until;
    }
}

/// Lets the provider rest when the question is dropped without an answer.
struct Asking<'a, P> {
    resting: &'a Resting<P>,
    answered: bool,
}

impl<P> Drop for Asking<'_, P> {
    fn drop(&mut self) {
        if !self.answered {
            self.resting.rest_for(Some(self.resting.rest));
        }
    }
}

#[async_trait]
impl<P: TaxProvider> TaxProvider for Resting<P> {
    fn name(&self) -> &'static str {
        self.provider.name()
    }

    async fn calculate(
        &self,
        request: &TaxRequest,
        idempotency_key: &str,
    ) -> Result<TaxAnswer, ProviderError> {
        if self.is_resting() {
            return Err(ProviderError::Resting);
        }
        let mut asking = Asking { resting: self, answered: false };
        let answer = self.provider.calculate(request, idempotency_key).await;
        asking.answered = !answer.as_ref().is_err_and(ProviderError::is_outage);
        answer
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;
    use crate::money::Currency;
    use crate::tax::TaxAddress;

    /// Gives no answer, and counts how often it was asked.
    #[derive(Default)]
    struct Silent(AtomicUsize);

    #[async_trait]
    impl TaxProvider for Silent {
        fn name(&self) -> &'static str {
            "silent"
        }

        async fn calculate(&self, _: &TaxRequest, key: &str) -> Result<TaxAnswer, ProviderError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            match key {
                "refuse" => Err(ProviderError::Refused("no".to_owned())),
                "fail" => Err(ProviderError::Unreachable("no".to_owned())),
                _ => std::future::pending().await,
            }
        }
    }

    fn request() -> TaxRequest {
        TaxRequest {
            currency: Currency::find("EUR").unwrap(),
            included: true,
            address: TaxAddress {
                country: "DE".to_owned(),
                province: None,
                postcode: None,
                city: None,
                street: None,
            },
            lines: Vec::new(),
            deliveries: Vec::new(),
        }
    }

    #[tokio::test]
    async fn after_no_answer_it_is_left_alone_for_a_while() {
        let (request, hour) = (request(), Duration::from_secs(3_600));
        for (key, asked) in [("refuse", 2), ("fail", 1), ("wait", 1)] {
            let provider = Resting::new(Silent::default(), hour);
            for _ in 0..2 {
                let question = provider.calculate(&request, key);
                let _ = tokio::time::timeout(Duration::from_millis(20), question).await;
            }
            assert_eq!(provider.provider.0.load(Ordering::Relaxed), asked, "{key}");
        }
        let provider = Resting::new(Silent::default(), Duration::ZERO);
        for _ in 0..2 {
            let failed = provider.calculate(&request, "fail").await;
            assert!(matches!(failed, Err(ProviderError::Unreachable(_))));
        }
    }
}
