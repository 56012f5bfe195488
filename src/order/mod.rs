//! Orders: what was bought, at the prices of that moment.
//!
//! Tables: `orders`, `order_line`, `order_address`, `order_shipping_line`, `order_transaction`. Invariants: an order
//! copies what it needs and never changes with the catalogue; its amounts add up, which the database checks; a cart
//! becomes one order at most; the status is a function of the transactions.

mod draft;
mod place;
mod queries;
mod status;

pub use draft::{DraftLine, DraftShipping, OrderDraft};
pub use place::{Paid, place_in};
pub use queries::{OrderView, find_order, find_order_by_key, key_of, list_orders};
pub use status::{FinancialStatus, FulfillmentStatus, financial_status};
