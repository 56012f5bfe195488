//! Orders: what was bought, at the prices of that moment.
//!
//! Tables: `orders`, `order_line`, `order_address`, `order_shipping_line`, `order_discount_application`,
//! `order_line_discount`, `order_shipping_discount`, `order_tax_line`, `order_transaction`. Invariants: an order copies
//! what it needs and never changes with the catalogue; its amounts add up, which the database checks; what discounts and
//! taxes make of each line and delivery is stored, and adds up to what they make of the order; a cart becomes one order
//! at most; the status is a function of the transactions.

mod amounts;
mod customer_orders;
mod draft;
mod link;
mod place;
mod queries;
mod status;

pub use customer_orders::{OrderSort, count_customer_orders, list_customer_orders};
pub use draft::{DraftAllocation, DraftApplication, DraftLine, DraftShipping, DraftTax, OrderDraft};
pub use link::LINK_TO_CUSTOMER;
pub use place::{Paid, place_in};
pub use queries::{OrderView, find_order, find_order_by_key, key_of, list_orders};
pub use status::{FinancialStatus, financial_status};
