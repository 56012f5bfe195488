//! Recommendations: what sells, learnt from events. No domain imports this one.
//!
//! Owns the projection `product.sold_quantity`, by which lists are sorted for best selling.

mod best_selling;

pub use best_selling::BEST_SELLING;
