//! Places at which buyers may fetch what they bought.

use entity::id::LocationId;
use entity::{inventory_item, inventory_level, location};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, ColumnTrait, EntityTrait, PaginatorTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::inventory::{LocationError, NewLocation, save_location};
use tradepost::market::Address;

use crate::support::{ProductSpec, TestShop, VariantSpec};

fn store(name: &str, city: &str, coordinates: Option<(i32, i32)>) -> NewLocation {
    NewLocation {
        id: None,
        name: name.to_owned(),
        address: Address {
            address1: Some("Hauptstr. 1".to_owned()),
            city: Some(city.to_owned()),
            zip: Some("10115".to_owned()),
            country_code: Some("DE".to_owned()),
            phone: Some("+49 30 123".to_owned()),
            ..Address::default()
        },
        coordinates,
        active: true,
        fulfills_online: false,
        offers_pickup: true,
        pickup_time: "Usually ready in 2 hours".to_owned(),
    }
}

const BERLIN: Option<(i32, i32)> = Some((52_520_000, 13_405_000));
const HAMBURG: Option<(i32, i32)> = Some((53_551_000, 9_993_700));
const MUNICH: Option<(i32, i32)> = Some((48_135_100, 11_582_000));

async fn save(shop: &TestShop, new: &NewLocation) -> LocationId {
    save_location(&shop.app, &Actor::System, new).await.unwrap()
}

/// Shops in Munich, Berlin and Hamburg, one whose place is not known, and some that nobody sees.
async fn shop_with_stores() -> (TestShop, Vec<LocationId>) {
    let shop = TestShop::open().await;
    let mut ids = Vec::new();
    let warehouse = store("Warehouse", "Berlin", BERLIN);
    save(&shop, &NewLocation { offers_pickup: false, fulfills_online: true, ..warehouse }).await;
    for (name, city, place) in
        [("Zoo", "München", MUNICH), ("alt", "Berlin", BERLIN), ("Mitte", "Hamburg", HAMBURG)]
    {
        ids.push(save(&shop, &store(name, city, place)).await);
    }
    ids.push(save(&shop, &store("Somewhere", "Aachen", None)).await);
    save(&shop, &NewLocation { active: false, ..store("Closed", "Berlin", BERLIN) }).await;
    (shop, ids)
}

async fn names(shop: &TestShop, arguments: &str) -> Vec<String> {
    let answer = shop.ask(&format!("{{ locations({arguments}) {{ nodes {{ name }} }} }}"), json!({})).await;
    let nodes = answer["locations"]["nodes"].as_array().unwrap().iter();
    nodes.map(|node| node["name"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locations_come_in_the_order_asked_for() {
    let (shop, _) = shop_with_stores().await;
    assert_eq!(names(&shop, "first: 10").await, ["Zoo", "alt", "Mitte", "Somewhere"]);
    assert_eq!(names(&shop, "first: 10, reverse: true").await, ["Somewhere", "Mitte", "alt", "Zoo"]);
    assert_eq!(names(&shop, "first: 10, sortKey: NAME").await, ["alt", "Mitte", "Somewhere", "Zoo"]);
    assert_eq!(names(&shop, "first: 10, sortKey: CITY").await, ["Somewhere", "alt", "Mitte", "Zoo"]);
    let near = "near: { latitude: 53.0, longitude: 10.5 }";
    assert_eq!(
        names(&shop, &format!("first: 10, sortKey: DISTANCE, {near}")).await,
        ["Mitte", "alt", "Zoo", "Somewhere"]
    );
    assert_eq!(names(&shop, "last: 1, sortKey: NAME").await, ["Zoo"]);
    assert_eq!(shop.error_code("{ locations { nodes { name } } }", json!({})).await, "BAD_PAGE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_location_tells_where_it_is() {
    let (shop, ids) = shop_with_stores().await;
    let fields =
        "id name address { address1 address2 city country countryCode formatted latitude longitude phone
        province provinceCode zip } metafield(key: \"x\") { value }";
    let id = format!("gid://shopify/Location/{}", ids[1]);
    let expected = json!({ "id": id, "name": "alt", "metafield": null, "address": {
        "address1": "Hauptstr. 1", "address2": null, "city": "Berlin", "country": "Germany", "countryCode": "DE",
        "formatted": ["Hauptstr. 1", "10115 Berlin", "Germany"], "latitude": 52.52, "longitude": 13.405,
        "phone": "+49 30 123", "province": null, "provinceCode": null, "zip": "10115" } });
    let list = shop.ask(&format!("{{ locations(first: 2) {{ nodes {{ {fields} }} }} }}"), json!({})).await;
    assert_eq!(list["locations"]["nodes"][1], expected);
    let node = format!("query($id: ID!) {{ node(id: $id) {{ ... on Location {{ {fields} }} }} }}");
    assert_eq!(shop.ask(&node, json!({ "id": id })).await["node"], expected);
    let hidden = location::Entity::find().filter(location::Column::Name.eq("Warehouse"));
    let hidden = hidden.one(shop.app.db.fresh()).await.unwrap().unwrap().id;
    let hidden = json!({ "id": format!("gid://shopify/Location/{hidden}") });
    assert_eq!(shop.ask(&node, hidden).await["node"], Value::Null);
}

async fn stock(shop: &TestShop, handle: &str, location: LocationId, units: i64) {
    let item = shop.variant_rows(handle).await[0].inventory_item_id;
    let now = shop.app.clock.now();
    let level = inventory_level::ActiveModel {
        item_id: Set(item),
        location_id: Set(location),
        on_hand: Set(units),
        available: Set(units),
        updated_at: Set(now),
        ..Default::default()
    };
    level.insert(shop.app.db.writer()).await.unwrap();
}

const PICKUP: &str = "query($handle: String, $near: GeoCoordinateInput) { product(handle: $handle) {
    variants(first: 1) { nodes { storeAvailability(first: 10, near: $near) { nodes {
        available quantityAvailable pickUpTime location { name } } } } } } }";

async fn pickup(shop: &TestShop, handle: &str, near: Value) -> Value {
    let answer = shop.ask(PICKUP, json!({ "handle": handle, "near": near })).await;
    answer["product"]["variants"]["nodes"][0]["storeAvailability"]["nodes"].clone()
}

fn at(name: &str, available: bool, quantity: i64) -> Value {
    json!({ "available": available, "quantityAvailable": quantity, "location": { "name": name },
        "pickUpTime": "Usually ready in 2 hours" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn variants_tell_where_they_may_be_fetched() {
    let (shop, ids) = shop_with_stores().await;
    let untracked = VariantSpec { stock: None, ..VariantSpec::default() };
    shop.have(&[
        ProductSpec::new("mug"),
        ProductSpec { variants: vec![untracked], ..ProductSpec::new("service") },
        ProductSpec::new("set"),
    ])
    .await;
    stock(&shop, "mug", ids[1], 7).await;
    stock(&shop, "mug", ids[2], 0).await;
    let expected =
        [at("Zoo", false, 0), at("alt", true, 7), at("Mitte", false, 0), at("Somewhere", false, 0)];
    assert_eq!(pickup(&shop, "mug", Value::Null).await, json!(expected));
    let near = json!({ "latitude": 53.5, "longitude": 10.0 });
    let nearest: Vec<&Value> = [2, 1, 0, 3].iter().map(|place: &usize| &expected[*place]).collect();
    assert_eq!(pickup(&shop, "mug", near).await, json!(nearest));
    let everywhere: Vec<Value> = ["Zoo", "alt", "Mitte", "Somewhere"].map(|name| at(name, true, 0)).into();
    assert_eq!(pickup(&shop, "service", Value::Null).await, json!(everywhere));

    let cup = shop.variant_rows("mug").await[0].id;
    let set = shop.variant_rows("set").await[0].id;
    let parts = [tradepost::catalog::Component { variant_id: cup, quantity: 2 }];
    tradepost::catalog::save_components(&shop.app, &Actor::System, set, &parts).await.unwrap();
    assert_eq!(pickup(&shop, "set", Value::Null).await[1], at("alt", true, 3), "7 mugs are 3 sets of 2");
    let count = inventory_item::Entity::find().count(shop.app.db.fresh()).await.unwrap();
    assert_eq!(count, 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn many_variants_ask_for_their_places_at_once() {
    let (shop, ids) = shop_with_stores().await;
    shop.have(&[ProductSpec::new("shoe").in_sizes_and_colors(&["S", "M", "L", "XL"], &["Red", "Blue"])])
        .await;
    stock(&shop, "shoe", ids[0], 3).await;
    let query = "query($first: Int!) { product(handle: \"shoe\") { variants(first: $first) { nodes {
        storeAvailability(first: 5) { nodes { available location { name } } } } } } }";
    let one = shop.statements_of(query, json!({ "first": 1 })).await;
    let eight = shop.statements_of(query, json!({ "first": 8 })).await;
    assert_eq!(one, eight);
    let list = "{ locations(first: 10) { nodes { name address { city } } } }";
    let count = shop.statements_of(list, json!({})).await;
    println!("locations: {count} statements");
    assert!(count <= 4, "{count}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn locations_that_make_no_sense_are_not_saved() {
    let (shop, ids) = shop_with_stores().await;
    let good = store("New", "Bonn", None);
    let no_country = Address { country_code: None, ..good.address.clone() };
    let count = || async { location::Entity::find().count(shop.app.db.fresh()).await.unwrap() };
    let before = count().await;
    for wrong in [
        NewLocation { name: " ".to_owned(), ..good.clone() },
        NewLocation { pickup_time: "x".repeat(256), ..good.clone() },
        NewLocation { address: no_country, ..good.clone() },
        NewLocation { coordinates: Some((90_000_001, 0)), ..good.clone() },
        NewLocation { coordinates: Some((0, -180_000_001)), ..good.clone() },
        NewLocation { id: Some(LocationId(99_999)), ..good.clone() },
    ] {
        let refused = save_location(&shop.app, &Actor::System, &wrong).await;
        assert!(!matches!(refused, Ok(_) | Err(LocationError::Fault(_))), "{wrong:?}: {refused:?}");
    }
    assert!(save_location(&shop.app, &Actor::stranger(), &good).await.is_err());
    assert_eq!(count().await, before);
    let renamed =
        NewLocation { id: Some(ids[0]), name: "Renamed".to_owned(), ..store("", "München", MUNICH) };
    assert_eq!(save(&shop, &renamed).await, ids[0]);
    assert_eq!(names(&shop, "first: 1").await, ["Renamed"]);
    assert_eq!(count().await, before);
}
