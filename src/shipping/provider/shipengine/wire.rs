//! What is sent to ShipEngine, field by field as it is described there.

use chrono::{DateTime, SecondsFormat, Utc};
use secrecy::{ExposeSecret, SecretString};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::money::Money;
use crate::shipping::provider::label::{BoxSize, Consignment, DeclaredItem, ParcelSize, Party};
use crate::shipping::provider::{Place, ProviderError, RateRequest};

/// Characters of a description at most.
const MAX_DESCRIPTION: usize = 100;

#[derive(Serialize)]
struct Address<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    phone: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    company_name: Option<&'a str>,
    address_line1: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    address_line2: Option<&'a str>,
    city_locality: &'a str,
    state_province: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    postal_code: Option<&'a str>,
    country_code: &'a str,
    address_residential_indicator: &'static str,
}

impl<'a> Address<'a> {
    fn of(party: &'a Party) -> Self {
        Self {
            name: &party.name,
            phone: party.phone.as_deref(),
            company_name: party.company.as_deref(),
            address_line1: &party.address1,
            address_line2: party.address2.as_deref(),
            city_locality: &party.city,
            // It must not be empty; where a country has none the city says as much.
            state_province: party.province.as_deref().unwrap_or(&party.city),
            postal_code: party.postal_code.as_deref(),
            country_code: &party.country,
            address_residential_indicator: "unknown",
        }
    }
}

#[derive(Serialize)]
struct Weight {
    value: i64,
    unit: &'static str,
}

impl Weight {
    fn grams(value: i64) -> Self {
        Self { value, unit: "gram" }
    }
}

#[derive(Serialize)]
struct Dimensions {
    unit: &'static str,
    length: Box<RawValue>,
    width: Box<RawValue>,
    height: Box<RawValue>,
}

impl Dimensions {
    fn of(size: BoxSize) -> Option<Self> {
        let length = centimetres(size.length_mm)?;
        let (width, height) = (centimetres(size.width_mm)?, centimetres(size.height_mm)?);
        Some(Self { unit: "centimeter", length, width, height })
    }
}

#[derive(Serialize)]
struct Value {
    currency: String,
    amount: Box<RawValue>,
}

impl Value {
    fn of(money: Money) -> Option<Self> {
        let amount = RawValue::from_string(money.to_string()).ok()?;
        Some(Self { currency: money.currency.code().to_ascii_lowercase(), amount })
    }
}

#[derive(Serialize)]
struct Product<'a> {
    description: String,
    quantity: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    harmonized_tariff_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    country_of_origin: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sku: Option<&'a str>,
}

impl<'a> Product<'a> {
    fn of(item: &'a DeclaredItem) -> Self {
        Self {
            description: item.description.chars().take(MAX_DESCRIPTION).collect(),
            quantity: item.quantity,
            value: Value::of(item.value),
            harmonized_tariff_code: item.tariff_code.as_deref(),
            country_of_origin: item.origin.as_deref(),
            sku: item.sku.as_deref(),
        }
    }
}

#[derive(Serialize)]
struct Package<'a> {
    package_code: &'static str,
    weight: Weight,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimensions: Option<Dimensions>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    products: Vec<Product<'a>>,
}

#[derive(Serialize)]
struct Customs {
    contents: &'static str,
    non_delivery: &'static str,
}

#[derive(Serialize)]
struct Shipment<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    carrier_id: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    service_code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    external_shipment_id: Option<&'a str>,
    ship_from: Address<'a>,
    ship_to: Address<'a>,
    packages: Vec<Package<'a>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    customs: Option<Customs>,
}

impl<'a> Shipment<'a> {
    fn of(consignment: &'a Consignment) -> Self {
        let ParcelSize { weight_grams, measures } = consignment.parcel;
        let customs = Customs { contents: "merchandise", non_delivery: "return_to_sender" };
        Self {
            carrier_id: None,
            service_code: None,
            external_shipment_id: None,
            ship_from: Address::of(&consignment.from),
            ship_to: Address::of(&consignment.to),
            packages: vec![Package {
                package_code: "package",
                weight: Weight::grams(weight_grams),
                dimensions: measures.and_then(Dimensions::of),
                products: consignment.declared.iter().map(Product::of).collect(),
            }],
            customs: (!consignment.declared.is_empty()).then_some(customs),
        }
    }
}

#[derive(Serialize)]
struct Rates<'a> {
    rate_options: RateOptions<'a>,
    shipment: Shipment<'a>,
}

#[derive(Serialize)]
struct RateOptions<'a> {
    carrier_ids: &'a [String],
}

/// `POST /v1/rates`.
pub(super) fn rates(consignment: &Consignment, carrier_ids: &[String]) -> String {
    text(&Rates { rate_options: RateOptions { carrier_ids }, shipment: Shipment::of(consignment) })
}

#[derive(Serialize)]
struct Estimate<'a> {
    carrier_ids: &'a [String],
    from_country_code: &'a str,
    from_postal_code: &'a str,
    from_city_locality: &'a str,
    from_state_province: &'a str,
    to_country_code: &'a str,
    to_postal_code: &'a str,
    to_city_locality: &'a str,
    to_state_province: &'a str,
    weight: Weight,
    ship_date: String,
    confirmation: &'static str,
    address_residential_indicator: &'static str,
}

/// `POST /v1/rates/estimate`: what the buyer's street and name are is not needed for it, and not told.
///
/// # Errors
/// [`ProviderError::Refused`] where the request does not say what is needed: then it need not be asked.
pub(super) fn estimate(
    now: DateTime<Utc>,
    request: &RateRequest,
    carrier_ids: &[String],
) -> Result<String, ProviderError> {
    let missing = |code: &str| ProviderError::Refused {
        code: code.to_owned(),
        message: "the request does not say what ShipEngine needs".to_owned(),
    };
    let grams = request
        .items
        .iter()
        .try_fold(0_i64, |sum, item| sum.checked_add(item.grams.checked_mul(i64::from(item.quantity))?));
    let grams = grams.filter(|grams| *grams > 0).ok_or_else(|| missing("weight_missing"))?;
    let (from_postal_code, from_city_locality, from_state_province) =
        parts(&request.origin).ok_or_else(|| missing("origin_incomplete"))?;
    let (to_postal_code, to_city_locality, to_state_province) =
        parts(&request.destination).ok_or_else(|| missing("destination_incomplete"))?;
    Ok(text(&Estimate {
        carrier_ids,
        from_country_code: &request.origin.country,
        from_postal_code,
        from_city_locality,
        from_state_province,
        to_country_code: &request.destination.country,
        to_postal_code,
        to_city_locality,
        to_state_province,
        weight: Weight::grams(grams),
        ship_date: now.to_rfc3339_opts(SecondsFormat::Secs, true),
        confirmation: "none",
        address_residential_indicator: "unknown",
    }))
}

/// Postal code, city, province; the city where there is no province.
fn parts(place: &Place) -> Option<(&str, &str, &str)> {
    let full = |text: &'_ Option<String>| text.as_ref().is_some_and(|text| !text.trim().is_empty());
    if !full(&place.postal_code) || !full(&place.city) || place.country.is_empty() {
        return None;
    }
    let city = place.city.as_deref()?;
    let province = place.province.as_deref().filter(|text| !text.is_empty()).unwrap_or(city);
    Some((place.postal_code.as_deref()?, city, province))
}

#[derive(Serialize)]
struct Label<'a> {
    shipment: Shipment<'a>,
    label_format: &'static str,
    label_layout: &'static str,
    label_download_type: &'static str,
}

/// `POST /v1/labels`.
pub(super) fn label(
    external_key: &str,
    carrier: &str,
    service_code: &str,
    consignment: &Consignment,
) -> String {
    let shipment = Shipment {
        carrier_id: Some(carrier),
        service_code: Some(service_code),
        external_shipment_id: Some(external_key),
        ..Shipment::of(consignment)
    };
    text(&Label { shipment, label_format: "pdf", label_layout: "4x6", label_download_type: "url" })
}

#[derive(Serialize)]
struct LabelAtRate {
    label_format: &'static str,
    label_layout: &'static str,
    label_download_type: &'static str,
}

/// `POST /v1/labels/rates/{rate_id}`.
pub(super) fn label_at_rate() -> String {
    text(&LabelAtRate { label_format: "pdf", label_layout: "4x6", label_download_type: "url" })
}

#[derive(Serialize)]
struct Webhook<'a> {
    name: &'static str,
    event: &'static str,
    url: &'a str,
    headers: Vec<WebhookHeader<'a>>,
}

#[derive(Serialize)]
struct WebhookHeader<'a> {
    key: &'a str,
    value: &'a str,
}

/// `POST /v1/environment/webhooks`: messages about parcels come with our secret in a header of ours.
pub(super) fn webhook(url: &str, header: &str, secret: &SecretString) -> String {
    let headers = vec![WebhookHeader { key: header, value: secret.expose_secret() }];
    text(&Webhook { name: "tradepost tracking", event: "track", url, headers })
}

/// Tenths of a centimetre as a decimal, without a float in between.
fn centimetres(millimetres: i32) -> Option<Box<RawValue>> {
    RawValue::from_string(format!("{}.{}", millimetres / 10, millimetres.unsigned_abs() % 10)).ok()
}

fn text(body: &impl Serialize) -> String {
    // Structs of texts and numbers always become JSON.
    serde_json::to_string(body).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::money::Currency;

    #[test]
    fn sizes_and_values_are_written_exactly() {
        assert_eq!(centimetres(125).unwrap().get(), "12.5");
        assert_eq!(centimetres(300).unwrap().get(), "30.0");
        assert_eq!(centimetres(4).unwrap().get(), "0.4");
        let value = |minor, code| text(&Value::of(Money::new(minor, Currency::find(code).unwrap())).unwrap());
        assert_eq!(value(9_007_199_254_740_993, "EUR"), r#"{"currency":"eur","amount":90071992547409.93}"#);
        assert_eq!(value(1234, "KWD"), r#"{"currency":"kwd","amount":1.234}"#);
        assert_eq!(value(500, "JPY"), r#"{"currency":"jpy","amount":500.0}"#);
    }
}
