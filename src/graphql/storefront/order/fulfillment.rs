//! Parcels of an order: those with a label. Which lines are in a parcel the shop does not note yet.

#![expect(
    unreachable_code,
    reason = "the line of a parcel has no values yet: what the macro adds behind its fields is never reached"
)]

use std::sync::Arc;

use async_graphql::{Object, SimpleObject};
use entity::id::OrderId;

use super::OrderLineItem;
use crate::db::Database;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::loader::{Batch, Pulse, shared};
use crate::graphql::scalar::UrlText;
use crate::shipping::{self, Tracking};

/// The parcels of an order.
pub type Parcels = Arc<Vec<Tracking>>;

/// The parcels of orders.
#[must_use]
pub fn loader(db: &Database, pulse: &Pulse) -> Batch<OrderId, Parcels> {
    Batch::on(db, pulse, |db, ids: Vec<OrderId>| async move {
        Ok(shared(shipping::tracking_by_order_ids(db.reader(), &ids).await?))
    })
}

/// What was sent together.
#[derive(Clone)]
pub struct Fulfillment(Tracking);

impl Fulfillment {
    /// The first of an order's parcels.
    #[must_use]
    pub fn first_of(parcels: &[Tracking], first: Option<i32>) -> Vec<Self> {
        let most = first.map_or(usize::MAX, |first| usize::try_from(first).unwrap_or(0));
        parcels.iter().take(most).cloned().map(Self).collect()
    }
}

/// What was sent together.
#[Object]
impl Fulfillment {
    /// What is in it.
    async fn fulfillment_line_items(
        &self,
        #[graphql(desc = "After this place.")] after: Option<String>,
        #[graphql(desc = "Before this place.")] before: Option<String>,
        #[graphql(desc = "So many from the start.")] first: Option<i32>,
        #[graphql(desc = "So many from the end.")] last: Option<i32>,
        #[graphql(desc = "Turned round.", default_with = "Some(false)")] reverse: Option<bool>,
    ) -> Result<Connection<FulfillmentLineItem>, ApiError> {
        let _ = (after, before, first, last, reverse);
        Ok(Connection::empty())
    }

    /// Who carries it.
    async fn tracking_company(&self) -> Option<&str> {
        self.0.company.as_deref()
    }

    /// How to follow it.
    async fn tracking_info(
        &self,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
    ) -> Vec<FulfillmentTrackingInfo> {
        let is_told = self.0.number.is_some() || self.0.url.is_some();
        if !is_told || first.is_some_and(|first| first < 1) {
            return Vec::new();
        }
        vec![FulfillmentTrackingInfo { number: self.0.number.clone(), url: self.0.url.clone().map(UrlText) }]
    }
}

/// A line of an order in a parcel.
#[derive(Clone)]
pub enum FulfillmentLineItem {}

/// A line of an order in a parcel.
#[Object]
impl FulfillmentLineItem {
    /// The line.
    async fn line_item(&self) -> OrderLineItem {
        match *self {}
    }

    /// How many of it.
    async fn quantity(&self) -> i32 {
        match *self {}
    }
}

/// How to follow a parcel.
#[derive(Clone, SimpleObject)]
pub struct FulfillmentTrackingInfo {
    /// The carrier's number.
    pub number: Option<String>,
    /// The carrier's page.
    pub url: Option<UrlText>,
}
