//! Taxes: what staff may set, what holds where, and what a provider says instead.

mod ask;
mod cart;
mod command;
mod demo;
mod stripe;

use secrecy::SecretString;
use serde_json::{Value, json};
use tradepost::config::Config;
use tradepost::money::Currency;
use tradepost::tax::{NewTaxRate, TaxAddress, TaxGoods, TaxRequest, TaxRequestLine};

use crate::spec::peer::{Answer, Asked, Peer};
use crate::support::amount::tax_rate;

/// The secret of the stand-in of Stripe.
const SECRET: &str = "sk_test_of_the_tests";

/// Asks the stand-in in the place of Stripe.
fn configure(config: &mut Config, peer: &Peer) {
    config.stripe.tax_secret = Some(SecretString::from(SECRET));
    config.stripe.api_url = url::Url::parse(&peer.url).unwrap();
}

/// A standard rate of a whole country.
fn rate(country: &str, rate_e6: i64) -> NewTaxRate {
    tax_rate(country, None, rate_e6)
}

/// Three lines and two deliveries to New York.
fn request() -> TaxRequest {
    let line =
        |amount_minor: i64, quantity: i32, goods: TaxGoods| TaxRequestLine { amount_minor, quantity, goods };
    TaxRequest {
        currency: Currency::find("USD").unwrap(),
        included: false,
        address: TaxAddress {
            country: "US".to_owned(),
            province: Some("NY".to_owned()),
            postcode: Some("10001".to_owned()),
            city: Some("New York".to_owned()),
            street: Some("350 Fifth Avenue, 3rd & 4th floor".to_owned()),
        },
        lines: vec![
            line(10_000, 2, TaxGoods::Standard),
            line(5_000, 1, TaxGoods::Untaxed),
            line(2_500, 1, TaxGoods::Coded("txcd_20030000".to_owned())),
        ],
        deliveries: vec![600, 300],
    }
}

/// What a form-encoded body says, by name.
fn fields(asked: &Asked) -> Vec<(String, String)> {
    url::form_urlencoded::parse(asked.body.as_bytes()).into_owned().collect()
}

fn field<'a>(fields: &'a [(String, String)], name: &str) -> Option<&'a str> {
    fields.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
}

/// A line of a calculation that is taxed with 8.875 %, told as the state's 4 % and the city's 4.875 %; nothing that is
/// never taxed is.
fn calculated_line(fields: &[(String, String)], place: usize) -> Value {
    let of = |name: &str| field(fields, &format!("line_items[{place}][{name}]"));
    let amount: i64 = of("amount").unwrap().parse().unwrap();
    let (behavior, code) = (of("tax_behavior").unwrap(), of("tax_code").unwrap_or("txcd_99999999"));
    let taxed = code != "txcd_00000000";
    let part = |level: &str, name: &str, percentage: &str, per_thousand: i64| {
        let tax = if taxed { amount * per_thousand / 100_000 } else { 0 };
        let details =
            json!({ "display_name": name, "percentage_decimal": percentage, "tax_type": "sales_tax" });
        json!({
            "amount": tax,
            "jurisdiction": { "country": "US", "display_name": "New York", "level": level, "state": "NY" },
            "sourcing": "destination",
            "tax_rate_details": if taxed { details } else { Value::Null },
            "taxability_reason": if taxed { "standard_rated" } else { "product_exempt" },
            "taxable_amount": if taxed { amount } else { 0 },
        })
    };
    let parts =
        [part("state", "State sales tax", "4.0", 4_000), part("city", "City sales tax", "4.875", 4_875)];
    let sum: i64 = parts.iter().map(|part| part["amount"].as_i64().unwrap()).sum();
    json!({
        "id": format!("tax_li_{place}"),
        "object": "tax.calculation_line_item",
        "amount": amount,
        "amount_tax": sum,
        "livemode": false,
        "product": null,
        "quantity": of("quantity").unwrap().parse::<i64>().unwrap(),
        "reference": of("reference").unwrap(),
        "tax_behavior": behavior,
        "tax_breakdown": parts,
        "tax_code": code,
    })
}

/// What Stripe would calculate of a form, with so many lines on the first page.
fn calculation(fields: &[(String, String)], page: usize) -> Value {
    let count =
        (0..).take_while(|place| field(fields, &format!("line_items[{place}][amount]")).is_some()).count();
    let lines: Vec<Value> = (0..count).map(|place| calculated_line(fields, place)).collect();
    let shipping = field(fields, "shipping_cost[amount]").map(|amount| {
        let amount: i64 = amount.parse().unwrap();
        json!({
            "amount": amount,
            "amount_tax": amount * 8_875 / 100_000,
            "tax_behavior": field(fields, "shipping_cost[tax_behavior]").unwrap(),
            "tax_code": "txcd_92010001",
        })
    });
    let of_shipping = shipping.as_ref().map_or(0, |shipping| shipping["amount_tax"].as_i64().unwrap());
    let sum: i64 = of_shipping + lines.iter().map(|line| line["amount_tax"].as_i64().unwrap()).sum::<i64>();
    let included = lines.iter().any(|line| line["tax_behavior"] == "inclusive");
    let address = |name: &str| field(fields, &format!("customer_details[address][{name}]"));
    json!({
        "id": "taxcalc_1",
        "object": "tax.calculation",
        "amount_total": 0,
        "currency": field(fields, "currency").unwrap(),
        "customer": null,
        "customer_details": {
            "address": { "country": address("country").unwrap(), "state": address("state"), "city": address("city"),
                "postal_code": address("postal_code"), "line1": address("line1"), "line2": null },
            "address_source": "shipping", "ip_address": null, "tax_ids": [], "taxability_override": "none",
        },
        "expires_at": 1_900_000_000,
        "line_items": { "object": "list", "url": "/v1/tax/calculations/:id/line_items",
            "data": lines.iter().take(page).collect::<Vec<_>>(), "has_more": page < lines.len() },
        "livemode": false,
        "shipping_cost": shipping,
        "tax_amount_exclusive": if included { 0 } else { sum },
        "tax_amount_inclusive": if included { sum } else { 0 },
        "tax_breakdown": [],
        "tax_date": 1_790_000_000,
    })
}

/// Answers calculations, whole on one page.
fn calculating(asked: &Asked) -> Answer {
    Answer::json(200, &calculation(&fields(asked), usize::MAX))
}
