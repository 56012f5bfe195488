//! Customers: people who buy, with or without an account.
//!
//! Tables: `customer`, `customer_credential`, `customer_access_token`, `one_time_token`, `customer_address`,
//! `customer_tag`, `consent_event`, `attempt_counter`, `multipass_use`, `segment`, `segment_member`. Invariants: one row for
//! an e-mail address, compared in lower case; an order never depends on the row, it keeps its own copies. Passwords are
//! stored as argon2id hashes, tokens as digests; setting a password ends every session and every mailed link; a session ends at once when
//! its token is revoked or its account disabled, because each request reads the row. Neither an answer nor its time tells
//! whether an address has an account, but for `customerCreate`, which must. An address counts as verified once a link
//! mailed to it was opened or the merchant vouched for it; guests' orders belong to an account only then.

mod address;
mod attempt;
mod consent;
mod create;
mod credential;
mod email;
mod error;
mod guest;
mod multipass;
mod multipass_sign_in;
mod one_time;
mod password;
mod profile;
mod queries;
mod recover;
mod redeem;
mod segment;
mod segment_error;
mod session;
mod update;

pub use address::{
    AddressChange, BookAddress, MAX_ADDRESSES, addresses_by_customer_ids, create_address, delete_address,
    list_addresses, set_default_address, update_address,
};
pub use attempt::{CodeTries, buyer_address, count_session};
pub use create::{NewCustomer, create};
pub use email::Email;
pub use error::{CustomerError, CustomerRefusal, CustomerRefusalCode};
pub use guest::save_guest_in;
pub use multipass_sign_in::sign_in_with_multipass;
pub use one_time::{is_live, link_of, read_link};
pub use password::{MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH};
pub use profile::display_name;
pub use queries::{list_tags, purge_expired};
pub use recover::recover;
pub use redeem::{Redemption, SignedIn, activate, reset};
pub use segment::{
    add_to_segment, create_segment, delete_segment, remove_from_segment, rename_segment, segments_of,
    segments_of_token,
};
pub use segment_error::{SegmentError, SegmentErrorCode};
pub use session::{
    IssuedToken, LONGEST_TOKEN_TIME, MAX_TOKENS, Session, TOKEN_TIME, find_session, find_session_by_id,
    renew, sign_in, sign_out,
};
pub use update::{ProfileChange, update};
