//! What a customer is refused.

use sea_orm::DbErr;

use crate::error::{Fault, Transient};
use crate::secret::password::HashingError;

/// Why a command was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CustomerError {
    /// The input makes no sense, or the caller has no business here.
    #[error("refused")]
    Refused(Vec<CustomerRefusal>),
    /// It was tried too often, or too many are trying at once. Says nothing of whether an account exists.
    #[error("too many attempts")]
    Throttled,
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl CustomerError {
    /// A refusal for one reason.
    #[must_use]
    pub fn refused(code: CustomerRefusalCode, field: &[&str], message: impl Into<String>) -> Self {
        Self::Refused(vec![CustomerRefusal::new(code, field, message)])
    }

    /// Nobody is signed in with the access token that was shown.
    pub(super) fn not_signed_in() -> Self {
        let message = "The access token is not valid";
        Self::refused(CustomerRefusalCode::TokenInvalid, &["customerAccessToken"], message)
    }
}

impl From<DbErr> for CustomerError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl From<HashingError> for CustomerError {
    fn from(error: HashingError) -> Self {
        match error {
            HashingError::Busy => Self::Throttled,
            HashingError::Fault(fault) => Self::Fault(fault),
        }
    }
}

impl Transient for CustomerError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// One reason of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomerRefusal {
    /// For programs.
    pub code: CustomerRefusalCode,
    /// Which part of the input, from the outside in.
    pub field: Vec<String>,
    /// For people.
    pub message: String,
}

impl CustomerRefusal {
    /// A reason.
    #[must_use]
    pub fn new(code: CustomerRefusalCode, field: &[&str], message: impl Into<String>) -> Self {
        Self { code, field: field.iter().map(|part| (*part).to_owned()).collect(), message: message.into() }
    }
}

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CustomerRefusalCode {
    /// The account has been activated already.
    AlreadyEnabled,
    /// It is empty and must not be.
    Blank,
    /// It holds HTML tags.
    ContainsHtmlTags,
    /// It holds a web address.
    ContainsUrl,
    /// The account is not active yet: a mail was sent with which it can be made so.
    CustomerDisabled,
    /// Anything that has no code of its own.
    Invalid,
    /// The multipass token cannot be used.
    InvalidMultipassRequest,
    /// There is no such thing among the customer's own.
    NotFound,
    /// The password begins or ends with a space.
    PasswordStartsOrEndsWithWhitespace,
    /// Somebody has it already.
    Taken,
    /// The token is wrong, was used, or has expired.
    TokenInvalid,
    /// It is too long.
    TooLong,
    /// It is too short.
    TooShort,
    /// Nobody has this e-mail address and this password.
    UnidentifiedCustomer,
}
