//! What is refused when markets, price lists and rates are changed.

use crate::error::{CommandCode, CommandError};

/// The scope that changes base prices.
pub(crate) const BASE_PRICE_SCOPE: &str = "write_products";

/// Why a change of markets, price lists, rates or prices was refused. Nothing was changed.
pub type MarketError = CommandError<MarketErrorCode>;

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MarketErrorCode {
    /// A text that is empty, too long or not in its form.
    Invalid,
    /// More of something than there may be.
    TooMany,
    /// A thing that is named twice.
    Duplicate,
    /// There is no such market.
    UnknownMarket,
    /// There is no such price list, or it is not one that can be changed here.
    UnknownPriceList,
    /// There is no such segment of customers.
    UnknownSegment,
    /// There is no such variant.
    UnknownVariant,
    /// There is no such price, or it is not one that can be taken away here.
    UnknownPrice,
    /// There is no such rate.
    UnknownRate,
    /// The country has no such province.
    UnknownProvince,
    /// The country or province is in another active market.
    RegionTaken,
    /// A market without a country, which only the primary one may be.
    NoRegion,
    /// The primary market can be neither a draft nor deleted.
    PrimaryMarket,
    /// A percentage that takes off more than everything, or adds more than is allowed.
    PercentageOutOfRange,
    /// Amounts and lists are in the currency of their market.
    CurrencyMismatch,
    /// There is no rate from the shop's currency.
    NoRate,
    /// A rate or an amount that is not above zero or too large.
    OutOfRange,
    /// An end before its beginning.
    WindowBackwards,
    /// Two temporary prices at one time, or a lasting one that begins within a temporary one.
    OverlappingWindows,
    /// An active market needs the rate.
    RateInUse,
}

impl MarketErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::TooMany => "TOO_MANY",
            Self::Duplicate => "DUPLICATE",
            Self::UnknownMarket => "UNKNOWN_MARKET",
            Self::UnknownPriceList => "UNKNOWN_PRICE_LIST",
            Self::UnknownSegment => "UNKNOWN_SEGMENT",
            Self::UnknownVariant => "UNKNOWN_VARIANT",
            Self::UnknownPrice => "UNKNOWN_PRICE",
            Self::UnknownRate => "UNKNOWN_RATE",
            Self::UnknownProvince => "UNKNOWN_PROVINCE",
            Self::RegionTaken => "REGION_TAKEN",
            Self::NoRegion => "NO_REGION",
            Self::PrimaryMarket => "PRIMARY_MARKET",
            Self::PercentageOutOfRange => "PERCENTAGE_OUT_OF_RANGE",
            Self::CurrencyMismatch => "CURRENCY_MISMATCH",
            Self::NoRate => "NO_RATE",
            Self::OutOfRange => "OUT_OF_RANGE",
            Self::WindowBackwards => "WINDOW_BACKWARDS",
            Self::OverlappingWindows => "OVERLAPPING_WINDOWS",
            Self::RateInUse => "RATE_IN_USE",
        }
    }
}

impl CommandCode for MarketErrorCode {
    const SCOPE: &'static str = "write_markets";

    fn forbidden() -> String {
        format!("this needs the scope {}, or {BASE_PRICE_SCOPE} for base prices", Self::SCOPE)
    }
}
