//! Customers: people who buy, with or without an account.
//!
//! Table: `customer`. Invariants: one row for an e-mail address, compared in lower case; an order never depends on the
//! row, it keeps its own copies.

mod email;
mod guest;

pub use email::Email;
pub use guest::save_guest_in;
