//! What mutations of orders answer: what they came to, or why they were refused.

use async_graphql::{Enum, ID, SimpleObject};

use super::refund::Refund;
use super::transaction::OrderTransaction;
use super::{Order, Shared};
use crate::graphql::error::ApiError;
use crate::graphql::id;
use crate::order::{OrderError, OrderErrorCode, OrderView};

/// Why a mutation came to nothing.
pub(super) enum Failure {
    /// The request itself makes no sense.
    Request(ApiError),
    /// The order is not changed.
    Refused(OrderError),
}

impl From<ApiError> for Failure {
    fn from(error: ApiError) -> Self {
        Self::Request(error)
    }
}

impl From<OrderError> for Failure {
    fn from(error: OrderError) -> Self {
        Self::Refused(error)
    }
}

/// A refusal of a part of the input.
pub(super) fn refused(code: OrderErrorCode, field: &[&str], message: impl Into<String>) -> Failure {
    let field = field.iter().map(|part| (*part).to_owned()).collect();
    Failure::Refused(OrderError::Refused { code, field, message: message.into() })
}

/// What a payload says of a refusal.
pub(super) struct Refusal {
    code: OrderErrorCode,
    field: Option<Vec<String>>,
    message: String,
}

impl Refusal {
    /// A provider said no to what was done otherwise.
    pub(super) fn of_provider(message: &str) -> Self {
        Self { code: OrderErrorCode::ProviderRefused, field: None, message: message.to_owned() }
    }
}

impl Failure {
    /// The refusal, for a payload. What is about the order as a whole is about the argument that names it.
    ///
    /// # Errors
    /// Whatever is no refusal.
    pub(super) fn told(self, order: &str) -> Result<Refusal, ApiError> {
        match self {
            Self::Request(error) => Err(error),
            Self::Refused(OrderError::Refused { code, field, message }) => {
                Ok(Refusal { code, field: Some(field).filter(|field| !field.is_empty()), message })
            }
            Self::Refused(error @ OrderError::NotFound) => Ok(Refusal {
                code: OrderErrorCode::OrderNotFound,
                field: Some(vec![order.to_owned()]),
                message: error.to_string(),
            }),
            Self::Refused(error @ OrderError::AccessDenied(_)) => {
                Err(ApiError::bad_input("ACCESS_DENIED", error.to_string()))
            }
            Self::Refused(OrderError::Fault(fault)) => Err(fault.into()),
        }
    }
}

/// Why something was refused.
#[derive(Clone, SimpleObject)]
pub struct UserError {
    /// What is wrong, for programs: a word that stays the same. An addition of this server.
    #[graphql(owned)]
    pub code: Option<String>,
    /// Which part of the input, from the outside in.
    #[graphql(owned)]
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    #[graphql(owned)]
    pub message: String,
}

impl From<Refusal> for UserError {
    fn from(refusal: Refusal) -> Self {
        Self { code: Some(refusal.code.as_str().to_owned()), field: refusal.field, message: refusal.message }
    }
}

/// Why a promise was not let go, for programs.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum TransactionVoidUserErrorCode {
    /// The transaction promises nothing that could be let go.
    AuthNotVoidable,
    /// Something else, such as a provider who refuses.
    GenericError,
    /// There is no such transaction.
    TransactionNotFound,
}

impl From<OrderErrorCode> for TransactionVoidUserErrorCode {
    fn from(code: OrderErrorCode) -> Self {
        match code {
            OrderErrorCode::OrderNotFound => Self::TransactionNotFound,
            OrderErrorCode::NotVoidable => Self::AuthNotVoidable,
            OrderErrorCode::Invalid
            | OrderErrorCode::AmountNotPositive
            | OrderErrorCode::AmountTooLarge
            | OrderErrorCode::NotCapturable
            | OrderErrorCode::NotRefundable
            | OrderErrorCode::AlreadyCancelled
            | OrderErrorCode::NotCancellable
            | OrderErrorCode::AlreadyPaid
            | OrderErrorCode::ProviderRefused
            | OrderErrorCode::LineQuantity
            | OrderErrorCode::NoCustomer
            | OrderErrorCode::EndsInThePast
            | OrderErrorCode::ParcelLeft => Self::GenericError,
        }
    }
}

/// Why a promise was not let go.
#[derive(SimpleObject)]
pub struct TransactionVoidUserError {
    /// What is wrong, for programs.
    pub code: Option<TransactionVoidUserErrorCode>,
    /// Which part of the input, from the outside in.
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    pub message: String,
}

impl From<Refusal> for TransactionVoidUserError {
    fn from(refusal: Refusal) -> Self {
        Self { code: Some(refusal.code.into()), field: refusal.field, message: refusal.message }
    }
}

/// Why an order was not cancelled, for programs.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderCancelUserErrorCode {
    /// The input makes no sense, or the order cannot be cancelled.
    Invalid,
    /// There is no such order.
    NotFound,
    /// Store credit that would have ended before it was given.
    StoreCreditRefundExpirationInPast,
    /// The order has no customer who could be given store credit.
    StoreCreditRefundMissingCustomer,
}

impl From<OrderErrorCode> for OrderCancelUserErrorCode {
    fn from(code: OrderErrorCode) -> Self {
        match code {
            OrderErrorCode::OrderNotFound => Self::NotFound,
            OrderErrorCode::NoCustomer => Self::StoreCreditRefundMissingCustomer,
            OrderErrorCode::EndsInThePast => Self::StoreCreditRefundExpirationInPast,
            OrderErrorCode::Invalid
            | OrderErrorCode::AmountNotPositive
            | OrderErrorCode::AmountTooLarge
            | OrderErrorCode::NotCapturable
            | OrderErrorCode::NotVoidable
            | OrderErrorCode::NotRefundable
            | OrderErrorCode::AlreadyCancelled
            | OrderErrorCode::NotCancellable
            | OrderErrorCode::AlreadyPaid
            | OrderErrorCode::ProviderRefused
            | OrderErrorCode::LineQuantity
            | OrderErrorCode::ParcelLeft => Self::Invalid,
        }
    }
}

/// Why an order was not cancelled.
#[derive(SimpleObject)]
pub struct OrderCancelUserError {
    /// What is wrong, for programs; `userErrors` has a word that says more.
    pub code: Option<OrderCancelUserErrorCode>,
    /// Which part of the input, from the outside in.
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    pub message: String,
}

/// Why a payment was not written down, for programs.
#[derive(Clone, Copy, Debug, Enum, PartialEq, Eq)]
pub enum OrderCreateManualPaymentOrderCreateManualPaymentErrorCode {
    /// It is more than the buyer owes.
    AmountExceedsBalance,
    /// It is not above zero.
    AmountNotPositive,
    /// Something else makes no sense. An addition of this server.
    Invalid,
    /// The order was cancelled. An addition of this server.
    OrderCancelled,
    /// There is no such order.
    OrderNotFound,
    /// The moment is still to come.
    ProcessedAtInvalid,
}

impl From<OrderErrorCode> for OrderCreateManualPaymentOrderCreateManualPaymentErrorCode {
    fn from(code: OrderErrorCode) -> Self {
        match code {
            OrderErrorCode::OrderNotFound => Self::OrderNotFound,
            OrderErrorCode::AmountNotPositive => Self::AmountNotPositive,
            OrderErrorCode::AmountTooLarge | OrderErrorCode::AlreadyPaid => Self::AmountExceedsBalance,
            OrderErrorCode::AlreadyCancelled => Self::OrderCancelled,
            OrderErrorCode::Invalid
            | OrderErrorCode::NotCapturable
            | OrderErrorCode::NotVoidable
            | OrderErrorCode::NotRefundable
            | OrderErrorCode::NotCancellable
            | OrderErrorCode::ProviderRefused
            | OrderErrorCode::LineQuantity
            | OrderErrorCode::NoCustomer
            | OrderErrorCode::EndsInThePast
            | OrderErrorCode::ParcelLeft => Self::Invalid,
        }
    }
}

/// Why a payment was not written down.
#[derive(SimpleObject)]
pub struct OrderCreateManualPaymentOrderCreateManualPaymentError {
    /// What is wrong, for programs.
    pub code: Option<OrderCreateManualPaymentOrderCreateManualPaymentErrorCode>,
    /// Which part of the input, from the outside in.
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    pub message: String,
}

impl From<Refusal> for OrderCreateManualPaymentOrderCreateManualPaymentError {
    fn from(refusal: Refusal) -> Self {
        let is_moment = refusal.field.as_ref().is_some_and(|field| field.iter().eq(["processedAt"]));
        let code = if is_moment {
            OrderCreateManualPaymentOrderCreateManualPaymentErrorCode::ProcessedAtInvalid
        } else {
            refusal.code.into()
        };
        Self { code: Some(code), field: refusal.field, message: refusal.message }
    }
}

/// What a mutation came to, or why it was refused.
pub(super) fn split<T, E: From<Refusal>>(
    outcome: Result<T, Failure>,
    order: &str,
) -> Result<(Option<T>, Vec<E>), ApiError> {
    match outcome {
        Ok(thing) => Ok((Some(thing), Vec::new())),
        Err(failure) => Ok((None, vec![failure.told(order)?.into()])),
    }
}

/// What came of `orderCapture`.
#[derive(SimpleObject)]
pub struct OrderCapturePayload {
    /// What was taken; pending, where the provider has not answered.
    pub transaction: Option<OrderTransaction>,
    /// Why it was refused.
    pub user_errors: Vec<UserError>,
}

/// What came of `transactionVoid`.
#[derive(SimpleObject)]
pub struct TransactionVoidPayload {
    /// What was let go; pending, where the provider has not answered.
    pub transaction: Option<OrderTransaction>,
    /// Why it was refused.
    pub user_errors: Vec<TransactionVoidUserError>,
}

/// What came of `refundCreate`.
#[derive(Default, SimpleObject)]
pub struct RefundCreatePayload {
    /// The order after it.
    pub order: Option<Order>,
    /// What was given back; also where a provider refused its part of it.
    pub refund: Option<Refund>,
    /// Why it was refused, all of it or a part.
    pub user_errors: Vec<UserError>,
}

impl From<Refusal> for RefundCreatePayload {
    fn from(refusal: Refusal) -> Self {
        Self { user_errors: vec![refusal.into()], ..Self::default() }
    }
}

/// Work that was begun.
#[derive(SimpleObject)]
pub struct Job {
    /// Its global id.
    pub id: ID,
    /// Whether it is done: no payment provider is asked any more.
    pub done: bool,
}

impl Job {
    /// The cancellation of an order.
    pub(super) fn of(order: &OrderView) -> Self {
        Self { id: id::encode("Job", order.row.id), done: order.is_settled() }
    }
}

/// What came of `orderCancel`.
#[derive(Default, SimpleObject)]
pub struct OrderCancelPayload {
    /// The work: `job` tells later whether it is done, where a payment provider has not answered yet.
    pub job: Option<Job>,
    /// Why it was refused; beside a job, what of it was.
    pub order_cancel_user_errors: Vec<OrderCancelUserError>,
    /// Why it was refused; beside a job, what of it was.
    pub user_errors: Vec<UserError>,
}

impl From<Refusal> for OrderCancelPayload {
    fn from(mut refusal: Refusal) -> Self {
        // Here there is one way.
        if refusal.field.as_ref().is_some_and(|field| field.iter().eq(["refundMethods"])) {
            refusal.field = Some(vec!["refundMethod".to_owned()]);
        }
        let (code, field, message) = (refusal.code, refusal.field.clone(), refusal.message.clone());
        Self {
            job: None,
            order_cancel_user_errors: vec![OrderCancelUserError { code: Some(code.into()), field, message }],
            user_errors: vec![refusal.into()],
        }
    }
}

/// What came of `orderCreateManualPayment`.
#[derive(SimpleObject)]
pub struct OrderCreateManualPaymentPayload {
    /// The order after it.
    pub order: Option<Order>,
    /// Why it was refused.
    pub user_errors: Vec<OrderCreateManualPaymentOrderCreateManualPaymentError>,
}

/// Answers that hold the order: the same two fields under many names.
macro_rules! payloads {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The order after it.
            pub order: Option<Order>,
            /// Why it was refused.
            pub user_errors: Vec<UserError>,
        }

        impl $name {
            pub(super) fn of(outcome: Result<Shared, Failure>) -> Result<Option<Self>, ApiError> {
                let (order, user_errors) = split(outcome, "id")?;
                Ok(Some(Self { order: order.as_ref().map(Order::from), user_errors }))
            }
        }
    )+};
}

payloads! {
    /// What came of `orderMarkAsPaid`.
    OrderMarkAsPaidPayload,
    /// What came of `orderClose`.
    OrderClosePayload,
    /// What came of `orderOpen`.
    OrderOpenPayload,
}
