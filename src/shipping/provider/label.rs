//! The trait of those who sell shipping labels and tell how far parcels are.

use std::pin::Pin;
use std::time::Duration;

use chrono::{DateTime, NaiveDate, Utc};
use entity::shipping_label::ParcelStatus;
use serde::Serialize;

use crate::inbound::Inbound;
use crate::money::Money;

/// Who sends or gets a parcel, as a carrier wants to know it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Party {
    /// A person's name, or the place's.
    pub name: String,
    /// Company.
    pub company: Option<String>,
    /// Telephone.
    pub phone: Option<String>,
    /// Street and number.
    pub address1: String,
    /// Flat, floor, building.
    pub address2: Option<String>,
    /// City, town, village.
    pub city: String,
    /// Code of the state or province.
    pub province: Option<String>,
    /// Postal code.
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// What a parcel weighs and measures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ParcelSize {
    /// In grams, with its box.
    pub weight_grams: i64,
    /// The box, where the carrier is to know it.
    pub measures: Option<BoxSize>,
}

/// The sides of a box, in millimetres.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct BoxSize {
    /// The longest side.
    pub length_mm: i32,
    /// The next.
    pub width_mm: i32,
    /// The last.
    pub height_mm: i32,
}

/// Something in the parcel, as customs want to know it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredItem {
    /// What it is.
    pub description: String,
    /// How many.
    pub quantity: i32,
    /// What one is worth.
    pub value: Money,
    /// The merchant's name for it.
    pub sku: Option<String>,
    /// Number of the goods in the harmonised system.
    pub tariff_code: Option<String>,
    /// Where it was made, ISO 3166-1 alpha-2.
    pub origin: Option<String>,
}

/// A parcel on its way from here to there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Consignment {
    /// Who sends it.
    pub from: Party,
    /// Who gets it.
    pub to: Party,
    /// Its size.
    pub parcel: ParcelSize,
    /// What customs are told; empty where the parcel crosses no border that asks.
    pub declared: Vec<DeclaredItem>,
}

/// By what a label is bought.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LabelSource {
    /// A rate that the provider gave for just this consignment: its name for it.
    Rate(String),
    /// A service of a carrier, at what it costs at that moment.
    Service {
        /// The provider's name for the carrier's account.
        carrier: String,
        /// The provider's name for the service.
        service_code: String,
    },
}

/// A label to be bought.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelRequest {
    /// Our name for the shipment, by which the label is found again.
    pub external_key: String,
    /// By what.
    pub source: LabelSource,
    /// What is sent.
    pub consignment: Consignment,
}

/// What a label would cost.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LabelRate {
    /// The provider's name for the rate: a label can be bought by it.
    pub reference: String,
    /// The provider's name for the carrier's account.
    pub carrier: String,
    /// The carrier.
    pub carrier_code: String,
    /// The service for programs.
    pub service_code: String,
    /// The service for people.
    pub service_name: String,
    /// All that the carrier wants: freight, insurance, confirmation, the rest, tax.
    pub total: Money,
    /// When it would arrive.
    pub delivery_date: Option<NaiveDate>,
}

/// How a label stands at the provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SoldState {
    /// It can be printed.
    Ready,
    /// The carrier still makes it.
    Processing,
    /// The carrier did not make it.
    Failed,
    /// It was given back.
    Voided,
}

/// A label as the provider knows it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SoldLabel {
    /// The provider's name for it.
    pub reference: String,
    /// How it stands.
    pub state: SoldState,
    /// The carrier's number of the parcel.
    pub tracking_number: Option<String>,
    /// The carrier's page about it.
    pub tracking_url: Option<String>,
    /// Where the label itself is fetched.
    pub label_url: Option<String>,
    /// The carrier.
    pub carrier_code: Option<String>,
    /// The service.
    pub service_code: Option<String>,
    /// What the shop pays; none where it was told in no way we read.
    pub cost: Option<Money>,
}

/// What is told of a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelNews {
    /// The carrier's number of the parcel.
    pub tracking_number: String,
    /// The carrier, where it is told.
    pub carrier_code: Option<String>,
    /// What happened, in no order.
    pub events: Vec<ParcelMove>,
}

/// Something that happened to a parcel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParcelMove {
    /// The provider's name for it, or a digest of all it told.
    pub key: String,
    /// What the parcel became.
    pub status: ParcelStatus,
    /// When.
    pub occurred_at: DateTime<Utc>,
    /// In the carrier's words.
    pub description: String,
    /// City, state, country.
    pub place: String,
}

/// Why a provider of labels did not do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LabelFault {
    /// It understood and said no: its codes. Nothing was done.
    #[error("refused: {}", .0.join(", "))]
    Refused(Vec<String>),
    /// There is no such thing at the provider.
    #[error("the provider knows no such thing")]
    NotFound,
    /// It does not take our key.
    #[error("the provider does not take the key")]
    KeyRefused,
    /// It was asked too often; nothing was done.
    #[error("the provider was asked too often")]
    Busy {
        /// For how long it wants to be left alone, where it says so.
        pause: Option<Duration>,
    },
    /// No request left this machine; nothing was done.
    #[error("there was no connection")]
    NotSent,
    /// There was no answer that could be used: it may have been done.
    #[error("the outcome is unknown: {0}")]
    Unknown(&'static str),
}

/// A message that a provider sent by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The provider's name for it, or the digest of what was signed.
    pub key: String,
    /// What it tells; nothing where it is about something else.
    pub news: Option<ParcelNews>,
}

/// Why a message is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MessageFault {
    /// What proves the sender is missing or wrong.
    #[error("the sender is not proven: {0}")]
    Forged(&'static str),
    /// It was sent too long ago, or is dated ahead.
    #[error("the message is too old")]
    Stale,
    /// It is proven, and still no message.
    #[error("the message cannot be read")]
    Unreadable,
    /// It cannot be checked now: it may come again.
    #[error("the sender cannot be checked: {0}")]
    Unchecked(&'static str),
}

/// A future that a trait object can return.
pub type Answering<'a, T, E = LabelFault> = Pin<Box<dyn Future<Output = Result<T, E>> + Send + 'a>>;

/// Somebody who sells labels. Whoever asks has stored under which name, before.
pub trait LabelProvider: Send + Sync {
    /// The name under which labels know it.
    fn name(&self) -> &'static str;
    /// What labels for a consignment would cost.
    fn quote<'a>(&'a self, consignment: &'a Consignment) -> Answering<'a, Vec<LabelRate>>;
    /// Buys a label.
    fn buy<'a>(&'a self, request: &'a LabelRequest) -> Answering<'a, SoldLabel>;
    /// The label that was bought under our name, or at a rate, if there is one.
    fn find<'a>(&'a self, external_key: &'a str, rate: Option<&'a str>) -> Answering<'a, Option<SoldLabel>>;
    /// Gives a label back. Doing it twice does it once.
    fn void<'a>(&'a self, reference: &'a str) -> Answering<'a, ()>;
    /// What happened to the parcel of a label.
    fn track<'a>(&'a self, reference: &'a str) -> Answering<'a, ParcelNews>;
    /// Asks for messages about parcels to be sent to an address of ours, unless they are already.
    fn subscribe<'a>(&'a self, url: &'a str) -> Answering<'a, ()>;
    /// Reads a message that came by itself.
    fn read_message<'a>(&'a self, inbound: &'a Inbound<'a>) -> Answering<'a, Message, MessageFault>;
}
