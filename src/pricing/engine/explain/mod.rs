//! The words and numbers of each step towards a price. Nothing is made where nobody asked.

mod amounts;
mod discounts;
mod words;

pub(super) use amounts::{deliveries, prices, taxes, tenders};
pub(super) use discounts::{codes, combination, refused, taken};
pub(in crate::pricing) use words::percent;
