//! What ShipEngine answers about rates and labels, read into ours. Amounts are read from their digits, never as floats.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::money::{Currency, Money};
use crate::shipping::provider::CarrierRate;
use crate::shipping::provider::label::{LabelFault, LabelRate, SoldLabel, SoldState};

/// Characters of a text that is kept at most.
const MAX_TEXT: usize = 255;
/// Says that a label was given back before.
const ALREADY_VOIDED: &str = "label_already_voided";

#[derive(Deserialize)]
struct Amount {
    currency: String,
    amount: Box<RawValue>,
}

impl Amount {
    fn money(&self) -> Option<Money> {
        Money::parse(self.amount.get(), Currency::find(&self.currency)?).ok()
    }
}

#[derive(Deserialize)]
struct Rate {
    rate_id: Option<String>,
    carrier_id: String,
    carrier_code: Option<String>,
    carrier_friendly_name: Option<String>,
    service_code: String,
    service_type: Option<String>,
    shipping_amount: Amount,
    insurance_amount: Option<Amount>,
    confirmation_amount: Option<Amount>,
    other_amount: Option<Amount>,
    tax_amount: Option<Amount>,
    estimated_delivery_date: Option<String>,
    validation_status: Option<String>,
    #[serde(default)]
    error_messages: Vec<String>,
}

impl Rate {
    /// All that the carrier wants. Parts in several currencies, and amounts finer than the currency, have no sum.
    fn total(&self) -> Option<Money> {
        let whole = self.shipping_amount.money()?;
        let parts = [&self.insurance_amount, &self.confirmation_amount, &self.other_amount, &self.tax_amount];
        parts.into_iter().flatten().try_fold(whole, |sum, part| {
            // A part of nothing is sometimes told in another currency.
            let part = part.money()?;
            match part.minor {
                0 => Some(sum),
                _ if part.currency != sum.currency => None,
                minor => Some(Money::new(sum.minor.checked_add(minor)?, sum.currency)),
            }
        })
    }

    fn is_good(&self) -> bool {
        self.validation_status.as_deref() != Some("invalid") && self.error_messages.is_empty()
    }

    fn delivery_date(&self) -> Option<NaiveDate> {
        self.estimated_delivery_date.as_deref()?.get(..10)?.parse().ok()
    }

    fn name(&self) -> String {
        shortened(self.service_type.as_deref().unwrap_or(&self.service_code))
    }
}

#[derive(Deserialize)]
struct Rates {
    rate_response: RateResponse,
}

#[derive(Deserialize)]
struct RateResponse {
    #[serde(default)]
    rates: Vec<Rate>,
}

/// What labels would cost. Rates that cannot be had, or are told in no way we read, are left out.
pub(super) fn rates(text: &str) -> Option<Vec<LabelRate>> {
    let rates = serde_json::from_str::<Rates>(text).ok()?.rate_response.rates;
    let read = |rate: Rate| {
        Some(LabelRate {
            total: rate.total()?,
            service_name: rate.name(),
            delivery_date: rate.delivery_date(),
            reference: rate.rate_id.filter(|id| is_reference(id))?,
            carrier: rate.carrier_id,
            carrier_code: rate.carrier_code.unwrap_or_default(),
            service_code: rate.service_code,
        })
    };
    Some(rates.into_iter().filter(Rate::is_good).filter_map(read).collect())
}

/// What carriers offer a buyer: of each service the cheapest, in the currency that was asked for.
pub(super) fn estimates(text: &str, currency: Currency) -> Option<Vec<CarrierRate>> {
    let rates = serde_json::from_str::<Vec<Rate>>(text).ok()?;
    let mut cheapest: BTreeMap<String, CarrierRate> = BTreeMap::new();
    for rate in rates.iter().filter(|rate| rate.is_good()) {
        let Some(total) = rate.total().filter(|total| total.currency == currency) else {
            continue;
        };
        let known = cheapest.get(&rate.service_code);
        if known.is_none_or(|known| known.total_minor > total.minor) {
            let date = rate.delivery_date();
            let offered = CarrierRate {
                service_code: rate.service_code.clone(),
                service_name: rate.name(),
                description: rate.carrier_friendly_name.as_deref().map(shortened).unwrap_or_default(),
                total_minor: total.minor,
                min_delivery_date: date,
                max_delivery_date: date,
            };
            cheapest.insert(rate.service_code.clone(), offered);
        }
    }
    let mut offered: Vec<CarrierRate> = cheapest.into_values().collect();
    offered.sort_by_key(|rate| rate.total_minor);
    Some(offered)
}

#[derive(Deserialize)]
struct Label {
    label_id: String,
    status: String,
    voided: Option<bool>,
    tracking_number: Option<String>,
    tracking_url: Option<String>,
    carrier_code: Option<String>,
    service_code: Option<String>,
    shipment_cost: Option<Amount>,
    insurance_cost: Option<Amount>,
    label_download: Option<Download>,
}

#[derive(Deserialize)]
struct Download {
    href: Option<String>,
    pdf: Option<String>,
}

impl Label {
    fn sold(self) -> Option<SoldLabel> {
        let state = match (self.status.as_str(), self.voided.unwrap_or(false)) {
            ("voided", _) | ("completed", true) => SoldState::Voided,
            ("completed", false) => SoldState::Ready,
            ("processing", _) => SoldState::Processing,
            ("error", _) => SoldState::Failed,
            _ => return None,
        };
        let cost = self.shipment_cost.as_ref().and_then(Amount::money);
        let insurance = self.insurance_cost.as_ref().and_then(Amount::money).filter(|money| money.minor > 0);
        let cost = match (cost, insurance) {
            (Some(cost), Some(extra)) if cost.currency == extra.currency => {
                cost.minor.checked_add(extra.minor).map(|minor| Money::new(minor, cost.currency))
            }
            (Some(_), Some(_)) => None,
            (cost, _) => cost,
        };
        Some(SoldLabel {
            reference: Some(self.label_id).filter(|id| is_reference(id))?,
            state,
            tracking_number: self
                .tracking_number
                .filter(|number| !number.is_empty() && number.len() <= MAX_TEXT),
            tracking_url: self.tracking_url.filter(|url| is_web(url)),
            label_url: self
                .label_download
                .and_then(|download| download.pdf.or(download.href))
                .filter(|url| is_web(url)),
            carrier_code: self.carrier_code,
            service_code: self.service_code,
            cost,
        })
    }
}

/// A label.
pub(super) fn label(text: &str) -> Option<SoldLabel> {
    serde_json::from_str::<Label>(text).ok()?.sold()
}

#[derive(Deserialize)]
struct Labels {
    labels: Vec<Label>,
}

/// A list of labels.
pub(super) fn labels(text: &str) -> Option<Vec<SoldLabel>> {
    let labels = serde_json::from_str::<Labels>(text).ok()?.labels;
    labels.into_iter().map(Label::sold).collect()
}

#[derive(Deserialize)]
struct Void {
    approved: bool,
    reason_code: Option<String>,
}

/// The answer to giving a label back.
pub(super) fn void(text: &str) -> Option<Result<(), LabelFault>> {
    let void = serde_json::from_str::<Void>(text).ok()?;
    let reason = void.reason_code.unwrap_or_default();
    if void.approved || reason == ALREADY_VOIDED {
        return Some(Ok(()));
    }
    let is_code = !reason.is_empty() && reason.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_');
    Some(Err(LabelFault::Refused(vec![if is_code { reason } else { "unspecified".to_owned() }])))
}

/// A text without what does not show, and not longer than is kept.
pub(super) fn shortened(text: &str) -> String {
    text.trim().chars().filter(|letter| !letter.is_control()).take(MAX_TEXT).collect()
}

fn is_reference(id: &str) -> bool {
    crate::config::is_shipengine_id(id)
}

fn is_web(url: &str) -> bool {
    url.len() <= 2_000 && (url.starts_with("https://") || url.starts_with("http://"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn money(text: &str) -> Option<(i64, &'static str)> {
        let money = serde_json::from_str::<Amount>(text).unwrap().money()?;
        Some((money.minor, money.currency.code()))
    }

    #[test]
    fn amounts_are_read_by_their_digits_and_refused_where_they_are_finer_than_the_currency() {
        assert_eq!(money(r#"{"currency":"usd","amount":0.07}"#), Some((7, "USD")));
        assert_eq!(money(r#"{"currency":"usd","amount":1.10}"#), Some((110, "USD")));
        assert_eq!(money(r#"{"currency":"jpy","amount":1200}"#), Some((1200, "JPY")));
        assert_eq!(money(r#"{"currency":"kwd","amount":1.234}"#), Some((1234, "KWD")));
        // As a float it would be 999999999.9 and one.
        assert_eq!(money(r#"{"currency":"usd","amount":999999999.99}"#), Some((99_999_999_999, "USD")));
        for refused in [
            r#"{"currency":"usd","amount":1.234}"#,
            r#"{"currency":"usd","amount":1e3}"#,
            r#"{"currency":"usd","amount":-1}"#,
            r#"{"currency":"usd","amount":"1.23"}"#,
            r#"{"currency":"xxz","amount":1}"#,
        ] {
            assert_eq!(money(refused), None, "{refused}");
        }
    }

    fn rate(service: &str, amounts: &str) -> String {
        format!(
            r#"{{"rate_id":"se-1","carrier_id":"se-9","carrier_code":"ups","service_code":"{service}",
            "service_type":"Ground","estimated_delivery_date":"2026-12-01T00:00:00Z",{amounts}}}"#
        )
    }

    #[test]
    fn the_parts_of_a_rate_are_added_in_one_currency() {
        let usd = |name: &str, amount: &str| format!(r#""{name}":{{"currency":"usd","amount":{amount}}}"#);
        let whole = [
            usd("shipping_amount", "10.01"),
            usd("insurance_amount", "0.50"),
            usd("other_amount", "0.2"),
            usd("tax_amount", "1"),
        ]
        .join(",");
        let mixed =
            format!(r#"{},"other_amount":{{"currency":"eur","amount":1}}"#, usd("shipping_amount", "9"));
        let text = format!("[{},{}]", rate("ground", &whole), rate("mixed", &mixed));
        let usd = Currency::find("USD").unwrap();
        let offered = estimates(&text, usd).unwrap();
        let offered: Vec<(&str, i64)> =
            offered.iter().map(|rate| (rate.service_code.as_str(), rate.total_minor)).collect();
        assert_eq!(offered, [("ground", 1171)]);
        assert_eq!(estimates(&text, Currency::find("EUR").unwrap()).unwrap(), []);
        assert_eq!(estimates("{}", usd), None);
    }

    #[test]
    fn of_each_service_the_cheapest_is_offered_and_none_that_is_invalid() {
        let amount = |amount: &str| format!(r#""shipping_amount":{{"currency":"usd","amount":{amount}}}"#);
        let invalid = format!(r#"{},"validation_status":"invalid""#, amount("1"));
        let failed = format!(r#"{},"error_messages":["no"]"#, amount("2"));
        let rates = [
            rate("ground", &amount("10")),
            rate("ground", &amount("8")),
            rate("air", &amount("9")),
            rate("a", &invalid),
            rate("b", &failed),
        ];
        let offered = estimates(&format!("[{}]", rates.join(",")), Currency::find("USD").unwrap()).unwrap();
        let offered: Vec<(&str, i64)> =
            offered.iter().map(|rate| (rate.service_code.as_str(), rate.total_minor)).collect();
        assert_eq!(offered, [("ground", 800), ("air", 900)]);
    }

    #[test]
    fn a_label_given_back_twice_is_given_back() {
        assert_eq!(void(r#"{"approved":true,"message":"x"}"#), Some(Ok(())));
        assert_eq!(
            void(r#"{"approved":false,"message":"x","reason_code":"label_already_voided"}"#),
            Some(Ok(()))
        );
        let used = void(r#"{"approved":false,"message":"x","reason_code":"label_already_used"}"#);
        assert_eq!(used, Some(Err(LabelFault::Refused(vec!["label_already_used".to_owned()]))));
        assert_eq!(void("{}"), None);
    }
}
