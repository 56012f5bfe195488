//! Closed lists of words that the Storefront API answers with or accepts.

mod cart;
mod catalog;
mod checkout;
mod content;
mod customer;
mod metafield;
mod order;
mod search;

pub use cart::*;
pub use catalog::*;
pub use checkout::*;
pub use content::*;
pub use customer::*;
pub use metafield::*;
pub use order::*;
pub use search::*;
