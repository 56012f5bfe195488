//! The tests of the API: in process, over HTTP, each against a database of its own.
//!
//! They run on SQLite, and on PostgreSQL where TEST_DATABASE_URL names a server.

mod checkout;
mod command_line;
mod config;
mod http;
mod import;
mod job;
mod layering;
mod race;
mod schema;
mod statement_budget;
mod storefront;
mod support;
