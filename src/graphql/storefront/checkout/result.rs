//! What the steps of a completion answer.

use async_graphql::{Enum, ID, SimpleObject, Union};

use crate::cart::ChangedPart;
use crate::checkout::{CompletionFault, CompletionFaultCode, Obstacle, ObstacleCode};
use crate::graphql::id;
use crate::graphql::scalar::{DateTime, UrlText};
use crate::graphql::storefront::cart::{Cart, CartUserError};
use crate::graphql::storefront::code::{CompletionErrorCode, SubmissionErrorCode};
use crate::graphql::storefront::money::MoneyV2;
use crate::market::AddressField;

/// What came of `cartPrepareForCompletion`.
#[derive(SimpleObject)]
pub struct CartPrepareForCompletionPayload {
    /// Whether the cart can be ordered.
    pub result: Option<CartPrepareForCompletionResult>,
    /// Why the question was refused.
    pub user_errors: Vec<CartUserError>,
}

/// Whether a cart can be ordered.
#[derive(Union)]
pub enum CartPrepareForCompletionResult {
    /// Not as it stands.
    NotReady(CartStatusNotReady),
    /// As it stands.
    Ready(CartStatusReady),
    /// Not to be told yet.
    Throttled(CartThrottled),
}

/// The cart can be ordered.
#[derive(SimpleObject)]
pub struct CartStatusReady {
    /// The cart.
    pub cart: Option<Cart>,
}

/// The cart cannot be ordered as it stands.
#[derive(SimpleObject)]
pub struct CartStatusNotReady {
    /// The cart.
    pub cart: Option<Cart>,
    /// What is in the way.
    pub errors: Vec<CartOperationError>,
}

/// Too many ask for this cart.
#[derive(SimpleObject)]
pub struct CartThrottled {
    /// The cart.
    pub cart: Option<Cart>,
    /// When to ask again.
    pub poll_after: DateTime,
}

/// Something that is in the way of an order.
#[derive(SimpleObject)]
pub struct CartOperationError {
    /// What, for programs: a value of `SubmissionErrorCode`.
    pub code: String,
    /// What, for people.
    pub message: Option<String>,
}

impl From<&Obstacle> for CartOperationError {
    fn from(obstacle: &Obstacle) -> Self {
        let code = async_graphql::resolver_utils::enum_value(submission_code(obstacle.code));
        let code = match code {
            async_graphql::Value::Enum(name) => name.to_string(),
            other => other.to_string(),
        };
        Self { code, message: Some(obstacle.message.clone()) }
    }
}

/// What came of `cartSubmitForCompletion`.
#[derive(SimpleObject)]
pub struct CartSubmitForCompletionPayload {
    /// Whether the cart was accepted.
    pub result: Option<CartSubmitForCompletionResult>,
    /// Why the submission was refused.
    pub user_errors: Vec<CartUserError>,
}

/// Whether a cart was accepted for completion.
#[derive(Union)]
pub enum CartSubmitForCompletionResult {
    /// It was before.
    AlreadyAccepted(SubmitAlreadyAccepted),
    /// It was not.
    Failed(SubmitFailed),
    /// It was now.
    Success(SubmitSuccess),
    /// Not to be told yet.
    Throttled(SubmitThrottled),
}

/// The cart was accepted.
#[derive(SimpleObject)]
pub struct SubmitSuccess {
    /// By which to ask `cartCompletionAttempt`. It is a secret.
    pub attempt_id: String,
    /// The page on which the cart is shown.
    pub redirect_url: UrlText,
}

/// The cart has an attempt already: the one with the same token, or one under way, or the one that became the order.
#[derive(SimpleObject)]
pub struct SubmitAlreadyAccepted {
    /// By which to ask `cartCompletionAttempt`. It is a secret.
    pub attempt_id: String,
}

/// The cart cannot be ordered as it stands.
#[derive(SimpleObject)]
pub struct SubmitFailed {
    /// The page on which the cart is shown.
    pub checkout_url: Option<UrlText>,
    /// What is in the way.
    pub errors: Vec<SubmissionError>,
}

/// Too many submit this cart.
#[derive(SimpleObject)]
pub struct SubmitThrottled {
    /// When to submit again.
    pub poll_after: DateTime,
}

/// Something that is in the way of an order.
#[derive(SimpleObject)]
pub struct SubmissionError {
    /// What, for programs.
    pub code: SubmissionErrorCode,
    /// What, for people.
    pub message: Option<String>,
    /// The amount that is another than the buyer was told, where that is the reason. An addition of this server.
    pub price_change: Option<PriceChange>,
}

/// An amount of a cart that is another than the buyer was told. An addition of this server.
#[derive(SimpleObject)]
pub struct PriceChange {
    /// Which part of the cart it is of.
    pub part: PriceChangePart,
    /// The line's global id, where it is of a line.
    pub line_id: Option<ID>,
    /// What the buyer was told.
    pub was: MoneyV2,
    /// What it is now.
    pub is: MoneyV2,
}

/// The parts of a cart whose amounts can change. An addition of this server.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum PriceChangePart {
    /// What the deliveries cost after discounts.
    Delivery,
    /// What all units of a line cost after discounts.
    Line,
    /// The taxes that are added to prices.
    Tax,
    /// What the buyer pays.
    Total,
    /// What one unit of a line costs.
    Unit,
}

impl SubmissionError {
    /// What is in the way of the cart with this secret.
    pub(super) fn of(obstacle: Obstacle, token: &str) -> Self {
        let change = obstacle.change.map(|change| {
            let line_id = |line| Some(id::encode("CartLine", format!("{line}?cart={token}")));
            let (part, line_id) = match change.part {
                ChangedPart::Unit(line, _) => (PriceChangePart::Unit, line_id(line)),
                ChangedPart::Line(line, _) => (PriceChangePart::Line, line_id(line)),
                ChangedPart::Delivery => (PriceChangePart::Delivery, None),
                ChangedPart::Tax => (PriceChangePart::Tax, None),
                ChangedPart::Total => (PriceChangePart::Total, None),
            };
            PriceChange { part, line_id, was: change.was.into(), is: change.is.into() }
        });
        Self { code: submission_code(obstacle.code), message: Some(obstacle.message), price_change: change }
    }
}

fn submission_code(code: ObstacleCode) -> SubmissionErrorCode {
    match code {
        ObstacleCode::EmptyCart | ObstacleCode::DeliveryUnknown => SubmissionErrorCode::Error,
        ObstacleCode::EmailRequired => SubmissionErrorCode::BuyerIdentityEmailRequired,
        ObstacleCode::EmailInvalid => SubmissionErrorCode::BuyerIdentityEmailIsInvalid,
        ObstacleCode::DeliveryAddressRequired => SubmissionErrorCode::DeliveryAddressRequired,
        ObstacleCode::DeliveryFieldRequired(field) => required(field),
        ObstacleCode::DeliveryFieldInvalid(field) => invalid(field),
        ObstacleCode::NoDeliveryAvailable => SubmissionErrorCode::DeliveryNoDeliveryAvailable,
        ObstacleCode::NotEnoughStock => SubmissionErrorCode::MerchandiseNotEnoughStockAvailable,
        ObstacleCode::OutOfStock => SubmissionErrorCode::MerchandiseOutOfStock,
        ObstacleCode::NotPublished => SubmissionErrorCode::MerchandiseProductNotPublished,
        ObstacleCode::PaymentRequired => SubmissionErrorCode::PaymentsMethodRequired,
        ObstacleCode::PaymentUnavailable => SubmissionErrorCode::PaymentsMethodUnavailable,
        ObstacleCode::UnacceptableAmount | ObstacleCode::PriceChanged => {
            SubmissionErrorCode::PaymentsUnacceptablePaymentAmount
        }
        ObstacleCode::TaxesUnknown => SubmissionErrorCode::TaxesMustBeDefined,
    }
}

fn required(field: AddressField) -> SubmissionErrorCode {
    match field {
        AddressField::FirstName => SubmissionErrorCode::DeliveryFirstNameRequired,
        AddressField::LastName => SubmissionErrorCode::DeliveryLastNameRequired,
        AddressField::Company => SubmissionErrorCode::DeliveryCompanyRequired,
        AddressField::Address1 => SubmissionErrorCode::DeliveryAddress1Required,
        AddressField::Address2 => SubmissionErrorCode::DeliveryAddress2Required,
        AddressField::City => SubmissionErrorCode::DeliveryCityRequired,
        AddressField::Province => SubmissionErrorCode::DeliveryZoneRequiredForCountry,
        AddressField::Zip => SubmissionErrorCode::DeliveryPostalCodeRequired,
        AddressField::Country => SubmissionErrorCode::DeliveryCountryRequired,
        AddressField::Phone => SubmissionErrorCode::DeliveryPhoneNumberRequired,
    }
}

fn invalid(field: AddressField) -> SubmissionErrorCode {
    match field {
        AddressField::FirstName => SubmissionErrorCode::DeliveryFirstNameInvalid,
        AddressField::LastName => SubmissionErrorCode::DeliveryLastNameInvalid,
        AddressField::Company => SubmissionErrorCode::DeliveryCompanyInvalid,
        AddressField::Address1 => SubmissionErrorCode::DeliveryAddress1Invalid,
        AddressField::Address2 => SubmissionErrorCode::DeliveryAddress2Invalid,
        AddressField::City => SubmissionErrorCode::DeliveryCityInvalid,
        AddressField::Province => SubmissionErrorCode::DeliveryZoneNotFound,
        AddressField::Zip => SubmissionErrorCode::DeliveryPostalCodeInvalid,
        AddressField::Country => SubmissionErrorCode::DeliveryCountryRequired,
        AddressField::Phone => SubmissionErrorCode::DeliveryPhoneNumberInvalid,
    }
}

/// How an attempt stands.
#[derive(Union)]
pub enum CartCompletionAttemptResult {
    /// The buyer must do something.
    ActionRequired(CartCompletionActionRequired),
    /// There is no order.
    Failed(CartCompletionFailed),
    /// It is under way.
    Processing(CartCompletionProcessing),
    /// There is an order.
    Success(CartCompletionSuccess),
}

/// The attempt is under way.
#[derive(SimpleObject)]
pub struct CartCompletionProcessing {
    /// The attempt's id.
    pub id: String,
    /// After how many milliseconds to ask again.
    pub poll_delay: i32,
}

/// The buyer must do something before the attempt goes on.
#[derive(SimpleObject)]
pub struct CartCompletionActionRequired {
    /// What.
    pub action: Option<CartCompletionAction>,
    /// The attempt's id.
    pub id: String,
}

/// What a buyer may have to do.
#[derive(Union)]
pub enum CartCompletionAction {
    /// Answer a question of the bank.
    CompletePaymentChallenge(CompletePaymentChallenge),
}

/// A question of the bank.
#[derive(SimpleObject)]
pub struct CompletePaymentChallenge {
    /// Where it is asked; none where only the provider's own front end can go on.
    pub redirect_url: Option<UrlText>,
    /// By which the provider's own front end goes on. It is a secret. An addition of this server.
    pub client_secret: Option<String>,
    /// The provider's name, as `paymentMethods` tells it. An addition of this server.
    pub provider: String,
    /// Until when it is waited for. An addition of this server.
    pub until: Option<DateTime>,
}

/// There is no order, and no money was kept.
#[derive(SimpleObject)]
pub struct CartCompletionFailed {
    /// Why.
    pub errors: Vec<CompletionError>,
    /// The attempt's id.
    pub id: String,
}

/// There is an order.
#[derive(SimpleObject)]
pub struct CartCompletionSuccess {
    /// When it was placed.
    pub completed_at: Option<DateTime>,
    /// The attempt's id.
    pub id: String,
    /// The order's global id, with the key that reads it.
    pub order_id: ID,
    /// The order's page, with the key that opens it.
    pub order_url: UrlText,
}

/// Why an attempt failed.
#[derive(SimpleObject)]
pub struct CompletionError {
    /// Why, for programs.
    pub code: CompletionErrorCode,
    /// Why, for people.
    pub message: Option<String>,
}

impl From<CompletionFault> for CompletionError {
    fn from(fault: CompletionFault) -> Self {
        let code = match fault.code {
            CompletionFaultCode::InventoryReservationError => CompletionErrorCode::InventoryReservationError,
            CompletionFaultCode::PaymentCardDeclined => CompletionErrorCode::PaymentCardDeclined,
            CompletionFaultCode::PaymentInsufficientFunds => CompletionErrorCode::PaymentInsufficientFunds,
            CompletionFaultCode::PaymentInvalidPaymentMethod => {
                CompletionErrorCode::PaymentInvalidPaymentMethod
            }
            CompletionFaultCode::PaymentError => CompletionErrorCode::PaymentError,
            CompletionFaultCode::PaymentTransientError | CompletionFaultCode::PaymentProviderUnreachable => {
                CompletionErrorCode::PaymentTransientError
            }
            CompletionFaultCode::Error => CompletionErrorCode::Error,
        };
        Self { code, message: Some(fault.message) }
    }
}
