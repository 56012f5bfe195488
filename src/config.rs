//! Configuration from the environment: read once, checked whole, every fault told by the variable's name.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use chrono::TimeDelta;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::secret::MIN_SECRET_KEY_BYTES;

mod media;
mod payment;
mod paypal;
mod shipengine;
mod stripe;
mod tls;

pub use media::{MediaPlace, MediaSettings, S3Settings};
pub use payment::PaymentSettings;
pub use paypal::{PayPalEnvironment, PayPalSettings};
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

/// Which pages may call the API from a browser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorsOrigins {
    /// Any, without credentials.
    Any,
    /// These.
    Only(Vec<String>),
}

/// A network of addresses, in CIDR notation; a single address is one of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    address: IpAddr,
    bits: u32,
}

impl Network {
    /// Whether an address lies in it.
    #[must_use]
    pub fn contains(&self, other: IpAddr) -> bool {
        match (self.address, other) {
            (IpAddr::V4(own), IpAddr::V4(other)) => {
                let mask = u32::MAX.checked_shl(32 - self.bits).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V6(own), IpAddr::V6(other)) => {
                let mask = u128::MAX.checked_shl(128 - self.bits).unwrap_or(0);
                own.to_bits() & mask == other.to_bits() & mask
            }
            (IpAddr::V4(_), IpAddr::V6(_)) | (IpAddr::V6(_), IpAddr::V4(_)) => false,
        }
    }
}

impl FromStr for Network {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, bits) =
            text.split_once('/').map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.parse().map_err(|_| ())?;
        let most = if address.is_ipv4() { 32 } else { 128 };
        let bits = bits.map_or(Ok(most), str::parse).map_err(|_| ())?;
        if bits > most { Err(()) } else { Ok(Self { address, bits }) }
    }
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
}

/// Every fault found in the environment.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}", .0.join("\n"))]
pub struct ConfigErrors(pub Vec<String>);

struct Reader<'a> {
    get: &'a dyn Fn(&str) -> Option<String>,
    errors: Vec<String>,
}

impl Reader<'_> {
    fn text(&self, name: &str) -> Option<String> {
        (self.get)(name).map(|value| value.trim().to_owned()).filter(|value| !value.is_empty())
    }

    fn parse<T: FromStr>(&mut self, name: &str, default: T, expected: &str) -> T {
        match self.text(name) {
            None => default,
            Some(text) => text.parse().unwrap_or_else(|_| {
                self.errors.push(format!("{name} must be {expected}"));
                default
            }),
        }
    }

    fn within(&mut self, name: &str, default: i64, least: i64, most: i64) -> i64 {
        let value = self.parse(name, default, &format!("a whole number from {least} to {most}"));
        if (least..=most).contains(&value) {
            return value;
        }
        self.errors.push(format!("{name} must be a whole number from {least} to {most}"));
        default
    }

    fn word<T: Copy>(&mut self, name: &str, default: T, words: &[(&str, T)]) -> T {
        let Some(text) = self.text(name) else {
            return default;
        };
        if let Some((_, value)) = words.iter().find(|(word, _)| *word == text) {
            return *value;
        }
        let words: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.errors.push(format!("{name} must be one of {}", words.join(", ")));
        default
    }

    fn on_off(&mut self, name: &str, default: bool) -> bool {
        self.word(name, default, &[("on", true), ("off", false), ("true", true), ("false", false)])
    }

    fn origins(&mut self) -> CorsOrigins {
        let Some(text) = self.text("CORS_ORIGINS").filter(|text| text != "*") else {
            return CorsOrigins::Any;
        };
        let origins: Vec<String> = text.split(',').map(|origin| origin.trim().to_owned()).collect();
        let is_origin = |origin: &String| {
            Url::parse(origin)
                .is_ok_and(|url| url.origin().is_tuple() && url.origin().ascii_serialization() == *origin)
        };
        if !origins.iter().all(is_origin) {
            let expected = "* or origins such as https://shop.example.com, separated by commas";
            self.errors.push(format!("CORS_ORIGINS must be {expected}"));
        }
        CorsOrigins::Only(origins)
    }

    fn proxies(&mut self) -> Vec<Network> {
        let text = self.text("TRUSTED_PROXIES").unwrap_or_default();
        let networks: Option<Vec<Network>> = text
            .split(',')
            .map(str::trim)
            .filter(|part| !part.is_empty())
            .map(|part| part.parse().ok())
            .collect();
        networks.unwrap_or_else(|| {
            let expected = "addresses or networks such as 10.0.0.0/8, separated by commas";
            self.errors.push(format!("TRUSTED_PROXIES must be {expected}"));
            Vec::new()
        })
    }

    fn long_secret(&mut self, name: &str, least: usize) -> Option<SecretString> {
        let secret = self.text(name)?;
        if secret.len() < least {
            self.errors.push(format!("{name} must have at least {least} characters"));
        }
        Some(secret.into())
    }

    /// The mail server and the sender: both or none.
    fn mail(&mut self) -> (Option<SecretString>, Option<String>) {
        let (server, sender) = (self.text("SMTP_URL"), self.text("MAIL_FROM"));
        let has_scheme = |url: &String| {
            let known = ["smtp", "smtps", "smtp+starttls"];
            Url::parse(url).is_ok_and(|url| known.contains(&url.scheme()) && url.has_host())
        };
        if server.as_ref().is_some_and(|url| !has_scheme(url)) {
            let expected = "smtp://, smtps:// or smtp+starttls:// with a host";
            self.errors.push(format!("SMTP_URL must be {expected}"));
        }
        let is_sender = |text: &String| {
            let bare = text.rsplit_once('<').map_or(text.as_str(), |(_, rest)| rest.trim_end_matches('>'));
            bare.split_once('@').is_some_and(|(name, domain)| !name.is_empty() && domain.contains('.'))
                && !text.chars().any(char::is_control)
        };
        if sender.as_ref().is_some_and(|text| !is_sender(text)) {
            self.errors.push("MAIL_FROM must be an e-mail address, or a name and <an address>".to_owned());
        }
        if server.is_some() && sender.is_none() {
            self.errors.push("MAIL_FROM must be set where SMTP_URL is".to_owned());
        }
        (server.map(SecretString::from), sender)
    }

    fn database_url(&mut self, name: &str) -> Option<SecretString> {
        let url = self.text(name)?;
        if !["sqlite:", "postgres:", "postgresql:"].iter().any(|kind| url.starts_with(kind)) {
            self.errors.push(format!("{name} must start with sqlite: or postgres:"));
        }
        Some(url.into())
    }
}

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
        let public_url = public_url(&mut read, http_addr, tls.scheme());
        let storefront_url = storefront_url(&mut read, &public_url);
        let (smtp_url, mail_from) = read.mail();
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
            cors_origins: read.origins(),
            storefront_url,
            trusted_proxies: read.proxies(),
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

/// Whether an address is one of this machine's own: what is sent there crosses no network.
pub(crate) fn is_on_this_machine(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn storefront_url(read: &mut Reader<'_>, public_url: &Url) -> Url {
    let Some(text) = read.text("STOREFRONT_URL") else {
        return public_url.clone();
    };
    let usable =
        |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none();
    Url::parse(&text).ok().filter(usable).unwrap_or_else(|| {
        read.errors.push("STOREFRONT_URL must be an http or https address without a query".to_owned());
        public_url.clone()
    })
}

fn public_url(read: &mut Reader<'_>, http_addr: SocketAddr, scheme: &str) -> Url {
    let text = read.text("PUBLIC_URL").unwrap_or_else(|| format!("{scheme}://{http_addr}"));
    let usable =
        |url: &Url| matches!(url.scheme(), "http" | "https") && url.has_host() && url.query().is_none();
    Url::parse(&text).ok().filter(usable).unwrap_or_else(|| {
        read.errors.push("PUBLIC_URL must be an http or https address without a query".to_owned());
        #[expect(clippy::unwrap_used, reason = "a literal that parses")]
        Url::parse("http://127.0.0.1:4000").unwrap()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)]) -> Result<Config, ConfigErrors> {
        Config::from_variables(&|name| {
            pairs.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned())
        })
    }

    #[test]
    fn an_empty_environment_is_a_working_development_shop() {
        let config = read(&[]).unwrap();
        assert_eq!(config.environment, Environment::Development);
        assert!(config.introspection && config.graphiql && config.run_jobs && !config.demo);
        assert_eq!(config.url_of("/x"), "http://127.0.0.1:4000/x");
    }

    #[test]
    fn production_is_closed_and_wants_a_secret() {
        let errors = read(&[("TRADEPOST_ENV", "production")]).unwrap_err();
        assert_eq!(errors.0, ["SECRET_KEY must be set in production"]);
        let key = ("SECRET_KEY", "0123456789abcdef0123456789abcdef");
        let config = read(&[("TRADEPOST_ENV", "production"), key]).unwrap();
        assert!(!config.introspection && !config.graphiql);
    }

    #[test]
    fn every_fault_names_its_variable() {
        let errors = read(&[
            ("TRADEPOST_ENV", "staging"),
            ("DATABASE_URL", "mysql://localhost"),
            ("DATABASE_MAX_CONNECTIONS", "many"),
            ("CACHE_MEGABYTES", "0"),
            ("MEDIA_URL", "ftp://media"),
            ("MEDIA_S3_ENDPOINT", "media"),
            ("MEDIA_S3_REGION", "the moon"),
            ("MEDIA_VARIANTS_MEGABYTES", "0"),
            ("CACHE_SECONDS", "-1"),
            ("SECRET_KEY", "short"),
            ("HTTP_ADDR", "4000"),
            ("HTTP_WORKERS", "-1"),
            ("TLS_KEY", "key.pem"),
            ("TLS_SELF_SIGNED", "perhaps"),
            ("PUBLIC_URL", "shop"),
            ("CORS_ORIGINS", "https://a.example/path"),
            ("STOREFRONT_URL", "ftp://shop.example"),
            ("STOREFRONT_TOKENS", "maybe"),
            ("TRUSTED_PROXIES", "10.0.0.0/33"),
            ("MULTIPASS_SECRET", "short"),
            ("SMTP_URL", "http://mail.example"),
            ("MAIL_FROM", "shop"),
            ("SHIPENGINE_API_KEY", "short"),
            ("SHIPENGINE_CARRIER_IDS", "ups"),
            ("SHIPENGINE_WEBHOOK_SECRET", "short"),
            ("MANUAL_PAYMENT", "maybe"),
            ("MANUAL_PAYMENT_INSTRUCTIONS", &"x".repeat(2_001)),
            ("PAYMENT_CAPTURE", "later"),
            ("STRIPE_SECRET_KEY", "pk_public"),
            ("STRIPE_PUBLISHABLE_KEY", "sk_secret"),
            ("STRIPE_WEBHOOK_SECRET", "secret"),
            ("STRIPE_TAX_SECRET_KEY", "secret"),
            ("STRIPE_API_URL", "https://stripe.example"),
            ("PAYPAL_CLIENT_ID", "an id"),
            ("PAYPAL_CLIENT_SECRET", "a:secret"),
            ("PAYPAL_WEBHOOK_ID", "web/hook"),
            ("PAYPAL_ENVIRONMENT", "test"),
            ("PAYPAL_API_URL", "https://paypal.example"),
            ("INTROSPECTION", "yes"),
            ("GRAPHIQL", "1"),
            ("RUN_JOBS", "2"),
            ("RESERVATION_MINUTES", "0"),
            ("CART_DAYS", "99999"),
            ("SHUTDOWN_SECONDS", "soon"),
            ("LOG_FORMAT", "xml"),
        ])
        .unwrap_err();
        for name in
            VARIABLES.iter().filter(|name| !["DATA_DIR", "DATABASE_READER_URL", "TLS_KEY"].contains(name))
        {
            assert!(errors.0.iter().any(|line| line.starts_with(name)), "{name}: {errors}");
        }
    }

    #[test]
    fn networks_hold_their_addresses_and_no_others() {
        let holds = |network: &str, address: &str| {
            network.parse::<Network>().unwrap().contains(address.parse().unwrap())
        };
        assert!(holds("10.0.0.0/8", "10.255.0.1") && !holds("10.0.0.0/8", "11.0.0.1"));
        assert!(holds("192.0.2.7", "192.0.2.7") && !holds("192.0.2.7", "192.0.2.8"));
        assert!(holds("0.0.0.0/0", "203.0.113.1") && !holds("0.0.0.0/0", "2001:db8::1"));
        assert!(holds("2001:db8::/32", "2001:db8:ffff::1") && !holds("2001:db8::/32", "2001:db9::1"));
        for bad in ["", "10.0.0.0/33", "10.0.0/8", "2001:db8::/129", "host", "10.0.0.0/-1"] {
            assert!(bad.parse::<Network>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_mail_server_needs_a_sender_and_links_lead_to_the_front_end() {
        let errors = read(&[("SMTP_URL", "smtps://u:p@mail.example:465")]).unwrap_err();
        assert_eq!(errors.0, ["MAIL_FROM must be set where SMTP_URL is"]);
        let config = read(&[
            ("SMTP_URL", "smtp+starttls://mail.example"),
            ("MAIL_FROM", "The shop <shop@example.com>"),
            ("STOREFRONT_URL", "https://shop.example/"),
        ])
        .unwrap();
        assert!(config.smtp_url.is_some());
        assert_eq!(config.storefront_url_of("/account"), "https://shop.example/account");
        assert_eq!(read(&[]).unwrap().storefront_url_of("/account"), "http://127.0.0.1:4000/account");
    }

    #[test]
    fn secrets_do_not_show_in_debug() {
        let config = read(&[
            ("DATABASE_URL", "postgres://shop:hunter2@localhost/shop"),
            ("SECRET_KEY", "correct-horse-battery-staple-correct-horse"),
            ("MULTIPASS_SECRET", "multi-hunter2-pass"),
            ("SMTP_URL", "smtps://shop:hunter2@mail.example"),
            ("MAIL_FROM", "shop@example.com"),
        ])
        .unwrap();
        let text = format!("{config:?}");
        assert!(!text.contains("hunter2") && !text.contains("correct-horse"), "{text}");
    }
}
