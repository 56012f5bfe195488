//! Gift cards: money that the shop owes to whoever knows the code.
//!
//! Tables: `gift_card`, `gift_card_txn`. Invariants: a balance is never below zero and never above what the card was
//! issued with; it is the sum of the card's ledger, which is only ever appended to; an attempt debits a card once and
//! gives back once; a code is kept only as a digest under the server's key.

mod code;
mod commands;
mod error;
mod ledger;
mod queries;
mod share;

pub use code::{LAST_CHARACTERS, can_be_code};
pub use commands::{IssuedGiftCard, NewGiftCard, disable, issue};
pub use error::GiftCardError;
pub use ledger::{GiftCardUse, debit_in, give_back_in, refund_in};
pub use queries::{find_by_codes, last_characters_of};
pub use share::{is_usable, share};
