//! Finding things by their names. Names of orders, promises and captures look the same: each is tried in turn.

use super::client::{Call, Failure};
use super::standing::ORDER_LASTS;
use super::wire::{Authorization, Capture, Order, Supplement, is_name};
use crate::clock::Clock;
use crate::payment::provider::answer::{Told, looked};
use crate::payment::provider::contract::{PaymentRef, ProviderFault};

/// What a name may be of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// What a buyer approves.
    Order,
    /// Promised money.
    Authorization,
    /// Money that was taken.
    Capture,
}

/// What there is under a name.
pub(super) enum Found {
    Order(Box<Order>),
    Authorization(Box<Authorization>),
    Capture(Box<Capture>),
}

impl Call<'_> {
    /// An order by its name.
    pub(super) async fn order(&self, id: &str) -> Result<Order, ProviderFault> {
        let order: Order = self.get(&["v2", "checkout", "orders", id]).await?;
        Ok(order.shown_on(self.pages()))
    }

    /// How an order stands of which something was asked in this call.
    pub(super) async fn look_again(&self, id: &str) -> Result<Order, ProviderFault> {
        looked(self.order(id).await)
    }

    /// Asks for something that is answered with an order.
    pub(super) async fn post_order(
        &self,
        path: &[&str],
        json: String,
        key: &str,
    ) -> Result<Told<Order>, Failure> {
        let Told { thing, again } = self.post::<Order>(path, json, Some(key)).await?;
        Ok(Told { thing: thing.shown_on(self.pages()), again })
    }

    /// A thing by its name, tried as each kind in this order.
    pub(super) async fn named(&self, reference: &str, kinds: [Kind; 3]) -> Result<Found, ProviderFault> {
        if !is_name(reference) {
            return Err(ProviderFault::Absent);
        }
        for kind in kinds {
            let found = match kind {
                Kind::Order => self.order(reference).await.map(Box::new).map(Found::Order),
                Kind::Authorization => {
                    self.payment("authorizations", reference).await.map(Found::Authorization)
                }
                Kind::Capture => self.payment("captures", reference).await.map(Found::Capture),
            };
            match found {
                Err(ProviderFault::Absent) => {}
                other => return other,
            }
        }
        Err(ProviderFault::Absent)
    }

    /// What there is of a kind of movements under a name.
    pub(super) async fn payment<T: serde::de::DeserializeOwned>(
        &self,
        kind: &str,
        id: &str,
    ) -> Result<Box<T>, ProviderFault> {
        Ok(Box::new(self.get(&["v2", "payments", kind, id]).await?))
    }

    /// The order to which a thing belongs; none where it does not tell, or where PayPal has forgotten the order: what was
    /// taken outlives it.
    pub(super) async fn order_behind(&self, found: &Found) -> Result<Option<Order>, ProviderFault> {
        let related = |supplement: &Option<Supplement>| {
            supplement.as_ref().and_then(Supplement::order_id).map(str::to_owned)
        };
        let id = match found {
            Found::Order(order) => return Ok(Some(Order::clone(order))),
            Found::Authorization(promise) => related(&promise.supplementary_data),
            Found::Capture(capture) => related(&capture.supplementary_data),
        };
        let Some(id) = id else { return Ok(None) };
        match self.order(&id).await {
            Err(ProviderFault::Absent) => Ok(None),
            order => order.map(Some),
        }
    }

    /// The order of an attempt: by the name that was told, or by what the buyer handed over. None where the attempt
    /// knows neither: nobody was told where to approve such an order, and so nothing was paid by it.
    pub(super) async fn locate(&self, payment: &PaymentRef) -> Result<Option<Order>, ProviderFault> {
        let handed = payment.token.as_deref().map(str::trim).filter(|token| is_name(token));
        let Some(reference) = payment.reference.as_deref().or(handed) else {
            return Ok(None);
        };
        let kinds = [Kind::Order, Kind::Capture, Kind::Authorization];
        let found = match self.named(reference, kinds).await {
            Err(ProviderFault::Absent) => return Ok(None),
            other => other?,
        };
        let order = self.order_behind(&found).await?;
        let unknown = || ProviderFault::Unknown("the payment does not tell its order".to_owned());
        order.map(Some).ok_or_else(unknown)
    }
}

/// Whether an order that the attempt knew of may be forgotten by PayPal: it forgets those that nobody approved.
pub(super) fn is_forgotten(payment: &PaymentRef) -> bool {
    payment.reference.is_some() && Clock::System.now().signed_duration_since(payment.begun_at) > ORDER_LASTS
}
