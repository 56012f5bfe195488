//! The storefront API: what shoppers and their front ends see.

pub mod code;
