//! Making sure that a payment costs the buyer nothing, whatever came of it.

use super::amount::to_wire;
use super::client::{Call, Failure};
use super::find::Found;
use super::pay::untakable;
use super::refusal::No;
use super::standing::{Standing, standing};
use super::wire::{Expandable, Intent, Refund, Session, SessionStatus};
use super::{Asked, form};
use crate::payment::provider::answer::looked;
use crate::payment::provider::contract::{PaymentRef, ProviderFault};

/// Steps at most: after each the buyer or the bank may have moved the payment on.
const MAX_STEPS: usize = 4;
/// Refunds of one payment that are tried: money that comes back each time needs a look by people.
const MAX_REFUNDS: usize = 4;

impl Call<'_> {
    /// See [`crate::payment::provider::contract::PaymentProvider::undo`].
    pub(super) async fn take_back(&self, payment: &PaymentRef) -> Result<(), ProviderFault> {
        let asked = Asked::of_payment(payment);
        if payment.reference.is_none() && !asked.on_intent {
            self.use_up(&asked).await?;
        }
        match self.locate(payment).await? {
            // What belongs to another attempt, or to none yet, is not this one's to give back.
            Some(Found::Intent(intent)) if intent.is_of(&asked.key) => {
                self.take_back_intent(*intent, &asked.key).await
            }
            Some(Found::Page(session)) if session.client_reference_id.as_ref() == Some(&asked.key) => {
                self.take_back_page(*session, &asked.key).await
            }
            Some(Found::Intent(_) | Found::Page(_)) | None => Ok(()),
        }
    }

    /// Uses a key up, so that a request that is still on its way comes to nothing. Of a request that is being worked on
    /// the outcome is unknown; after any other answer what there is under the key can be found.
    async fn use_up(&self, asked: &Asked) -> Result<(), ProviderFault> {
        let form = form::blank(to_wire(asked.amount).ok_or_else(untakable)?, asked.amount.currency);
        match self.post::<Intent>(&["v1", "payment_intents"], &form, &asked.key).await {
            Ok(told) => match self.close(&told.thing, &asked.key).await {
                Ok(()) | Err(Failure::No(_)) => Ok(()),
                Err(silence) => Err(silence.into()),
            },
            Err(Failure::No(No { status: 401 | 403, .. })) => {
                Err(ProviderFault::Broken("the keys are wrong".to_owned()))
            }
            Err(Failure::No(_)) => Ok(()),
            Err(silence) => Err(silence.into()),
        }
    }

    /// See [`crate::payment::provider::contract::PaymentProvider::undo_session`]. After each step it is looked anew
    /// whether an attempt has taken it meanwhile: of what is closed before its money is taken nothing can be taken.
    pub(super) async fn let_session_go(&self, session: &PaymentRef) -> Result<(), ProviderFault> {
        let Some(Found::Intent(mut intent)) = self.locate(session).await? else {
            return Ok(());
        };
        for _ in 0..MAX_STEPS {
            if !intent.is_free() || !intent.is_session(&session.key) {
                return Ok(());
            }
            match standing(&intent)? {
                Standing::Closed(_) => return Ok(()),
                Standing::Taken(amount) if amount.minor == 0 => return Ok(()),
                // Somebody took it by hand, for no order.
                Standing::Taken(_) => return self.refund_rest(&intent, &session.key).await,
                Standing::Promised(_)
                | Standing::Waiting(_)
                | Standing::Processing
                | Standing::Refused(_) => match self.close(&intent, &session.key).await {
                    Ok(()) => return Ok(()),
                    Err(Failure::No(no)) if no.is_about_state() => {}
                    Err(failure) => return Err(failure.into()),
                },
            }
            let before = intent.status;
            *intent = self.look_again(&intent.id).await?;
            if intent.status == before {
                break;
            }
        }
        Err(ProviderFault::Unknown("the session cannot be closed yet".to_owned()))
    }

    async fn take_back_intent(&self, mut intent: Intent, key: &str) -> Result<(), ProviderFault> {
        for _ in 0..MAX_STEPS {
            match standing(&intent)? {
                Standing::Closed(_) => return Ok(()),
                Standing::Taken(amount) if amount.minor == 0 => return Ok(()),
                Standing::Taken(_) => return self.refund_rest(&intent, key).await,
                Standing::Promised(_)
                | Standing::Waiting(_)
                | Standing::Processing
                | Standing::Refused(_) => match self.close(&intent, key).await {
                    Ok(()) => return Ok(()),
                    Err(Failure::No(no)) if no.is_about_state() => {}
                    Err(failure) => return Err(failure.into()),
                },
            }
            let before = intent.status;
            intent = self.look_again(&intent.id).await?;
            if intent.status == before {
                break;
            }
        }
        // Such as one that a bank is working on: it can be given back when it has come to something.
        Err(ProviderFault::Unknown("the payment cannot be given back yet".to_owned()))
    }

    /// Gives back what is left. A refund that Stripe told of before may have failed since, so that its money is here
    /// again: what takes its place has a key made from its name, and so it is replaced once.
    async fn refund_rest(&self, intent: &Intent, key: &str) -> Result<(), ProviderFault> {
        let mut refund_key = format!("{key}/undo");
        for _ in 0..MAX_REFUNDS {
            let form = form::refund(&intent.id, None, &refund_key);
            let told = match self.post::<Refund>(&["v1", "refunds"], &form, &refund_key).await {
                Err(Failure::No(no)) if no.code == "charge_already_refunded" => {
                    return self.check_given_back(&intent.id).await;
                }
                other => other?,
            };
            let refund = if told.again { self.refund_named(&told.thing.id).await? } else { told.thing };
            if !refund.is_void() {
                return Ok(());
            }
            if !told.again {
                break;
            }
            refund_key = format!("{key}/undo/{}", refund.id);
        }
        Err(ProviderFault::Broken("the refund came to nothing".to_owned()))
    }

    async fn refund_named(&self, id: &str) -> Result<Refund, ProviderFault> {
        looked(self.get(&["v1", "refunds", id], &Vec::new()).await.map_err(ProviderFault::from))
    }

    /// Makes sure that nothing is left: the answer that said so may be an old one, from before a refund failed.
    async fn check_given_back(&self, id: &str) -> Result<(), ProviderFault> {
        match standing(&self.look_again(id).await?)? {
            Standing::Taken(kept) if kept.minor > 0 => {
                Err(ProviderFault::Unknown("what is left cannot be given back yet".to_owned()))
            }
            Standing::Taken(_)
            | Standing::Promised(_)
            | Standing::Waiting(_)
            | Standing::Processing
            | Standing::Refused(_)
            | Standing::Closed(_) => Ok(()),
        }
    }

    async fn take_back_page(&self, mut session: Session, key: &str) -> Result<(), ProviderFault> {
        for _ in 0..MAX_STEPS {
            if session.status == Some(SessionStatus::Open) && self.expire(&session, key).await? {
                return Ok(());
            }
            match (session.status, session.payment_intent.take()) {
                (Some(SessionStatus::Expired), None) => return Ok(()),
                (Some(SessionStatus::Complete | SessionStatus::Expired), Some(intent)) => {
                    let intent = match intent {
                        Expandable::Whole(intent) => *intent,
                        Expandable::Name(id) => self.intent(&id).await?,
                    };
                    let is_dead = matches!(standing(&intent)?, Standing::Refused(_));
                    if session.status == Some(SessionStatus::Expired) && is_dead {
                        return Ok(());
                    }
                    return self.take_back_intent(intent, key).await;
                }
                _ => session = looked(self.page(&session.id).await)?,
            }
        }
        Err(ProviderFault::Unknown("the page cannot be closed yet".to_owned()))
    }

    /// Closes a page of Stripe's. False where it is not open any more.
    pub(super) async fn expire(&self, session: &Session, key: &str) -> Result<bool, ProviderFault> {
        let key = format!("{key}/expire");
        let path = ["v1", "checkout", "sessions", &session.id, "expire"];
        match self.post::<Session>(&path, &Vec::new(), &key).await {
            Ok(_) => Ok(true),
            Err(Failure::No(No { status: 400, .. })) => Ok(false),
            Err(failure) => Err(failure.into()),
        }
    }
}
