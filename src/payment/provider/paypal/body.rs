//! The bodies that PayPal takes.

use serde_json::{Map, Value, json};

use super::wire::Intent;
use crate::payment::provider::contract::{Capture, PayRequest};

/// How what hangs on an order begins that was made for a front end and belongs to no attempt yet.
pub(super) const SESSION: &str = "session-";
/// Where the key hangs on an order with one purchase unit, for changing it.
const OWNER_PATH: &str = "/purchase_units/@reference_id=='default'/custom_id";
/// Characters of the shop's name at most.
const MAX_BRAND: usize = 127;

/// The languages of PayPal's pages; the first of each language is for those without a country.
const LOCALES: [&str; 35] = [
    "cs-CZ", "da-DK", "de-DE", "de-AT", "de-CH", "el-GR", "en-US", "en-AU", "en-CA", "en-GB", "es-ES",
    "es-MX", "fi-FI", "fr-FR", "fr-BE", "fr-CA", "fr-CH", "he-IL", "hu-HU", "id-ID", "it-IT", "ja-JP",
    "ko-KR", "nl-NL", "nl-BE", "no-NO", "pl-PL", "pt-PT", "pt-BR", "ru-RU", "sk-SK", "sv-SE", "th-TH",
    "zh-CN", "zh-TW",
];

/// What becomes of an order once it is approved.
pub(super) fn intent(capture: Capture) -> Intent {
    match capture {
        Capture::Automatic => Intent::Capture,
        Capture::Manual => Intent::Authorize,
    }
}

fn word(capture: Capture) -> &'static str {
    match capture {
        Capture::Automatic => "CAPTURE",
        Capture::Manual => "AUTHORIZE",
    }
}

/// `checkout/orders`: one that the buyer approves on PayPal's page, or in its own front end. Nothing is taken or
/// promised by approving. `owner` hangs on it, and on whatever is taken or promised by it.
pub(super) fn order(request: &PayRequest, amount: &Value, owner: &str) -> Value {
    let mut experience = Map::from_iter([
        ("return_url".to_owned(), json!(request.return_url)),
        ("cancel_url".to_owned(), json!(request.cancel_url)),
        ("user_action".to_owned(), json!("PAY_NOW")),
        ("shipping_preference".to_owned(), json!("NO_SHIPPING")),
    ]);
    if let Some(brand) = brand(&request.description) {
        experience.insert("brand_name".to_owned(), json!(brand));
    }
    if let Some(locale) = locale(&request.language) {
        experience.insert("locale".to_owned(), json!(locale));
    }
    json!({
        "intent": word(request.capture),
        "purchase_units": [{ "custom_id": owner, "amount": amount }],
        "payment_source": { "paypal": { "experience_context": experience } },
    })
}

/// `checkout/orders/{id}` by PATCH: makes an order the attempt's.
pub(super) fn claim(key: &str, capture: Capture) -> Value {
    json!([
        { "op": "replace", "path": OWNER_PATH, "value": key },
        { "op": "replace", "path": "/intent", "value": word(capture) },
    ])
}

/// `checkout/orders/{id}` by PATCH: turns the intent round, so that a request that is still on its way, and supposes
/// the other one, comes to nothing.
pub(super) fn closing(capture: Capture) -> Value {
    let other = match capture {
        Capture::Automatic => Capture::Manual,
        Capture::Manual => Capture::Automatic,
    };
    json!([{ "op": "replace", "path": "/intent", "value": word(other) }])
}

/// `payments/authorizations/{id}/capture`. The key is the merchant's number of the capture: PayPal takes a number once,
/// however late it is repeated, and tells it with the capture.
pub(super) fn capture(amount: &Value, key: &str, is_all: IsAll) -> Value {
    json!({ "amount": amount, "invoice_id": key, "final_capture": is_all == IsAll::Yes })
}

/// Whether a capture takes all that was promised.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum IsAll {
    Yes,
    No,
}

/// `payments/captures/{id}/refund`: a part, or all that is left.
pub(super) fn refund(amount: Option<&Value>, key: &str) -> Value {
    match amount {
        Some(amount) => json!({ "amount": amount, "custom_id": key }),
        None => json!({ "custom_id": key }),
    }
}

fn brand(description: &str) -> Option<String> {
    let text: String =
        description.trim().chars().filter(|letter| !letter.is_control()).take(MAX_BRAND).collect();
    (!text.is_empty()).then_some(text)
}

/// The language of the page: the buyer's, or one with the same main language, or what PayPal finds itself.
fn locale(language: &str) -> Option<&'static str> {
    let main = match language.split(['-', '_']).next().unwrap_or_default() {
        "nb" | "nn" => "no",
        main => main,
    };
    let has_main = |own: &&str| own.split('-').next().is_some_and(|own| own.eq_ignore_ascii_case(main));
    let same = |own: &&str| own.eq_ignore_ascii_case(language);
    LOCALES.into_iter().find(same).or_else(|| LOCALES.into_iter().find(has_main))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buyer_reads_the_page_in_a_language_that_paypal_has() {
        for (language, expected) in [
            ("de", Some("de-DE")),
            ("de-AT", Some("de-AT")),
            ("de-LI", Some("de-DE")),
            ("pt-br", Some("pt-BR")),
            ("nb-NO", Some("no-NO")),
            ("EN", Some("en-US")),
            ("", None),
            ("-", None),
            ("tlh-Latn", None),
        ] {
            assert_eq!(locale(language), expected, "{language}");
        }
    }

    #[test]
    fn the_name_of_the_shop_is_one_short_line() {
        assert_eq!(brand(" Potter\n& Sons "), Some("Potter& Sons".to_owned()));
        assert_eq!(brand(" \n "), None);
        assert_eq!(brand(&"ü".repeat(200)).map(|text| text.chars().count()), Some(MAX_BRAND));
    }
}
