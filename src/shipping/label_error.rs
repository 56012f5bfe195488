//! Why a label is not bought, priced or given back.

use sea_orm::DbErr;

use super::provider::label::LabelFault;
use crate::actor::Actor;
use crate::error::{Fault, Transient};

/// The scope that buys labels and gives them back.
const SCOPE: &str = "write_shipping";

/// Why a command about labels was refused.
#[derive(Debug, thiserror::Error)]
pub enum LabelError {
    /// The actor may not spend the shop's money on labels.
    #[error("labels need the scope {SCOPE}")]
    Forbidden,
    /// The input makes no sense, or the provider said no.
    #[error("{message}")]
    Refused {
        /// For programs.
        code: LabelErrorCode,
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
pub enum LabelErrorCode {
    /// A text or number that is not in its form or range.
    Invalid,
    /// More of something than there may be.
    TooMany,
    /// There is no such order.
    UnknownOrder,
    /// The order was cancelled.
    OrderCancelled,
    /// The order has no address that a parcel could go to.
    NoAddress,
    /// There is no such location.
    UnknownLocation,
    /// The location's address or telephone is missing.
    LocationWithoutAddress,
    /// There is no such label.
    UnknownLabel,
    /// The label was not bought, or not yet.
    NotBought,
    /// The request key was used for something else.
    KeyReused,
    /// A label was bought at that rate before.
    RateUsed,
    /// Nobody who sells labels is configured.
    ProviderOff,
    /// The provider said no; its codes are in the message.
    ProviderRefused,
    /// The provider cannot be asked at the moment.
    ProviderUnavailable,
}

impl LabelErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::TooMany => "TOO_MANY",
            Self::UnknownOrder => "UNKNOWN_ORDER",
            Self::OrderCancelled => "ORDER_CANCELLED",
            Self::NoAddress => "NO_ADDRESS",
            Self::UnknownLocation => "UNKNOWN_LOCATION",
            Self::LocationWithoutAddress => "LOCATION_WITHOUT_ADDRESS",
            Self::UnknownLabel => "UNKNOWN_LABEL",
            Self::NotBought => "NOT_BOUGHT",
            Self::KeyReused => "KEY_REUSED",
            Self::RateUsed => "RATE_USED",
            Self::ProviderOff => "PROVIDER_OFF",
            Self::ProviderRefused => "PROVIDER_REFUSED",
            Self::ProviderUnavailable => "PROVIDER_UNAVAILABLE",
        }
    }
}

impl LabelError {
    pub(super) fn refused(code: LabelErrorCode, field: &'static str, message: impl Into<String>) -> Self {
        Self::Refused { code, field, message: message.into() }
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<LabelErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Forbidden | Self::Fault(_) => None,
        }
    }
}

impl From<DbErr> for LabelError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl From<LabelFault> for LabelError {
    fn from(fault: LabelFault) -> Self {
        let code = match fault {
            LabelFault::Refused(_) | LabelFault::NotFound => LabelErrorCode::ProviderRefused,
            LabelFault::KeyRefused
            | LabelFault::Busy { .. }
            | LabelFault::NotSent
            | LabelFault::Unknown(_) => LabelErrorCode::ProviderUnavailable,
        };
        Self::refused(code, "provider", fault.to_string())
    }
}

impl Transient for LabelError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Refuses who may not buy labels.
pub(super) fn check_scope(actor: &Actor) -> Result<(), LabelError> {
    if actor.has_scope(SCOPE) { Ok(()) } else { Err(LabelError::Forbidden) }
}
