//! The trait of those who say what a delivery costs, and which of them are on.

mod callback;
mod circuit;
mod guard;
pub mod label;
mod shipengine;

use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use chrono::NaiveDate;
use entity::id::{CarrierServiceId, ProductId, VariantId};
use serde::{Deserialize, Serialize};

use crate::config::Config;
use crate::money::Currency;
use crate::secret;

use label::LabelProvider;
pub use shipengine::ShipEngine;

pub use circuit::Circuits;
pub use guard::{AddressRange, check_callback_url, is_reachable};

/// What a carrier is asked: what these would cost from here to there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RateRequest {
    /// Whom.
    pub carrier: CarrierServiceId,
    /// From where.
    pub origin: Place,
    /// To where.
    pub destination: Place,
    /// What, in the order of their variants. Equal ones are one.
    pub items: Vec<RateItem>,
    /// In which currency the answer is wanted, and the prices of the items are.
    pub currency: Currency,
    /// In which language the buyer reads, such as `en` or `pt-BR`.
    pub locale: String,
}

/// The parts of an address that decide about rates: who lives there is nobody's business.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// ISO 3166-1 alpha-2.
    pub country: String,
    /// Code of the state or province.
    pub province: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// City, town, village.
    pub city: Option<String>,
    /// Street and number.
    pub address1: Option<String>,
    /// Flat, floor, building.
    pub address2: Option<String>,
}

/// Something to be delivered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct RateItem {
    /// Which variant.
    pub variant: VariantId,
    /// Of which product.
    pub product: ProductId,
    /// The product's name.
    pub name: String,
    /// The merchant's name for it.
    pub sku: Option<String>,
    /// How many units.
    pub quantity: i32,
    /// What a unit weighs.
    pub grams: i64,
    /// What a unit costs before discounts, in minor units.
    pub price_minor: i64,
}

/// A rate that a carrier offers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CarrierRate {
    /// Its name for programs; the same as long as the service is.
    pub service_code: String,
    /// Its name for buyers.
    pub service_name: String,
    /// What buyers should know.
    pub description: String,
    /// What it costs, in minor units of the currency that was asked for.
    pub total_minor: i64,
    /// When it arrives at the earliest.
    pub min_delivery_date: Option<NaiveDate>,
    /// When it arrives at the latest.
    pub max_delivery_date: Option<NaiveDate>,
}

/// Why a carrier gave no rates that could be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ProviderError {
    /// The provider is not configured here.
    #[error("the provider is not configured")]
    NotConfigured,
    /// The address may not be called from here.
    #[error("the address may not be called: {0}")]
    ForbiddenAddress(&'static str),
    /// There was no connection, or it broke.
    #[error("no connection: {0}")]
    Unreachable(String),
    /// There was no answer in time.
    #[error("no answer in time")]
    TimedOut,
    /// It was asked without success several times, so that it is not asked for a while.
    #[error("it has failed several times and is not asked for a while")]
    CircuitOpen,
    /// The answer was an error.
    #[error("the answer has status {0}")]
    Status(u16),
    /// The provider understood the request and refused it.
    #[error("refused ({code}): {message}")]
    Refused {
        /// The provider's word for it.
        code: String,
        /// Its words, for staff; never for buyers.
        message: String,
    },
    /// The answer cannot be used.
    #[error("the answer cannot be used: {0}")]
    BadAnswer(String),
}

/// A future that a trait object can return.
pub type Reply<'a, T> = Pin<Box<dyn Future<Output = Result<T, ProviderError>> + Send + 'a>>;

/// Somebody who says what a delivery costs. Whoever asks keeps the deadline.
pub trait RateProvider: Send + Sync {
    /// What it offers for the request; an empty list where it does not deliver that.
    fn rates<'a>(&'a self, request: &'a RateRequest) -> Reply<'a, Vec<CarrierRate>>;
}

impl RateRequest {
    /// A digest of all that the answer depends on, in hexadecimal.
    #[must_use]
    pub fn key(&self) -> String {
        let parts = serde_json::json!([
            self.carrier,
            self.origin,
            self.destination,
            self.items,
            self.currency.code(),
            self.locale
        ]);
        secret::hex_digest(parts.to_string().as_bytes())
    }
}

/// How a carrier service is reached.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Endpoint {
    /// An address of the merchant's that is asked as the field does.
    Callback {
        /// Where.
        url: String,
    },
    /// ShipEngine, with the key of the configuration.
    ShipEngine,
}

/// A carrier service as whoever asks it must know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CarrierService {
    /// Its key.
    pub id: CarrierServiceId,
    /// For staff.
    pub name: String,
    /// How it is reached.
    pub endpoint: Endpoint,
    /// Which of the keys derived for it signs the requests: it grows when a key is replaced.
    pub key_version: i32,
    /// How long an answer is waited for.
    pub timeout: Duration,
    /// What it costs, in minor units of the shop's currency, where there is no answer and the method says nothing.
    pub fallback_minor: Option<i64>,
}

/// The carriers that can be asked from here; cheap to clone.
#[derive(Clone)]
pub struct Carriers {
    http: callback::CallbackClient,
    shipengine: Option<Arc<ShipEngine>>,
    /// Which of them fail at present.
    pub circuits: Circuits,
}

impl std::fmt::Debug for Carriers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Carriers").field("shipengine", &self.shipengine.is_some()).finish_non_exhaustive()
    }
}

impl Carriers {
    /// The carriers that the settings turn on.
    ///
    /// # Errors
    /// When the client of the callbacks cannot be made.
    pub fn from_config(config: &Config) -> Result<Self, anyhow::Error> {
        Ok(Self {
            http: callback::CallbackClient::new(AddressRange::of(config.environment))?,
            shipengine: ShipEngine::from_config(config)?.map(Arc::new),
            circuits: Circuits::default(),
        })
    }

    /// Who sells labels; none where nobody is configured here.
    #[must_use]
    pub fn labels(&self) -> Option<Arc<dyn LabelProvider>> {
        self.shipengine.clone().map(|adapter| adapter as Arc<dyn LabelProvider>)
    }

    /// Who sold a label, by the name under which labels know it.
    #[must_use]
    pub fn labels_of(&self, name: &str) -> Option<Arc<dyn LabelProvider>> {
        self.labels().filter(|provider| provider.name() == name)
    }

    /// The provider of a service; none where it is not configured here. `key` signs the requests.
    #[must_use]
    pub fn provider(&self, service: &CarrierService, key: &str) -> Option<Arc<dyn RateProvider>> {
        match &service.endpoint {
            Endpoint::Callback { url } => Some(Arc::new(self.http.to(url, key))),
            Endpoint::ShipEngine => self.shipengine.clone().map(|adapter| adapter as Arc<dyn RateProvider>),
        }
    }
}
