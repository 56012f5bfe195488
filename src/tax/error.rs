//! What is refused when taxes are changed.

use sea_orm::DbErr;

use crate::actor::Actor;
use crate::error::{Fault, Transient};

/// The scope that changes taxes.
const SCOPE: &str = "write_taxes";

/// Why a change was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum TaxError {
    /// The actor may not change taxes.
    #[error("changing taxes needs the scope {SCOPE}")]
    Forbidden,
    /// The input makes no sense.
    #[error("{message}")]
    Refused {
        /// For programs.
        code: TaxErrorCode,
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
pub enum TaxErrorCode {
    /// A text that is empty, too long or not in its form, or a number out of its range.
    Invalid,
    /// More of something than there may be.
    TooMany,
    /// A thing that is named twice, or a handle that another has.
    Duplicate,
    /// There is no such class.
    UnknownTaxClass,
    /// There is no such rate.
    UnknownTaxRate,
    /// There is no such country.
    UnknownCountry,
    /// The country has no such province.
    UnknownProvince,
    /// There is no such market.
    UnknownMarket,
    /// There is no such variant.
    UnknownVariant,
    /// There is no such customer.
    UnknownCustomer,
    /// A rate below nothing or above the whole.
    RateOutOfRange,
    /// A text that does not say which postal codes are meant, such as a range whose end lies before its beginning.
    InvalidPostcode,
    /// An end before its beginning.
    WindowBackwards,
    /// Another rate of the same place, class and priority holds at the same time.
    OverlappingWindows,
    /// Rates or variants are in the class.
    ClassInUse,
    /// The provider has no secret here.
    ProviderOff,
}

impl TaxErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::TooMany => "TOO_MANY",
            Self::Duplicate => "DUPLICATE",
            Self::UnknownTaxClass => "UNKNOWN_TAX_CLASS",
            Self::UnknownTaxRate => "UNKNOWN_TAX_RATE",
            Self::UnknownCountry => "UNKNOWN_COUNTRY",
            Self::UnknownProvince => "UNKNOWN_PROVINCE",
            Self::UnknownMarket => "UNKNOWN_MARKET",
            Self::UnknownVariant => "UNKNOWN_VARIANT",
            Self::UnknownCustomer => "UNKNOWN_CUSTOMER",
            Self::RateOutOfRange => "RATE_OUT_OF_RANGE",
            Self::InvalidPostcode => "INVALID_POSTCODE",
            Self::WindowBackwards => "WINDOW_BACKWARDS",
            Self::OverlappingWindows => "OVERLAPPING_WINDOWS",
            Self::ClassInUse => "CLASS_IN_USE",
            Self::ProviderOff => "PROVIDER_OFF",
        }
    }
}

impl TaxError {
    pub(super) fn refused(code: TaxErrorCode, field: &'static str, message: impl Into<String>) -> Self {
        Self::Refused { code, field, message: message.into() }
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<TaxErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Forbidden | Self::Fault(_) => None,
        }
    }
}

impl From<DbErr> for TaxError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for TaxError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Refuses who may not change taxes.
pub(super) fn check_scope(actor: &Actor) -> Result<(), TaxError> {
    if actor.has_scope(SCOPE) { Ok(()) } else { Err(TaxError::Forbidden) }
}
