//! What customers send, and what it means to the domain.

use async_graphql::{InputObject, MaybeUndefined};
use secrecy::SecretString;

use crate::customer::{NewCustomer, ProfileChange};

/// With what somebody signs in.
#[derive(InputObject)]
pub struct CustomerAccessTokenCreateInput {
    /// Their e-mail address.
    pub email: String,
    /// Their password.
    pub password: String,
}

/// With what an account is activated.
#[derive(InputObject)]
pub struct CustomerActivateInput {
    /// The secret in the mailed link.
    pub activation_token: String,
    /// The password that is chosen.
    pub password: String,
}

/// With what a new password is chosen.
#[derive(InputObject)]
pub struct CustomerResetInput {
    /// The password that is chosen.
    pub password: String,
    /// The secret in the mailed link.
    pub reset_token: String,
}

/// Somebody who signs up.
#[derive(InputObject)]
pub struct CustomerCreateInput {
    /// Whether they agree to be written to.
    pub accepts_marketing: Option<bool>,
    /// Their e-mail address.
    pub email: String,
    /// Given name.
    pub first_name: Option<String>,
    /// Family name.
    pub last_name: Option<String>,
    /// The password that is chosen.
    pub password: String,
    /// Their telephone number.
    pub phone: Option<String>,
}

impl CustomerCreateInput {
    /// What it means, in this language.
    pub(super) fn in_language(self, language: &'static str) -> NewCustomer {
        NewCustomer {
            email: self.email,
            password: self.password.into(),
            first_name: self.first_name,
            last_name: self.last_name,
            phone: self.phone,
            accepts_marketing: self.accepts_marketing,
            language,
        }
    }
}

/// A change of a customer; what is left out stays, and null takes a name or the number out.
#[derive(InputObject)]
pub struct CustomerUpdateInput {
    /// Whether they agree to be written to.
    pub accepts_marketing: Option<bool>,
    /// Another e-mail address.
    pub email: Option<String>,
    /// Given name.
    pub first_name: MaybeUndefined<String>,
    /// Family name.
    pub last_name: MaybeUndefined<String>,
    /// Another password.
    pub password: Option<String>,
    /// Another telephone number.
    pub phone: MaybeUndefined<String>,
}

impl From<CustomerUpdateInput> for ProfileChange {
    fn from(input: CustomerUpdateInput) -> Self {
        let given = |value: MaybeUndefined<String>| match value {
            MaybeUndefined::Undefined => None,
            MaybeUndefined::Null => Some(None),
            MaybeUndefined::Value(text) => Some(Some(text)),
        };
        Self {
            email: input.email,
            first_name: given(input.first_name),
            last_name: given(input.last_name),
            phone: given(input.phone),
            accepts_marketing: input.accepts_marketing,
            password: input.password.map(SecretString::from),
        }
    }
}
