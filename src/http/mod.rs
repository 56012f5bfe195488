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
mod inbound;
mod media;
mod observe;
mod operation;
mod page;
mod parcel_webhook;
mod payment_webhook;
mod persisted;
mod server;
mod storefront;
mod test_payment_page;
mod tls;

pub use observe::install_metrics;
pub use server::{Server, start};
pub use tls::{OwnCertificate, TlsError, own_certificate, tls_config};
