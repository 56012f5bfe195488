//! Completing a cart: prepare, submit, ask how it stands.

mod query;
mod result;
mod submit;

pub use query::CheckoutQuery;
pub use submit::CheckoutMutation;
