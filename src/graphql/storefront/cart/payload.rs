//! What a cart mutation answers: the cart, what was refused, what the buyer should know.

use async_graphql::{ID, Interface, SimpleObject};

use super::discount::discount_warning;
use super::metafield::{MetafieldDeleteUserError, MetafieldsSetUserError};
use super::types::Cart;
use crate::cart::{self, CartError, Outcome, RefusalCode, WarningCode, WarningTarget};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::graphql::storefront::code::{CartErrorCode, CartWarningCode};
use crate::graphql::storefront::customer::{CustomerUserError, UserError};
use crate::graphql::storefront::shop_pay::UserErrorsShopPayPaymentRequestSessionUserErrors;

/// What all kinds of refusal have in common.
#[derive(Interface)]
#[graphql(
    field(
        name = "field",
        ty = "Option<Vec<String>>",
        desc = "Which part of the input, from the outside in."
    ),
    field(name = "message", ty = "String", desc = "What is wrong, for people.")
)]
pub enum DisplayableError {
    /// A refusal of a cart.
    CartUserError(CartUserError),
    /// A refusal of a customer.
    CustomerUserError(CustomerUserError),
    /// A refusal without a code.
    UserError(UserError),
    /// A refusal of a payment with Shopify's wallet.
    UserErrorsShopPayPaymentRequestSessionUserErrors(UserErrorsShopPayPaymentRequestSessionUserErrors),
    /// A refusal to delete a metafield.
    MetafieldDeleteUserError(MetafieldDeleteUserError),
    /// A refusal to save a metafield.
    MetafieldsSetUserError(MetafieldsSetUserError),
}

/// Why a change of a cart was refused.
#[derive(Clone, SimpleObject)]
pub struct CartUserError {
    /// What is wrong, for programs.
    pub code: Option<CartErrorCode>,
    /// Which part of the input, from the outside in.
    #[graphql(owned)]
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    #[graphql(owned)]
    pub message: String,
}

/// Something that was changed or left out, though the rest was done.
#[derive(Clone, SimpleObject)]
pub struct CartWarning {
    /// What, for programs.
    pub code: CartWarningCode,
    /// What, for people.
    pub message: String,
    /// What it is about.
    pub target: ID,
}

/// The parts of every cart mutation's answer.
pub struct Answer {
    pub(super) cart: Option<Cart>,
    pub(super) user_errors: Vec<CartUserError>,
    pub(super) warnings: Vec<CartWarning>,
}

/// Answers of cart mutations: the same three fields under many names.
macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The cart after the change; none where it was refused.
            cart: Option<Cart>,
            /// Why it was refused.
            user_errors: Vec<CartUserError>,
            /// What the buyer should know.
            warnings: Vec<CartWarning>,
        }

        impl From<Answer> for $name {
            fn from(answer: Answer) -> Self {
                Self { cart: answer.cart, user_errors: answer.user_errors, warnings: answer.warnings }
            }
        }
    )+};
}

payloads! {
    /// What came of `cartCreate`.
    CartCreatePayload,
    /// What came of `cartLinesAdd`.
    CartLinesAddPayload,
    /// What came of `cartLinesUpdate`.
    CartLinesUpdatePayload,
    /// What came of `cartLinesRemove`.
    CartLinesRemovePayload,
    /// What came of `cartNoteUpdate`.
    CartNoteUpdatePayload,
    /// What came of `cartAttributesUpdate`.
    CartAttributesUpdatePayload,
    /// What came of `cartBuyerIdentityUpdate`.
    CartBuyerIdentityUpdatePayload,
    /// What came of `cartDeliveryAddressesAdd`.
    CartDeliveryAddressesAddPayload,
    /// What came of `cartDeliveryAddressesUpdate`.
    CartDeliveryAddressesUpdatePayload,
    /// What came of `cartDeliveryAddressesRemove`.
    CartDeliveryAddressesRemovePayload,
    /// What came of `cartDeliveryAddressesReplace`.
    CartDeliveryAddressesReplacePayload,
    /// What came of `cartSelectedDeliveryOptionsUpdate`.
    CartSelectedDeliveryOptionsUpdatePayload,
    /// What came of `cartBillingAddressUpdate`.
    CartBillingAddressUpdatePayload,
    /// What came of `cartStoreCreditUpdate`.
    CartStoreCreditUpdatePayload,
    /// What came of `cartDiscountCodesUpdate`.
    CartDiscountCodesUpdatePayload,
    /// What came of `cartGiftCardCodesAdd`.
    CartGiftCardCodesAddPayload,
    /// What came of `cartGiftCardCodesRemove`.
    CartGiftCardCodesRemovePayload,
    /// What came of `cartGiftCardCodesUpdate`.
    CartGiftCardCodesUpdatePayload,
    /// What came of `cartClone`.
    CartClonePayload,
    /// What came of `cartRemovePersonalData`.
    CartRemovePersonalDataPayload,
}

/// Wraps what a command returned. `prefix` stands before the fields of its refusals.
///
/// # Errors
/// Faults only; refusals are part of the answer.
pub fn answer<T: From<Answer>>(outcome: Result<Outcome, CartError>, prefix: &[&str]) -> Result<T, ApiError> {
    let answer = match outcome {
        Ok(outcome) => {
            let warnings =
                outcome.warnings.iter().map(|warning| warning_of(warning, &outcome.cart.token)).collect();
            Answer { cart: Some(Cart::new(outcome.cart)), user_errors: Vec::new(), warnings }
        }
        Err(error) => Answer { cart: None, user_errors: cart_error(error, prefix)?, warnings: Vec::new() },
    };
    Ok(T::from(answer))
}

/// A cart's refusals as the API writes them.
///
/// # Errors
/// Faults only.
pub fn cart_error(error: CartError, prefix: &[&str]) -> Result<Vec<CartUserError>, ApiError> {
    let about_cart = |message: &str| CartUserError {
        code: Some(CartErrorCode::Invalid),
        field: Some(vec!["cartId".to_owned()]),
        message: message.to_owned(),
    };
    match error {
        CartError::NotFound => Ok(vec![about_cart("The specified cart does not exist.")]),
        CartError::Busy => Ok(vec![about_cart("The cart is being completed and cannot be changed.")]),
        CartError::Refused(refusals) => Ok(refusals
            .into_iter()
            .map(|refusal| CartUserError {
                code: Some(code_of(refusal.code)),
                field: Some(prefix.iter().map(|part| (*part).to_owned()).chain(refusal.field).collect()),
                message: refusal.message,
            })
            .collect()),
        CartError::Fault(fault) => Err(fault.into()),
    }
}

fn code_of(code: RefusalCode) -> CartErrorCode {
    match code {
        RefusalCode::Invalid => CartErrorCode::Invalid,
        RefusalCode::CartTooLarge => CartErrorCode::CartTooLarge,
        RefusalCode::InvalidMerchandiseLine => CartErrorCode::InvalidMerchandiseLine,
        RefusalCode::MinimumNotMet => CartErrorCode::MinimumNotMet,
        RefusalCode::MaximumExceeded => CartErrorCode::MaximumExceeded,
        RefusalCode::InvalidIncrement => CartErrorCode::InvalidIncrement,
        RefusalCode::NoteTooLong => CartErrorCode::NoteTooLong,
        RefusalCode::InvalidDeliveryAddressId => CartErrorCode::InvalidDeliveryAddressId,
        RefusalCode::InvalidDeliveryGroup => CartErrorCode::InvalidDeliveryGroup,
        RefusalCode::InvalidDeliveryOption => CartErrorCode::InvalidDeliveryOption,
        RefusalCode::OnlyOneDeliveryAddressCanBeSelected => {
            CartErrorCode::OnlyOneDeliveryAddressCanBeSelected
        }
        RefusalCode::TooManyDeliveryAddresses => CartErrorCode::TooManyDeliveryAddresses,
        RefusalCode::AddressFieldIsRequired => CartErrorCode::AddressFieldIsRequired,
        RefusalCode::AddressFieldIsTooLong => CartErrorCode::AddressFieldIsTooLong,
        RefusalCode::AddressFieldContainsHtmlTags => CartErrorCode::AddressFieldContainsHtmlTags,
        RefusalCode::AddressFieldContainsUrl => CartErrorCode::AddressFieldContainsUrl,
        RefusalCode::ProvinceNotFound => CartErrorCode::ProvinceNotFound,
        RefusalCode::InvalidPayment => CartErrorCode::InvalidPayment,
        RefusalCode::InvalidPaymentEmptyCart => CartErrorCode::InvalidPaymentEmptyCart,
        RefusalCode::PaymentMethodNotSupported => CartErrorCode::PaymentMethodNotSupported,
        RefusalCode::InvalidCompanyLocation => CartErrorCode::InvalidCompanyLocation,
        RefusalCode::SellingPlanNotApplicable => CartErrorCode::SellingPlanNotApplicable,
        RefusalCode::ParentLineNotFound => CartErrorCode::ParentLineNotFound,
        RefusalCode::ParentLineNestingTooDeep => CartErrorCode::ParentLineNestingTooDeep,
        RefusalCode::ParentLineInvalidReference => CartErrorCode::ParentLineInvalidReference,
        RefusalCode::BundlesAndAddonsCannotBeMixed => CartErrorCode::BundlesAndAddonsCannotBeMixed,
        RefusalCode::InvalidMetafields => CartErrorCode::InvalidMetafields,
    }
}

fn warning_of(warning: &cart::CartWarning, token: &str) -> CartWarning {
    let code = match warning.code {
        WarningCode::MerchandiseNotEnoughStock => CartWarningCode::MerchandiseNotEnoughStock,
        WarningCode::MerchandiseOutOfStock => CartWarningCode::MerchandiseOutOfStock,
        WarningCode::Discount(reason) => discount_warning(reason),
        WarningCode::PaymentsGiftCardsUnavailable => CartWarningCode::PaymentsGiftCardsUnavailable,
    };
    let target = match warning.target {
        WarningTarget::Line(line) => id::encode("CartLine", format!("{line}?cart={token}")),
        WarningTarget::Variant(variant) => id::encode("ProductVariant", variant),
        WarningTarget::Cart => id::encode("Cart", token),
    };
    CartWarning { code, message: warning.message.clone(), target }
}
