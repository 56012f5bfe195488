//! Why an order is not changed.

use sea_orm::DbErr;

use crate::actor::Actor;
use crate::error::{Fault, Transient};

/// The scope that changes orders.
pub const WRITE_ORDERS: &str = "write_orders";

/// Why a change was refused. Nothing was changed, but for [`OrderErrorCode::ProviderRefused`], which the ledger keeps.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// The input makes no sense, or the order does not stand so that it could be done.
    #[error("{message}")]
    Refused {
        /// For programs.
        code: OrderErrorCode,
        /// Which part of the input.
        field: Vec<String>,
        /// For people.
        message: String,
    },
    /// There is no such order or transaction.
    #[error("there is no such order")]
    NotFound,
    /// The actor lacks this scope.
    #[error("changing orders needs the scope {0}")]
    AccessDenied(&'static str),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OrderErrorCode {
    /// There is no such order.
    OrderNotFound,
    /// The input makes no sense.
    Invalid,
    /// An amount that is not above zero.
    AmountNotPositive,
    /// More than there is to take or to give back.
    AmountTooLarge,
    /// The transaction promises nothing that could be taken.
    NotCapturable,
    /// The transaction promises nothing that could be let go.
    NotVoidable,
    /// The transaction took nothing that could go back.
    NotRefundable,
    /// The order was cancelled before.
    AlreadyCancelled,
    /// The order cannot be cancelled.
    NotCancellable,
    /// Nothing is awaited.
    AlreadyPaid,
    /// The provider said no.
    ProviderRefused,
    /// More units than the line has left.
    LineQuantity,
    /// The order has no customer who could be given store credit.
    NoCustomer,
    /// Store credit that would have ended before it was given.
    EndsInThePast,
    /// What is in a parcel that has left cannot be sold again.
    ParcelLeft,
}

impl OrderErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::OrderNotFound => "ORDER_NOT_FOUND",
            Self::Invalid => "INVALID",
            Self::AmountNotPositive => "AMOUNT_NOT_POSITIVE",
            Self::AmountTooLarge => "AMOUNT_TOO_LARGE",
            Self::NotCapturable => "NOT_CAPTURABLE",
            Self::NotVoidable => "NOT_VOIDABLE",
            Self::NotRefundable => "NOT_REFUNDABLE",
            Self::AlreadyCancelled => "ALREADY_CANCELLED",
            Self::NotCancellable => "NOT_CANCELLABLE",
            Self::AlreadyPaid => "ALREADY_PAID",
            Self::ProviderRefused => "PROVIDER_REFUSED",
            Self::LineQuantity => "LINE_QUANTITY",
            Self::NoCustomer => "NO_CUSTOMER",
            Self::EndsInThePast => "ENDS_IN_THE_PAST",
            Self::ParcelLeft => "PARCEL_LEFT",
        }
    }
}

impl OrderError {
    /// The same about a part of a part of the input.
    pub(super) fn within(self, path: &[&str]) -> Self {
        match self {
            Self::Refused { code, field, message } => {
                let path = path.iter().map(|part| (*part).to_owned());
                Self::Refused { code, field: path.chain(field).collect(), message }
            }
            Self::NotFound | Self::AccessDenied(_) | Self::Fault(_) => self,
        }
    }
}

/// Makes a refusal about a part of the input.
pub(super) fn refused(code: OrderErrorCode, field: &[&str], message: impl Into<String>) -> OrderError {
    let field = field.iter().map(|part| (*part).to_owned()).collect();
    OrderError::Refused { code, field, message: message.into() }
}

impl From<DbErr> for OrderError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for OrderError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Refuses who may not change orders.
pub(super) fn check_scope(actor: &Actor) -> Result<(), OrderError> {
    if actor.has_scope(WRITE_ORDERS) { Ok(()) } else { Err(OrderError::AccessDenied(WRITE_ORDERS)) }
}
