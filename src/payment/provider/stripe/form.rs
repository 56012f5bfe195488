//! The forms that Stripe takes.

use chrono::TimeDelta;

use super::wire::{ATTEMPT_KEY, MOVE_KEY, SESSION_KEY};
use crate::money::Currency;
use crate::outbound::{Fields, field};
use crate::payment::provider::contract::{Capture, PayRequest};

/// How long a buyer may stay on Stripe's page after the attempt began. Stripe wants at least half an hour from when it
/// is asked; what is over is the time in which the request may be repeated.
const PAGE_LASTS: TimeDelta = TimeDelta::minutes(45);
/// Characters of a description at most.
const MAX_DESCRIPTION: usize = 1_000;
/// What a buyer reads where the shop has no name.
const NAMELESS: &str = "Order";

/// The languages of Stripe's page.
const LOCALES: [&str; 40] = [
    "bg", "cs", "da", "de", "el", "en", "en-GB", "es", "es-419", "et", "fi", "fil", "fr", "fr-CA", "hr",
    "hu", "id", "it", "ja", "ko", "lt", "lv", "ms", "mt", "nb", "nl", "pl", "pt", "pt-BR", "ro", "ru", "sk",
    "sl", "sv", "th", "tr", "vi", "zh", "zh-HK", "zh-TW",
];

/// `payment_intents`: made and confirmed at once, with what the buyer pays with.
pub(super) fn confirmed(request: &PayRequest, wire: i64, method: &str) -> Fields {
    let mut form = intent(request, wire, captured(request.capture));
    form.extend([
        field("confirm", "true"),
        field("payment_method", method),
        field("return_url", &*request.return_url),
        field(&format!("metadata[{ATTEMPT_KEY}]"), &*request.key),
    ]);
    form.extend(email(request).map(|email| field("receipt_email", email)));
    form
}

/// `payment_intents`: for a front end to confirm. The money is only promised until an attempt takes it.
pub(super) fn session(request: &PayRequest, wire: i64) -> Fields {
    let mut form = intent(request, wire, "manual");
    form.push(field(&format!("metadata[{SESSION_KEY}]"), &*request.key));
    form
}

fn intent(request: &PayRequest, wire: i64, capture_method: &str) -> Fields {
    vec![
        field("amount", wire.to_string()),
        field("currency", code(request.amount.currency)),
        field("capture_method", capture_method),
        field("automatic_payment_methods[enabled]", "true"),
        field("description", description(request)),
    ]
}

/// `payment_intents`: one that nobody can pay, so that the key is used up.
pub(super) fn blank(wire: i64, currency: Currency) -> Fields {
    vec![
        field("amount", wire.to_string()),
        field("currency", code(currency)),
        field("capture_method", "manual"),
        field("automatic_payment_methods[enabled]", "true"),
        field("metadata[blank]", "true"),
    ]
}

/// `checkout/sessions`: Stripe's own page. What is paid there is only promised, also where the money is to be taken at
/// once: the attempt takes it when the buyer is back, so that letting go of a sale that came too late costs nobody
/// anything.
pub(super) fn page(request: &PayRequest, wire: i64) -> Fields {
    let item = |name: &str| format!("line_items[0]{name}");
    let until = request.begun_at + PAGE_LASTS;
    let mut form = vec![
        field("mode", "payment"),
        field("client_reference_id", &*request.key),
        field(&format!("metadata[{ATTEMPT_KEY}]"), &*request.key),
        field(&item("[quantity]"), "1"),
        field(&item("[price_data][currency]"), code(request.amount.currency)),
        field(&item("[price_data][unit_amount]"), wire.to_string()),
        field(&item("[price_data][product_data][name]"), description(request)),
        field("payment_intent_data[capture_method]", "manual"),
        field("payment_intent_data[description]", description(request)),
        field(&format!("payment_intent_data[metadata][{ATTEMPT_KEY}]"), &*request.key),
        field("success_url", &*request.return_url),
        field("cancel_url", &*request.cancel_url),
        field("expires_at", until.timestamp().to_string()),
        field("locale", locale(&request.language)),
    ];
    form.extend(email(request).map(|email| field("customer_email", email)));
    form
}

/// `payment_intents/{intent}/capture`.
pub(super) fn capture(wire: i64, key: &str) -> Fields {
    vec![field("amount_to_capture", wire.to_string()), field(&format!("metadata[{MOVE_KEY}]"), key)]
}

/// `refunds`: a part, or all that is left.
pub(super) fn refund(intent: &str, wire: Option<i64>, key: &str) -> Fields {
    let mut form = vec![field("payment_intent", intent), field(&format!("metadata[{MOVE_KEY}]"), key)];
    form.extend(wire.map(|wire| field("amount", wire.to_string())));
    form
}

fn captured(capture: Capture) -> &'static str {
    match capture {
        Capture::Automatic => "automatic",
        Capture::Manual => "manual",
    }
}

fn code(currency: Currency) -> String {
    currency.code().to_lowercase()
}

fn description(request: &PayRequest) -> String {
    let text: String = request.description.trim().chars().take(MAX_DESCRIPTION).collect();
    if text.is_empty() { NAMELESS.to_owned() } else { text }
}

/// The buyer's address, where it is one that Stripe takes: of any other it refuses the whole payment, for the sake of a
/// receipt.
fn email(request: &PayRequest) -> Option<&str> {
    request.email.as_deref().filter(|email| is_plain_email(email))
}

/// Whether an address is written in ASCII, with dots only between other characters.
fn is_plain_email(email: &str) -> bool {
    let is_dotted = |text: &str| text.split('.').all(|part| !part.is_empty());
    let is_of_name = |byte: u8| byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_of_host = |byte: u8| byte.is_ascii_alphanumeric() || b".-".contains(&byte);
    email.rsplit_once('@').is_some_and(|(name, host)| {
        name.bytes().all(is_of_name) && host.bytes().all(is_of_host) && is_dotted(name) && is_dotted(host)
    })
}

/// The language of the page: the buyer's, or its main one, or what the browser says.
fn locale(language: &str) -> &'static str {
    let known = |tag: &str| LOCALES.into_iter().find(|own| own.eq_ignore_ascii_case(tag));
    let main = language.split(['-', '_']).next().unwrap_or_default();
    known(language).or_else(|| known(main)).unwrap_or("auto")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_that_stripe_refuses_are_told_from_those_that_it_takes() {
        for good in [
            "buyer@example.com",
            "o'brien+shop@mail.example.co.uk",
            "a@b-c.example",
            "x_1@xn--bcher-kva.example",
        ] {
            assert!(is_plain_email(good), "{good}");
        }
        for bad in [
            "",
            "@",
            "buyer",
            "buyer@",
            "@example.com",
            "a..b@example.com",
            ".a@example.com",
            "a.@example.com",
            "a@example..com",
            "a@.example.com",
            "a@example.com.",
            "büyer@example.com",
            "buyer@bücher.example",
            "a b@example.com",
            "\"a b\"@example.com",
            "a@b@example.com",
            "a@exa_mple.com",
        ] {
            assert!(!is_plain_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_buyer_reads_the_page_in_a_language_that_stripe_has() {
        for (language, expected) in
            [("de", "de"), ("de-CH", "de"), ("pt-BR", "pt-BR"), ("pt-br", "pt-BR"), ("zh-TW", "zh-TW")]
        {
            assert_eq!(locale(language), expected, "{language}");
        }
        for other in ["", "xx", "-", "tlh-Latn"] {
            assert_eq!(locale(other), "auto", "{other}");
        }
    }
}
