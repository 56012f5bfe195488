//! The cart as shoppers see it, and the mutations that change it.

mod code_mutation;
mod cost;
mod delivery;
mod discount;
mod gift_card;
mod identity;
mod input;
mod line;
mod line_input;
mod metafield;
mod mutation;
mod payload;
mod payment_input;
mod payment_payload;
mod preference_input;
mod trace;
mod types;

pub use code_mutation::CartCodeMutation;
pub use discount::{CartDiscountAllocation, PricingPercentageValue, PricingValue};
pub use gift_card::AppliedGiftCard;
pub use input::CartInput;
pub use line::{BaseCartLine, CartLine, ComponentizableCartLine};
pub use metafield::{CartMetafieldMutation, MetafieldDeleteUserError, MetafieldsSetUserError};
pub use mutation::CartMutation;
pub use payload::{CartUserError, CartWarning, DisplayableError, cart_error};
pub use payment_input::MoneyInput;
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
