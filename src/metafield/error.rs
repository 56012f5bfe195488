//! What saving metafields and metaobjects refuses.

use sea_orm::DbErr;

use crate::error::{Fault, Transient};

/// Why metafields or metaobjects were refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum MetafieldError {
    /// The actor may not.
    #[error("this needs the scope {0}")]
    Forbidden(&'static str),
    /// The input makes no sense.
    #[error("refused: {}", .0.first().map_or("", |refusal| refusal.message.as_str()))]
    Refused(Vec<FieldRefusal>),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FaultCode {
    /// The namespace is kept for programs that do not exist here.
    AppNotAuthorized,
    /// Something that must be said is missing.
    Blank,
    /// The value is none of the choices.
    Inclusion,
    /// The owner does not exist, or has no metafields.
    InvalidOwner,
    /// There is no such type, or the definition says another.
    InvalidType,
    /// The value does not fit its type or its definition.
    InvalidValue,
    /// The value is above the most, or there are too many of them.
    LessThanOrEqualTo,
    /// Something is there that must not be.
    Present,
    /// Something is too long.
    TooLong,
    /// Something is too short.
    TooShort,
}

impl FaultCode {
    /// The reason for programs.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::AppNotAuthorized => "APP_NOT_AUTHORIZED",
            Self::Blank => "BLANK",
            Self::Inclusion => "INCLUSION",
            Self::InvalidOwner => "INVALID_OWNER",
            Self::InvalidType => "INVALID_TYPE",
            Self::InvalidValue => "INVALID_VALUE",
            Self::LessThanOrEqualTo => "LESS_THAN_OR_EQUAL_TO",
            Self::Present => "PRESENT",
            Self::TooLong => "TOO_LONG",
            Self::TooShort => "TOO_SHORT",
        }
    }
}

/// Why one value was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueFault {
    /// For programs.
    pub code: FaultCode,
    /// For people.
    pub message: String,
}

impl ValueFault {
    /// A reason.
    #[must_use]
    pub fn new(code: FaultCode, message: impl Into<String>) -> Self {
        Self { code, message: message.into() }
    }

    /// The same reason, about a part of an element of the input.
    #[must_use]
    pub fn at(self, index: Option<usize>, field: &str) -> FieldRefusal {
        FieldRefusal { code: self.code, index, field: field.to_owned(), message: self.message }
    }
}

/// Why an element of the input was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldRefusal {
    /// For programs.
    pub code: FaultCode,
    /// Which element, from zero, where it is about one.
    pub index: Option<usize>,
    /// Which part of it.
    pub field: String,
    /// For people.
    pub message: String,
}

impl MetafieldError {
    /// A refusal for one reason.
    #[must_use]
    pub fn refused(code: FaultCode, index: Option<usize>, field: &str, message: impl Into<String>) -> Self {
        Self::Refused(vec![ValueFault::new(code, message).at(index, field)])
    }
}

impl From<DbErr> for MetafieldError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for MetafieldError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}
