//! The cart as shoppers see it, and the mutations that change it.

mod cost;
mod delivery;
mod identity;
mod input;
mod line;
mod mutation;
mod payload;
mod payment_input;
mod types;

pub use input::CartInput;
pub use line::{BaseCartLine, CartLine};
pub use mutation::CartMutation;
pub use payload::{CartUserError, CartWarning, DisplayableError, cart_error};
pub use types::{Attribute, Cart, CartQuery};

use crate::graphql::error::ApiError;
use crate::graphql::id::{Gid, invalid};

/// The secret in a cart's id.
///
/// # Errors
/// `INVALID_ID` for what is no id of a cart.
pub fn token_of(id: &str) -> Result<&str, ApiError> {
    let gid = Gid::parse(id).filter(|gid| gid.kind == "Cart").ok_or_else(|| invalid("Cart", id))?;
    Ok(gid.name)
}
