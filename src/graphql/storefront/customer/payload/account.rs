//! What mutations of an account answer.

use async_graphql::SimpleObject;

use super::{CustomerAccessToken, CustomerUserError, Parts, UserError};
use crate::graphql::storefront::customer::types::Customer;

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

/// What came of `customerActivateByUrl`.
#[derive(SimpleObject)]
pub struct CustomerActivateByUrlPayload {
    /// The customer; none where it was refused.
    customer: Option<Customer>,
    /// A fresh token.
    customer_access_token: Option<CustomerAccessToken>,
    /// Why it was refused.
    customer_user_errors: Vec<CustomerUserError>,
}

impl From<Parts> for CustomerActivateByUrlPayload {
    fn from(parts: Parts) -> Self {
        Self {
            customer: parts.customer,
            customer_access_token: parts.token,
            customer_user_errors: parts.errors,
        }
    }
}

customer_payloads! {
    /// What came of `customerCreate`.
    CustomerCreatePayload,
    /// What came of `customerDefaultAddressUpdate`.
    CustomerDefaultAddressUpdatePayload,
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
