//! Why store credit is not changed.

use crate::error::{CommandCode, CommandError};

/// Why a change of store credit was refused. Nothing was changed.
pub type StoreCreditError = CommandError<StoreCreditErrorCode>;

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

impl CommandCode for StoreCreditErrorCode {
    const SCOPE: &'static str = "write_store_credit";

    fn forbidden() -> String {
        format!("changing store credit needs the scope {}", Self::SCOPE)
    }
}
