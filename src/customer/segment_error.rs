//! What is refused when segments are changed.

use crate::error::{CommandCode, CommandError};

/// Why a change of a segment was refused. Nothing was changed.
pub type SegmentError = CommandError<SegmentErrorCode>;

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SegmentErrorCode {
    /// A name that is empty, too long or not in its form.
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

impl CommandCode for SegmentErrorCode {
    const SCOPE: &'static str = "write_customers";

    fn forbidden() -> String {
        format!("changing segments needs the scope {}", Self::SCOPE)
    }
}
