//! What is refused when it is changed where and how the shop delivers.

use crate::error::{CommandCode, CommandError};

/// Why a change of delivery settings was refused. Nothing was changed.
pub type DeliveryError = CommandError<DeliveryErrorCode>;

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryErrorCode {
    /// A text that is empty, too long or not in its form.
    Invalid,
    /// More of something than there may be.
    TooMany,
    /// A thing that is named twice.
    Duplicate,
    /// There is no such profile.
    UnknownProfile,
    /// There is no such location.
    UnknownLocation,
    /// There is no such carrier service.
    UnknownCarrier,
    /// There is no such product.
    UnknownProduct,
    /// There is no such variant.
    UnknownVariant,
    /// There is no such country.
    UnknownCountry,
    /// The country has no such province, as far as provinces are known.
    UnknownProvince,
    /// A location in two groups of a profile.
    LocationTaken,
    /// The same place in two zones of a location group, or twice in one.
    ZoneOverlap,
    /// A profile without location groups, or a group without locations or zones.
    EmptyGroup,
    /// A zone without places or methods.
    EmptyZone,
    /// A pattern of postal codes that is none.
    InvalidPostcode,
    /// An amount, a weight, a percentage or a time out of its range.
    OutOfRange,
    /// A least that is more than the most.
    LimitsBackwards,
    /// Amounts in a currency that is neither the shop's nor a market's.
    CurrencyMismatch,
    /// An address that a carrier may not be asked at.
    InvalidCallbackUrl,
    /// The default profile stays.
    DefaultProfile,
    /// A method needs the carrier service.
    CarrierInUse,
}

impl DeliveryErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::TooMany => "TOO_MANY",
            Self::Duplicate => "DUPLICATE",
            Self::UnknownProfile => "UNKNOWN_PROFILE",
            Self::UnknownLocation => "UNKNOWN_LOCATION",
            Self::UnknownCarrier => "UNKNOWN_CARRIER",
            Self::UnknownProduct => "UNKNOWN_PRODUCT",
            Self::UnknownVariant => "UNKNOWN_VARIANT",
            Self::UnknownCountry => "UNKNOWN_COUNTRY",
            Self::UnknownProvince => "UNKNOWN_PROVINCE",
            Self::LocationTaken => "LOCATION_TAKEN",
            Self::ZoneOverlap => "ZONE_OVERLAP",
            Self::EmptyGroup => "EMPTY_GROUP",
            Self::EmptyZone => "EMPTY_ZONE",
            Self::InvalidPostcode => "INVALID_POSTCODE",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::LimitsBackwards => "LIMITS_BACKWARDS",
            Self::CurrencyMismatch => "CURRENCY_MISMATCH",
            Self::InvalidCallbackUrl => "INVALID_CALLBACK_URL",
            Self::DefaultProfile => "DEFAULT_PROFILE",
            Self::CarrierInUse => "CARRIER_IN_USE",
        }
    }
}

impl CommandCode for DeliveryErrorCode {
    const SCOPE: &'static str = "write_shipping";

    fn forbidden() -> String {
        format!("this needs the scope {}", Self::SCOPE)
    }
}
