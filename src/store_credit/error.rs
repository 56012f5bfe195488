//! Why store credit is not changed.

use sea_orm::DbErr;

use crate::actor::Actor;
use crate::error::{Fault, Transient};

/// The scope that changes store credit.
const SCOPE: &str = "write_store_credit";

/// Why a change was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum StoreCreditError {
    /// The actor may not change store credit.
    #[error("changing store credit needs the scope {SCOPE}")]
    Forbidden,
    /// The input makes no sense.
    #[error("{message}")]
    Refused {
        /// For programs.
        code: StoreCreditErrorCode,
        /// Which part of the input.
        field: &'static str,
        /// For people.
        message: String,
    },
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StoreCreditErrorCode {
    /// A text that is empty or too long.
    Invalid,
    /// An amount that is not above zero, or too large.
    OutOfRange,
    /// An end that is over already.
    EndsInThePast,
    /// There is no such customer, or no longer.
    UnknownCustomer,
    /// The customer has less than that.
    InsufficientFunds,
    /// The account has such an entry of another amount.
    ReferenceTaken,
}

impl StoreCreditErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::EndsInThePast => "ENDS_IN_THE_PAST",
            Self::UnknownCustomer => "UNKNOWN_CUSTOMER",
            Self::InsufficientFunds => "INSUFFICIENT_FUNDS",
            Self::ReferenceTaken => "REFERENCE_TAKEN",
        }
    }
}

impl StoreCreditError {
    pub(super) fn refused(
        code: StoreCreditErrorCode,
        field: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::Refused { code, field, message: message.into() }
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<StoreCreditErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Forbidden | Self::Fault(_) => None,
        }
    }
}

impl From<DbErr> for StoreCreditError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for StoreCreditError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Refuses who may not change store credit.
pub(super) fn check_scope(actor: &Actor) -> Result<(), StoreCreditError> {
    if actor.has_scope(SCOPE) { Ok(()) } else { Err(StoreCreditError::Forbidden) }
}
