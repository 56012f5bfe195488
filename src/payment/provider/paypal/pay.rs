//! Making a payment: on PayPal's own page, or with an order that the buyer approved in PayPal's own front end.

use chrono::TimeDelta;
use serde_json::Value;

use super::amount::to_wire;
use super::client::{Call, Failure};
use super::standing::{Standing, action, amount_of, standing};
use super::wire::{Order, is_name};
use super::{Asked, body};
use crate::clock::Clock;
use crate::payment::provider::answer::looked;
use crate::payment::provider::contract::{PayOutcome, PayRequest, ProviderFault, Refusal, Session};

/// PayPal remembers the key of an order for six hours. Later than this the key proves nothing, and no order is made any
/// more.
const KEYS_LAST: TimeDelta = TimeDelta::hours(5);

/// What was handed over means nothing here, or is somebody else's.
pub(super) const FOREIGN: ProviderFault = ProviderFault::Refused(Refusal::InvalidPaymentMethod);

impl Call<'_> {
    /// See [`crate::payment::provider::contract::PaymentProvider::pay`].
    pub(super) async fn make(&self, request: &PayRequest) -> Result<PayOutcome, ProviderFault> {
        let amount = to_wire(request.amount).ok_or_else(untakable)?;
        let asked = Asked::of_request(request);
        match request.token.as_deref().map(str::trim).filter(|token| !token.is_empty()) {
            None => {
                let order = self.open(request, &amount, &request.key).await?;
                self.follow(order, &asked).await
            }
            Some(id) if is_name(id) => {
                let order = self.take_over(id, &asked).await?;
                self.follow(order, &asked).await
            }
            Some(_) => Err(FOREIGN),
        }
    }

    /// See [`crate::payment::provider::contract::PaymentProvider::session`].
    pub(super) async fn begin(
        &self,
        request: &PayRequest,
        client_id: &str,
    ) -> Result<Session, ProviderFault> {
        let amount = to_wire(request.amount).ok_or_else(untakable)?;
        let owner = format!("{}{}", body::SESSION, request.key);
        let order = self.open(request, &amount, &owner).await?;
        let approve_url = action(&order).url;
        let publishable_key = Some(client_id.to_owned());
        Ok(Session { reference: order.id, client_secret: None, publishable_key, approve_url })
    }

    /// Makes an order, or finds the one that was made with the same key.
    async fn open(&self, request: &PayRequest, amount: &Value, owner: &str) -> Result<Order, ProviderFault> {
        if Clock::System.now().signed_duration_since(request.begun_at) > KEYS_LAST {
            return Err(ProviderFault::Refused(Refusal::Abandoned));
        }
        let json = body::order(request, amount, owner).to_string();
        let told = self.post_order(&["v2", "checkout", "orders"], json, &request.key).await?;
        if !told.again && told.thing.is_of(owner) {
            return Ok(told.thing);
        }
        let order = match self.order(&told.thing.id).await {
            // Made long ago, and never approved.
            Err(ProviderFault::Absent) => return Err(ProviderFault::Refused(Refusal::Abandoned)),
            other => looked(other)?,
        };
        if order.is_of(owner) {
            return Ok(order);
        }
        Err(ProviderFault::Broken("the key belongs to another order".to_owned()))
    }

    /// Takes an order that the buyer approved in a session: it must be ours, of this amount, and nobody else's.
    async fn take_over(&self, id: &str, asked: &Asked) -> Result<Order, ProviderFault> {
        let order = match self.order(id).await {
            Err(ProviderFault::Absent) => return Err(FOREIGN),
            other => other?,
        };
        if order.is_of(&asked.key) {
            return Ok(order);
        }
        let is_free = order.owner().is_some_and(|owner| owner.starts_with(body::SESSION));
        if !is_free || amount_of(&order) != Some(asked.amount) || standing(&order)? != Standing::Approved {
            return Err(FOREIGN);
        }
        let claim = body::claim(&asked.key, asked.capture).to_string();
        match self.patch(&["v2", "checkout", "orders", id], claim).await {
            Ok(()) | Err(Failure::No(_)) => {}
            Err(silence) => return Err(silence.into()),
        }
        // Of two attempts that both found it free, the later claim stays. Should the earlier one take the money
        // nevertheless, what it took names the later one as its owner, and the earlier one goes away empty.
        let order = self.look_again(id).await?;
        if order.is_of(&asked.key) { Ok(order) } else { Err(FOREIGN) }
    }
}

/// Says that the amount cannot be paid in its currency, such as 1.50 HUF, or is none.
pub(super) fn untakable() -> ProviderFault {
    ProviderFault::Broken("the amount cannot be taken in this currency".to_owned())
}
