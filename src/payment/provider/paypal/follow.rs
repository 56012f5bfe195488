//! Following an order to where it can go now: an approved one is taken or promised, as was asked for.

use super::client::{Call, Failure};
use super::find::is_forgotten;
use super::pay::FOREIGN;
use super::standing::{Standing, action, amount_of, standing};
use super::wire::Order;
use super::{Asked, body};
use crate::money::Money;
use crate::payment::provider::contract::{Capture, Paid, PayOutcome, PaymentRef, ProviderFault, Refusal};

/// Steps of one payment at most: after each the buyer or PayPal may have moved it on.
const MAX_STEPS: usize = 4;
/// Nothing more to say than the address does.
const NOTHING: &str = "{}";

/// What came of taking an approved order.
enum Step {
    /// It stands otherwise now.
    Moved(Order),
    /// The buyer has to go to PayPal once more.
    Again(Order),
}

impl Call<'_> {
    /// See [`crate::payment::provider::contract::PaymentProvider::settle`].
    pub(super) async fn ask(&self, payment: &PaymentRef) -> Result<PayOutcome, ProviderFault> {
        let asked = Asked::of_payment(payment);
        match self.locate(payment).await? {
            Some(order) if order.is_of(&asked.key) => self.follow(order, &asked).await,
            None if is_forgotten(payment) => Err(ProviderFault::Refused(Refusal::Abandoned)),
            Some(_) | None => Err(ProviderFault::Absent),
        }
    }

    pub(super) async fn follow(&self, mut order: Order, asked: &Asked) -> Result<PayOutcome, ProviderFault> {
        for _ in 0..MAX_STEPS {
            if !order.is_of(&asked.key) {
                return Err(FOREIGN);
            }
            let reference = order.id.clone();
            order = match standing(&order)? {
                Standing::Waiting(action) => return Ok(PayOutcome::ActionRequired { reference, action }),
                Standing::Processing => return Ok(PayOutcome::Processing { reference }),
                Standing::Promised { reference, amount } => return Ok(paid(reference, amount, false)),
                Standing::Taken { kept, .. } if kept.minor == 0 => {
                    return Err(ProviderFault::Refused(Refusal::Abandoned));
                }
                Standing::Taken { reference, kept } => return Ok(paid(reference, kept, true)),
                Standing::Closed(refusal) => return Err(ProviderFault::Refused(refusal)),
                Standing::Approved => match self.take(&order, asked).await? {
                    Step::Moved(order) => order,
                    Step::Again(order) => {
                        let action = action(&order);
                        return match action.url {
                            Some(_) => Ok(PayOutcome::ActionRequired { reference, action }),
                            None => Err(ProviderFault::Refused(Refusal::CardDeclined)),
                        };
                    }
                },
            };
        }
        Err(ProviderFault::Unknown("the payment does not come to rest".to_owned()))
    }

    /// Takes what was approved, or has it promised.
    async fn take(&self, order: &Order, asked: &Asked) -> Result<Step, ProviderFault> {
        if order.intent.is_some_and(|intent| intent != body::intent(asked.capture)) {
            // See [`Self::take_back`].
            return Err(ProviderFault::Refused(Refusal::Abandoned));
        }
        if amount_of(order) != Some(asked.amount) {
            return Err(FOREIGN);
        }
        let step = match asked.capture {
            Capture::Automatic => "capture",
            Capture::Manual => "authorize",
        };
        let (key, path) = (format!("{}/{step}", asked.key), ["v2", "checkout", "orders", &order.id, step]);
        match self.post_order(&path, NOTHING.to_owned(), &key).await {
            Ok(told) if !told.again && told.thing.owner().is_some() => Ok(Step::Moved(told.thing)),
            Ok(_) => self.look_again(&order.id).await.map(Step::Moved),
            Err(Failure::No(no)) if no.wants_the_buyer() => self.look_again(&order.id).await.map(Step::Again),
            Err(Failure::No(no)) if no.is_about_state() => self.look_again(&order.id).await.map(Step::Moved),
            Err(failure) => Err(failure.into()),
        }
    }
}

fn paid(reference: String, amount: Money, captured: bool) -> PayOutcome {
    PayOutcome::Paid(Paid { reference: Some(reference), amount, captured })
}
