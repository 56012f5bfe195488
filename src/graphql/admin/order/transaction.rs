//! Money that moved, or was promised, for an order.

use std::sync::Arc;

use async_graphql::{Enum, ID, Object};
use entity::id::OrderTransactionId;
use entity::order_transaction::{Model, TransactionErrorCode, TransactionKind, TransactionStatus};

use super::Shared;
use crate::graphql::admin::money::MoneyBag;
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::scalar::DateTime;

/// What was done with money.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderTransactionKind {
    /// Promised.
    Authorization,
    /// Taken of what was promised.
    Capture,
    /// Given back.
    Refund,
    /// Taken at once.
    Sale,
    /// The promise was dropped.
    Void,
}

impl From<TransactionKind> for OrderTransactionKind {
    fn from(kind: TransactionKind) -> Self {
        match kind {
            TransactionKind::Authorization => Self::Authorization,
            TransactionKind::Capture => Self::Capture,
            TransactionKind::Refund => Self::Refund,
            TransactionKind::Sale => Self::Sale,
            TransactionKind::Void => Self::Void,
        }
    }
}

/// How a movement of money stands.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderTransactionStatus {
    /// Nothing moved, and nothing will.
    Failure,
    /// It is not known yet, or awaited.
    Pending,
    /// Done.
    Success,
}

impl From<TransactionStatus> for OrderTransactionStatus {
    fn from(status: TransactionStatus) -> Self {
        match status {
            TransactionStatus::Failure => Self::Failure,
            TransactionStatus::Pending => Self::Pending,
            TransactionStatus::Success => Self::Success,
        }
    }
}

/// Why money did not move.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderTransactionErrorCode {
    /// The card was declined, or there is not enough money.
    CardDeclined,
    /// The provider did not accept the request: the shop's keys may be wrong.
    ConfigError,
    /// Another reason, or one that nobody said.
    GenericError,
    /// The provider knows no such payment.
    ProcessingError,
}

impl From<TransactionErrorCode> for OrderTransactionErrorCode {
    fn from(code: TransactionErrorCode) -> Self {
        match code {
            TransactionErrorCode::CardDeclined => Self::CardDeclined,
            TransactionErrorCode::ConfigError => Self::ConfigError,
            TransactionErrorCode::ProcessingError => Self::ProcessingError,
            TransactionErrorCode::GenericError => Self::GenericError,
        }
    }
}

/// A movement of money.
#[derive(Clone)]
pub struct OrderTransaction {
    order: Shared,
    row: Model,
}

impl OrderTransaction {
    pub(super) fn new(order: &Shared, row: &Model) -> Self {
        Self { order: Arc::clone(order), row: row.clone() }
    }

    /// The one of an order with this key, if the order has it.
    pub(super) fn find(order: &Shared, id: OrderTransactionId) -> Option<Self> {
        let row = order.view.transactions.iter().find(|row| row.id == id)?;
        Some(Self::new(order, row))
    }
}

/// Money that moved, or was promised, for an order.
#[Object]
impl OrderTransaction {
    /// Its global id.
    async fn id(&self) -> ID {
        id::encode("OrderTransaction", self.row.id)
    }

    /// What was done.
    async fn kind(&self) -> OrderTransactionKind {
        self.row.kind.into()
    }

    /// How it stands.
    async fn status(&self) -> OrderTransactionStatus {
        self.row.status.into()
    }

    /// Who moved it: a payment provider, `gift_card` or `store_credit`.
    async fn gateway(&self) -> Option<&str> {
        Some(&self.row.gateway)
    }

    /// How much.
    async fn amount_set(&self) -> Result<MoneyBag, ApiError> {
        Ok(self.order.currencies.bag(self.row.amount_minor)?)
    }

    /// What it goes back to: the promise of what was taken, the payment of what was given back.
    async fn parent_transaction(&self) -> Option<OrderTransaction> {
        Self::find(&self.order, self.row.parent_id?)
    }

    /// The provider's name for it.
    async fn payment_id(&self) -> Option<&str> {
        self.row.provider_reference.as_deref()
    }

    /// When it was written down.
    async fn created_at(&self) -> DateTime {
        DateTime(self.row.created_at)
    }

    /// When it moved, as far as the shop knows.
    async fn processed_at(&self) -> Option<DateTime> {
        Some(DateTime(self.row.created_at))
    }

    /// Why nothing moved.
    async fn error_code(&self) -> Option<OrderTransactionErrorCode> {
        match self.row.status {
            TransactionStatus::Failure => {
                let code = self.row.error_code.unwrap_or(TransactionErrorCode::GenericError);
                Some(code.into())
            }
            TransactionStatus::Pending | TransactionStatus::Success => None,
        }
    }

    /// Whether no real money moved.
    async fn test(&self) -> bool {
        self.order.view.row.test
    }
}
