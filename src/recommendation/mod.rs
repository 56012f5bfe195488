//! Recommendations: what sells, and what goes with what, learnt from events. No domain imports this one.
//!
//! Owns two projections: `product.sold_quantity`, by which lists are sorted for best selling, and the table
//! `co_purchase`, which says how many orders hold two products; [`rebuild`] counts the latter anew from the orders.
//! Invariants: a pair is kept both ways round with the same count; what is recommended is listed, and never the product
//! itself.

mod best_selling;
mod co_purchase;
mod rank;
mod recommend;

pub use best_selling::BEST_SELLING;
pub use co_purchase::{CO_PURCHASE, rebuild};
pub use rank::{Intent, MAX_RECOMMENDATIONS};
pub use recommend::recommend;
