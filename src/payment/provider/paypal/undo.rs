//! Making sure that a payment costs the buyer nothing, whatever came of it.

use super::client::Failure;
use super::standing::{Standing, standing};
use super::wire::{AuthorizationStatus, CaptureStatus, Intent, Order, Payments, Refund};
use super::{Asked, PayPal, body};
use crate::payment::provider::contract::{Capture, PaymentRef, ProviderFault, Refusal};

/// Steps at most: after each the buyer or PayPal may have moved the payment on.
const MAX_STEPS: usize = 4;

impl PayPal {
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
                    Err(unknown @ Failure::Unknown(_)) => return Err(unknown.into()),
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
        self.client.patch(&["v2", "checkout", "orders", &order.id], json).await
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

    async fn refund_rest(&self, capture: &str, key: &str) -> Result<(), ProviderFault> {
        let json = body::refund(None, &format!("{key}-undo")).to_string();
        let path = ["v2", "payments", "captures", capture, "refund"];
        match self.client.post::<Refund>(&path, json, Some(&format!("{key}/undo/{capture}"))).await {
            Ok(told) if told.thing.is_void() => {
                Err(ProviderFault::Broken("the refund came to nothing".to_owned()))
            }
            Ok(_) => Ok(()),
            Err(Failure::No(no)) if no.issue == "CAPTURE_FULLY_REFUNDED" => Ok(()),
            // One that a bank is working on: it can be given back when it has come to something.
            Err(Failure::No(no)) if no.issue == "PENDING_CAPTURE" => Err(ProviderFault::Unknown(no.told())),
            Err(failure) => Err(failure.into()),
        }
    }
}
