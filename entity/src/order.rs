//! Table `orders`.

use sea_orm::entity::prelude::*;

use crate::id::{CartId, CustomerId, OrderId};

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
    pub processed_at: DateTimeUtc,
    pub cancelled_at: Option<DateTimeUtc>,
    pub closed_at: Option<DateTimeUtc>,
    pub created_at: DateTimeUtc,
    pub updated_at: DateTimeUtc,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
