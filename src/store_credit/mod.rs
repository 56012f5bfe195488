//! Store credit: money that the shop owes to a customer, who pays with it while signed in.
//!
//! Tables: `store_credit_account`, `store_credit_txn`. Invariants: a customer has one account in each currency; a balance
//! is never below zero and is the sum of the account's ledger, which is only ever appended to; a reference credits and
//! debits an account once; credit that ended is not spent. Of several credits the one that ends first is spent first.

mod commands;
mod error;
mod expire;
mod ledger;
mod lot;
mod queries;

pub use commands::{Changed, Credit, Debit, credit, debit};
pub use error::{StoreCreditError, StoreCreditErrorCode};
pub use expire::expire_due;
pub use ledger::{Credited, StoreCreditUse, credit_in, debit_in, give_back_in, refund_in};
pub use queries::{Account, accounts_of, find_account, is_usable};
