//! Carrier services of the merchant: an address that is asked for rates by HTTP, in the manner of the field.
//!
//! The request is a POST of JSON, `{"rate": {"origin", "destination", "items", "currency", "locale"}}`, signed by
//! [`SIGNATURE`]; the answer is `{"rates": [{"service_name", "service_code", "total_price", ...}]}` with `total_price` in
//! minor units.

use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, NaiveDate};
use hmac::{Hmac, KeyInit, Mac};
use reqwest::header::CONTENT_TYPE;
use reqwest::{Client, StatusCode};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::guard::{AddressRange, GuardedResolver, check_callback_url};
use super::{CarrierRate, Place, ProviderError, RateItem, RateProvider, RateRequest, Reply};
use crate::money::MAX_MINOR;
use crate::outbound::{self, Silence};

/// The header with the HMAC-SHA256 of the body, in base64.
pub const SIGNATURE: &str = "x-tradepost-hmac-sha256";
/// Bytes of an answer at most.
const MAX_ANSWER_BYTES: usize = 64 * 1024;
/// Rates of an answer at most.
const MAX_RATES: usize = 50;
/// Characters of a service's name, code or description at most.
const MAX_TEXT: usize = 255;
/// How long a connection may take.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// However patient whoever asks is, an answer takes no longer.
const LONGEST: Duration = Duration::from_secs(10);

/// Calls the addresses of merchants: no private ones, no redirects, no proxies of the environment.
#[derive(Clone, Debug)]
pub(super) struct CallbackClient {
    http: Client,
    range: AddressRange,
}

impl CallbackClient {
    /// A client that calls addresses of this range.
    ///
    /// # Errors
    /// When there are no roots of trust.
    pub(super) fn new(range: AddressRange) -> Result<Self, anyhow::Error> {
        let http = outbound::connections(CONNECT_TIMEOUT, LONGEST)
            .no_proxy()
            .dns_resolver(GuardedResolver(range))
            .build()?;
        Ok(Self { http, range })
    }

    /// The service at this address, whose requests are signed with this key.
    pub(super) fn to(&self, url: &str, key: &str) -> Callback {
        Callback { client: self.clone(), url: url.to_owned(), key: key.into() }
    }
}

/// A carrier service at an address of the merchant's.
#[derive(Debug)]
pub(super) struct Callback {
    client: CallbackClient,
    url: String,
    key: SecretString,
}

impl RateProvider for Callback {
    fn rates<'a>(&'a self, request: &'a RateRequest) -> Reply<'a, Vec<CarrierRate>> {
        Box::pin(async move {
            let url = check_callback_url(self.client.range, &self.url)?;
            let body = serde_json::to_vec(&wire_request(request)).map_err(unusable)?;
            let signature = sign(&self.key, &body)?;
            let call = self.client.http.post(url).header(CONTENT_TYPE, "application/json");
            let call = call.header(SIGNATURE, signature).body(body);
            let answer = outbound::send(call, MAX_ANSWER_BYTES).await?;
            let status = answer.status;
            if status == StatusCode::NO_CONTENT {
                return Ok(Vec::new());
            }
            if status != StatusCode::OK {
                return Err(ProviderError::Status(status.as_u16()));
            }
            // Without the reader's own words: they may repeat what was read, which belongs in no log.
            let answer = serde_json::from_slice::<WireAnswer>(&answer.body)
                .map_err(|_| unusable("it is no list of rates"))?;
            rates_of(answer, request)
        })
    }
}

fn unusable(error: impl std::fmt::Display) -> ProviderError {
    ProviderError::BadAnswer(error.to_string())
}

impl From<Silence> for ProviderError {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::TimedOut => Self::TimedOut,
            Silence::TooLong => unusable(silence.told()),
            Silence::Impossible | Silence::NoConnection | Silence::Broken => {
                Self::Unreachable(silence.told().to_owned())
            }
        }
    }
}

fn sign(key: &SecretString, body: &[u8]) -> Result<String, ProviderError> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret().as_bytes()).map_err(unusable)?;
    mac.update(body);
    Ok(STANDARD.encode(mac.finalize().into_bytes()))
}

#[derive(Serialize)]
struct WireRequest<'a> {
    rate: WireRate<'a>,
}

#[derive(Serialize)]
struct WireRate<'a> {
    origin: &'a Place,
    destination: &'a Place,
    items: Vec<WireItem<'a>>,
    currency: &'static str,
    locale: &'a str,
}

#[derive(Serialize)]
struct WireItem<'a> {
    name: &'a str,
    sku: Option<&'a str>,
    quantity: i32,
    grams: i64,
    price: i64,
    requires_shipping: bool,
    product_id: i64,
    variant_id: i64,
}

#[derive(Deserialize)]
struct WireAnswer {
    rates: Vec<WireOffer>,
}

#[derive(Deserialize)]
struct WireOffer {
    service_name: String,
    service_code: String,
    total_price: WirePrice,
    currency: String,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    min_delivery_date: Option<String>,
    #[serde(default)]
    max_delivery_date: Option<String>,
}

/// Minor units, as a text or a number.
#[derive(Deserialize)]
#[serde(untagged)]
enum WirePrice {
    Text(String),
    Number(i64),
}

fn wire_request(request: &RateRequest) -> WireRequest<'_> {
    WireRequest {
        rate: WireRate {
            origin: &request.origin,
            destination: &request.destination,
            items: request.items.iter().map(wire_item).collect(),
            currency: request.currency.code(),
            locale: &request.locale,
        },
    }
}

fn wire_item(item: &RateItem) -> WireItem<'_> {
    WireItem {
        name: &item.name,
        sku: item.sku.as_deref(),
        quantity: item.quantity,
        grams: item.grams,
        price: item.price_minor,
        requires_shipping: true,
        product_id: item.product.0,
        variant_id: item.variant.0,
    }
}

/// All rates of an answer, or none where one of them cannot be right: who is wrong about one is wrong about others.
fn rates_of(answer: WireAnswer, request: &RateRequest) -> Result<Vec<CarrierRate>, ProviderError> {
    if answer.rates.len() > MAX_RATES {
        return Err(ProviderError::BadAnswer(format!("it has more than {MAX_RATES} rates")));
    }
    let mut rates: Vec<CarrierRate> = Vec::with_capacity(answer.rates.len());
    for offer in answer.rates {
        let rate = rate_of(offer, request)?;
        if rates.iter().any(|other| other.service_code == rate.service_code) {
            return Err(unusable("a service_code is there twice"));
        }
        rates.push(rate);
    }
    Ok(rates)
}

fn rate_of(offer: WireOffer, request: &RateRequest) -> Result<CarrierRate, ProviderError> {
    if offer.currency != request.currency.code() {
        return Err(unusable("a rate is in another currency than was asked for"));
    }
    let total_minor = match offer.total_price {
        WirePrice::Number(minor) => Some(minor),
        WirePrice::Text(text) => text.parse().ok(),
    };
    let total_minor = total_minor
        .filter(|minor| (0..=MAX_MINOR).contains(minor))
        .ok_or_else(|| unusable("a total_price is negative, too large or not in whole minor units"))?;
    let description = offer.description.unwrap_or_default();
    let fits = |text: &str| text.chars().count() <= MAX_TEXT && !text.chars().any(char::is_control);
    let named = |text: &str| !text.trim().is_empty() && fits(text);
    if !named(&offer.service_name) || !named(&offer.service_code) || !fits(&description) {
        return Err(unusable("a rate has no name, no code, or texts that are too long"));
    }
    Ok(CarrierRate {
        service_code: offer.service_code,
        service_name: offer.service_name,
        description,
        total_minor,
        min_delivery_date: offer.min_delivery_date.as_deref().and_then(day_of),
        max_delivery_date: offer.max_delivery_date.as_deref().and_then(day_of),
    })
}

/// The day of a date or a moment, as the sender counts days; none where it is neither: nobody pays by it.
fn day_of(text: &str) -> Option<NaiveDate> {
    let moment = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%d %H:%M:%S %z"));
    moment.map(|moment| moment.date_naive()).ok().or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use entity::id::CarrierServiceId;

    use super::*;
    use crate::money::Currency;

    fn answered(json: &str) -> Result<Vec<CarrierRate>, ProviderError> {
        let request = RateRequest {
            carrier: CarrierServiceId(1),
            origin: Place::default(),
            destination: Place::default(),
            items: Vec::new(),
            currency: Currency::find("EUR").unwrap(),
            locale: "en".into(),
        };
        rates_of(serde_json::from_str(json).map_err(unusable)?, &request)
    }

    fn offer(changes: &str) -> String {
        format!(
            r#"{{"service_name": "Next day", "service_code": "ND", "total_price": "1295", "currency": "EUR"{changes}}}"#
        )
    }

    #[test]
    fn rates_are_read_with_prices_as_texts_or_numbers() {
        let dates = r#", "description": "By noon", "min_delivery_date": "2026-05-01 12:00:00 +0200", "max_delivery_date": "2026-05-03""#;
        let number = offer("").replace("\"1295\"", "0").replace("ND", "FREE");
        let rates = answered(&format!(r#"{{"rates": [{}, {number}]}}"#, offer(dates))).unwrap();
        let [first, second] = rates.as_slice() else { panic!("{rates:?}") };
        assert_eq!((first.service_code.as_str(), first.total_minor), ("ND", 1295));
        assert_eq!(first.description, "By noon");
        assert_eq!(first.min_delivery_date, NaiveDate::from_ymd_opt(2026, 5, 1));
        assert_eq!(first.max_delivery_date, NaiveDate::from_ymd_opt(2026, 5, 3));
        assert_eq!(second.total_minor, 0);
        assert_eq!(answered(r#"{"rates": []}"#), Ok(Vec::new()));
    }

    #[test]
    fn an_answer_with_one_wrong_rate_is_refused_as_a_whole() {
        let good = offer("");
        let wrong = [
            good.replace("EUR", "USD"),
            good.replace("\"1295\"", "\"-1\""),
            good.replace("\"1295\"", "\"12.95\""),
            good.replace("\"1295\"", "12.95"),
            good.replace("1295", "100000000001"),
            good.replace("Next day", " "),
            good.replace("ND", ""),
            good.replace("Next day", &"x".repeat(256)),
            good.replace("\"total_price\"", "\"price\""),
            format!("{good}, {good}"),
        ];
        let fine = good.replace("ND", "OTHER");
        for wrong in wrong {
            let answer = answered(&format!(r#"{{"rates": [{fine}, {wrong}]}}"#));
            assert!(matches!(answer, Err(ProviderError::BadAnswer(_))), "{wrong}: {answer:?}");
        }
        let many: Vec<String> = (0..51).map(|place| good.replace("ND", &format!("S{place}"))).collect();
        assert!(answered(&format!(r#"{{"rates": [{}]}}"#, many.join(", "))).is_err());
    }
}
