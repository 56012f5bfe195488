//! Words of metafields.

use async_graphql::Enum;

/// Why a metafield was not saved.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetafieldsSetUserErrorCode {
    /// The key is not for front ends to write.
    AppNotAuthorized,
    /// Something that must be said is missing.
    Blank,
    /// The value is none of those that there are.
    Inclusion,
    /// The owner is not there, or cannot be changed now.
    InvalidOwner,
    /// There is no such type, or the shop's definition says another.
    InvalidType,
    /// The value does not fit its type or the shop's definition.
    InvalidValue,
    /// A number is above the most.
    LessThanOrEqualTo,
    /// Something is there that must not be.
    Present,
    /// Something is longer than it may be.
    TooLong,
    /// Something is shorter than it must be.
    TooShort,
}

/// Why a metafield was not deleted.
#[derive(Enum, Clone, Copy, PartialEq, Eq, Debug)]
pub enum MetafieldDeleteErrorCode {
    /// The key is not for front ends to write.
    AppNotAuthorized,
    /// The owner is not there, or cannot be changed now.
    InvalidOwner,
    /// The owner has no such metafield.
    MetafieldDoesNotExist,
}
