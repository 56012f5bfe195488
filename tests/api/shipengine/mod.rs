//! ShipEngine: the adapter against the published description, labels, tracking.

mod adapter;
mod label;
mod message;
mod tracking;

use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;
use entity::id::{LocationId, OrderId};
use entity::{event, location, order, parcel_event, shipping_label};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::app::App;
use tradepost::clock::Clock;
use tradepost::config::{Config, ShipEngineSettings};
use tradepost::shipping::provider::label::{LabelSource, ParcelSize};
use tradepost::shipping::{BuyLabel, LabelParcel};
use url::Url;

use crate::spec::Spec;
use crate::spec::peer::{Answer, Asked, Peer};
use crate::support::{ProductSpec, TestShop};

pub const API_KEY: &str = "TEST_hunter2hunter2hunter2";
pub const SECRET: &str = "a secret that only our account knows";
pub const CARRIER: &str = "se-1001";

/// The published description, with what nothing could meet made right: `/v1/rates` wants a shipment and the name of one
/// at once, and says before the answer which service it will be; the estimate wants each carrier and all carriers.
pub fn judge() -> Option<Spec> {
    Some(Spec::load("shipengine.yaml")?.patched(|document| {
        let schemas = &mut document["components"]["schemas"];
        schemas["calculate_rates_request_body"]["required"] = json!(["shipment", "rate_options"]);
        schemas["calculate_rates_request_body"]["anyOf"] =
            schemas["calculate_rates_request_body"]["oneOf"].take();
        schemas["calculate_rates_request_body"].as_object_mut().unwrap().remove("oneOf");
        schemas["address_validating_shipment"]["required"] = json!(["ship_to", "ship_from", "packages"]);
        let estimate = schemas["estimate_rates_request_body"].as_object_mut().unwrap();
        let either = estimate.remove("oneOf").unwrap();
        estimate.insert("anyOf".to_owned(), either);
        estimate["required"].as_array_mut().unwrap().retain(|name| name != "carrier_id");
    }))
}

/// ShipEngine as far as the tests need it: one rate, every label bought, every parcel in transit.
pub fn shipengine(asked: &Asked) -> Answer {
    let path = asked.path().to_owned();
    match (asked.method.as_str(), path.trim_start_matches("/v1")) {
        ("POST", "/rates") => Answer::json(200, &rates()),
        ("POST", "/rates/estimate") => Answer::json(200, &json!([rate("usps_priority_mail", "12.34")])),
        ("POST", "/labels") => Answer::json(200, &label_of(asked, "completed")),
        ("POST", path) if path.starts_with("/labels/rates/") => {
            Answer::json(200, &label("se-70001", "tp", "completed"))
        }
        ("PUT", _) => Answer::json(200, &json!({ "approved": true, "message": "Done" })),
        ("GET", "/labels") => {
            let labels = json!([label("se-70001", "tp", "completed")]);
            let page = json!({ "href": "https://api.shipengine.com/v1/labels?page=1" });
            let links = json!({ "first": page, "last": page, "prev": {}, "next": {} });
            Answer::json(200, &json!({ "labels": labels, "total": 1, "page": 1, "pages": 1, "links": links }))
        }
        ("GET", path) if path.starts_with("/labels/external_shipment_id/") => {
            Answer::json(200, &label("se-70001", path.rsplit('/').next().unwrap(), "completed"))
        }
        ("GET", path) if path.ends_with("/track") => Answer::json(200, &tracking("IT", &[("IT", 10)])),
        ("GET", "/environment/webhooks") => Answer::json(200, &json!([])),
        ("POST", "/environment/webhooks") => {
            let url = asked.json()["url"].clone();
            Answer::json(200, &json!({ "webhook_id": "se-9", "url": url, "event": "track" }))
        }
        _ => refusal(404, "not_found"),
    }
}

pub fn refusal(status: u16, code: &str) -> Answer {
    let error = json!({ "error_source": "shipengine", "error_type": "validation", "error_code": code,
        "message": "12 Oak Street is not in the book" });
    Answer::json(status, &json!({ "request_id": "aa3d8e8e-462b-4476-9618-72db7f7b7009", "errors": [error] }))
}

fn usd(amount: &str) -> Value {
    serde_json::from_str(&format!(r#"{{"currency":"usd","amount":{amount}}}"#)).unwrap()
}

fn rate(service: &str, amount: &str) -> Value {
    json!({ "rate_type": "check", "carrier_id": CARRIER, "shipping_amount": usd(amount),
        "insurance_amount": usd("0"), "confirmation_amount": usd("0.5"), "other_amount": usd("0"), "zone": 6,
        "package_type": "package", "delivery_days": 3, "guaranteed_service": false,
        "estimated_delivery_date": "2026-12-01T00:00:00Z", "carrier_delivery_days": "3",
        "ship_date": "2026-11-25T00:00:00Z", "negotiated_rate": false, "service_type": "USPS Priority Mail",
        "service_code": service, "trackable": true, "carrier_code": "stamps_com", "carrier_nickname": "mine",
        "carrier_friendly_name": "Stamps.com", "validation_status": "valid", "warning_messages": [],
        "error_messages": [] })
}

fn rates() -> Value {
    let mut rate = rate("usps_priority_mail", "12.34");
    rate["rate_id"] = json!("se-50001");
    json!({ "rate_response": { "rates": [rate], "invalid_rates": [], "rate_request_id": "se-1",
        "shipment_id": "se-2", "status": "completed", "errors": [] } })
}

/// The label for a body that was sent, under the name that it gives.
pub fn label_of(asked: &Asked, status: &str) -> Value {
    label("se-70001", asked.json()["shipment"]["external_shipment_id"].as_str().unwrap_or_default(), status)
}

pub fn label(id: &str, external: &str, status: &str) -> Value {
    json!({ "label_id": id, "status": status, "shipment_id": "se-80001", "external_shipment_id": external,
        "external_order_id": null, "ship_date": "2026-11-25T00:00:00Z", "created_at": "2026-11-25T10:00:00Z",
        "shipment_cost": usd("7.07"), "insurance_cost": usd("0"), "tracking_number": "9405511899223197428490",
        "is_international": false, "batch_id": "se-1", "carrier_id": CARRIER,
        "service_code": "usps_priority_mail", "voided": status == "voided", "label_image_id": null,
        "label_format": "pdf", "label_layout": "4x6", "trackable": true, "carrier_code": "stamps_com",
        "tracking_status": "in_transit", "label_download": { "pdf": "https://labels.example/70001.pdf",
        "href": "https://labels.example/70001" }, "form_download": null, "qr_code_download": null,
        "paperless_download": null, "insurance_claim": null, "packages": [{ "weight": { "value": 500,
        "unit": "gram" } }], "is_return_label": false, "rma_number": null, "charge_event": "carrier_default",
        "package_code": "package", "display_scheme": "label", "ship_to": { "name": "Ada Lovelace",
        "address_line1": "Invalidenstr. 1", "city_locality": "Berlin", "state_province": "Berlin",
        "postal_code": "10115", "country_code": "DE" }, "tracking_url": "https://tools.example/9405" })
}

/// What is told of the parcel: its state, and events as their code and their minute of an hour.
pub fn tracking(status: &str, events: &[(&str, u32)]) -> Value {
    let events: Vec<Value> = events
        .iter()
        .map(|(code, minute)| {
            json!({ "occurred_at": format!("2026-11-24T10:{minute:02}:00Z"), "city_locality": "AUSTIN",
                "state_province": "TX", "postal_code": "78756", "country_code": "US", "carrier_detail_code": "OT",
                "status_code": code, "status_description": "On its way", "carrier_status_code": "1",
                "carrier_status_description": "Scanned", "description": "Scanned" })
        })
        .collect();
    json!({ "tracking_number": "9405511899223197428490", "status_code": status, "carrier_code": "stamps_com",
        "carrier_status_code": "1", "status_description": "On its way", "events": events })
}

pub fn configure(config: &mut Config, peer: &Peer) {
    config.shipengine = Some(ShipEngineSettings {
        api_key: API_KEY.into(),
        carrier_ids: vec![CARRIER.to_owned()],
        webhook_secret: Some(SECRET.into()),
        base_url: Url::parse(&peer.url).unwrap(),
        purchase_patience: Duration::from_millis(800),
    });
}

/// A shop with an order to be sent, a place to send it from, and ShipEngine.
pub struct Depot {
    pub shop: Arc<TestShop>,
    /// The same shop with a clock that tests move.
    pub app: App,
    pub peer: Arc<Peer>,
    pub order: OrderId,
    pub location: LocationId,
}

impl Depot {
    pub async fn open() -> Self {
        let peer = Arc::new(Peer::start(shipengine));
        let shop = Arc::new(TestShop::open_with(|config| configure(config, &peer)).await);
        shop.have(&[ProductSpec::new("mug").stock(10)]).await;
        let mug = shop.variant_id("mug").await;
        let cart = shop.ready_cart(&mug, 1, "manual").await;
        shop.buy(&cart.id).await;
        let order = shop.orders().await[0].id;
        let places = location::Entity::find().all(shop.app.db.writer()).await.unwrap();
        let location = places[0].id;
        let text = |text: &str| Expr::value(text.to_owned());
        location::Entity::update_many()
            .col_expr(location::Column::Address1, text("1999 Bishop Grandin Blvd."))
            .col_expr(location::Column::City, text("Austin"))
            .col_expr(location::Column::Province, text("TX"))
            .col_expr(location::Column::Zip, text("78756"))
            .col_expr(location::Column::Country, text("US"))
            .col_expr(location::Column::Phone, text("+1 204-253-9411"))
            .exec(shop.app.db.writer())
            .await
            .unwrap();
        let mut app = shop.second_node().await;
        app.clock = Clock::set_to(Utc::now());
        Self { shop, app, peer, order, location }
    }

    pub fn parcel(&self) -> LabelParcel {
        LabelParcel {
            order_id: self.order,
            location_id: self.location,
            size: ParcelSize { weight_grams: 500, measures: None },
            declared: Vec::new(),
        }
    }

    pub fn purchase(&self, key: &str) -> BuyLabel {
        let source = LabelSource::Service {
            carrier: CARRIER.to_owned(),
            service_code: "usps_priority_mail".to_owned(),
        };
        BuyLabel { request_key: key.to_owned(), source, parcel: self.parcel() }
    }

    pub async fn labels(&self) -> Vec<shipping_label::Model> {
        let order = shipping_label::Entity::find().order_by_asc(shipping_label::Column::Id);
        order.all(self.app.db.writer()).await.unwrap()
    }

    pub async fn parcel_events(&self) -> Vec<parcel_event::Model> {
        parcel_event::Entity::find().all(self.app.db.writer()).await.unwrap()
    }

    /// What happened to labels, by the events' kinds.
    pub async fn happened(&self) -> Vec<String> {
        let events = event::Entity::find()
            .filter(event::Column::Entity.eq("shipping_label"))
            .order_by_asc(event::Column::Seq)
            .all(self.app.db.writer())
            .await
            .unwrap();
        events.into_iter().map(|event| event.kind).collect()
    }

    pub async fn cancel_order(&self) {
        order::Entity::update_many()
            .col_expr(order::Column::CancelledAt, Expr::value(Utc::now()))
            .exec(self.app.db.writer())
            .await
            .unwrap();
    }
}
