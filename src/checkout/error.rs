//! Why a checkout cannot even begin.

use sea_orm::DbErr;

use crate::cart::CartError;
use crate::error::{Fault, Transient};

/// Why a checkout cannot even begin.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
    /// No cart has this secret, or it has expired.
    #[error("the cart does not exist")]
    CartNotFound,
    /// The caller's name for the attempt is empty or too long.
    #[error("the attempt token must have 1 to 255 characters")]
    BadAttemptToken,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<DbErr> for CheckoutError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl From<CartError> for CheckoutError {
    fn from(error: CartError) -> Self {
        match error {
            CartError::NotFound | CartError::Busy | CartError::Refused(_) => Self::CartNotFound,
            CartError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Transient for CheckoutError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}
