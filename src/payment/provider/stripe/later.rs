//! What happens to a payment after the order: taking promised money, letting it go, giving it back.

use super::amount::{from_wire, to_wire};
use super::client::{Call, Failure};
use super::find::Found;
use super::form;
use super::pay::untakable;
use super::standing::{Standing, standing};
use super::wire::{Expandable, Intent, MOVE_KEY, Page, Refund};
use crate::money::Money;
use crate::outbound::field;
use crate::payment::provider::contract::{Moved, ProviderFault, Refusal};

const TOO_LARGE: ProviderFault = ProviderFault::Refused(Refusal::AmountTooLarge);
/// Refunds of one payment that are looked through, as many as a page may have.
const PAGE: &str = "100";

impl Refund {
    /// Whether no money goes back by it.
    pub(super) fn is_void(&self) -> bool {
        matches!(self.status.as_deref(), Some("failed" | "canceled"))
    }

    fn moved(self) -> Result<Moved, ProviderFault> {
        if self.is_void() {
            return Err(ProviderFault::Refused(Refusal::CardDeclined));
        }
        let amount = from_wire(self.amount, &self.currency).ok_or_else(unreadable)?;
        let settled = self.status.as_deref() == Some("succeeded");
        Ok(Moved { reference: Some(self.id), amount, settled })
    }
}

impl Call<'_> {
    /// The payment behind a reference.
    async fn payment(&self, reference: &str) -> Result<Intent, ProviderFault> {
        match self.named(reference).await? {
            Found::Intent(intent) => Ok(*intent),
            Found::Page(session) => match session.payment_intent {
                Some(Expandable::Whole(intent)) => Ok(*intent),
                Some(Expandable::Name(id)) => self.intent(&id).await,
                None => Err(ProviderFault::Absent),
            },
        }
    }

    /// See [`crate::payment::provider::contract::PaymentProvider::capture`]. Stripe takes from a promise once: what is
    /// left of it is let go.
    pub(super) async fn take_promised(
        &self,
        reference: &str,
        amount: Money,
        key: &str,
    ) -> Result<Moved, ProviderFault> {
        let intent = self.payment(reference).await?;
        let wire = wire_of(amount, &intent)?;
        match standing(&intent)? {
            Standing::Promised(promised) if amount.minor <= promised.minor => {}
            Standing::Taken(_) => return taken_before(&intent, amount, key),
            Standing::Closed(_) => return Err(ProviderFault::Refused(Refusal::Abandoned)),
            Standing::Promised(_) | Standing::Waiting(_) | Standing::Processing | Standing::Refused(_) => {
                return Err(TOO_LARGE);
            }
        }
        let path = ["v1", "payment_intents", &intent.id, "capture"];
        match self.post::<Intent>(&path, &form::capture(wire, key), key).await {
            Ok(told) => captured(&told.thing),
            Err(Failure::No(no)) if no.is_about_state() => {
                taken_before(&self.look_again(&intent.id).await?, amount, key)
            }
            Err(Failure::No(no)) if no.is_about_amount() => Err(TOO_LARGE),
            Err(failure) => Err(failure.into()),
        }
    }

    /// See [`crate::payment::provider::contract::PaymentProvider::void`].
    pub(super) async fn let_go(&self, reference: &str, key: &str) -> Result<(), ProviderFault> {
        let intent = match self.named(reference).await? {
            Found::Intent(intent) => *intent,
            Found::Page(session) => match &session.payment_intent {
                Some(Expandable::Whole(intent)) => (**intent).clone(),
                Some(Expandable::Name(id)) => self.intent(id).await?,
                None if self.expire(&session, key).await? => return Ok(()),
                None => return Err(ProviderFault::Unknown("the page is not open any more".to_owned())),
            },
        };
        match standing(&intent)? {
            Standing::Closed(_) => return Ok(()),
            Standing::Taken(_) => return Err(TOO_LARGE),
            Standing::Promised(_) | Standing::Waiting(_) | Standing::Processing | Standing::Refused(_) => {}
        }
        match self.close(&intent, key).await {
            Ok(()) => Ok(()),
            Err(Failure::No(no)) if no.is_about_state() => {
                match standing(&self.look_again(&intent.id).await?)? {
                    Standing::Closed(_) => Ok(()),
                    Standing::Taken(_) => Err(TOO_LARGE),
                    Standing::Promised(_)
                    | Standing::Waiting(_)
                    | Standing::Processing
                    | Standing::Refused(_) => {
                        Err(ProviderFault::Unknown("the payment cannot be let go yet".to_owned()))
                    }
                }
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// See [`crate::payment::provider::contract::PaymentProvider::refund`].
    pub(super) async fn give_back(
        &self,
        reference: &str,
        amount: Money,
        key: &str,
    ) -> Result<Moved, ProviderFault> {
        let intent = self.payment(reference).await?;
        let wire = wire_of(amount, &intent)?;
        // Stripe forgets keys after a day; a refund that is there with this key is this one, however late it is asked for.
        if let Some(refund) = self.refund_with(&intent.id, key).await? {
            return refund.moved();
        }
        match standing(&intent)? {
            Standing::Taken(kept) if amount.minor <= kept.minor => {}
            Standing::Taken(_)
            | Standing::Promised(_)
            | Standing::Waiting(_)
            | Standing::Processing
            | Standing::Refused(_)
            | Standing::Closed(_) => return Err(TOO_LARGE),
        }
        let form = form::refund(&intent.id, Some(wire), key);
        match self.post::<Refund>(&["v1", "refunds"], &form, key).await {
            Ok(told) => told.thing.moved(),
            Err(Failure::No(no)) if no.is_about_amount() => Err(TOO_LARGE),
            Err(failure) => Err(failure.into()),
        }
    }

    async fn refund_with(&self, intent: &str, key: &str) -> Result<Option<Refund>, ProviderFault> {
        let query = vec![field("payment_intent", intent), field("limit", PAGE)];
        let page: Page<Refund> = self.get(&["v1", "refunds"], &query).await?;
        let has_key = |refund: &Refund| {
            refund.metadata.as_ref().and_then(|hung| hung.get(MOVE_KEY)).is_some_and(|own| own == key)
        };
        match page.data.into_iter().find(has_key) {
            Some(refund) => Ok(Some(refund)),
            None if page.has_more => Err(ProviderFault::Unknown("there are too many refunds".to_owned())),
            None => Ok(None),
        }
    }
}

/// An amount for a payment: some, and in its currency.
fn wire_of(amount: Money, intent: &Intent) -> Result<i64, ProviderFault> {
    if !amount.currency.code().eq_ignore_ascii_case(&intent.currency) {
        return Err(ProviderFault::Broken("the payment is in another currency".to_owned()));
    }
    to_wire(amount).filter(|wire| *wire > 0).ok_or_else(untakable)
}

/// What an earlier request with the same key took.
fn taken_before(intent: &Intent, amount: Money, key: &str) -> Result<Moved, ProviderFault> {
    if matches!(standing(intent)?, Standing::Closed(_)) {
        return Err(ProviderFault::Refused(Refusal::Abandoned));
    }
    let moved = captured(intent)?;
    if intent.hung(MOVE_KEY) == Some(key) && moved.amount == amount { Ok(moved) } else { Err(TOO_LARGE) }
}

fn captured(intent: &Intent) -> Result<Moved, ProviderFault> {
    let received = intent.amount_received.and_then(|wire| from_wire(wire, &intent.currency));
    let charge = match &intent.latest_charge {
        Some(Expandable::Whole(charge)) => Some(&charge.id),
        Some(Expandable::Name(id)) => Some(id),
        None => None,
    };
    let settled = matches!(standing(intent)?, Standing::Taken(_));
    Ok(Moved {
        reference: charge.or(Some(&intent.id)).cloned(),
        amount: received.ok_or_else(unreadable)?,
        settled,
    })
}

fn unreadable() -> ProviderFault {
    ProviderFault::Unknown("the amount cannot be read".to_owned())
}
