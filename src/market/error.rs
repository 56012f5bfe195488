//! What is refused when markets, price lists and rates are changed.

use sea_orm::DbErr;

use crate::actor::Actor;
use crate::error::{Fault, Transient};

/// The scope that changes markets, price lists and rates.
const SCOPE: &str = "write_markets";
/// The scope that changes base prices.
pub(crate) const BASE_PRICE_SCOPE: &str = "write_products";

/// Why a change of markets, price lists, rates or prices was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum MarketError {
    /// The actor may not change markets, or base prices.
    #[error("this needs the scope {SCOPE}, or {BASE_PRICE_SCOPE} for base prices")]
    Forbidden,
    /// The input makes no sense.
    #[error("{message}")]
    Refused {
        /// For programs.
        code: MarketErrorCode,
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

impl MarketError {
    pub(crate) fn refused(code: MarketErrorCode, field: &'static str, message: impl Into<String>) -> Self {
        Self::Refused { code, field, message: message.into() }
    }

    /// The same as a fault, for who gave nothing that could be refused.
    #[must_use]
    pub fn into_fault(self) -> Fault {
        match self {
            Self::Fault(fault) => fault,
            refused => Fault::new(refused),
        }
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<MarketErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Forbidden | Self::Fault(_) => None,
        }
    }
}

impl From<DbErr> for MarketError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for MarketError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Refuses who may not change markets.
pub(crate) fn check_scope(actor: &Actor) -> Result<(), MarketError> {
    if actor.has_scope(SCOPE) { Ok(()) } else { Err(MarketError::Forbidden) }
}
