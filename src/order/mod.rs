//! Orders: what was bought, at the prices of that moment.
//!
//! Tables: `orders`, `order_line`, `order_address`, `order_shipping_line`, `order_discount_application`,
//! `order_line_discount`, `order_shipping_discount`, `order_tax_line`, `order_transaction`, `refund`, `refund_line`. Invariants: an order copies
//! what it needs and never changes with the catalogue; its amounts add up, which the database checks; what discounts and
//! taxes make of each line and delivery is stored, and adds up to what they make of the order; a cart becomes one order
//! at most; the status is a function of the transactions and of what the order still costs; of a refund that all its
//! providers refuse nothing is done; never more is taken than was promised, nor given back than was
//! taken, of each payment, also by two at once, which the database checks too; the key of a call to a provider is stored
//! before it and stays the same, however often it is made; what others moved at a provider's is noted once.

mod amounts;
mod asking;
mod balance;
mod bill;
mod cancel;
mod capture;
mod customer_orders;
mod discrepancy;
mod draft;
mod error;
mod ledger;
mod link;
mod manual;
mod outside;
mod place;
mod queries;
mod refund;
mod refund_check;
mod refund_rest;
mod refund_share;
#[cfg(test)]
mod sample;
mod settle;
mod status;
mod suggest;

pub use balance::{Balance, Remainder};
pub use bill::{Bill, BillRow, GivenBack, Tender, bill, line_details};
pub use cancel::{CancelInput, CancelRefund, Cancelled, cancel};
pub use capture::{CaptureInput, capture, left_minor, void};
pub use customer_orders::{OrderSort, count_customer_orders, list_customer_orders};
pub use draft::{DraftAllocation, DraftApplication, DraftLine, DraftShipping, DraftTax, OrderDraft};
pub use entity::order::CancelReason;
pub use entity::refund_line::Restock;
pub use error::{OrderError, OrderErrorCode, WRITE_ORDERS};
pub use link::LINK_TO_CUSTOMER;
pub use manual::{close, mark_as_paid, record_manual_payment, reopen};
pub use outside::{note_outside, order_of_movement};
pub use place::{Paid, place_in};
pub use queries::{OrderView, find_currency, find_order, find_order_by_key, key_of, list_orders, status_url};
pub use refund::{
    GIFT_CARD_GATEWAY, RefundInput, RefundLineInput, RefundTransactionInput, RefundView,
    STORE_CREDIT_GATEWAY, ShippingRefund, StoreCreditRefund, find_refund, refund,
};
pub use settle::{settle_due, settle_money};
pub use status::{FinancialStatus, financial_status};
pub use suggest::{SuggestedRefund, is_refundable, refunded_quantity, suggest_refund};
