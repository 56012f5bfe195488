//! HTTP: finds out who asks, enforces sizes, hands over to GraphQL.

mod actor;
mod admin;
mod answer;
mod caching;
mod checkout;
mod document;
mod graphiql;
mod health;
mod idempotency;
mod idempotency_key;
mod idempotency_seal;
mod media;
mod observe;
mod page;
mod payment_webhook;
mod persisted;
mod server;
mod storefront;
mod test_payment_page;
mod tls;
mod webhook;

pub use observe::install_metrics;
pub use server::{Server, start};
pub use tls::{OwnCertificate, TlsError, own_certificate, tls_config};
