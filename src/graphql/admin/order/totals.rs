//! What an order comes to, in the buyer's currency and in the shop's.

use async_graphql::Object;

use super::Shared;
use crate::graphql::admin::money::MoneyBag;
use crate::graphql::error::ApiError;

/// What an order comes to.
#[derive(Clone)]
pub struct OrderTotals(pub(super) Shared);

impl OrderTotals {
    fn bag(&self, minor: i64) -> Result<MoneyBag, ApiError> {
        Ok(self.0.currencies.bag(minor)?)
    }
}

/// What an order comes to.
#[Object]
impl OrderTotals {
    /// What the buyer was to pay when it was placed.
    async fn total_price_set(&self) -> Result<MoneyBag, ApiError> {
        self.bag(self.0.view.row.total_minor)
    }

    /// What it costs after what was given back of it; nothing once it is cancelled.
    async fn current_total_price_set(&self) -> Result<MoneyBag, ApiError> {
        self.bag(self.0.view.balance().current_total_minor)
    }

    /// What was taken.
    async fn total_received_set(&self) -> Result<MoneyBag, ApiError> {
        self.bag(self.0.view.balance().received_minor)
    }

    /// What was given back.
    async fn total_refunded_set(&self) -> Result<MoneyBag, ApiError> {
        self.bag(self.0.view.balance().refunded_minor)
    }

    /// What was taken and not given back.
    async fn net_payment_set(&self) -> Result<MoneyBag, ApiError> {
        let balance = self.0.view.balance();
        self.bag(balance.received_minor - balance.refunded_minor)
    }

    /// What is promised, and neither taken nor let go.
    async fn total_capturable_set(&self) -> Result<MoneyBag, ApiError> {
        self.bag(self.0.view.balance().capturable_minor)
    }

    /// What the buyer still owes; below zero where the shop does.
    async fn total_outstanding_set(&self) -> Result<MoneyBag, ApiError> {
        self.bag(self.0.view.balance().outstanding_minor)
    }
}
