//! What a cart refuses, and what it only warns of.

use sea_orm::DbErr;

use crate::error::{Fault, Transient};
use crate::pricing::engine::Inapplicable;

/// Why a change of a cart was refused. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// No cart has this secret, or it has expired or was ordered.
    #[error("the cart does not exist")]
    NotFound,
    /// The cart is being paid for.
    #[error("the cart is being completed")]
    Busy,
    /// The input makes no sense.
    #[error("refused")]
    Refused(Vec<Refusal>),
    /// Ours.
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl CartError {
    /// A refusal for one reason.
    #[must_use]
    pub fn refused(code: RefusalCode, field: &[&str], message: impl Into<String>) -> Self {
        Self::Refused(vec![Refusal::new(code, field, message)])
    }
}

impl From<DbErr> for CartError {
    fn from(error: DbErr) -> Self {
        Self::Fault(error.into())
    }
}

impl Transient for CartError {
    fn is_transient(&self) -> bool {
        matches!(self, Self::Fault(fault) if fault.is_transient())
    }
}

/// One reason of a refusal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub code: RefusalCode,
    /// Which part of the input, from the outside in.
    pub field: Vec<String>,
    /// For people.
    pub message: String,
}

impl Refusal {
    /// A reason.
    #[must_use]
    pub fn new(code: RefusalCode, field: &[&str], message: impl Into<String>) -> Self {
        Self { code, field: field.iter().map(|part| (*part).to_owned()).collect(), message: message.into() }
    }
}

/// The reasons by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    /// Anything that has no code of its own.
    Invalid,
    /// The cart would have too many lines.
    CartTooLarge,
    /// The line is not in the cart.
    InvalidMerchandiseLine,
    /// The quantity is too small.
    MinimumNotMet,
    /// The quantity is too large.
    MaximumExceeded,
    /// The quantity lies between two steps.
    InvalidIncrement,
    /// The note is too long.
    NoteTooLong,
    /// The address is not in the cart.
    InvalidDeliveryAddressId,
    /// The delivery group is not in the cart.
    InvalidDeliveryGroup,
    /// The delivery option is not offered.
    InvalidDeliveryOption,
    /// More than one address is selected.
    OnlyOneDeliveryAddressCanBeSelected,
    /// The cart would have too many addresses.
    TooManyDeliveryAddresses,
    /// A field of an address is missing.
    AddressFieldIsRequired,
    /// A field of an address is too long.
    AddressFieldIsTooLong,
    /// A field of an address holds HTML.
    AddressFieldContainsHtmlTags,
    /// A field of an address holds a web address.
    AddressFieldContainsUrl,
    /// The country has no such province.
    ProvinceNotFound,
    /// The payment makes no sense.
    InvalidPayment,
    /// There is nothing to pay for.
    InvalidPaymentEmptyCart,
    /// The shop does not take this payment.
    PaymentMethodNotSupported,
    /// Companies do not buy here.
    InvalidCompanyLocation,
    /// The product is sold without subscriptions.
    SellingPlanNotApplicable,
    /// The line that a line shall belong to is not there.
    ParentLineNotFound,
    /// A line that belongs to another shall carry lines itself.
    ParentLineNestingTooDeep,
    /// The line that a line shall belong to is named in the wrong way.
    ParentLineInvalidReference,
    /// A bundle shall carry lines or belong to one.
    BundlesAndAddonsCannotBeMixed,
    /// The value's definition does not exist.
    InvalidMetafields,
}

/// Something that was changed or left out, though the rest was done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CartWarning {
    /// For programs.
    pub code: WarningCode,
    /// Global id of what it is about.
    pub target: WarningTarget,
    /// For people.
    pub message: String,
}

/// What a warning is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningTarget {
    /// A line.
    Line(entity::id::CartLineId),
    /// A variant that did not become a line.
    Variant(entity::id::VariantId),
    /// The cart as a whole.
    Cart,
}

/// The warnings by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WarningCode {
    /// There is less than was wanted; the quantity was lowered.
    MerchandiseNotEnoughStock,
    /// There is nothing; the line was left out.
    MerchandiseOutOfStock,
    /// A discount code takes nothing off, for this reason.
    Discount(Inapplicable),
    /// The gift card cannot pay for the cart.
    PaymentsGiftCardsUnavailable,
}
