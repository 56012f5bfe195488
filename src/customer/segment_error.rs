//! What is refused when segments are changed.

use sea_orm::DbErr;

use crate::actor::Actor;
use crate::error::{Fault, Transient};

/// The scope that changes segments.
const SCOPE: &str = "write_customers";

/// Why a change of a segment was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum SegmentError {
    /// The actor may not change segments.
    #[error("changing segments needs the scope {SCOPE}")]
    Forbidden,
    /// The input makes no sense.
    #[error("{message}")]
    Refused {
        /// For programs.
        code: SegmentErrorCode,
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
pub enum SegmentErrorCode {
    /// A name that is empty or too long.
    Invalid,
    /// Another segment has the name.
    Taken,
    /// None, or more of something than there may be.
    TooMany,
    /// There is no such segment.
    UnknownSegment,
    /// There is no such customer.
    UnknownCustomer,
    /// A price list or a discount is for it.
    InUse,
}

impl SegmentErrorCode {
    /// The stable word for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Invalid => "INVALID",
            Self::Taken => "TAKEN",
            Self::TooMany => "TOO_MANY",
            Self::UnknownSegment => "UNKNOWN_SEGMENT",
            Self::UnknownCustomer => "UNKNOWN_CUSTOMER",
            Self::InUse => "IN_USE",
        }
    }
}

impl SegmentError {
    pub(super) fn refused(code: SegmentErrorCode, field: &'static str, message: impl Into<String>) -> Self {
        Self::Refused { code, field, message: message.into() }
    }

    /// The code of a refusal.
    #[must_use]
    pub fn code(&self) -> Option<SegmentErrorCode> {
        match self {
            Self::Refused { code, .. } => Some(*code),
            Self::Forbidden | Self::Fault(_) => None,
        }
    }
}

impl From<DbErr> for SegmentError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for SegmentError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// Refuses who may not change segments.
pub(super) fn check_scope(actor: &Actor) -> Result<(), SegmentError> {
    if actor.has_scope(SCOPE) { Ok(()) } else { Err(SegmentError::Forbidden) }
}
