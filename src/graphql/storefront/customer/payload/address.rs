//! What mutations of the address book answer.

use async_graphql::SimpleObject;

use super::{CustomerUserError, Parts, UserError};
use crate::graphql::storefront::address::MailingAddress;

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
