//! GraphQL: two schemas over one set of domains. A resolver decodes, calls one function, wraps.
//!
//! [`storefront`] is what shoppers see, [`admin`] what staff see; neither imports the other. What both need in the same
//! way (ids, money, errors, connections, limits) is here.
//!
//! Types whose fields are mostly at hand are `serial`: their fields are resolved one after the other in the order asked
//! for, which costs less than keeping a set of futures. Fields that load still meet in batches, because the items of a list
//! are resolved side by side.

pub mod admin;
pub mod connection;
pub mod directive;
pub mod error;
pub mod id;
pub mod limit;
pub mod loader;
pub mod never;
pub mod operation;
pub mod scalar;
pub mod storefront;
