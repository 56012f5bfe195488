//! What customer mutations answer.

mod account;
mod address;
mod token;

use async_graphql::SimpleObject;

use super::types::Customer;
use crate::customer::{CustomerError, CustomerRefusal, CustomerRefusalCode, IssuedToken, SignedIn};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::DateTime;
use crate::graphql::storefront::address::MailingAddress;
use crate::graphql::storefront::code::CustomerErrorCode;

pub use account::{
    CustomerActivateByUrlPayload, CustomerActivatePayload, CustomerCreatePayload,
    CustomerDefaultAddressUpdatePayload, CustomerRecoverPayload, CustomerResetByUrlPayload,
    CustomerResetPayload, CustomerUpdatePayload,
};
pub use address::{CustomerAddressCreatePayload, CustomerAddressDeletePayload, CustomerAddressUpdatePayload};
pub use token::{
    CustomerAccessTokenCreatePayload, CustomerAccessTokenCreateWithMultipassPayload,
    CustomerAccessTokenDeletePayload, CustomerAccessTokenRenewPayload,
};

/// Why something about a customer was refused.
#[derive(Clone, SimpleObject)]
pub struct CustomerUserError {
    /// What is wrong, for programs.
    pub code: Option<CustomerErrorCode>,
    /// Which part of the input, from the outside in.
    #[graphql(owned)]
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    #[graphql(owned)]
    pub message: String,
}

/// Why something was refused.
#[derive(Clone, SimpleObject)]
pub struct UserError {
    /// Which part of the input, from the outside in.
    #[graphql(owned)]
    pub field: Option<Vec<String>>,
    /// What is wrong, for people.
    #[graphql(owned)]
    pub message: String,
}

impl From<&CustomerUserError> for UserError {
    fn from(error: &CustomerUserError) -> Self {
        Self { field: error.field.clone(), message: error.message.clone() }
    }
}

/// A signed-in customer's secret.
#[derive(Clone, SimpleObject)]
pub struct CustomerAccessToken {
    /// The secret, to be sent with whatever the customer asks for.
    pub access_token: String,
    /// Until when it is valid, unless it is revoked before.
    pub expires_at: DateTime,
}

impl From<IssuedToken> for CustomerAccessToken {
    fn from(issued: IssuedToken) -> Self {
        Self { access_token: issued.token, expires_at: DateTime(issued.expires_at) }
    }
}

/// The parts that answers of customer mutations are made of.
#[derive(Default)]
pub(super) struct Parts {
    pub(super) customer: Option<Customer>,
    pub(super) token: Option<CustomerAccessToken>,
    pub(super) address: Option<MailingAddress>,
    pub(super) deleted: Option<String>,
    pub(super) errors: Vec<CustomerUserError>,
}

impl From<SignedIn> for Parts {
    fn from(signed_in: SignedIn) -> Self {
        Self {
            customer: Some(Customer::new(signed_in.customer)),
            token: Some(signed_in.token.into()),
            ..Self::default()
        }
    }
}

impl Parts {
    fn user_errors(&self) -> Vec<UserError> {
        self.errors.iter().map(UserError::from).collect()
    }
}

/// How the fields of the domain's refusals are called in one mutation.
pub(super) struct Naming {
    /// Stands before each of them.
    pub(super) prefix: Option<&'static str>,
    /// The secret of a mailed link.
    pub(super) token: &'static str,
}

impl Naming {
    /// Within an argument of this name.
    pub(super) const fn within(prefix: &'static str) -> Self {
        Self { prefix: Some(prefix), token: "token" }
    }

    /// As the domain calls them.
    pub(super) const fn plain() -> Self {
        Self { prefix: None, token: "token" }
    }
}

/// Wraps what a command returned.
///
/// # Errors
/// Faults, and `THROTTLED` where it was tried too often; refusals are part of the answer.
pub(super) fn answer<T, A: From<Parts>>(
    outcome: Result<T, CustomerError>,
    naming: &Naming,
    parts: impl FnOnce(T) -> Parts,
) -> Result<Option<A>, ApiError> {
    let parts = match outcome {
        Ok(done) => parts(done),
        Err(CustomerError::Refused(refusals)) => {
            let errors = refusals.into_iter().map(|refusal| error_of(refusal, naming)).collect();
            Parts { errors, ..Parts::default() }
        }
        Err(CustomerError::Throttled) => {
            let message = "This was tried too often: try again later";
            return Err(ApiError::bad_input("THROTTLED", message));
        }
        Err(CustomerError::Fault(fault)) => return Err(fault.into()),
    };
    Ok(Some(A::from(parts)))
}

fn error_of(refusal: CustomerRefusal, naming: &Naming) -> CustomerUserError {
    // The access token is an argument of its own, whatever stands beside it.
    let is_own = ["customerAccessToken", "address", "id", "addressId", "multipassToken"];
    let is_own = refusal.field.first().is_some_and(|field| is_own.contains(&field.as_str()));
    let prefix = naming.prefix.filter(|_| !is_own).map(str::to_owned);
    let named =
        refusal.field.into_iter().map(|field| if field == "token" { naming.token.to_owned() } else { field });
    let field: Vec<String> = prefix.into_iter().chain(named).collect();
    CustomerUserError {
        code: Some(code_of(refusal.code)),
        field: (!field.is_empty()).then_some(field),
        message: refusal.message,
    }
}

fn code_of(code: CustomerRefusalCode) -> CustomerErrorCode {
    match code {
        CustomerRefusalCode::AlreadyEnabled => CustomerErrorCode::AlreadyEnabled,
        CustomerRefusalCode::Blank => CustomerErrorCode::Blank,
        CustomerRefusalCode::ContainsHtmlTags => CustomerErrorCode::ContainsHtmlTags,
        CustomerRefusalCode::ContainsUrl => CustomerErrorCode::ContainsUrl,
        CustomerRefusalCode::CustomerDisabled => CustomerErrorCode::CustomerDisabled,
        CustomerRefusalCode::Invalid => CustomerErrorCode::Invalid,
        CustomerRefusalCode::InvalidMultipassRequest => CustomerErrorCode::InvalidMultipassRequest,
        CustomerRefusalCode::NotFound => CustomerErrorCode::NotFound,
        CustomerRefusalCode::PasswordStartsOrEndsWithWhitespace => {
            CustomerErrorCode::PasswordStartsOrEndsWithWhitespace
        }
        CustomerRefusalCode::Taken => CustomerErrorCode::Taken,
        CustomerRefusalCode::TokenInvalid => CustomerErrorCode::TokenInvalid,
        CustomerRefusalCode::TooLong => CustomerErrorCode::TooLong,
        CustomerRefusalCode::TooShort => CustomerErrorCode::TooShort,
        CustomerRefusalCode::UnidentifiedCustomer => CustomerErrorCode::UnidentifiedCustomer,
    }
}
