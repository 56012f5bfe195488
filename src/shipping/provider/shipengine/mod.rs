//! ShipEngine: rates, labels and tracking of many carriers behind one API.
//!
//! Written after its published description (`shipengine.yaml`), by which the tests judge what is sent. Off without
//! `SHIPENGINE_API_KEY`.

mod client;
mod message;
mod parcel;
mod read;
mod wire;

use self::client::{Client, Failure};
use self::message::Keys;
use super::label::{
    Answering, Consignment, LabelFault, LabelProvider, LabelRate, LabelRequest, LabelSource, Message,
    MessageFault, ParcelNews, SoldLabel, SoldState,
};
use super::{CarrierRate, ProviderError, RateProvider, RateRequest, Reply};
use crate::clock::Clock;
use crate::config::{Config, ShipEngineSettings, is_shipengine_id};
use crate::inbound::Inbound;
use crate::outbound::field;

/// The name under which labels know it.
pub const NAME: &str = "shipengine";

/// Says that another shipment has our name for it.
const NAME_TAKEN: &str = "identifier_conflict";

/// The adapter. Its connections and the keys it fetched are shared by all who use it.
pub struct ShipEngine {
    client: Client,
    keys: Keys,
    settings: ShipEngineSettings,
}

impl std::fmt::Debug for ShipEngine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ShipEngine").field("settings", &self.settings).finish_non_exhaustive()
    }
}

impl ShipEngine {
    /// The adapter, where the settings turn it on.
    ///
    /// # Errors
    /// When the key cannot be sent, or would cross a network in the clear, and when the machine's root certificates cannot
    /// be read.
    pub fn from_config(config: &Config) -> Result<Option<Self>, anyhow::Error> {
        let Some(settings) = &config.shipengine else {
            return Ok(None);
        };
        Ok(Some(Self { client: Client::new(settings)?, keys: Keys::default(), settings: settings.clone() }))
    }

    async fn estimate(&self, request: &RateRequest) -> Result<Vec<CarrierRate>, ProviderError> {
        let body = wire::estimate(Clock::System.now(), request, &self.settings.carrier_ids)?;
        let answer = self.client.post(&["v1", "rates", "estimate"], body).await?;
        read::estimates(&answer, request.currency)
            .ok_or_else(|| ProviderError::BadAnswer("the estimates cannot be read".to_owned()))
    }

    async fn quote(&self, consignment: &Consignment) -> Result<Vec<LabelRate>, LabelFault> {
        let body = wire::rates(consignment, &self.settings.carrier_ids);
        let answer = self.client.post(&["v1", "rates"], body).await?;
        read::rates(&answer).ok_or(LabelFault::Unknown("the rates cannot be read"))
    }

    async fn buy(&self, request: &LabelRequest) -> Result<SoldLabel, LabelFault> {
        let (path, body) = match &request.source {
            LabelSource::Rate(rate) => (vec!["v1", "labels", "rates", named(rate)?], wire::label_at_rate()),
            LabelSource::Service { carrier, service_code } => {
                named(carrier)?;
                let body = wire::label(&request.external_key, carrier, service_code, &request.consignment);
                (vec!["v1", "labels"], body)
            }
        };
        let answer = match self.client.post_within(self.settings.purchase_patience, &path, body).await {
            // Our name for the shipment is taken: by a call of ours then, of which nobody heard the end.
            Err(Failure::Status(_, codes)) if codes.iter().any(|code| code == NAME_TAKEN) => {
                return Err(LabelFault::Unknown("the shipment is known already"));
            }
            answer => answer?,
        };
        read::label(&answer).ok_or(LabelFault::Unknown("the label cannot be read"))
    }

    async fn find(&self, external_key: &str, rate: Option<&str>) -> Result<Option<SoldLabel>, LabelFault> {
        if let Some(rate) = rate {
            let query =
                vec![field("rate_id", named(rate)?), field("page_size", "25"), field("sort_dir", "desc")];
            let answer = self.client.get(&["v1", "labels"], &query).await?;
            let labels = read::labels(&answer).ok_or(LabelFault::Unknown("the labels cannot be read"))?;
            // One that failed says nothing while another stands.
            let (failed, standing): (Vec<_>, Vec<_>) =
                labels.into_iter().partition(|label| label.state == SoldState::Failed);
            return Ok(standing.into_iter().chain(failed).next());
        }
        let path = ["v1", "labels", "external_shipment_id", external_key];
        match self.client.get(&path, &Vec::new()).await.map_err(LabelFault::from) {
            Ok(answer) => {
                read::label(&answer).map(Some).ok_or(LabelFault::Unknown("the label cannot be read"))
            }
            Err(LabelFault::NotFound) => Ok(None),
            Err(fault) => Err(fault),
        }
    }

    async fn void(&self, reference: &str) -> Result<(), LabelFault> {
        let answer = self.client.put(&["v1", "labels", named(reference)?, "void"]).await?;
        read::void(&answer).ok_or(LabelFault::Unknown("the answer to a void cannot be read"))?
    }

    async fn track(&self, reference: &str) -> Result<ParcelNews, LabelFault> {
        let answer = self.client.get(&["v1", "labels", named(reference)?, "track"], &Vec::new()).await?;
        parcel::tracking(&answer).ok_or(LabelFault::Unknown("the tracking cannot be read"))
    }

    async fn subscribe(&self, url: &str) -> Result<(), LabelFault> {
        let Some(secret) = &self.settings.webhook_secret else {
            return Err(LabelFault::Refused(vec!["webhook_secret_missing".to_owned()]));
        };
        let path = ["v1", "environment", "webhooks"];
        let answer = self.client.get(&path, &Vec::new()).await?;
        if parcel::has_webhook(&answer, url).ok_or(LabelFault::Unknown("the webhooks cannot be read"))? {
            return Ok(());
        }
        let body = wire::webhook(url, message::SECRET_HEADER, secret);
        self.client.post(&path, body).await?;
        Ok(())
    }
}

/// One of ShipEngine's names, before it becomes part of a path.
fn named(text: &str) -> Result<&str, LabelFault> {
    if is_shipengine_id(text) {
        Ok(text)
    } else {
        Err(LabelFault::Refused(vec!["invalid_identifier".to_owned()]))
    }
}

impl RateProvider for ShipEngine {
    fn rates<'a>(&'a self, request: &'a RateRequest) -> Reply<'a, Vec<CarrierRate>> {
        Box::pin(self.estimate(request))
    }
}

impl LabelProvider for ShipEngine {
    fn name(&self) -> &'static str {
        NAME
    }

    fn quote<'a>(&'a self, consignment: &'a Consignment) -> Answering<'a, Vec<LabelRate>> {
        Box::pin(self.quote(consignment))
    }

    fn buy<'a>(&'a self, request: &'a LabelRequest) -> Answering<'a, SoldLabel> {
        Box::pin(self.buy(request))
    }

    fn find<'a>(&'a self, external_key: &'a str, rate: Option<&'a str>) -> Answering<'a, Option<SoldLabel>> {
        Box::pin(self.find(external_key, rate))
    }

    fn void<'a>(&'a self, reference: &'a str) -> Answering<'a, ()> {
        Box::pin(self.void(reference))
    }

    fn track<'a>(&'a self, reference: &'a str) -> Answering<'a, ParcelNews> {
        Box::pin(self.track(reference))
    }

    fn subscribe<'a>(&'a self, url: &'a str) -> Answering<'a, ()> {
        Box::pin(self.subscribe(url))
    }

    fn read_message<'a>(&'a self, inbound: &'a Inbound<'a>) -> Answering<'a, Message, MessageFault> {
        let secret = self.settings.webhook_secret.as_ref();
        Box::pin(message::read(&self.client, &self.keys, secret, inbound))
    }
}
