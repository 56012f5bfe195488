//! Making a payment: with what a front end handed over, with a payment that a front end made, or on Stripe's own page.

use chrono::TimeDelta;

use super::amount::{from_wire, to_wire};
use super::client::{Call, Failure};
use super::find::Found;
use super::refusal::Kind;
use super::standing::{Standing, standing};
use super::wire::{ATTEMPT_KEY, Intent, Method, Session, is_name};
use super::{Asked, form};
use crate::clock::Clock;
use crate::outbound::field;
use crate::payment::provider::answer::looked;
use crate::payment::provider::contract::{PayOutcome, PayRequest, PaymentRef, ProviderFault, Refusal};

/// Stripe remembers a key for a day at least. Later than this the key proves nothing, and no payment is made any more.
const KEYS_LAST: TimeDelta = TimeDelta::hours(20);

/// What a buyer pays with.
enum Token<'a> {
    /// Nothing yet: Stripe asks on its own page.
    Page,
    /// A payment method.
    Method(&'a str),
    /// A card, in the older form in which wallets hand it over.
    Card(&'a str),
    /// A payment that a front end made in a session of ours.
    Intent(&'a str),
}

impl<'a> Token<'a> {
    fn read(token: Option<&'a str>) -> Result<Self, ProviderFault> {
        let is_method = |token: &str| ["pm_", "card_", "src_"].iter().any(|start| is_name(token, start));
        match token.map(str::trim).filter(|token| !token.is_empty()) {
            None => Ok(Self::Page),
            Some(token) if is_name(token, "pi_") => Ok(Self::Intent(token)),
            Some(token) if is_name(token, "tok_") => Ok(Self::Card(token)),
            Some(token) if is_method(token) => Ok(Self::Method(token)),
            Some(_) => Err(ProviderFault::Refused(Refusal::InvalidPaymentMethod)),
        }
    }
}

impl Call<'_> {
    /// See [`crate::payment::provider::contract::PaymentProvider::pay`].
    pub(super) async fn make(&self, request: &PayRequest) -> Result<PayOutcome, ProviderFault> {
        let token = Token::read(request.token.as_deref())?;
        let wire = to_wire(request.amount).filter(|wire| *wire > 0).ok_or_else(untakable)?;
        if let Token::Intent(id) = token {
            return self.take_over(request, id).await;
        }
        if Clock::System.now().signed_duration_since(request.begun_at) > KEYS_LAST {
            return self.look_only(request).await;
        }
        match token {
            Token::Page | Token::Intent(_) => self.open_page(request, wire).await,
            Token::Method(method) => self.confirm(request, wire, method).await,
            Token::Card(card) => {
                let method = self.method_of(card, &request.key).await?;
                self.confirm(request, wire, &method).await
            }
        }
    }

    async fn confirm(
        &self,
        request: &PayRequest,
        wire: i64,
        method: &str,
    ) -> Result<PayOutcome, ProviderFault> {
        let form = form::confirmed(request, wire, method);
        let told = self.post::<Intent>(&["v1", "payment_intents"], &form, &request.key).await;
        let told = told.map_err(about_method)?;
        let intent = if told.again { self.look_again(&told.thing.id).await? } else { told.thing };
        self.follow(intent, &Asked::of_request(request)).await
    }

    /// A payment method made of a card's token.
    async fn method_of(&self, card: &str, key: &str) -> Result<String, ProviderFault> {
        let form = vec![field("type", "card"), field("card[token]", card)];
        let key = format!("{key}/method");
        let told = self.post::<Method>(&["v1", "payment_methods"], &form, &key).await;
        Ok(told.map_err(about_method)?.thing.id)
    }

    async fn open_page(&self, request: &PayRequest, wire: i64) -> Result<PayOutcome, ProviderFault> {
        let form = form::page(request, wire);
        let told = self.post::<Session>(&["v1", "checkout", "sessions"], &form, &request.key).await?;
        let session = if told.again { looked(self.page(&told.thing.id).await)? } else { told.thing };
        self.follow_page(session, &Asked::of_request(request)).await
    }

    /// Takes a payment that the buyer confirmed in a session: it must be ours, of this amount, and nobody else's.
    async fn take_over(&self, request: &PayRequest, id: &str) -> Result<PayOutcome, ProviderFault> {
        const FOREIGN: ProviderFault = ProviderFault::Refused(Refusal::InvalidPaymentMethod);
        let mut intent = match self.intent(id).await {
            Err(ProviderFault::Absent) => return Err(FOREIGN),
            other => other?,
        };
        let asked = Asked::of_request(request);
        if intent.is_of(&asked.key) {
            return self.follow(intent, &asked).await;
        }
        if !intent.is_free() || from_wire(intent.amount, &intent.currency) != Some(asked.amount) {
            return Err(FOREIGN);
        }
        match standing(&intent)? {
            Standing::Promised(_) | Standing::Waiting(_) | Standing::Processing => {}
            // The buyer can go on in the front end.
            Standing::Refused(refusal) => return Err(ProviderFault::Refused(refusal)),
            Standing::Taken(_) | Standing::Closed(_) => return Err(FOREIGN),
        }
        // The key is the payment's: of two attempts that both found it free, Stripe refuses the later one.
        let claim = format!("claim/{id}");
        let form = vec![field(&format!("metadata[{ATTEMPT_KEY}]"), &*asked.key)];
        let told = self.post::<Intent>(&["v1", "payment_intents", id], &form, &claim).await;
        intent = match told {
            Err(Failure::No(no)) if no.kind == Kind::Idempotency => return Err(FOREIGN),
            Ok(told) if told.again => self.look_again(id).await?,
            other => other?.thing,
        };
        if !intent.is_of(&asked.key) {
            return Err(FOREIGN);
        }
        self.follow(intent, &asked).await
    }

    /// How the payment of an attempt stands that began so long ago that its key may be forgotten. It may have been made:
    /// where it cannot be asked for, nothing is said of it.
    async fn look_only(&self, request: &PayRequest) -> Result<PayOutcome, ProviderFault> {
        let asked = Asked::of_request(request);
        match looked(self.find(&asked).await)? {
            Some(Found::Intent(intent)) => self.follow(*intent, &asked).await,
            Some(Found::Page(session)) => self.follow_page(*session, &asked).await,
            None => Err(ProviderFault::Refused(Refusal::Abandoned)),
        }
    }

    /// See [`crate::payment::provider::contract::PaymentProvider::settle`].
    pub(super) async fn ask(&self, payment: &PaymentRef) -> Result<PayOutcome, ProviderFault> {
        let asked = Asked::of_payment(payment);
        match self.locate(payment).await? {
            Some(Found::Intent(intent)) if intent.is_of(&asked.key) => self.follow(*intent, &asked).await,
            Some(Found::Page(session)) if session.client_reference_id.as_ref() == Some(&asked.key) => {
                self.follow_page(*session, &asked).await
            }
            Some(Found::Intent(_) | Found::Page(_)) | None => Err(ProviderFault::Absent),
        }
    }
}

/// Says that the amount cannot be paid in its currency, such as 1.234 KWD, or is none.
pub(super) fn untakable() -> ProviderFault {
    ProviderFault::Broken("the amount cannot be taken in this currency".to_owned())
}

fn about_method(failure: Failure) -> ProviderFault {
    match failure {
        Failure::No(no) if no.is_about_method() => ProviderFault::Refused(Refusal::InvalidPaymentMethod),
        other => other.into(),
    }
}
