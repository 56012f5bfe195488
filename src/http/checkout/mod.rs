//! The hosted checkout: the pages behind `checkoutUrl`, from the first field to the order. They need no script, keep no
//! cookie and have no field for a card: who has the address of a cart's page has the page, and whoever takes the money
//! asks for the card.
//!
//! The steps are `information`, `delivery` and `payment`, each with a form of its own; a form that is fine leads to the
//! next step, one that is not is shown again with what is wrong. `codes` and `adjust` change the cart beside them: their
//! buttons send the step's form too, which comes back as it was. `attempt` is where an order in the making is shown, `order`
//! where one that was placed is. The parameters of the address go along through all of it.

mod address;
pub(super) mod adjust;
pub(super) mod again;
mod answer;
mod around;
pub(super) mod asset;
pub(super) mod attempt;
mod billing;
pub(super) mod codes;
mod color;
mod country;
pub(super) mod delivery;
mod field;
pub(super) mod form;
mod format;
mod frame;
pub(super) mod information;
mod kept;
mod live;
mod method;
pub(super) mod order;
pub(super) mod payment;
mod seen;
mod step;
mod summary;
mod told;
mod visit;
mod words;
