//! What mutations of access tokens answer.

use async_graphql::SimpleObject;

use super::{CustomerAccessToken, CustomerUserError, Parts, UserError};

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
