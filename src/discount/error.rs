//! What is refused when discounts are changed.

use crate::error::{CommandCode, CommandError};

/// Why a change of discounts was refused. Nothing was changed.
pub type DiscountError = CommandError<DiscountErrorCode>;

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DiscountErrorCode {
    /// There is no such discount.
    NotFound,
    /// A text that is not in its form.
    Invalid,
    /// A text that must be there.
    Blank,
    /// A text that is too long.
    TooLong,
    /// More of something than there may be.
    TooMany,
    /// A thing that is named twice.
    Duplicate,
    /// Another discount, or this one, has the code.
    Taken,
    /// A code discount without a code, or codes for one that applies by itself.
    MethodMismatch,
    /// What it takes off is not what its class takes from.
    ClassMismatch,
    /// A condition that discounts of its kind do not have.
    ConditionNotAllowed,
    /// A percentage that is not above nothing or takes off more than everything.
    PercentageOutOfRange,
    /// An amount that is negative, or more than can be counted with.
    AmountOutOfRange,
    /// A quantity that no cart could hold.
    QuantityOutOfRange,
    /// Amounts are in the shop's currency.
    CurrencyMismatch,
    /// Merchandise, customers, segments, markets or countries are to be named, and none is.
    NothingNamed,
    /// There is no such product.
    UnknownProduct,
    /// There is no such variant.
    UnknownVariant,
    /// There is no such collection.
    UnknownCollection,
    /// There is no such customer.
    UnknownCustomer,
    /// There is no such segment.
    UnknownSegment,
    /// There is no such market.
    UnknownMarket,
    /// There is no such country.
    UnknownCountry,
    /// An end before its beginning.
    WindowBackwards,
    /// A limit of uses that is nothing, or less than the uses that were.
    UsageLimitOutOfRange,
}

impl DiscountErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NotFound => "NOT_FOUND",
            Self::Invalid => "INVALID",
            Self::Blank => "BLANK",
            Self::TooLong => "TOO_LONG",
            Self::TooMany => "TOO_MANY",
            Self::Duplicate => "DUPLICATE",
            Self::Taken => "TAKEN",
            Self::MethodMismatch => "METHOD_MISMATCH",
            Self::ClassMismatch => "CLASS_MISMATCH",
            Self::ConditionNotAllowed => "CONDITION_NOT_ALLOWED",
            Self::PercentageOutOfRange => "PERCENTAGE_OUT_OF_RANGE",
            Self::AmountOutOfRange => "AMOUNT_OUT_OF_RANGE",
            Self::QuantityOutOfRange => "QUANTITY_OUT_OF_RANGE",
            Self::CurrencyMismatch => "CURRENCY_MISMATCH",
            Self::NothingNamed => "NOTHING_NAMED",
            Self::UnknownProduct => "UNKNOWN_PRODUCT",
            Self::UnknownVariant => "UNKNOWN_VARIANT",
            Self::UnknownCollection => "UNKNOWN_COLLECTION",
            Self::UnknownCustomer => "UNKNOWN_CUSTOMER",
            Self::UnknownSegment => "UNKNOWN_SEGMENT",
            Self::UnknownMarket => "UNKNOWN_MARKET",
            Self::UnknownCountry => "UNKNOWN_COUNTRY",
            Self::WindowBackwards => "WINDOW_BACKWARDS",
            Self::UsageLimitOutOfRange => "USAGE_LIMIT_OUT_OF_RANGE",
        }
    }
}

impl CommandCode for DiscountErrorCode {
    const SCOPE: &'static str = "write_discounts";

    fn forbidden() -> String {
        format!("changing discounts needs the scope {}", Self::SCOPE)
    }
}

impl DiscountError {
    pub(super) fn not_found() -> Self {
        Self::refused(DiscountErrorCode::NotFound, "id", "The discount does not exist")
    }
}
