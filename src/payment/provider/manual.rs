//! Manual payment: the buyer pays outside, by bank transfer or on delivery, and staff mark the order as paid.

use async_trait::async_trait;

use super::contract::{
    Inbound, MethodInfo, Moved, Paid, PayOutcome, PayRequest, PaymentProvider, PaymentRef, PaymentStanding,
    ProviderEvent, ProviderFault, Session, WebhookFault,
};
use crate::money::Money;

/// The name under which carts and transactions know it.
pub const NAME: &str = "manual";

/// Awaits the money; nothing is called.
pub(super) struct Manual {
    instructions: Option<String>,
}

impl Manual {
    pub(super) fn new(instructions: Option<String>) -> Self {
        Self { instructions }
    }
}

/// Money that is awaited: nobody holds it, so that it has no name.
fn awaited(amount: Money) -> PayOutcome {
    PayOutcome::Paid(Paid { reference: None, amount, captured: false })
}

fn moved(amount: Money) -> Moved {
    Moved { reference: None, amount, settled: true }
}

#[async_trait]
impl PaymentProvider for Manual {
    fn info(&self) -> MethodInfo {
        MethodInfo {
            name: NAME,
            title: "Bank transfer or payment on delivery".to_owned(),
            instructions: self.instructions.clone(),
            is_test: false,
            needs_token: false,
            publishable_key: None,
        }
    }

    fn takes(&self, _: Money) -> bool {
        true
    }

    async fn pay(&self, request: &PayRequest) -> Result<PayOutcome, ProviderFault> {
        Ok(awaited(request.amount))
    }

    async fn settle(&self, payment: &PaymentRef) -> Result<PayOutcome, ProviderFault> {
        Ok(awaited(payment.amount))
    }

    async fn standing(&self, _: &PaymentRef) -> Result<PaymentStanding, ProviderFault> {
        Err(ProviderFault::Absent)
    }

    // Staff say that the money came, or that they gave it back.
    async fn capture(&self, _: &str, amount: Money, _: &str) -> Result<Moved, ProviderFault> {
        Ok(moved(amount))
    }

    async fn void(&self, _: &str, _: &str) -> Result<(), ProviderFault> {
        Ok(())
    }

    async fn refund(&self, _: &str, amount: Money, _: &str) -> Result<Moved, ProviderFault> {
        Ok(moved(amount))
    }

    async fn undo(&self, _: &PaymentRef) -> Result<(), ProviderFault> {
        Ok(())
    }

    async fn session(&self, _: &PayRequest) -> Result<Session, ProviderFault> {
        Err(ProviderFault::Broken("manual payments have no sessions".to_owned()))
    }

    async fn undo_session(&self, _: &PaymentRef) -> Result<(), ProviderFault> {
        Err(ProviderFault::Absent)
    }

    async fn read_event(&self, _: &Inbound<'_>) -> Result<ProviderEvent, WebhookFault> {
        Err(WebhookFault::Forged)
    }
}
