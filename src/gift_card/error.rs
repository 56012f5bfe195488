//! Why a gift card is not issued.

use sea_orm::DbErr;

use crate::error::{Fault, Transient};

/// Why a gift card is not issued.
#[derive(Debug, thiserror::Error)]
pub enum GiftCardError {
    /// The code is too short, too long, or holds more than letters and digits.
    #[error("a code has 8 to 20 letters and digits")]
    InvalidCode,
    /// Another card has the code.
    #[error("the code is taken")]
    CodeTaken,
    /// The amount is not above zero.
    #[error("the amount must be above zero")]
    InvalidAmount,
    /// There is no such card.
    #[error("the gift card does not exist")]
    NotFound,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for GiftCardError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for GiftCardError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}
