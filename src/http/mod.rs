//! HTTP: finds out who asks, enforces sizes, hands over to GraphQL.

mod actor;
mod admin;
mod answer;
mod graphiql;
mod health;
mod media;
mod observe;
mod page;
mod server;
mod storefront;

pub use observe::install_metrics;
pub use server::{Server, start};
