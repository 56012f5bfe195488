//! Table `order_transaction`.

use sea_orm::entity::prelude::*;
use serde::{Deserialize, Serialize};

use crate::id::{OrderId, OrderTransactionId, RefundId};

/// The words of `order_transaction`.`kind`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum TransactionKind {
    #[sea_orm(string_value = "authorization")]
    Authorization,
    #[sea_orm(string_value = "capture")]
    Capture,
    #[sea_orm(string_value = "sale")]
    Sale,
    #[sea_orm(string_value = "void")]
    Void,
    #[sea_orm(string_value = "refund")]
    Refund,
}

/// The words of `order_transaction`.`status`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum TransactionStatus {
    #[sea_orm(string_value = "pending")]
    Pending,
    #[sea_orm(string_value = "success")]
    Success,
    #[sea_orm(string_value = "failure")]
    Failure,
}

/// The words of `order_transaction`.`error_code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EnumIter, DeriveActiveEnum, Serialize, Deserialize)]
#[sea_orm(rs_type = "String", db_type = "Text")]
#[serde(rename_all = "snake_case")]
pub enum TransactionErrorCode {
    #[sea_orm(string_value = "card_declined")]
    CardDeclined,
    #[sea_orm(string_value = "config_error")]
    ConfigError,
    #[sea_orm(string_value = "processing_error")]
    ProcessingError,
    #[sea_orm(string_value = "generic_error")]
    GenericError,
}

/// Money that moved, or was promised, for an order; append-only.
#[derive(Clone, Debug, PartialEq, DeriveEntityModel)]
#[sea_orm(table_name = "order_transaction")]
pub struct Model {
    #[sea_orm(primary_key)]
    pub id: OrderTransactionId,
    pub order_id: OrderId,
    pub parent_id: Option<OrderTransactionId>,
    pub kind: TransactionKind,
    pub status: TransactionStatus,
    /// The provider's name.
    pub gateway: String,
    pub amount_minor: i64,
    pub currency: String,
    pub provider_reference: Option<String>,
    pub idempotency_key: String,
    pub created_at: DateTimeUtc,
    /// Of a promise what was taken or let go, of what was taken what goes back; also while that is under way.
    pub used_minor: i64,
    /// The refund that it is of.
    pub refund_id: Option<RefundId>,
    /// When its provider is asked next; empty: nobody is asked.
    pub ask_at: Option<DateTimeUtc>,
    /// How often it was asked.
    pub asks: i32,
    /// Until when one node has it for itself.
    pub lease_until: Option<DateTimeUtc>,
    /// Whether it becomes store credit of the order's customer, wherever it was taken.
    pub to_credit: bool,
    /// Why its provider did not move it; empty: nobody said.
    pub error_code: Option<TransactionErrorCode>,
}

#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}
