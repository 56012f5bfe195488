//! Changing a cart: one function for each use case.

pub(super) mod addresses;
pub(super) mod create;
pub(super) mod delivery;
pub(super) mod details;
pub(super) mod lines;
pub(super) mod purge;
