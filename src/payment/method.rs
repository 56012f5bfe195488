//! How a buyer means to pay, as kept on the cart.

use serde::{Deserialize, Serialize};

/// How a buyer means to pay.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Payment {
    /// The provider's name, such as `manual`; `free` where there is nothing to pay.
    pub provider: String,
    /// What the provider's own front end handed over.
    pub token: Option<String>,
    /// The amount the buyer agreed to, in minor units of `currency`.
    pub amount_minor: i64,
    /// ISO 4217 code.
    pub currency: String,
    /// The order's name in the system that sends it.
    pub source_identifier: Option<String>,
}

/// The provider of a cart that costs nothing.
pub const FREE: &str = "free";

/// Why a way to pay is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// The provider is unknown or off, or cannot take the amount.
    #[error("This payment method is not available")]
    MethodUnavailable,
    /// The provider needs a token.
    #[error("This payment method needs a token from its provider")]
    TokenMissing,
}
