//! What customer mutations answer.

use async_graphql::SimpleObject;

use super::types::Customer;
use crate::customer::{CustomerError, CustomerRefusal, CustomerRefusalCode, IssuedToken, SignedIn};
use crate::graphql::error::ApiError;
use crate::graphql::scalar::DateTime;
use crate::graphql::storefront::address::MailingAddress;
use crate::graphql::storefront::code::CustomerErrorCode;

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

/// Answers with a customer and a token.
macro_rules! signed_in_payloads {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The customer; none where it was refused.
            customer: Option<Customer>,
            /// A fresh token, where sessions ended or one began.
            customer_access_token: Option<CustomerAccessToken>,
            /// Why it was refused.
            customer_user_errors: Vec<CustomerUserError>,
            /// Why it was refused, without codes.
            #[graphql(deprecation = "Use `customerUserErrors`: it has codes.")]
            user_errors: Vec<UserError>,
        }

        impl From<Parts> for $name {
            fn from(parts: Parts) -> Self {
                Self {
                    user_errors: parts.user_errors(),
                    customer: parts.customer,
                    customer_access_token: parts.token,
                    customer_user_errors: parts.errors,
                }
            }
        }
    )+};
}

/// The same without the deprecated list.
macro_rules! by_url_payloads {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The customer; none where it was refused.
            customer: Option<Customer>,
            /// A fresh token.
            customer_access_token: Option<CustomerAccessToken>,
            /// Why it was refused.
            customer_user_errors: Vec<CustomerUserError>,
        }

        impl From<Parts> for $name {
            fn from(parts: Parts) -> Self {
                Self {
                    customer: parts.customer,
                    customer_access_token: parts.token,
                    customer_user_errors: parts.errors,
                }
            }
        }
    )+};
}

/// Answers with a customer.
macro_rules! customer_payloads {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The customer; none where it was refused.
            customer: Option<Customer>,
            /// Why it was refused.
            customer_user_errors: Vec<CustomerUserError>,
            /// Why it was refused, without codes.
            #[graphql(deprecation = "Use `customerUserErrors`: it has codes.")]
            user_errors: Vec<UserError>,
        }

        impl From<Parts> for $name {
            fn from(parts: Parts) -> Self {
                Self {
                    user_errors: parts.user_errors(),
                    customer: parts.customer,
                    customer_user_errors: parts.errors,
                }
            }
        }
    )+};
}

/// Answers with an address.
macro_rules! address_payloads {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => {$(
        $(#[$doc])*
        #[derive(SimpleObject)]
        pub struct $name {
            /// The address; none where it was refused.
            customer_address: Option<MailingAddress>,
            /// Why it was refused.
            customer_user_errors: Vec<CustomerUserError>,
            /// Why it was refused, without codes.
            #[graphql(deprecation = "Use `customerUserErrors`: it has codes.")]
            user_errors: Vec<UserError>,
        }

        impl From<Parts> for $name {
            fn from(parts: Parts) -> Self {
                Self {
                    user_errors: parts.user_errors(),
                    customer_address: parts.address,
                    customer_user_errors: parts.errors,
                }
            }
        }
    )+};
}

signed_in_payloads! {
    /// What came of `customerActivate`.
    CustomerActivatePayload,
    /// What came of `customerReset`.
    CustomerResetPayload,
    /// What came of `customerResetByUrl`.
    CustomerResetByUrlPayload,
    /// What came of `customerUpdate`. There is a token where the password was changed: it ended all others.
    CustomerUpdatePayload,
}

by_url_payloads! {
    /// What came of `customerActivateByUrl`.
    CustomerActivateByUrlPayload,
}

customer_payloads! {
    /// What came of `customerCreate`.
    CustomerCreatePayload,
    /// What came of `customerDefaultAddressUpdate`.
    CustomerDefaultAddressUpdatePayload,
}

address_payloads! {
    /// What came of `customerAddressCreate`.
    CustomerAddressCreatePayload,
    /// What came of `customerAddressUpdate`.
    CustomerAddressUpdatePayload,
}

/// What came of `customerAddressDelete`.
#[derive(SimpleObject)]
pub struct CustomerAddressDeletePayload {
    /// Why it was refused.
    customer_user_errors: Vec<CustomerUserError>,
    /// The id of the address that is gone.
    deleted_customer_address_id: Option<String>,
    /// Why it was refused, without codes.
    #[graphql(deprecation = "Use `customerUserErrors`: it has codes.")]
    user_errors: Vec<UserError>,
}

impl From<Parts> for CustomerAddressDeletePayload {
    fn from(parts: Parts) -> Self {
        Self {
            user_errors: parts.user_errors(),
            customer_user_errors: parts.errors,
            deleted_customer_address_id: parts.deleted,
        }
    }
}

/// What came of `customerRecover`: the same, whether the address has an account or not.
#[derive(SimpleObject)]
pub struct CustomerRecoverPayload {
    /// Why it was refused.
    customer_user_errors: Vec<CustomerUserError>,
    /// Why it was refused, without codes.
    #[graphql(deprecation = "Use `customerUserErrors`: it has codes.")]
    user_errors: Vec<UserError>,
}

impl From<Parts> for CustomerRecoverPayload {
    fn from(parts: Parts) -> Self {
        Self { user_errors: parts.user_errors(), customer_user_errors: parts.errors }
    }
}

/// What came of `customerAccessTokenCreate`.
#[derive(SimpleObject)]
pub struct CustomerAccessTokenCreatePayload {
    /// The token; none where it was refused.
    customer_access_token: Option<CustomerAccessToken>,
    /// Why it was refused.
    customer_user_errors: Vec<CustomerUserError>,
    /// Why it was refused, without codes.
    #[graphql(deprecation = "Use `customerUserErrors`: it has codes.")]
    user_errors: Vec<UserError>,
}

impl From<Parts> for CustomerAccessTokenCreatePayload {
    fn from(parts: Parts) -> Self {
        Self {
            user_errors: parts.user_errors(),
            customer_access_token: parts.token,
            customer_user_errors: parts.errors,
        }
    }
}

/// What came of `customerAccessTokenCreateWithMultipass`.
#[derive(SimpleObject)]
pub struct CustomerAccessTokenCreateWithMultipassPayload {
    /// The token; none where it was refused.
    customer_access_token: Option<CustomerAccessToken>,
    /// Why it was refused.
    customer_user_errors: Vec<CustomerUserError>,
}

impl From<Parts> for CustomerAccessTokenCreateWithMultipassPayload {
    fn from(parts: Parts) -> Self {
        Self { customer_access_token: parts.token, customer_user_errors: parts.errors }
    }
}

/// What came of `customerAccessTokenRenew`.
#[derive(SimpleObject)]
pub struct CustomerAccessTokenRenewPayload {
    /// The same token with its new end; none where it was refused.
    customer_access_token: Option<CustomerAccessToken>,
    /// Why it was refused.
    user_errors: Vec<UserError>,
}

impl From<Parts> for CustomerAccessTokenRenewPayload {
    fn from(parts: Parts) -> Self {
        Self { user_errors: parts.user_errors(), customer_access_token: parts.token }
    }
}

/// What came of `customerAccessTokenDelete`.
#[derive(SimpleObject)]
pub struct CustomerAccessTokenDeletePayload {
    /// The token that is no longer valid.
    deleted_access_token: Option<String>,
    /// The token's name, which is the token itself.
    deleted_customer_access_token_id: Option<String>,
    /// Why it was refused.
    user_errors: Vec<UserError>,
}

impl From<Parts> for CustomerAccessTokenDeletePayload {
    fn from(parts: Parts) -> Self {
        Self {
            user_errors: parts.user_errors(),
            deleted_access_token: parts.deleted.clone(),
            deleted_customer_access_token_id: parts.deleted,
        }
    }
}
