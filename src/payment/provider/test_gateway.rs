//! The demo's test gateway: the token says what happens. It exists under the demo flag only.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Charge, ChargeRequest, Decline, Provider, ProviderError, Reply};

/// Takes pretended money and keeps a ledger of it in memory.
#[derive(Default)]
pub(super) struct TestGateway {
    charges: Mutex<HashMap<String, Charge>>,
}

impl TestGateway {
    fn charges(&self) -> MutexGuard<'_, HashMap<String, Charge>> {
        self.charges.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, request: &ChargeRequest) -> Charge {
        let reference = Some(format!("test_{}", request.idempotency_key));
        let charge = Charge { reference, captured: true };
        self.charges().entry(request.idempotency_key.clone()).or_insert(charge).clone()
    }
}

impl Provider for TestGateway {
    fn name(&self) -> &'static str {
        "test"
    }

    fn title(&self) -> &'static str {
        "Test payment (tokens: approve, decline, insufficient_funds, timeout)"
    }

    fn is_test(&self) -> bool {
        true
    }

    fn needs_token(&self) -> bool {
        true
    }

    fn charge<'a>(&'a self, request: &'a ChargeRequest) -> Reply<'a, Charge> {
        Box::pin(async move {
            match request.token.as_deref() {
                Some("approve") => Ok(self.take(request)),
                // The money is taken and the answer is lost.
                Some("timeout") => {
                    self.take(request);
                    Err(ProviderError::Unknown("no answer in time".to_owned()))
                }
                Some("decline") => Err(ProviderError::Declined(Decline::CardDeclined)),
                Some("insufficient_funds") => Err(ProviderError::Declined(Decline::InsufficientFunds)),
                _ => Err(ProviderError::Declined(Decline::InvalidPaymentMethod)),
            }
        })
    }

    fn find_charge<'a>(&'a self, idempotency_key: &'a str) -> Reply<'a, Option<Charge>> {
        Box::pin(async move { Ok(self.charges().get(idempotency_key).cloned()) })
    }

    fn give_back<'a>(&'a self, idempotency_key: &'a str) -> Reply<'a, ()> {
        Box::pin(async move {
            self.charges().remove(idempotency_key);
            Ok(())
        })
    }
}
