//! What happens to a payment after the order: taking promised money, letting it go, giving it back.

use super::amount::{from_wire, to_wire};
use super::body;
use super::body::IsAll;
use super::client::{Call, Failure};
use super::find::{Found, Kind};
use super::pay::untakable;
use super::standing::{Standing, added, standing, unreadable};
use super::wire::{
    Amount, Authorization, AuthorizationStatus, Capture, CaptureStatus, Order, Payments, Refund, RefundStatus,
};
use crate::money::Money;
use crate::payment::provider::answer::looked;
use crate::payment::provider::contract::{Moved, ProviderFault, Refusal};

pub(super) const TOO_LARGE: ProviderFault = ProviderFault::Refused(Refusal::AmountTooLarge);
const ABANDONED: ProviderFault = ProviderFault::Refused(Refusal::Abandoned);
const DECLINED: ProviderFault = ProviderFault::Refused(Refusal::CardDeclined);

impl Capture {
    fn moved(&self) -> Result<Moved, ProviderFault> {
        let settled = match self.status {
            Some(CaptureStatus::Declined | CaptureStatus::Failed) => return Err(DECLINED),
            _ => self.is_taken(),
        };
        Ok(Moved { reference: Some(self.id.clone()), amount: read(self.amount.as_ref())?, settled })
    }
}

impl Refund {
    fn moved(&self) -> Result<Moved, ProviderFault> {
        if self.is_void() {
            return Err(DECLINED);
        }
        let settled = self.status == Some(RefundStatus::Completed);
        Ok(Moved { reference: Some(self.id.clone()), amount: read(self.amount.as_ref())?, settled })
    }
}

impl Call<'_> {
    /// See [`crate::payment::provider::contract::PaymentProvider::capture`]. What is left of a promise can be taken
    /// later, until it runs out or is let go.
    pub(super) async fn take_promised(
        &self,
        reference: &str,
        amount: Money,
        key: &str,
    ) -> Result<Moved, ProviderFault> {
        let found = self.named(reference, [Kind::Authorization, Kind::Order, Kind::Capture]).await?;
        let order = self.order_behind(&found).await?;
        let promise = match &found {
            Found::Authorization(promise) => Authorization::clone(promise),
            Found::Order(order) => promise_of(order)?,
            Found::Capture(_) => return Err(TOO_LARGE),
        };
        let promised = read(promise.amount.as_ref())?;
        let wire = wire_of(amount, promised)?;
        let payments = order.as_ref().and_then(Order::payments).cloned().unwrap_or_default();
        if let Some(capture) = payments.capture_with(key) {
            return capture.moved();
        }
        match promise.status {
            Some(AuthorizationStatus::Created | AuthorizationStatus::PartiallyCaptured) => {}
            Some(AuthorizationStatus::Voided) => return Err(ABANDONED),
            Some(AuthorizationStatus::Denied) => return Err(DECLINED),
            Some(AuthorizationStatus::Captured) => return Err(TOO_LARGE),
            Some(AuthorizationStatus::Pending | AuthorizationStatus::Other) | None => {
                return Err(ProviderFault::Broken("the promise cannot be taken yet".to_owned()));
            }
        }
        // PayPal itself would take a little more than was promised.
        let so_far = payments.captured(promised).ok_or_else(unreadable)?;
        if added(so_far, amount).is_none_or(|sum| sum.minor > promised.minor) {
            return Err(TOO_LARGE);
        }
        let is_all = if amount == promised { IsAll::Yes } else { IsAll::No };
        let json = body::capture(&wire, key, is_all).to_string();
        let path = ["v2", "payments", "authorizations", &promise.id, "capture"];
        match self.post::<Capture>(&path, json, Some(key)).await {
            Ok(told) => told.thing.moved(),
            Err(Failure::No(no)) if no.issue == "DUPLICATE_INVOICE_ID" => {
                let order = looked(self.order_behind(&found).await)?;
                let payments = order.as_ref().and_then(Order::payments);
                match payments.and_then(|payments| payments.capture_with(key)) {
                    Some(capture) => capture.moved(),
                    None => Err(ProviderFault::Unknown("what was taken cannot be found".to_owned())),
                }
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// See [`crate::payment::provider::contract::PaymentProvider::void`].
    pub(super) async fn let_go(&self, reference: &str) -> Result<(), ProviderFault> {
        let found = self.named(reference, [Kind::Authorization, Kind::Order, Kind::Capture]).await?;
        let promise = match &found {
            Found::Authorization(promise) => Authorization::clone(promise),
            Found::Capture(_) => return Err(TOO_LARGE),
            Found::Order(order) => match standing(order)? {
                Standing::Closed(_) => return Ok(()),
                Standing::Waiting(_) | Standing::Approved => return self.close(order).await,
                Standing::Promised { .. } | Standing::Processing | Standing::Taken { .. } => {
                    promise_of(order)?
                }
            },
        };
        match promise.status {
            Some(AuthorizationStatus::Voided | AuthorizationStatus::Denied) => Ok(()),
            Some(AuthorizationStatus::Captured) => Err(TOO_LARGE),
            _ => self.void_promise(&promise.id).await,
        }
    }

    /// Lets promised money go, also what is left of it.
    pub(super) async fn void_promise(&self, id: &str) -> Result<(), ProviderFault> {
        match self.post_nothing(&["v2", "payments", "authorizations", id, "void"]).await {
            Ok(()) => Ok(()),
            Err(Failure::No(no)) if ["PREVIOUSLY_VOIDED", "AUTHORIZATION_VOIDED"].contains(&&*no.issue) => {
                Ok(())
            }
            Err(failure) => Err(failure.into()),
        }
    }

    /// See [`crate::payment::provider::contract::PaymentProvider::refund`]. It comes out of one capture: of several,
    /// the first that has enough left.
    pub(super) async fn give_back(
        &self,
        reference: &str,
        amount: Money,
        key: &str,
    ) -> Result<Moved, ProviderFault> {
        let found = self.named(reference, [Kind::Capture, Kind::Authorization, Kind::Order]).await?;
        let order = self.order_behind(&found).await?;
        let payments = order.as_ref().and_then(Order::payments).cloned().unwrap_or_default();
        // PayPal forgets keys in the end; a refund that is there with this key is this one, however late it is asked for.
        let has_key = |refund: &&Refund| refund.custom_id.as_deref() == Some(key);
        if let Some(refund) = payments.refunds.iter().find(has_key) {
            return refund.moved();
        }
        let captures = match &found {
            Found::Capture(capture) => std::slice::from_ref(capture.as_ref()),
            // What was taken of it cannot be found by this name.
            Found::Authorization(_) if order.is_none() => return Err(ProviderFault::Absent),
            Found::Authorization(_) | Found::Order(_) => &payments.captures,
        };
        let mut wire = None;
        let mut source = None;
        for capture in captures.iter().filter(|capture| capture.is_taken()) {
            let taken = read(capture.amount.as_ref())?;
            wire = Some(wire_of(amount, taken)?);
            // Without its order a capture does not tell how much of it went back: PayPal gives back no more than is left.
            let kept =
                payments.kept_of(capture).or(order.is_none().then_some(taken)).ok_or_else(unreadable)?;
            if kept.minor >= amount.minor {
                source = Some(capture);
                break;
            }
        }
        let (Some(wire), Some(capture)) = (wire, source) else {
            return Err(TOO_LARGE);
        };
        let path = ["v2", "payments", "captures", &capture.id, "refund"];
        let json = body::refund(Some(&wire), key).to_string();
        self.post::<Refund>(&path, json, Some(key)).await?.thing.moved()
    }
}

impl Payments {
    /// What was taken with a key.
    fn capture_with(&self, key: &str) -> Option<&Capture> {
        self.captures.iter().find(|capture| capture.invoice_id.as_deref() == Some(key))
    }

    /// What was taken of a promise, and what is being taken, also where it went back since.
    fn captured(&self, promised: Money) -> Option<Money> {
        let counts =
            |capture: &&Capture| capture.is_taken() || capture.status == Some(CaptureStatus::Pending);
        let nothing = Money::new(0, promised.currency);
        self.captures
            .iter()
            .filter(counts)
            .try_fold(nothing, |sum, capture| added(sum, from_wire(capture.amount.as_ref()?)?))
    }
}

fn promise_of(order: &Order) -> Result<Authorization, ProviderFault> {
    order.payments().and_then(|payments| payments.authorizations.first()).cloned().ok_or(TOO_LARGE)
}

/// An amount for a payment: some, and in its currency.
fn wire_of(amount: Money, paid: Money) -> Result<serde_json::Value, ProviderFault> {
    if amount.currency != paid.currency {
        return Err(ProviderFault::Broken("the payment is in another currency".to_owned()));
    }
    to_wire(amount).ok_or_else(untakable)
}

fn read(amount: Option<&Amount>) -> Result<Money, ProviderFault> {
    amount.and_then(from_wire).ok_or_else(unreadable)
}
