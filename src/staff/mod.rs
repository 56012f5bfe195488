//! Staff: people who work in the back office.
//!
//! Table: `staff`. Invariants: one row for an e-mail address; a password is stored only as its argon2id hash.

mod commands;

pub use commands::{NewStaff, StaffError, create_staff};
