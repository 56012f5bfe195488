//! Discounts: what is taken off prices, for whom, when and how often.
//!
//! Tables: `discount`, `discount_code`, `discount_target`, `discount_context`, `discount_redemption`. Invariants: a
//! discount is never used more often than its limit, counting the uses of attempts to buy that are under way; an attempt
//! uses a discount once and gives it back once; a buyer uses a discount that each buyer may use once in one live attempt
//! or order only, whether they are known by their account or by their e-mail address; a code belongs to one discount; a
//! deleted discount stays for the orders that name it, and its codes are free again.

mod book;
mod claim;
mod code;
mod commands;
mod error;
mod input;
mod known;
mod rule;
mod usage;

pub use book::{Book, load_book};
pub use claim::{Claimed, DiscountUse, claim_in, redeem_in, release_in};
pub use code::{MAX_CODE_LENGTH, fold_code};
pub use commands::codes::{MAX_CODES_AT_ONCE, add_codes, remove_codes};
pub use commands::save::{create, update};
pub use commands::status::{activate, deactivate, delete};
pub use error::{DiscountError, DiscountErrorCode};
pub use input::{MAX_TARGETS, MAX_USES_PER_ORDER, NewDiscount};
pub use usage::{BuyerKey, USED_BY_BUYER_SQL, USED_UP_SQL, find_codes};
