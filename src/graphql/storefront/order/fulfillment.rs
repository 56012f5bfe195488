//! Parcels of an order. The shop notes none yet; the types say how it would be told.

#![allow(
    unreachable_code,
    reason = "the types have no values: what the macro adds behind a field is never reached"
)]

use async_graphql::{Object, SimpleObject};

use super::OrderLineItem;
use crate::graphql::connection::Connection;
use crate::graphql::error::ApiError;
use crate::graphql::scalar::UrlText;

/// What was sent together.
#[derive(Clone)]
pub enum Fulfillment {}

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
        match *self {}
    }

    /// Who carries it.
    async fn tracking_company(&self) -> Option<String> {
        match *self {}
    }

    /// How to follow it.
    async fn tracking_info(
        &self,
        #[graphql(desc = "How many at most.")] first: Option<i32>,
    ) -> Vec<FulfillmentTrackingInfo> {
        let _ = first;
        match *self {}
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
