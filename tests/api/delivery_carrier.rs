//! Carrier services: asked for their rates after the transaction, kept for a while, replaced by a declared rate.

use std::time::Duration;

use base64::Engine;
use chrono::TimeDelta;
use entity::delivery_quote;
use entity::id::CarrierServiceId;
use hmac::{Hmac, KeyInit, Mac};
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use sha2::Sha256;
use tradepost::actor::Actor;
use tradepost::market::Conversion;
use tradepost::shipping::provider::{CarrierRate, Endpoint, RateRequest};
use tradepost::shipping::{
    self, CarrierAnswer, Markup, NewCarrierService, NewMethod, NewMethodRate, NewRegion, NewZone,
    SavedCarrierService, Shipment, purge_quotes, replace_delivery_zones, save_carrier_service,
};

use crate::spec::peer::{Answer, Asked, Peer};
use crate::support::market::{currency, market};
use crate::support::{ProductSpec, TestShop};

fn rate(code: &str, price: &str, money: &str) -> Value {
    json!({ "service_name": format!("Service {code}"), "service_code": code, "description": "By van",
        "total_price": price, "currency": money, "min_delivery_date": "2026-05-01 12:00:00 +0200" })
}

fn two_rates(_: &Asked) -> Answer {
    Answer::json(200, &json!({ "rates": [rate("fast", "1500", "EUR"), rate("slow", "700", "EUR")] }))
}

/// What a buyer is offered: handle and cost of each option.
type Offered = Vec<(String, String)>;

fn offered(options: &[(&str, &str)]) -> Offered {
    options.iter().map(|(handle, cost)| ((*handle).to_owned(), (*cost).to_owned())).collect()
}

/// A shop with mugs whose deliveries to Germany a carrier prices: 10 % and 0.50 on top.
async fn shop_asking(
    peer: &Peer,
    method_fallback: Option<i64>,
    own_fallback: Option<i64>,
) -> (TestShop, SavedCarrierService) {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let new = NewCarrierService {
        id: None,
        name: "Rates".to_owned(),
        endpoint: Endpoint::Callback { url: format!("{}/rates", peer.url) },
        timeout: Some(Duration::from_millis(500)),
        fallback_minor: own_fallback,
        active: true,
    };
    let saved = save_carrier_service(&shop.app, &Actor::System, &new).await.unwrap();
    let rate = NewMethodRate::Carrier {
        service: saved.id,
        markup: Markup { bp: 1_000, minor: 50 },
        fallback_minor: method_fallback,
    };
    let live = NewMethod { rate, ..NewMethod::flat("live", "Carrier", currency("EUR"), 0) };
    let zones = vec![NewZone {
        name: "Home".to_owned(),
        regions: vec![NewRegion::country("DE")],
        methods: vec![NewMethod::flat("standard", "Standard", currency("EUR"), 2_000), live],
    }];
    replace_delivery_zones(&shop.app, &Actor::System, zones).await.unwrap();
    (shop, saved)
}

fn address(zip: &str) -> Value {
    json!({ "address": { "deliveryAddress": { "firstName": "Ada", "lastName": "Lovelace", "phone": "+4930123",
        "address1": "Hauptstr. 1", "city": "Berlin", "zip": zip, "countryCode": "DE" } }, "selected": true })
}

async fn cart_to(shop: &TestShop, zip: &str) -> Value {
    let line = json!({ "merchandiseId": shop.variant_id("mug").await, "quantity": 2 });
    shop.make_cart(json!({ "lines": [line], "delivery": { "addresses": [address(zip)] } })).await
}

fn options(cart: &Value) -> Offered {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let options = cart["deliveryGroups"]["nodes"][0]["deliveryOptions"].as_array().unwrap().iter();
    options.map(|option| (text(&option["handle"]), text(&option["estimatedCost"]["amount"]))).collect()
}

const LIVE: [(&str, &str); 3] = [("live:slow", "8.2"), ("live:fast", "17.0"), ("standard", "20.0")];
const FALLEN_BACK: [(&str, &str); 2] = [("live", "9.0"), ("standard", "20.0")];

async fn quotes(shop: &TestShop) -> u64 {
    delivery_quote::Entity::find().count(shop.app.db.fresh()).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_is_asked_once_with_a_signed_request_and_its_rates_are_offered() {
    let peer = Peer::start(two_rates);
    let (shop, saved) = shop_asking(&peer, Some(900), None).await;
    let cart = cart_to(&shop, "10115").await;
    assert_eq!(options(&cart), offered(&LIVE));
    assert_eq!(cart["deliveryGroups"]["nodes"][0]["selectedDeliveryOption"]["handle"], "live:slow");
    assert_eq!(cart["cost"]["totalAmount"]["amount"], "28.2");

    let asked = peer.asked();
    assert_eq!(asked.len(), 1);
    assert_eq!((asked[0].method.as_str(), asked[0].target.as_str()), ("POST", "/rates"));
    let mut mac = Hmac::<Sha256>::new_from_slice(saved.signing_key.as_bytes()).unwrap();
    mac.update(asked[0].body.as_bytes());
    let signature = base64::engine::general_purpose::STANDARD.encode(mac.finalize().into_bytes());
    assert_eq!(asked[0].header("x-tradepost-hmac-sha256"), Some(signature.as_str()));
    let rate = asked[0].json()["rate"].clone();
    assert_eq!((&rate["currency"], &rate["locale"]), (&json!("EUR"), &json!("en")));
    assert_eq!(
        (&rate["origin"]["country"], &rate["destination"]["postal_code"]),
        (&json!("DE"), &json!("10115"))
    );
    let item = json!({ "name": "mug", "sku": null, "quantity": 2, "grams": 100, "price": 1000,
        "requires_shipping": true, "product_id": shop.product_row("mug").await.id,
        "variant_id": shop.variant_rows("mug").await[0].id });
    assert_eq!(rate["items"], json!([item]));
    for private in ["Ada", "Lovelace", "4930123"] {
        assert!(!asked[0].body.contains(private), "{private}");
    }

    // The same question is not asked again; another one is.
    let id = cart["id"].as_str().unwrap();
    assert_eq!(options(&shop.cart(id).await), offered(&LIVE));
    cart_to(&shop, "10115").await;
    assert_eq!((peer.asked().len(), quotes(&shop).await), (1, 1));
    assert_eq!(options(&cart_to(&shop, "20095").await), offered(&LIVE));
    assert_eq!((peer.asked().len(), quotes(&shop).await), (2, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rate_of_a_carrier_is_chosen_and_kept() {
    let peer = Peer::start(two_rates);
    let (shop, _) = shop_asking(&peer, Some(900), None).await;
    let cart = cart_to(&shop, "10115").await;
    let group = cart["deliveryGroups"]["nodes"][0]["id"].clone();
    let choice = json!([{ "deliveryGroupId": group, "deliveryOptionHandle": "live:fast" }]);
    let kind = "[CartSelectedDeliveryOptionInput!]!";
    let arguments = [("cartId", "ID!", cart["id"].clone()), ("selectedDeliveryOptions", kind, choice)];
    let payload = shop.change_cart("cartSelectedDeliveryOptionsUpdate", &arguments).await;
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["cart"]["cost"]["totalAmount"]["amount"], "37.0");
    assert_eq!(peer.asked().len(), 1);
}

type Answering = fn(&Asked) -> Answer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whatever_a_carrier_does_wrong_the_declared_rate_holds() {
    let peer = Peer::start(two_rates);
    let wrong: [(&str, Answering); 12] = [
        ("too late", |asked| two_rates(asked).too_late()),
        ("an error", |_| Answer::text(500, "oops")),
        ("not found", |_| Answer::json(404, &json!({ "rates": [] }))),
        ("garbage", |_| Answer::text(200, "<html>rates</html>")),
        ("no rates", |_| Answer::json(200, &json!({ "prices": [] }))),
        ("too much", |_| Answer::text(200, format!("{{\"rates\": [], \"x\": \"{}\"}}", "y".repeat(65_536)))),
        ("another currency", |_| Answer::json(200, &json!({ "rates": [rate("a", "700", "USD")] }))),
        ("a negative price", |_| Answer::json(200, &json!({ "rates": [rate("a", "-1", "EUR")] }))),
        ("a decimal price", |_| Answer::json(200, &json!({ "rates": [rate("a", "7.00", "EUR")] }))),
        ("an absurd price", |_| Answer::json(200, &json!({ "rates": [rate("a", "100000000001", "EUR")] }))),
        ("too many rates", |_| {
            let rates: Vec<Value> = (0..51).map(|place| rate(&place.to_string(), "700", "EUR")).collect();
            Answer::json(200, &json!({ "rates": rates }))
        }),
        ("a redirect", |_| {
            let headers = vec![("location".to_owned(), "/elsewhere".to_owned())];
            Answer { headers, ..Answer::text(302, "") }
        }),
    ];
    for (name, respond) in wrong {
        peer.respond(respond);
        let (shop, _) = shop_asking(&peer, Some(900), None).await;
        let before = peer.asked().len();
        let cart = cart_to(&shop, "10115").await;
        assert_eq!(options(&cart), offered(&FALLEN_BACK), "{name}");
        assert_eq!(peer.asked().len(), before + 1, "{name}: asked once, and no redirect is followed");
        let id = cart["id"].as_str().unwrap();
        assert_eq!(options(&shop.cart(id).await), offered(&FALLEN_BACK), "{name}");
        assert_eq!(peer.asked().len(), before + 1, "{name}: a failure is kept for a while");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_declared_rate_the_carriers_own_or_none_is_offered() {
    let peer = Peer::start(|_| Answer::text(500, ""));
    let (shop, _) = shop_asking(&peer, None, Some(1_100)).await;
    assert_eq!(options(&cart_to(&shop, "10115").await), offered(&[("live", "11.0"), ("standard", "20.0")]));
    let (shop, _) = shop_asking(&peer, None, None).await;
    assert_eq!(options(&cart_to(&shop, "10115").await), offered(&[("standard", "20.0")]));
    // A carrier that says that it does not deliver there has answered: nothing of it is offered.
    peer.respond(|_| Answer::json(200, &json!({ "rates": [] })));
    let (shop, _) = shop_asking(&peer, Some(900), None).await;
    assert_eq!(options(&cart_to(&shop, "10115").await), offered(&[("standard", "20.0")]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_that_fails_in_a_row_is_not_asked_for_a_minute() {
    let peer = Peer::start(|_| Answer::text(503, ""));
    let (shop, _) = shop_asking(&peer, Some(900), None).await;
    for place in 0..6 {
        let cart = cart_to(&shop, &format!("1011{place}")).await;
        assert_eq!(options(&cart), offered(&FALLEN_BACK));
    }
    assert_eq!(peer.asked().len(), 4, "the fifth and sixth question were not asked");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_carrier_that_is_switched_off_is_neither_asked_nor_offered() {
    let peer = Peer::start(two_rates);
    let (shop, saved) = shop_asking(&peer, Some(900), Some(900)).await;
    let off = NewCarrierService {
        id: Some(saved.id),
        name: "Rates".to_owned(),
        endpoint: Endpoint::Callback { url: peer.url.clone() },
        timeout: None,
        fallback_minor: Some(900),
        active: false,
    };
    save_carrier_service(&shop.app, &Actor::System, &off).await.unwrap();
    assert_eq!(options(&cart_to(&shop, "10115").await), offered(&[("standard", "20.0")]));
    assert_eq!((peer.asked().len(), quotes(&shop).await), (0, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rates_are_asked_for_in_the_currency_of_the_cart() {
    let peer = Peer::start(|_| Answer::json(200, &json!({ "rates": [rate("a", "1000", "USD")] })));
    let (shop, _) = shop_asking(&peer, Some(900), None).await;
    shop.rate("USD", 2_000_000_000).await;
    shop.sell_in(&market("us", "USD", &["US"])).await;
    let line = json!({ "merchandiseId": shop.variant_id("mug").await });
    let input = json!({ "lines": [line], "buyerIdentity": { "countryCode": "US" },
        "delivery": { "addresses": [address("10115")] } });
    let cart = shop.make_cart(input).await;
    // 10.00 and 10 %, and half a euro in dollars.
    assert_eq!(options(&cart), offered(&[("live:a", "12.0"), ("standard", "40.0")]));
    assert_eq!(peer.asked()[0].json()["rate"]["currency"], "USD");
}

fn request(carrier: CarrierServiceId, zip: &str) -> RateRequest {
    let place = |zip: &str| shipping::provider::Place {
        country: "DE".to_owned(),
        postal_code: Some(zip.to_owned()),
        ..shipping::provider::Place::default()
    };
    RateRequest {
        carrier,
        origin: place("20095"),
        destination: place(zip),
        items: Vec::new(),
        currency: currency("EUR"),
        locale: "en".to_owned(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_hold_for_a_quarter_of_an_hour_and_failures_for_a_minute() {
    let peer = Peer::start(two_rates);
    let (shop, saved) = shop_asking(&peer, Some(900), None).await;
    let (good, bad) = (request(saved.id, "10115"), request(saved.id, "10116"));
    let told = shipping::ask(&shop.app, std::slice::from_ref(&good)).await.unwrap();
    assert!(matches!(told.find(&good), Some(CarrierAnswer::Rates(rates)) if rates.len() == 2));
    peer.respond(|_| Answer::text(500, ""));
    let told = shipping::ask(&shop.app, std::slice::from_ref(&bad)).await.unwrap();
    assert_eq!(told.find(&bad), Some(&CarrierAnswer::Failed));
    let now = shop.app.clock.now();
    let keys = [good.key(), bad.key()];
    let after = async |seconds| {
        let moment = now + TimeDelta::seconds(seconds);
        let found = shipping::find_quotes(shop.app.db.fresh(), &keys, moment).await.unwrap();
        (found.find(&good).is_some(), found.find(&bad).is_some())
    };
    assert_eq!(after(0).await, (true, true));
    assert_eq!(after(61).await, (true, false));
    assert_eq!(after(890).await, (true, false));
    assert_eq!(after(901).await, (false, false));
    // Asked anew, the answer takes the place of the old one.
    peer.respond(two_rates);
    shipping::ask(&shop.app, &[bad.clone(), bad.clone(), good.clone()]).await.unwrap();
    assert_eq!((after(61).await, quotes(&shop).await), ((true, true), 2));
    assert_eq!(purge_quotes(&shop.app).await.unwrap(), 0, "all of them are good still");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_carts_ask_the_same_at_once_and_all_get_the_answer() {
    let peer = Peer::start(two_rates);
    let (shop, saved) = shop_asking(&peer, Some(900), None).await;
    let app = shop.app.clone();
    let outcomes = crate::support::at_once(16, |place| {
        let app = app.clone();
        async move {
            let mut requests = vec![request(saved.id, "10115"), request(saved.id, "10116")];
            if place % 2 == 0 {
                requests.reverse();
            }
            let told = shipping::ask(&app, &requests).await.unwrap();
            requests.iter().all(|request| matches!(told.find(request), Some(CarrierAnswer::Rates(_))))
        }
    });
    assert_eq!(outcomes.await, [true; 16]);
    assert_eq!(quotes(&shop).await, 2);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_without_carriers_asks_nothing() {
    let shop = TestShop::open().await;
    let settings = shop.app.delivery().await.unwrap();
    let here = tradepost::market::Address {
        country_code: Some("DE".to_owned()),
        ..tradepost::market::Address::default()
    };
    let conversion = Conversion::none(currency("EUR"));
    let shipment = Shipment { lines: &[], address: Some(&here), conversion: &conversion, language: "EN" };
    assert_eq!(shipping::requests_for(&settings, &shipment), []);
    let before = shop.app.db.statement_count();
    shipping::find_quotes(shop.app.db.fresh(), &[], shop.app.clock.now()).await.unwrap();
    shipping::ask(&shop.app, &[]).await.unwrap();
    assert_eq!(shop.app.db.statement_count(), before);
}

/// What is stored is read again as it was.
#[test]
fn rates_survive_being_stored() {
    let rate = CarrierRate {
        service_code: "A".to_owned(),
        service_name: "Service".to_owned(),
        description: String::new(),
        total_minor: 1,
        min_delivery_date: chrono::NaiveDate::from_ymd_opt(2026, 5, 1),
        max_delivery_date: None,
    };
    let text = serde_json::to_string(&rate).unwrap();
    assert_eq!(serde_json::from_str::<CarrierRate>(&text).unwrap(), rate);
}
