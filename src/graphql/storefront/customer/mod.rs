//! Customers' accounts as their owners see them, and the mutations that open and change them.

mod address_mutation;
mod input;
pub mod loader;
mod mutation;
mod payload;
mod query;
mod store_credit;
mod token_mutation;
mod types;

pub use address_mutation::CustomerAddressMutation;
pub use mutation::CustomerMutation;
pub use payload::{CustomerUserError, UserError};
pub use query::CustomerQuery;
pub use token_mutation::CustomerTokenMutation;
pub use types::{Customer, SocialLoginProvider};
