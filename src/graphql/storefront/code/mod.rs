//! Closed lists of words that the Storefront API answers with or accepts.

mod cart;
mod catalog;
mod checkout;
mod order;

pub use cart::*;
pub use catalog::*;
pub use checkout::*;
pub use order::*;
