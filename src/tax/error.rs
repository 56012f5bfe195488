//! What is refused when taxes are changed.

use crate::error::{CommandCode, CommandError};

/// Why a change of taxes was refused. Nothing was changed.
pub type TaxError = CommandError<TaxErrorCode>;

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

impl CommandCode for TaxErrorCode {
    const SCOPE: &'static str = "write_taxes";

    fn forbidden() -> String {
        format!("changing taxes needs the scope {}", Self::SCOPE)
    }
}
