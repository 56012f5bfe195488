//! How far parcels are: asked by and by, shown to whoever has the order.

use chrono::TimeDelta;
use entity::shipping_label::ParcelStatus;
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::shipping::{buy_label, follow_due, tracking_of_order, void_label};

use super::{Depot, refusal, shipengine, tracking};
use crate::spec::peer::Answer;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parcels_are_asked_for_until_they_arrive() {
    let depot = Depot::open().await;
    buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap();
    assert_eq!(follow_due(&depot.app).await.unwrap(), 0, "nothing is to be told yet");
    depot.app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 1);
    let label = depot.labels().await.remove(0);
    assert_eq!((label.parcel_status, depot.parcel_events().await.len()), (ParcelStatus::InTransit, 1));
    // No news: the pause grows.
    depot.app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 1);
    depot.app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 1);
    depot.app.clock.advance(TimeDelta::minutes(61));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 0);
    depot.peer.respond(|asked| match asked.method.as_str() {
        "GET" => Answer::json(200, &tracking("DE", &[("DE", 40), ("IT", 10), ("AT", 30), ("AC", 5)])),
        _ => shipengine(asked),
    });
    depot.app.clock.advance(TimeDelta::hours(12));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 1);
    let label = depot.labels().await.remove(0);
    assert_eq!((label.parcel_status, label.ask_at), (ParcelStatus::Delivered, None));
    assert_eq!(depot.happened().await, ["label.bought", "parcel.moved", "parcel.moved"]);
    depot.app.clock.advance(TimeDelta::days(1));
    assert_eq!(follow_due(&depot.app).await.unwrap(), 0, "it has arrived");
    let shown = tracking_of_order(depot.app.db.writer(), depot.order).await.unwrap();
    let events: Vec<ParcelStatus> = shown[0].events.iter().map(|event| event.status).collect();
    use ParcelStatus::{Accepted, Attempted, Delivered, InTransit};
    assert_eq!(events, [Delivered, Attempted, InTransit, Accepted]);
    assert_eq!((shown.len(), shown[0].events[0].place.as_str()), (1, "AUSTIN, TX, US"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_provider_that_gives_no_answer_is_asked_later_and_not_for_ever() {
    let depot = Depot::open().await;
    buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap();
    let before = depot.labels().await.remove(0);
    depot.peer.respond(|_| refusal(401, "unauthorized"));
    depot.app.clock.advance(TimeDelta::minutes(61));
    follow_due(&depot.app).await.unwrap();
    let after = depot.labels().await.remove(0);
    assert!(after.ask_at > before.ask_at && after.parcel_status == ParcelStatus::Unknown);
    depot.app.clock.advance(TimeDelta::days(61));
    follow_due(&depot.app).await.unwrap();
    assert_eq!(depot.labels().await[0].ask_at, None);
    assert_eq!(depot.happened().await, ["label.bought"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_buyer_sees_who_carries_the_parcel_and_how_to_follow_it() {
    let depot = Depot::open().await;
    let key = tradepost::order::key_of(&depot.app, depot.order).unwrap();
    let id = format!("gid://shopify/Order/{}?key={key}", depot.order);
    let query = "query($id: ID!) { node(id: $id) { ... on Order { successfulFulfillments(first: 5) {
        trackingCompany trackingInfo(first: 1) { number url }
        fulfillmentLineItems(first: 5) { nodes { quantity } } } } } }";
    let shown = |answer: serde_json::Value| answer["node"]["successfulFulfillments"].clone();
    assert_eq!(shown(depot.shop.ask(query, json!({ "id": id })).await), json!([]));
    let label = buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap();
    assert_eq!(
        shown(depot.shop.ask(query, json!({ "id": id })).await),
        json!([{ "trackingCompany": "USPS",
            "trackingInfo": [{ "number": "9405511899223197428490", "url": "https://tools.example/9405" }],
            "fulfillmentLineItems": { "nodes": [] } }])
    );
    void_label(&depot.app, &Actor::System, label.id).await.unwrap();
    assert_eq!(shown(depot.shop.ask(query, json!({ "id": id })).await), json!([]));
}
