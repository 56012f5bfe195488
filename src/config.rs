//! Configuration from the environment: read once, checked whole, every fault told by the variable's name.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use crate::secret::MIN_SECRET_KEY_BYTES;

mod address;
mod mail;
mod media;
mod network;
mod payment;
mod paypal;
mod reader;
mod shipengine;
mod stripe;
mod tls;

pub use address::CorsOrigins;
pub(crate) use address::is_on_this_machine;
pub use media::{MediaPlace, MediaSettings, S3Settings};
pub use network::Network;
pub use payment::PaymentSettings;
pub use paypal::{PayPalEnvironment, PayPalSettings};
use reader::Reader;
pub use shipengine::{ShipEngineSettings, is_shipengine_id};
pub use stripe::StripeSettings;
pub use tls::TlsSettings;

/// Every variable that is read, in the order of `.env.example`; a test keeps the two equal.
pub const VARIABLES: &[&str] = &[
    "TRADEPOST_ENV",
    "DATA_DIR",
    "DATABASE_URL",
    "DATABASE_READER_URL",
    "DATABASE_MAX_CONNECTIONS",
    "CACHE_MEGABYTES",
    "MEDIA_URL",
    "MEDIA_S3_ENDPOINT",
    "MEDIA_S3_REGION",
    "MEDIA_S3_ACCESS_KEY_ID",
    "MEDIA_S3_SECRET_ACCESS_KEY",
    "MEDIA_VARIANTS_MEGABYTES",
    "CACHE_SECONDS",
    "SECRET_KEY",
    "HTTP_ADDR",
    "HTTP_WORKERS",
    "TLS_CERT",
    "TLS_KEY",
    "TLS_SELF_SIGNED",
    "PUBLIC_URL",
    "CORS_ORIGINS",
    "STOREFRONT_URL",
    "STOREFRONT_TOKENS",
    "TRUSTED_PROXIES",
    "MULTIPASS_SECRET",
    "SMTP_URL",
    "MAIL_FROM",
    "SHIPENGINE_API_KEY",
    "SHIPENGINE_CARRIER_IDS",
    "SHIPENGINE_WEBHOOK_SECRET",
    "MANUAL_PAYMENT",
    "MANUAL_PAYMENT_INSTRUCTIONS",
    "PAYMENT_CAPTURE",
    "STRIPE_SECRET_KEY",
    "STRIPE_PUBLISHABLE_KEY",
    "STRIPE_WEBHOOK_SECRET",
    "STRIPE_TAX_SECRET_KEY",
    "STRIPE_API_URL",
    "PAYPAL_CLIENT_ID",
    "PAYPAL_CLIENT_SECRET",
    "PAYPAL_WEBHOOK_ID",
    "PAYPAL_ENVIRONMENT",
    "PAYPAL_API_URL",
    "INTROSPECTION",
    "GRAPHIQL",
    "RUN_JOBS",
    "RESERVATION_MINUTES",
    "CART_DAYS",
    "SHUTDOWN_SECONDS",
    "LOG_FORMAT",
];

/// The least that the secret of multipass may have, in bytes.
const MIN_MULTIPASS_BYTES: usize = 16;

/// How careful the server is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// Everything is open for exploring.
    Development,
    /// What helps an attacker is off, and secrets must be given.
    Production,
}

/// Which front ends may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StorefrontTokens {
    /// Any; a valid token only tells them apart.
    Optional,
    /// Only those that show a valid token.
    Required,
}

/// How log lines look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For machines.
    Json,
}

/// The settings of one process.
#[derive(Clone, Debug)]
pub struct Config {
    /// `TRADEPOST_ENV`.
    pub environment: Environment,
    /// `DATA_DIR`: where the embedded database, the media and the generated key live.
    pub data_dir: PathBuf,
    /// `DATABASE_URL`.
    pub database_url: SecretString,
    /// `DATABASE_READER_URL`.
    pub database_reader_url: Option<SecretString>,
    /// `DATABASE_MAX_CONNECTIONS`.
    pub database_max_connections: u32,
    /// `CACHE_MEGABYTES`: about how much memory remembered products may take, in bytes.
    pub cache_bytes: u64,
    /// `MEDIA_URL` and what belongs to it: where media are kept.
    pub media: MediaSettings,
    /// `CACHE_SECONDS`: how long anybody may keep an answer that holds the catalogue only.
    pub cache_time: Duration,
    /// `SECRET_KEY`; generated into the data folder where it is missing in development.
    pub secret_key: Option<SecretString>,
    /// `HTTP_ADDR`.
    pub http_addr: SocketAddr,
    /// `HTTP_WORKERS`; one per core where it is missing.
    pub http_workers: Option<usize>,
    /// `TLS_CERT`, `TLS_KEY`, `TLS_SELF_SIGNED`: whether the server speaks TLS itself.
    pub tls: TlsSettings,
    /// `PUBLIC_URL`: the address under which shoppers reach the server, without a slash at its end.
    pub public_url: Url,
    /// `CORS_ORIGINS`.
    pub cors_origins: CorsOrigins,
    /// `STOREFRONT_URL`: where the front end's own pages are, without a slash at its end.
    pub storefront_url: Url,
    /// `TRUSTED_PROXIES`: whose word on the way of a request is believed.
    pub trusted_proxies: Vec<Network>,
    /// `MULTIPASS_SECRET`; without it nobody signs in by multipass.
    pub multipass_secret: Option<SecretString>,
    /// `SMTP_URL`; without it mails are kept and not sent.
    pub smtp_url: Option<SecretString>,
    /// `MAIL_FROM`: whom mails come from.
    pub mail_from: Option<String>,
    /// `SHIPENGINE_API_KEY` and what belongs to it; without it ShipEngine is off.
    pub shipengine: Option<ShipEngineSettings>,
    /// `MANUAL_PAYMENT` and what belongs to it, `PAYMENT_CAPTURE`.
    pub payment: PaymentSettings,
    /// `STRIPE_SECRET_KEY` and what belongs to it, `STRIPE_TAX_SECRET_KEY`.
    pub stripe: StripeSettings,
    /// `PAYPAL_CLIENT_ID` and what belongs to it; without it PayPal is off.
    pub paypal: Option<PayPalSettings>,
    /// `STOREFRONT_TOKENS`.
    pub storefront_tokens: StorefrontTokens,
    /// `INTROSPECTION`.
    pub introspection: bool,
    /// `GRAPHIQL`.
    pub graphiql: bool,
    /// `RUN_JOBS`: whether `serve` also works on jobs.
    pub run_jobs: bool,
    /// `RESERVATION_MINUTES`: how long stock is held for a payment.
    pub reservation_time: TimeDelta,
    /// `CART_DAYS`: how long an untouched cart lives.
    pub cart_time: TimeDelta,
    /// `SHUTDOWN_SECONDS`: how long requests under way may take when the server is asked to stop.
    pub shutdown_time: Duration,
    /// `LOG_FORMAT`.
    pub log_format: LogFormat,
    /// Whether the demo's test gateway is on. No variable turns it on: only the `demo` command does.
    pub demo: bool,
    /// Whether a server's search index follows what others wrote, and is built before anybody searches. No variable turns
    /// it off: only tests do, most of which never search. Who searches finds what the server itself wrote all the same.
    pub follows_search: bool,
}

/// Every fault found in the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigErrors(pub Vec<String>);

impl Config {
    /// Reads variables from anywhere.
    ///
    /// # Errors
    /// [`ConfigErrors`] with a line for each variable that cannot be used.
    pub fn from_variables(get: &dyn Fn(&str) -> Option<String>) -> Result<Self, ConfigErrors> {
        let mut read = Reader { get, errors: Vec::new() };
        let environments =
            [("development", Environment::Development), ("production", Environment::Production)];
        let environment = read.word("TRADEPOST_ENV", Environment::Development, &environments);
        let development = environment == Environment::Development;
        let data_dir = PathBuf::from(read.text("DATA_DIR").unwrap_or_else(|| "data".to_owned()));
        let database_url = read
            .database_url("DATABASE_URL")
            .unwrap_or_else(|| format!("sqlite:{}", data_dir.join("tradepost.db").display()).into());
        let database_reader_url = read.database_url("DATABASE_READER_URL");
        if database_reader_url.is_some() && database_url.expose_secret().starts_with("sqlite:") {
            read.errors.push("DATABASE_READER_URL is for PostgreSQL only".to_owned());
        }
        let secret_key = read.text("SECRET_KEY").map(SecretString::from);
        match &secret_key {
            Some(key) if key.expose_secret().len() < MIN_SECRET_KEY_BYTES => {
                read.errors.push(format!("SECRET_KEY must have at least {MIN_SECRET_KEY_BYTES} characters"));
            }
            None if !development => read.errors.push("SECRET_KEY must be set in production".to_owned()),
            _ => {}
        }
        let http_addr = read.parse(
            "HTTP_ADDR",
            SocketAddr::from(([127, 0, 0, 1], 4000)),
            "an address and a port, such as 0.0.0.0:4000",
        );
        let http_workers = match read.within("HTTP_WORKERS", 0, 0, 512) {
            0 => None,
            workers => usize::try_from(workers).ok(),
        };
        let tls = TlsSettings::read(&mut read, environment);
        let public_url = address::public_url(&mut read, http_addr, tls.scheme());
        let storefront_url = address::storefront_url(&mut read, &public_url);
        let (smtp_url, mail_from) = mail::mail(&mut read);
        let config = Self {
            environment,
            data_dir,
            database_url,
            database_reader_url,
            database_max_connections: u32::try_from(read.within("DATABASE_MAX_CONNECTIONS", 16, 1, 1000))
                .unwrap_or(16),
            cache_bytes: read.within("CACHE_MEGABYTES", 512, 1, 1_000_000).unsigned_abs() << 20,
            media: MediaSettings::read(&mut read),
            cache_time: Duration::from_secs(read.within("CACHE_SECONDS", 10, 0, 86_400).unsigned_abs()),
            secret_key,
            http_addr,
            http_workers,
            tls,
            public_url,
            cors_origins: address::cors_origins(&mut read),
            storefront_url,
            trusted_proxies: network::trusted_proxies(&mut read),
            multipass_secret: read.long_secret("MULTIPASS_SECRET", MIN_MULTIPASS_BYTES),
            smtp_url,
            mail_from,
            shipengine: ShipEngineSettings::read(&mut read),
            payment: PaymentSettings::read(&mut read),
            stripe: StripeSettings::read(&mut read),
            paypal: PayPalSettings::read(&mut read),
            storefront_tokens: read.word(
                "STOREFRONT_TOKENS",
                StorefrontTokens::Optional,
                &[("optional", StorefrontTokens::Optional), ("required", StorefrontTokens::Required)],
            ),
            introspection: read.on_off("INTROSPECTION", development),
            graphiql: read.on_off("GRAPHIQL", development),
            run_jobs: read.on_off("RUN_JOBS", true),
            reservation_time: TimeDelta::minutes(read.within("RESERVATION_MINUTES", 15, 1, 1440)),
            cart_time: TimeDelta::days(read.within("CART_DAYS", 30, 1, 3650)),
            shutdown_time: Duration::from_secs(read.within("SHUTDOWN_SECONDS", 30, 0, 3600).unsigned_abs()),
            log_format: read.word(
                "LOG_FORMAT",
                LogFormat::Text,
                &[("text", LogFormat::Text), ("json", LogFormat::Json)],
            ),
            demo: false,
            follows_search: true,
        };
        if read.errors.is_empty() { Ok(config) } else { Err(ConfigErrors(read.errors)) }
    }

    /// An address on this server.
    #[must_use]
    pub fn url_of(&self, path: &str) -> String {
        format!("{}{path}", self.public_url.as_str().trim_end_matches('/'))
    }

    /// An address among the front end's own pages.
    #[must_use]
    pub fn storefront_url_of(&self, path: &str) -> String {
        format!("{}{path}", self.storefront_url.as_str().trim_end_matches('/'))
    }
}

#[cfg(test)]
mod tests;
