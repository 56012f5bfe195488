//! Changing a cart: one function for each use case.

pub(super) mod addresses;
pub(super) mod contact;
pub(super) mod create;
pub(super) mod delivery;
pub(super) mod details;
pub(super) mod discount_codes;
pub(super) mod gift_cards;
pub(super) mod identity;
pub(super) mod lines;
pub(super) mod metafields;
pub(super) mod privacy;
pub(super) mod purge;
pub(super) mod store_credit;

mod nesting;
mod stock;
mod write_lines;
