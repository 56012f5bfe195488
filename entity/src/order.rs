//! Table `orders`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{CartId, CustomerId, MarketId, OrderId};

/// The words of `orders`.`cancel_reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum CancelReason {
    #[sea_orm(string_value = "customer")]
    Customer,
    #[sea_orm(string_value = "declined")]
    Declined,
    #[sea_orm(string_value = "fraud")]
    Fraud,
    #[sea_orm(string_value = "inventory")]
    Inventory,
    #[sea_orm(string_value = "other")]
    Other,
    #[sea_orm(string_value = "staff")]
    Staff,
}

/// A placed order: what was bought, at the prices of that moment.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "orders")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OrderId,
    pub number: i64,
    /// The number as people see it.
    pub name: String,
    pub cart_id: Option<CartId>,
    pub customer_id: Option<CustomerId>,
    pub email: Option<String>,
    /// Lower case, for finding the orders of an address.
    pub email_norm: Option<String>,
    pub phone: Option<String>,
    pub currency: String,
    pub country: String,
    pub language: String,
    pub subtotal_minor: i64,
    /// All that was taken off, of lines and deliveries.
    pub discount_minor: i64,
    pub shipping_minor: i64,
    pub tax_minor: i64,
    pub total_minor: i64,
    pub taxes_included: bool,
    pub note: Option<String>,
    #[sea_orm(column_type = "JsonBinary")]
    pub attributes: Json,
    /// The order's name in the system that sent it.
    pub source_identifier: Option<String>,
    /// Paid through a test gateway.
    pub test: bool,
    /// What of the discount was taken off deliveries.
    pub shipping_discount_minor: i64,
    /// Where it was sold.
    pub market_id: Option<MarketId>,
    /// What a unit of the shop's currency was worth in the order's, in billionths.
    pub fx_rate_e9: Option<i64>,
    /// Whether the tax provider did not answer and the shop's own rates stood in.
    pub tax_fallback: bool,
    /// Whether a carrier did not answer and a fixed rate stood in.
    pub delivery_fallback: bool,
    pub processed_at: DateTimeUtc,
    pub cancelled_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    pub cancel_reason: Option<CancelReason>,
    /// Why it was cancelled, for staff.
    pub staff_note: Option<String>,
    /// When it became known that its buyer disputes a payment.
    pub disputed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
