//! Following a payment to where it can go now: an approved one is taken where that was asked for, a refused one is
//! closed, so that no buyer pays it later.

use chrono::DateTime;

use super::amount::to_wire;
use super::client::{Call, Failure};
use super::pay::untakable;
use super::standing::{Standing, standing};
use super::wire::{Expandable, Intent, Session, SessionStatus};
use super::{Asked, form};
use crate::money::Money;
use crate::outbound::{Fields, field};
use crate::payment::provider::answer::looked;
use crate::payment::provider::contract::{Action, Capture, Paid, PayOutcome, ProviderFault, Refusal};

/// Steps of one payment at most: after each the bank may have moved it on.
const MAX_STEPS: usize = 4;

impl Call<'_> {
    pub(super) async fn follow(
        &self,
        mut intent: Intent,
        asked: &Asked,
    ) -> Result<PayOutcome, ProviderFault> {
        for _ in 0..MAX_STEPS {
            let reference = intent.id.clone();
            intent = match standing(&intent)? {
                Standing::Taken(amount) if amount.minor == 0 => {
                    return Err(ProviderFault::Refused(Refusal::Abandoned));
                }
                Standing::Taken(amount) => return Ok(paid(reference, amount, true)),
                Standing::Promised(amount) if asked.takes(amount) => self.take(&intent, asked).await?,
                Standing::Promised(amount) => return Ok(paid(reference, amount, false)),
                Standing::Waiting(action) => return Ok(PayOutcome::ActionRequired { reference, action }),
                Standing::Processing => return Ok(PayOutcome::Processing { reference }),
                Standing::Refused(refusal) => match self.close(&intent, &asked.key).await {
                    Ok(()) => return Err(ProviderFault::Refused(refusal)),
                    Err(Failure::No(no)) if no.is_about_state() => self.look_again(&reference).await?,
                    // One of Stripe's page: it closes with the page.
                    Err(Failure::No(_)) => return Err(ProviderFault::Refused(refusal)),
                    Err(silence) => return Err(silence.into()),
                },
                Standing::Closed(refusal) => return Err(ProviderFault::Refused(refusal)),
            };
        }
        Err(ProviderFault::Unknown("the payment does not come to rest".to_owned()))
    }

    /// The same of a payment on Stripe's page.
    pub(super) async fn follow_page(
        &self,
        session: Session,
        asked: &Asked,
    ) -> Result<PayOutcome, ProviderFault> {
        let intent = match session.payment_intent {
            Some(Expandable::Whole(intent)) => Some(*intent),
            Some(Expandable::Name(id)) => Some(self.intent(&id).await?),
            None => None,
        };
        let stands = intent.as_ref().map(standing).transpose()?;
        let goes_on =
            matches!(stands, Some(Standing::Taken(_) | Standing::Promised(_) | Standing::Processing));
        match (session.status, intent) {
            (_, Some(intent)) if goes_on => self.follow(intent, asked).await,
            (Some(SessionStatus::Open), _) => {
                let expires_at = DateTime::from_timestamp(session.expires_at, 0);
                let action = Action { url: session.url, client_secret: None, expires_at };
                Ok(PayOutcome::ActionRequired { reference: session.id, action })
            }
            (Some(SessionStatus::Complete), Some(intent)) => self.follow(intent, asked).await,
            (Some(SessionStatus::Expired), _) => Err(ProviderFault::Refused(Refusal::Abandoned)),
            (Some(SessionStatus::Complete | SessionStatus::Other) | None, _) => {
                Err(ProviderFault::Unknown("the page does not tell its payment".to_owned()))
            }
        }
    }

    /// Takes promised money.
    async fn take(&self, intent: &Intent, asked: &Asked) -> Result<Intent, ProviderFault> {
        let key = format!("{}/capture", asked.key);
        let form = form::capture(to_wire(asked.amount).ok_or_else(untakable)?, &key);
        let path = ["v1", "payment_intents", &intent.id, "capture"];
        match self.post::<Intent>(&path, &form, &key).await {
            Ok(told) if !told.again => Ok(told.thing),
            // It was taken before, or cannot be any more.
            Ok(_) => self.look_again(&intent.id).await,
            Err(Failure::No(no)) if no.is_about_state() => self.look_again(&intent.id).await,
            Err(Failure::No(no)) => {
                // The buyer's money need not stay promised; where this fails too, the promise runs out by itself.
                if self.close(intent, &asked.key).await.is_err() {
                    tracing::warn!("a promise that could not be taken could not be let go");
                }
                Err(no.into())
            }
            Err(silence) => Err(silence.into()),
        }
    }

    /// How a payment stands of which something was asked in this call.
    pub(super) async fn look_again(&self, id: &str) -> Result<Intent, ProviderFault> {
        looked(self.intent(id).await)
    }

    /// Closes a payment that took no money. The state is a part of the key, for Stripe repeats a refusal to the same
    /// key also when it would say yes by now.
    pub(super) async fn close(&self, intent: &Intent, key: &str) -> Result<(), Failure> {
        let key = format!("{key}/cancel/{}", intent.status.word());
        let path = ["v1", "payment_intents", &intent.id, "cancel"];
        let form: Fields = vec![field("cancellation_reason", "abandoned")];
        self.post::<Intent>(&path, &form, &key).await.map(|_| ())
    }
}

impl Asked {
    /// Whether a promise is to be taken at once: of all that was asked for and nothing else.
    fn takes(&self, promised: Money) -> bool {
        self.capture == Capture::Automatic && promised == self.amount
    }
}

fn paid(reference: String, amount: Money, captured: bool) -> PayOutcome {
    PayOutcome::Paid(Paid { reference: Some(reference), amount, captured })
}
