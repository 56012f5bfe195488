//! Table `refund`.

use sea_orm::entity::prelude::*;

use crate::id::{OrderId, RefundId};

/// What a buyer got back at one time, and for what.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "refund")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: RefundId,
    pub order_id: OrderId,
    pub note: Option<String>,
    pub currency: String,
    /// For deliveries, with their taxes.
    pub shipping_minor: i64,
    /// Whether the buyer is told by mail.
    pub notify: bool,
    pub created_at: DateTimeUtc,
    /// Whether the rest of it is done once a provider has not refused its part.
    pub waits: bool,
    /// Until when the store credit of it can be spent; empty: without an end.
    pub credit_expires_at: Option<DateTimeUtc>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
