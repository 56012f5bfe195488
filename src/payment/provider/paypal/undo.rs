//! Making sure that a payment costs the buyer nothing, whatever came of it.

use super::client::{Call, Failure};
use super::standing::{Standing, standing};
use super::wire::{AuthorizationStatus, CaptureStatus, Intent, Order, Payments, Refund};
use super::{Asked, body};
use crate::payment::provider::answer::looked;
use crate::payment::provider::contract::{Capture, PaymentRef, ProviderFault, Refusal};

/// Steps at most: after each the buyer or PayPal may have moved the payment on.
const MAX_STEPS: usize = 4;
/// Refunds of one capture that are tried: money that comes back each time needs a look by people.
const MAX_REFUNDS: usize = 4;

impl Call<'_> {
    /// See [`crate::payment::provider::contract::PaymentProvider::undo`]. An order that nobody approved runs out by
    /// itself, and nothing is taken by approving one. Of an approved order the intent is turned round: PayPal refuses
    /// to take what is to be promised, and the other way about, so that a request that is still on its way comes to
    /// nothing.
    pub(super) async fn take_back(&self, payment: &PaymentRef) -> Result<(), ProviderFault> {
        let asked = Asked::of_payment(payment);
        let Some(mut order) = self.locate(payment).await? else {
            return Ok(());
        };
        for _ in 0..MAX_STEPS {
            // What belongs to another attempt, or to none yet, is not this one's to give back.
            if !order.is_of(&asked.key) {
                return Ok(());
            }
            match standing(&order)? {
                Standing::Waiting(_) | Standing::Closed(_) => return Ok(()),
                Standing::Taken { kept, .. } if kept.minor == 0 => return Ok(()),
                Standing::Approved if order.intent != Some(body::intent(asked.capture)) => return Ok(()),
                Standing::Approved => match self.turn_round(&order, asked.capture).await {
                    Ok(()) => return Ok(()),
                    Err(Failure::No(_)) => {}
                    Err(silence) => return Err(silence.into()),
                },
                Standing::Processing | Standing::Promised { .. } | Standing::Taken { .. } => {
                    let payments = order.payments().cloned().unwrap_or_default();
                    match self.give_all_back(&payments, &asked.key).await {
                        // It was taken meanwhile.
                        Err(ProviderFault::Refused(Refusal::AmountTooLarge)) => {}
                        other => return other,
                    }
                }
            }
            order = match self.order(&order.id).await {
                Err(ProviderFault::Absent) => return Ok(()),
                other => other?,
            };
        }
        Err(ProviderFault::Unknown("the payment cannot be given back yet".to_owned()))
    }

    /// Closes an order by which nothing was taken or promised.
    pub(super) async fn close(&self, order: &Order) -> Result<(), ProviderFault> {
        let capture = match order.intent {
            Some(Intent::Capture) => Capture::Automatic,
            Some(Intent::Authorize) => Capture::Manual,
            Some(Intent::Other) | None => {
                return Err(ProviderFault::Unknown("the order does not tell its intent".to_owned()));
            }
        };
        match standing(order)? {
            Standing::Approved => Ok(self.turn_round(order, capture).await?),
            _ => Ok(()),
        }
    }

    async fn turn_round(&self, order: &Order, capture: Capture) -> Result<(), Failure> {
        let json = body::closing(capture).to_string();
        self.patch(&["v2", "checkout", "orders", &order.id], json).await
    }

    async fn give_all_back(&self, payments: &Payments, key: &str) -> Result<(), ProviderFault> {
        use AuthorizationStatus::{Created, PartiallyCaptured, Pending};
        let is_open = |status| matches!(status, Some(Created | PartiallyCaptured | Pending));
        for promise in payments.authorizations.iter().filter(|promise| is_open(promise.status)) {
            self.void_promise(&promise.id).await?;
        }
        for capture in &payments.captures {
            match capture.status {
                Some(
                    CaptureStatus::Completed | CaptureStatus::PartiallyRefunded | CaptureStatus::Pending,
                ) => {
                    self.refund_rest(&capture.id, key).await?;
                }
                Some(CaptureStatus::Refunded | CaptureStatus::Declined | CaptureStatus::Failed) => {}
                Some(CaptureStatus::Other) | None => {
                    return Err(ProviderFault::Unknown("what was taken is in a new state".to_owned()));
                }
            }
        }
        Ok(())
    }

    /// Gives back what is left of a capture. A refund that PayPal told of before may have failed since, so that its money
    /// is here again: what takes its place has a key made from its name, and so it is replaced once. PayPal does not say
    /// whether an answer is an old one: the refund itself is looked at.
    async fn refund_rest(&self, capture: &str, key: &str) -> Result<(), ProviderFault> {
        let json = body::refund(None, &format!("{key}-undo")).to_string();
        let path = ["v2", "payments", "captures", capture, "refund"];
        let mut refund_key = format!("{key}/undo/{capture}");
        for _ in 0..MAX_REFUNDS {
            let told = match self.post::<Refund>(&path, json.clone(), Some(&refund_key)).await {
                Err(Failure::No(no)) if no.issue == "CAPTURE_FULLY_REFUNDED" => return Ok(()),
                // One that a bank is working on: it can be given back when it has come to something.
                Err(Failure::No(no)) if no.issue == "PENDING_CAPTURE" => {
                    return Err(ProviderFault::Unknown(no.told()));
                }
                other => other?.thing,
            };
            let refund: Box<Refund> = looked(self.payment("refunds", &told.id).await)?;
            if !refund.is_void() {
                return Ok(());
            }
            refund_key = format!("{key}/undo/{}", refund.id);
        }
        Err(ProviderFault::Broken("the refund came to nothing".to_owned()))
    }
}
