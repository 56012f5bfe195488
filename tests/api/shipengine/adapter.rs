//! What is sent to ShipEngine, judged by what it publishes about itself.

use entity::id::{CarrierServiceId, ProductId, VariantId};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::money::{Currency, Money};
use tradepost::shipping::provider::label::{
    BoxSize, Consignment, DeclaredItem, LabelFault, LabelProvider, LabelRequest, LabelSource, ParcelSize,
    Party, SoldState,
};
use tradepost::shipping::provider::{
    CarrierService, Endpoint, Place, ProviderError, RateItem, RateProvider, RateRequest, ShipEngine,
};
use tradepost::shipping::subscribe_to_parcels;

use super::{API_KEY, CARRIER, Depot, SECRET, configure, judge, label, refusal, shipengine};
use crate::spec::peer::{Answer, Asked, Peer};
use crate::support::{TestDatabase, config_for};

async fn adapter(peer: &Peer) -> ShipEngine {
    let database = TestDatabase::create().await;
    let config = config_for(&database, "http://127.0.0.1:1", |config| configure(config, peer));
    ShipEngine::from_config(&config).unwrap().unwrap()
}

fn consignment() -> Consignment {
    let from = Party {
        name: "Main location".to_owned(),
        phone: Some("+1 204-253-9411".to_owned()),
        address1: "1999 Bishop Grandin Blvd.".to_owned(),
        city: "Austin".to_owned(),
        province: Some("TX".to_owned()),
        postal_code: Some("78756".to_owned()),
        country: "US".to_owned(),
        ..Party::default()
    };
    // Without a province and a telephone, and from a company: what is not there must not be sent empty.
    let to = Party {
        name: "Ada Lovelace".to_owned(),
        company: Some("Analytical Engines".to_owned()),
        address1: "Invalidenstr. 1".to_owned(),
        address2: Some("Hof 2".to_owned()),
        city: "Berlin".to_owned(),
        postal_code: Some("10115".to_owned()),
        country: "DE".to_owned(),
        ..Party::default()
    };
    let measures = Some(BoxSize { length_mm: 305, width_mm: 200, height_mm: 99 });
    let declared = vec![DeclaredItem {
        description: "Stoneware mug".to_owned(),
        quantity: 2,
        value: Money::new(1295, Currency::find("EUR").unwrap()),
        sku: Some("MUG-1".to_owned()),
        tariff_code: Some("6912.00".to_owned()),
        origin: Some("PT".to_owned()),
    }];
    Consignment { from, to, parcel: ParcelSize { weight_grams: 1_250, measures }, declared }
}

fn request(source: LabelSource) -> LabelRequest {
    LabelRequest { external_key: "tp-0bcb569d".to_owned(), source, consignment: consignment() }
}

fn by_service() -> LabelSource {
    LabelSource::Service { carrier: CARRIER.to_owned(), service_code: "usps_priority_mail".to_owned() }
}

fn rate_request() -> RateRequest {
    let place = |country: &str, city: &str, postal_code: &str| Place {
        country: country.to_owned(),
        city: Some(city.to_owned()),
        postal_code: Some(postal_code.to_owned()),
        ..Place::default()
    };
    RateRequest {
        carrier: CarrierServiceId(1),
        origin: Place { province: Some("TX".to_owned()), ..place("US", "Austin", "78756") },
        destination: Place { address1: Some("Invalidenstr. 1".to_owned()), ..place("DE", "Berlin", "10115") },
        items: vec![RateItem {
            variant: VariantId(1),
            product: ProductId(1),
            name: "Mug".to_owned(),
            sku: None,
            quantity: 3,
            grams: 400,
            price_minor: 1295,
        }],
        currency: Currency::find("USD").unwrap(),
        locale: "en".to_owned(),
    }
}

/// Everything that the adapter can ask, asked once.
async fn everything(peer: &Peer) -> Vec<Asked> {
    let adapter = adapter(peer).await;
    adapter.rates(&rate_request()).await.unwrap();
    LabelProvider::quote(&adapter, &consignment()).await.unwrap();
    LabelProvider::buy(&adapter, &request(by_service())).await.unwrap();
    LabelProvider::buy(&adapter, &request(LabelSource::Rate("se-50001".to_owned()))).await.unwrap();
    LabelProvider::find(&adapter, "tp-0bcb569d", None).await.unwrap().unwrap();
    LabelProvider::find(&adapter, "tp-0bcb569d", Some("se-50001")).await.unwrap().unwrap();
    LabelProvider::void(&adapter, "se-70001").await.unwrap();
    LabelProvider::track(&adapter, "se-70001").await.unwrap();
    LabelProvider::subscribe(&adapter, "https://shop.example/webhooks/shipengine").await.unwrap();
    peer.asked()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_request_is_as_the_published_description_wants_it() {
    let peer = Peer::start(shipengine);
    let asked = everything(&peer).await;
    assert_eq!(asked.len(), 10);
    let Some(judge) = judge() else { return };
    for asked in &asked {
        let what = format!("{} {}\n{}", asked.method, asked.target, asked.body);
        assert_eq!(judge.check_parameters(&asked.method, &asked.target), [""; 0], "{what}");
        if asked.method == "POST" {
            assert_eq!(judge.check_json("POST", asked.path(), &asked.json()), [""; 0], "{what}");
        } else {
            assert_eq!(asked.body, "", "{what}");
        }
        // The stand-in answers as the real one would, so that what is read from it can be trusted.
        let answer: Value = serde_json::from_str(&shipengine(asked).body).unwrap();
        if asked.path() != "/v1/rates" {
            let wrong = judge.check_answer(&asked.method, asked.path(), 200, &answer);
            assert_eq!(wrong, [""; 0], "the answer to {what}");
        } else {
            // The answer is described as a shipment of which every part is there; the rates are what is read.
            let rates = &answer["rate_response"];
            assert_eq!(judge.check_thing("rate", &rates["rates"][0]), [""; 0]);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_judge_finds_what_is_wrong() {
    let Some(judge) = judge() else { return };
    let peer = Peer::start(shipengine);
    let asked = everything(&peer).await;
    let body = |method: &str, path: &str| {
        asked.iter().find(|asked| asked.method == method && asked.path() == path).unwrap().json()
    };
    let spoilt: [(&str, &str, Value); 14] = [
        ("/v1/labels", "/shipment/ship_to", Value::Null),
        ("/v1/labels", "/shipment/packages/0/weight/unit", json!("stone")),
        ("/v1/labels", "/shipment/packages/0/weight/value", json!(0)),
        ("/v1/labels", "/shipment/packages/0/dimensions/length", json!("30.5")),
        ("/v1/labels", "/shipment/packages/0/products/0/value/amount", json!(-1)),
        ("/v1/labels", "/shipment/carrier_id", json!("1001")),
        ("/v1/labels", "/shipment/ship_from/phone", json!("")),
        ("/v1/labels", "/shipment/external_shipment_id", json!("x".repeat(51))),
        ("/v1/labels", "/label_format", json!("docx")),
        ("/v1/rates", "/rate_options/carrier_ids", json!([])),
        ("/v1/rates", "/shipment/ship_to/address_line1", json!(7)),
        ("/v1/rates/estimate", "/weight/value", json!("1200")),
        ("/v1/rates/estimate", "/to_country_code", json!("Germany")),
        ("/v1/environment/webhooks", "/event", json!("nope")),
    ];
    for (path, pointer, wrong) in spoilt {
        let mut body = body("POST", path);
        *body.pointer_mut(pointer).unwrap_or_else(|| panic!("{path} has no {pointer}")) = wrong;
        assert!(!judge.check_json("POST", path, &body).is_empty(), "{path} {pointer}");
        // And what is not described at all.
        let mut body = self::body_of(&asked, path);
        body["surprise"] = json!(1);
        assert!(!judge.check_json("POST", path, &body).is_empty(), "{path} with more than is described");
    }
    let mut short = body("POST", "/v1/labels");
    short["shipment"]["ship_to"].as_object_mut().unwrap().remove("postal_code");
    assert!(!judge.check_json("POST", "/v1/labels", &short).is_empty());
    assert!(!judge.check_parameters("GET", "/v1/labels?rate=se-1").is_empty());
    assert!(!judge.check_parameters("GET", "/v1/labels?page_size=0").is_empty());
    let mut answer = label("se-1", "x", "completed");
    answer["status"] = json!("perhaps");
    assert!(!judge.check_answer("POST", "/v1/labels", 200, &answer).is_empty());
}

fn body_of(asked: &[Asked], path: &str) -> Value {
    asked.iter().find(|asked| asked.method == "POST" && asked.path() == path).unwrap().json()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyers_street_and_name_are_not_told_for_an_estimate() {
    let peer = Peer::start(shipengine);
    let adapter = adapter(&peer).await;
    let offered = adapter.rates(&rate_request()).await.unwrap();
    let rate = &offered[0];
    assert_eq!(
        (offered.len(), rate.service_code.as_str(), rate.total_minor),
        (1, "usps_priority_mail", 1284)
    );
    assert_eq!(rate.max_delivery_date.unwrap().to_string(), "2026-12-01");
    let asked = &peer.asked()[0];
    assert!(!asked.body.contains("Invalidenstr"), "{}", asked.body);
    assert_eq!(asked.json()["weight"], json!({ "value": 1200, "unit": "gram" }));
    // Rates in a currency that the cart does not have are none.
    let other = RateRequest { currency: Currency::find("EUR").unwrap(), ..rate_request() };
    assert_eq!(adapter.rates(&other).await.unwrap(), []);
    // What ShipEngine would refuse is not sent.
    let nowhere = RateRequest { destination: Place::default(), ..rate_request() };
    let refused = adapter.rates(&nowhere).await.unwrap_err();
    assert!(matches!(&refused, ProviderError::Refused { code, .. } if code == "destination_incomplete"));
    assert_eq!(peer.asked().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_key_goes_into_its_header_and_shows_nowhere() {
    let peer = Peer::start(shipengine);
    let adapter = adapter(&peer).await;
    LabelProvider::track(&adapter, "se-70001").await.unwrap();
    let asked = peer.asked().pop().unwrap();
    assert_eq!(asked.header("api-key"), Some(API_KEY));
    assert!(!asked.target.contains("hunter2"));
    let shown = format!("{adapter:?}");
    assert!(!shown.contains("hunter2") && !shown.contains(SECRET), "{shown}");
    // A redirection would take the key elsewhere.
    let moved = Answer { headers: vec![("location".to_owned(), peer.url.clone())], ..Answer::text(307, "") };
    peer.respond(move |_| moved.clone());
    assert!(matches!(LabelProvider::track(&adapter, "se-70001").await, Err(LabelFault::Unknown(_))));
    assert_eq!(peer.asked().len(), 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn refusals_are_told_from_answers_that_were_lost() {
    let peer = Peer::start(shipengine);
    let adapter = adapter(&peer).await;
    let codes = |codes: &[&str]| codes.iter().map(|code| (*code).to_owned()).collect::<Vec<_>>();
    for (answer, expected) in [
        (refusal(400, "invalid_address"), LabelFault::Refused(codes(&["invalid_address"]))),
        (refusal(401, "unauthorized"), LabelFault::KeyRefused),
        (refusal(404, "not_found"), LabelFault::NotFound),
        (refusal(408, "timeout"), LabelFault::Unknown("the provider failed")),
        (refusal(409, "conflict"), LabelFault::Unknown("the provider failed")),
        (refusal(429, "rate_limit_exceeded"), LabelFault::Busy { pause: None }),
        (refusal(400, "identifier_conflict"), LabelFault::Unknown("the shipment is known already")),
        (Answer::text(500, "<html>"), LabelFault::Unknown("the provider failed")),
        (Answer::text(200, "{"), LabelFault::Unknown("the label cannot be read")),
        (Answer::text(200, "{}").too_late(), LabelFault::Unknown("no answer in time")),
    ] {
        peer.respond(move |_| answer.clone());
        assert_eq!(LabelProvider::buy(&adapter, &request(by_service())).await.unwrap_err(), expected);
    }
    let pause = Answer {
        headers: vec![("retry-after".to_owned(), "7".to_owned())],
        ..refusal(429, "rate_limit_exceeded")
    };
    peer.respond(move |_| pause.clone());
    let expected = LabelFault::Busy { pause: Some(std::time::Duration::from_secs(7)) };
    assert_eq!(LabelProvider::track(&adapter, "se-70001").await.unwrap_err(), expected);
    // Names that are none of ShipEngine's never become part of an address.
    let asked = peer.asked().len();
    for name in ["", "se-1/../../account", "se-1?x=1", "70001"] {
        assert!(matches!(LabelProvider::void(&adapter, name).await, Err(LabelFault::Refused(_))), "{name}");
    }
    assert_eq!(peer.asked().len(), asked);
    let url = peer.url.clone();
    drop(peer);
    // Nobody listens there any more.
    for _ in 0..50 {
        if LabelProvider::track(&adapter, "se-70001").await == Err(LabelFault::NotSent) {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("{url} still answers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn labels_that_failed_do_not_hide_one_that_stands() {
    let peer = Peer::start(|_| {
        let labels = json!([label("se-1", "a", "error"), label("se-2", "a", "processing")]);
        Answer::json(200, &json!({ "labels": labels }))
    });
    let adapter = adapter(&peer).await;
    let found = LabelProvider::find(&adapter, "a", Some("se-50001")).await.unwrap().unwrap();
    assert_eq!((found.reference.as_str(), found.state), ("se-2", SoldState::Processing));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_are_asked_for_once() {
    let depot = Depot::open().await;
    subscribe_to_parcels(&depot.app, &Actor::System).await.unwrap();
    let asked = depot.peer.asked_for("POST", "/v1/environment/webhooks").pop().unwrap().json();
    let url = format!("{}/webhooks/shipengine", depot.shop.url);
    assert_eq!((&asked["url"], &asked["event"]), (&json!(url), &json!("track")));
    assert_eq!(asked["headers"], json!([{ "key": "x-tradepost-webhook-secret", "value": SECRET }]));
    depot.peer.respond(move |_| Answer::json(200, &json!([{ "url": url, "event": "track" }])));
    subscribe_to_parcels(&depot.app, &Actor::System).await.unwrap();
    assert_eq!(depot.peer.asked_for("POST", "/v1/environment/webhooks").len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn carts_reach_it_as_a_carrier_service() {
    let depot = Depot::open().await;
    let service = CarrierService {
        id: CarrierServiceId(1),
        name: "ShipEngine".to_owned(),
        endpoint: Endpoint::ShipEngine,
        key_version: 1,
        timeout: std::time::Duration::from_secs(5),
        fallback_minor: None,
    };
    let provider = depot.app.carriers.provider(&service, "").unwrap();
    assert_eq!(provider.rates(&rate_request()).await.unwrap().len(), 1);
    let off = crate::support::TestShop::open().await;
    assert!(off.app.carriers.provider(&service, "").is_none() && off.app.carriers.labels().is_none());
}
