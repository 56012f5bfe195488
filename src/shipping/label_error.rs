//! Why a label is not bought, priced or given back.

use super::provider::label::LabelFault;
use crate::error::{CommandCode, CommandError};

/// Why a command about labels was refused: the input makes no sense, or the provider said no.
pub type LabelError = CommandError<LabelErrorCode>;

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

impl CommandCode for LabelErrorCode {
    const SCOPE: &'static str = "write_shipping";

    fn forbidden() -> String {
        format!("labels need the scope {}", Self::SCOPE)
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
