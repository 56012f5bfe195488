//! What is sent to Stripe and what is taken from it, judged by the description of its API that Stripe publishes.

use std::time::Duration;

use secrecy::SecretString;
use serde_json::{Value, json};
use tradepost::money::Currency;
use tradepost::tax::provider::{ProviderError, StripeTax, TaxProvider};
use tradepost::tax::{TaxAmount, TaxAnswer, TaxGoods, TaxRequest, TaxRequestLine};

use super::{SECRET, calculated_line, calculating, calculation, field, fields, request};
use crate::spec::Spec;
use crate::spec::peer::{Answer, Asked, Peer};

const CALCULATIONS: &str = "/v1/tax/calculations";

fn adapter(peer: &Peer) -> StripeTax {
    StripeTax::new(&url::Url::parse(&peer.url).unwrap(), &SecretString::from(SECRET)).unwrap()
}

async fn answer_of(peer: &Peer, request: &TaxRequest) -> Result<TaxAnswer, ProviderError> {
    adapter(peer).calculate(request, "a-key").await
}

/// What was asked, each request judged.
fn judged(peer: &Peer) -> Vec<Asked> {
    let asked = peer.asked();
    let Some(spec) = Spec::load("stripe.json") else {
        panic!("the project keeps the part of the description that its tests need");
    };
    for asked in &asked {
        if asked.method == "POST" {
            assert_eq!(spec.check_form("POST", asked.path(), &asked.body), [""; 0], "{}", asked.body);
        } else {
            // The list of what is to be told in full is `expand[0]=...`; the judge knows it as `expand`.
            let (path, query) = asked.target.split_once('?').unwrap();
            let mut others = url::form_urlencoded::Serializer::new(String::new());
            for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
                match name.as_ref() {
                    "expand[0]" => assert_eq!(value, "data.tax_breakdown"),
                    _ => {
                        others.append_pair(&name, &value);
                    }
                }
            }
            let target = format!("{path}?{}", others.finish());
            assert_eq!(spec.check_parameters("GET", &target), [""; 0], "{target}");
        }
    }
    asked
}

/// The stand-in must answer as Stripe describes its answers, or what follows proves nothing.
#[test]
fn the_stand_in_answers_as_stripe_describes() {
    let spec = Spec::load("stripe.json").unwrap();
    let form = "currency=usd&customer_details[address][country]=US&line_items[0][amount]=1000\
                &line_items[0][quantity]=1&line_items[0][reference]=0&line_items[0][tax_behavior]=exclusive\
                &line_items[1][amount]=500&line_items[1][quantity]=1&line_items[1][reference]=1\
                &line_items[1][tax_behavior]=exclusive&line_items[1][tax_code]=txcd_00000000\
                &shipping_cost[amount]=300&shipping_cost[tax_behavior]=exclusive";
    let fields: Vec<(String, String)> = url::form_urlencoded::parse(form.as_bytes()).into_owned().collect();
    let answer = calculation(&fields, usize::MAX);
    assert_eq!(spec.check_answer("POST", CALCULATIONS, 200, &answer), [""; 0]);
    let error = json!({ "error": { "type": "api_error" } });
    assert_eq!(spec.check_answer("POST", CALCULATIONS, 500, &error), [""; 0]);
    assert!(!spec.check_answer("POST", CALCULATIONS, 200, &json!({})).is_empty());
    assert!(!spec.check_form("POST", CALCULATIONS, "currency=usd").is_empty(), "the judge sees what lacks");
    assert!(!spec.check_form("POST", CALCULATIONS, &form.replace("=1000", "=10.00")).is_empty());
    assert!(!spec.check_form("POST", CALCULATIONS, &form.replace("=exclusive", "=none")).is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_calculation_is_asked_for_as_stripe_describes_and_read_back() {
    let peer = Peer::start(calculating);
    let answer = answer_of(&peer, &request()).await.unwrap();
    let tax = |title: &str, jurisdiction: &str, rate_e6: i64, amount_minor: i64| TaxAmount {
        title: title.to_owned(),
        jurisdiction: jurisdiction.to_owned(),
        rate_e6,
        amount_minor,
    };
    let both = |state: i64, city: i64| {
        vec![
            tax("State sales tax", "US-NY", 40_000, state),
            tax("City sales tax", "US-NY New York", 48_750, city),
        ]
    };
    assert_eq!(answer.lines, [both(400, 487), vec![], both(100, 121)]);
    // 9.00 are taxed with 0.79, which is spread by what the deliveries cost.
    let shipping = |amount: i64| vec![tax("Tax on shipping", "US", 87_777, amount)];
    assert_eq!(answer.deliveries, [shipping(53), shipping(26)]);
    let asked = judged(&peer);
    assert_eq!((asked.len(), asked[0].target.as_str()), (1, CALCULATIONS));
    assert_eq!(asked[0].header("authorization"), Some(format!("Bearer {SECRET}").as_str()));
    assert_eq!(asked[0].header("idempotency-key"), Some("a-key"));
    let fields = fields(&asked[0]);
    for (name, value) in [
        ("currency", "usd"),
        ("customer_details[address][country]", "US"),
        ("customer_details[address][state]", "NY"),
        ("customer_details[address][postal_code]", "10001"),
        ("customer_details[address][line1]", "350 Fifth Avenue, 3rd & 4th floor"),
        ("customer_details[address_source]", "shipping"),
        ("line_items[0][amount]", "10000"),
        ("line_items[0][quantity]", "2"),
        ("line_items[1][tax_code]", "txcd_00000000"),
        ("line_items[2][tax_code]", "txcd_20030000"),
        ("line_items[2][tax_behavior]", "exclusive"),
        ("shipping_cost[amount]", "900"),
        ("shipping_cost[tax_behavior]", "exclusive"),
        ("expand[0]", "line_items.data.tax_breakdown"),
    ] {
        assert_eq!(field(&fields, name), Some(value), "{name}");
    }
    assert_eq!(field(&fields, "line_items[0][tax_code]"), None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_that_hold_the_tax_and_bare_addresses_are_asked_for_too() {
    let peer = Peer::start(calculating);
    let mut german = TaxRequest { included: true, deliveries: vec![0, 500], ..request() };
    german.currency = Currency::find("EUR").unwrap();
    german.address.country = "DE".to_owned();
    (german.address.province, german.address.street) = (None, Some(String::new()));
    let answer = answer_of(&peer, &german).await.unwrap();
    assert_eq!((answer.deliveries[0].len(), answer.deliveries[1][0].amount_minor), (0, 44));
    let pickup = TaxRequest { deliveries: vec![], ..request() };
    assert_eq!(answer_of(&peer, &pickup).await.unwrap().deliveries, [[]; 0]);
    let yen = TaxRequest { currency: Currency::find("JPY").unwrap(), ..request() };
    answer_of(&peer, &yen).await.unwrap();
    let asked = judged(&peer);
    let first = fields(&asked[0]);
    assert_eq!(field(&first, "line_items[0][tax_behavior]"), Some("inclusive"));
    assert_eq!(
        field(&first, "customer_details[address][line1]"),
        None,
        "what is not there is not sent empty"
    );
    assert_eq!(field(&fields(&asked[1]), "shipping_cost[amount]"), None);
    assert_eq!(field(&fields(&asked[2]), "currency"), Some("jpy"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_lines_of_large_carts_come_in_pages() {
    let form = std::sync::Arc::new(std::sync::Mutex::new(Vec::new()));
    let line = TaxRequestLine { amount_minor: 1_000, quantity: 1, goods: TaxGoods::Standard };
    let large = TaxRequest { lines: vec![line; 25], ..request() };
    let peer = Peer::start(move |asked| {
        let mut form = form.lock().unwrap();
        if asked.method == "POST" {
            *form = fields(asked);
            return Answer::json(200, &calculation(&form, 10));
        }
        // Pages of ten, whatever is asked for.
        let after = asked.target.split_once("starting_after=tax_li_").unwrap().1;
        let start: usize = after.split('&').next().unwrap().parse::<usize>().unwrap() + 1;
        let lines: Vec<Value> = (start..25).take(10).map(|place| calculated_line(&form, place)).collect();
        let page = json!({ "object": "list", "url": "/v1/tax/calculations/taxcalc_1/line_items",
            "has_more": start + lines.len() < 25, "data": lines });
        Answer::json(200, &page)
    });
    let answer = answer_of(&peer, &large).await.unwrap();
    assert_eq!(answer.lines.iter().map(|taxes| taxes[0].amount_minor).collect::<Vec<_>>(), [40; 25]);
    let paths: Vec<String> =
        judged(&peer).iter().map(|asked| format!("{} {}", asked.method, asked.path())).collect();
    let page = "GET /v1/tax/calculations/taxcalc_1/line_items";
    assert_eq!(paths, ["POST /v1/tax/calculations", page, page]);
    // Endless pages end.
    peer.respond(|asked| match asked.method.as_str() {
        "POST" => Answer::json(200, &calculation(&fields(asked), 1)),
        _ => {
            let page = json!({ "object": "list", "url": "/v1", "has_more": true, "data": [] });
            Answer::json(200, &page)
        }
    });
    assert!(matches!(answer_of(&peer, &large).await, Err(ProviderError::BadAnswer(_))));
}

/// Changes a right answer.
fn wrong(change: fn(&mut Value)) -> impl Fn(&Asked) -> Answer + Send + Sync {
    move |asked| {
        let mut answer = calculation(&fields(asked), usize::MAX);
        change(&mut answer);
        Answer::json(200, &answer)
    }
}

type Change = fn(&mut Value);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_answer_that_is_not_about_the_question_is_not_used() {
    let peer = Peer::start(calculating);
    let changes: [(&str, Change); 13] = [
        ("another currency", |answer| answer["currency"] = json!("eur")),
        ("no line", |answer| answer["line_items"]["data"] = json!([])),
        ("a line twice", |answer| answer["line_items"]["data"][1] = answer["line_items"]["data"][0].clone()),
        ("another amount", |answer| answer["line_items"]["data"][0]["amount"] = json!(9_999)),
        ("another behaviour", |answer| answer["line_items"]["data"][0]["tax_behavior"] = json!("inclusive")),
        ("no rates", |answer| answer["line_items"]["data"][0]["tax_breakdown"] = Value::Null),
        ("a sum that does not hold", |answer| answer["line_items"]["data"][0]["amount_tax"] = json!(0)),
        ("a total that does not hold", |answer| answer["tax_amount_exclusive"] = json!(0)),
        ("a total in the price", |answer| answer["tax_amount_inclusive"] = json!(1)),
        ("no shipping", |answer| answer["shipping_cost"] = Value::Null),
        ("another shipping", |answer| answer["shipping_cost"]["amount"] = json!(901)),
        ("a negative tax", |answer| {
            answer["line_items"]["data"][0]["tax_breakdown"][0]["amount"] = json!(-400);
            answer["line_items"]["data"][0]["amount_tax"] = json!(87);
        }),
        ("a rate that is no number", |answer| {
            let details = &mut answer["line_items"]["data"][0]["tax_breakdown"][0]["tax_rate_details"];
            details["percentage_decimal"] = json!("four");
        }),
    ];
    for (what, change) in changes {
        peer.respond(wrong(change));
        let answer = answer_of(&peer, &request()).await;
        assert!(matches!(answer, Err(ProviderError::BadAnswer(_))), "{what}: {answer:?}");
    }
    for text in ["", "{}", "<html>", "[]", "null"] {
        peer.respond(move |_| Answer::text(200, text));
        let answer = answer_of(&peer, &request()).await;
        assert!(matches!(answer, Err(ProviderError::BadAnswer(_))), "{text}: {answer:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_and_outages_are_told_apart_and_repeat_nothing_that_was_sent() {
    let peer = Peer::start(calculating);
    let failing = |status: u16| {
        move |_: &Asked| {
            let error = json!({ "error": { "type": "invalid_request_error", "code": "tax_address_invalid",
                "message": "350 Fifth Avenue is not an address", "param": "customer_details[address]" } });
            Answer::json(status, &error)
        }
    };
    for (status, is_outage) in
        [(500, true), (503, true), (429, true), (409, true), (400, false), (401, false)]
    {
        peer.respond(failing(status));
        let error = answer_of(&peer, &request()).await.unwrap_err();
        assert_eq!(matches!(error, ProviderError::Unreachable(_)), is_outage, "{status} {error}");
        assert_eq!(matches!(error, ProviderError::Refused(_)), !is_outage, "{status} {error}");
        let told = error.to_string();
        assert!(told.contains("tax_address_invalid") && !told.contains("Fifth"), "{told}");
    }
    peer.respond(|_| {
        let mut answer = Answer::text(302, "");
        answer.headers.push(("location".to_owned(), "http://127.0.0.1:1/elsewhere".to_owned()));
        answer
    });
    let elsewhere = answer_of(&peer, &request()).await;
    assert!(matches!(elsewhere, Err(ProviderError::Refused(_))), "the secret is sent nowhere else");
    peer.respond(|asked| calculating(asked).too_late());
    let stripe = adapter(&peer);
    let request = request();
    let silent = tokio::time::timeout(Duration::from_secs(30), stripe.calculate(&request, "a-key")).await;
    assert_eq!(silent.unwrap(), Err(ProviderError::TimedOut));
    let nobody = url::Url::parse("http://127.0.0.1:1/").unwrap();
    let stripe = StripeTax::new(&nobody, &SecretString::from(SECRET)).unwrap();
    let unreachable = stripe.calculate(&request, "a-key").await;
    assert!(matches!(unreachable, Err(ProviderError::Unreachable(_))), "{unreachable:?}");
}

#[tokio::test]
async fn the_secret_does_not_cross_a_network_in_the_clear() {
    let stripe = |url: &str, secret: &str| {
        StripeTax::new(&url::Url::parse(url).unwrap(), &SecretString::from(secret.to_owned()))
    };
    assert!(stripe("http://stripe.example/", SECRET).is_err());
    assert!(stripe("http://localhost.example/", SECRET).is_err());
    assert!(stripe("http://10.0.0.1/", SECRET).is_err());
    assert!(stripe("https://127.0.0.1:1/", "sk_\n").is_err());
    for url in ["https://api.stripe.com/", "http://127.0.0.1:1", "http://[::1]:1", "http://localhost:1"] {
        assert!(stripe(url, SECRET).is_ok(), "{url}");
    }
}
