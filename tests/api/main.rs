//! The tests of the API: in process, over HTTP, each against a database of its own.
//!
//! They run on SQLite, and on PostgreSQL where TEST_DATABASE_URL names a server.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may fail loudly; clippy.toml says so for test functions only, not for what they share"
)]

mod admin;
mod checkout;
mod command_line;
mod config;
mod delivery_carrier;
mod delivery_profile;
mod failure;
mod http;
mod import;
mod job;
mod layering;
mod order_amount;
mod order_mail;
mod order_money;
mod payment;
mod price;
mod pricing_rule;
mod race;
mod schema;
mod scope;
mod shipengine;
mod spec;
mod statement_budget;
mod statement_table;
mod stock;
mod store_credit;
mod storefront;
mod support;
mod tax;
mod upgrade;
