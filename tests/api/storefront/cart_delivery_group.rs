//! Several delivery groups in one cart: by profile, by location, and where they can be fetched.

use entity::id::{DeliveryProfileId, LocationId, ProductId};
use entity::{inventory_level, location};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::inventory::{NewLocation, save_location};
use tradepost::market::Address;
use tradepost::shipping::{
    Conditions, Locations, NewLocationGroup, NewMethod, NewMethodRate, NewPickup, NewProfile, NewRegion,
    NewZone, Tier, assign_products, assign_variants, find_default_profile, replace_delivery_zones,
    save_pickup, save_profile,
};

use crate::support::market::{currency, market};
use crate::support::{ProductSpec, TestShop, VariantSpec};

const GROUPS: &str = "query($id: ID!) { cart(id: $id) { cost { totalAmount { amount } }
    deliveryGroups(first: 10) { nodes { id groupType deliveryAddress { city countryCodeV2 }
      cartLines(first: 10) { nodes { merchandise { ... on ProductVariant { product { handle } } } } }
      deliveryOptions { handle title description deliveryMethodType estimatedCost { amount currencyCode } }
      selectedDeliveryOption { handle } } } } }";
const CHOOSE: &str = "mutation($id: ID!, $choices: [CartSelectedDeliveryOptionInput!]!) {
    cartSelectedDeliveryOptionsUpdate(cartId: $id, selectedDeliveryOptions: $choices) {
      userErrors { code field } } }";

/// Lines, options with their costs and the selected one of each group of a cart; and what the cart costs.
type Groups = (Vec<(Vec<String>, Vec<String>, Option<String>)>, String);

async fn groups(shop: &TestShop, cart: &str) -> Groups {
    let cart = shop.ask(GROUPS, json!({ "id": cart })).await["cart"].clone();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let list = |value: &Value, item: &dyn Fn(&Value) -> String| -> Vec<String> {
        value.as_array().unwrap().iter().map(item).collect()
    };
    let group = |group: &Value| {
        assert_eq!(group["groupType"], "ONE_TIME_PURCHASE");
        let handle = |line: &Value| text(&line["merchandise"]["product"]["handle"]);
        let option = |option: &Value| {
            format!("{} {}", text(&option["handle"]), text(&option["estimatedCost"]["amount"]))
        };
        let selected = group["selectedDeliveryOption"]["handle"].as_str().map(str::to_owned);
        (list(&group["cartLines"]["nodes"], &handle), list(&group["deliveryOptions"], &option), selected)
    };
    let nodes = cart["deliveryGroups"]["nodes"].as_array().unwrap();
    (nodes.iter().map(group).collect(), text(&cart["cost"]["totalAmount"]["amount"]))
}

fn expected(groups: &[(&[&str], &[&str], Option<&str>)], total: &str) -> Groups {
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let group = |(lines, options, selected): &(&[&str], &[&str], Option<&str>)| {
        (texts(lines), texts(options), selected.map(str::to_owned))
    };
    (groups.iter().map(group).collect(), total.to_owned())
}

async fn group_ids(shop: &TestShop, cart: &str) -> Vec<String> {
    let cart = shop.ask(GROUPS, json!({ "id": cart })).await["cart"].clone();
    let nodes = cart["deliveryGroups"]["nodes"].as_array().unwrap();
    nodes.iter().map(|group| group["id"].as_str().unwrap().to_owned()).collect()
}

async fn choose(shop: &TestShop, cart: &str, choices: &[(&str, &str)]) {
    let choices: Vec<Value> = choices
        .iter()
        .map(|(group, handle)| json!({ "deliveryGroupId": group, "deliveryOptionHandle": handle }))
        .collect();
    let answer = shop.ask(CHOOSE, json!({ "id": cart, "choices": choices })).await;
    assert_eq!(answer["cartSelectedDeliveryOptionsUpdate"]["userErrors"], json!([]));
}

fn place(country: &str, province: Option<&str>, zip: &str) -> Value {
    json!({ "address": { "deliveryAddress": { "lastName": "Lovelace", "address1": "Hauptstr. 1", "city": "There",
        "zip": zip, "provinceCode": province, "countryCode": country } }, "selected": true })
}

async fn cart_to(shop: &TestShop, address: Value, lines: &[(&str, i64)]) -> String {
    let mut input = Vec::new();
    for (handle, quantity) in lines {
        input.push(json!({ "merchandiseId": shop.variant_id(handle).await, "quantity": quantity }));
    }
    let cart = shop.make_cart(json!({ "lines": input, "delivery": { "addresses": [address] } })).await;
    cart["id"].as_str().unwrap().to_owned()
}

fn flat(handle: &str, minor: i64) -> NewMethod {
    NewMethod::flat(handle, handle, currency("EUR"), minor)
}

fn zone(region: NewRegion, methods: Vec<NewMethod>) -> NewZone {
    NewZone { name: "Zone".to_owned(), regions: vec![region], methods }
}

fn from_everywhere(name: &str, zones: Vec<NewZone>) -> NewProfile {
    let groups = vec![NewLocationGroup { locations: Locations::All, zones }];
    NewProfile { id: None, name: name.to_owned(), groups }
}

async fn product(shop: &TestShop, handle: &str) -> ProductId {
    shop.product_row(handle).await.id
}

/// A shop with mugs and pianos, which a profile of their own delivers.
async fn shop_with_pianos() -> (TestShop, DeliveryProfileId) {
    let shop = TestShop::open().await;
    let piano = VariantSpec { grams: 200_000, price: "900.00".to_owned(), ..VariantSpec::default() };
    shop.have(&[ProductSpec::new("mug"), ProductSpec { variants: vec![piano], ..ProductSpec::new("piano") }])
        .await;
    let methods = vec![flat("lorry", 15_000), flat("crane", 40_000)];
    let new = from_everywhere("Pianos", vec![zone(NewRegion::country("DE"), methods)]);
    let profile = save_profile(&shop.app, &Actor::System, &new).await.unwrap();
    assign_products(&shop.app, &Actor::System, Some(profile), &[product(&shop, "piano").await])
        .await
        .unwrap();
    (shop, profile)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_profile_delivers_its_lines_and_each_group_is_chosen_for() {
    let (shop, profile) = shop_with_pianos().await;
    let cart = cart_to(&shop, place("DE", None, "10115"), &[("mug", 1), ("piano", 1)]).await;
    let parcels: &[&str] = &["standard 4.9", "express 9.9"];
    let lorries: &[&str] = &["lorry 150.0", "crane 400.0"];
    let both = [(&["mug"] as &[&str], parcels, Some("standard")), (&["piano"], lorries, Some("lorry"))];
    assert_eq!(groups(&shop, &cart).await, expected(&both, "1064.9"));
    let ids = group_ids(&shop, &cart).await;
    assert!(ids[1].ends_with(&format!("p{profile}")), "{ids:?}");

    choose(&shop, &cart, &[(&ids[0], "express"), (&ids[1], "crane")]).await;
    let both = [(&["mug"] as &[&str], parcels, Some("express")), (&["piano"], lorries, Some("crane"))];
    assert_eq!(groups(&shop, &cart).await, expected(&both, "1319.9"));
    let wrong = json!([{ "deliveryGroupId": ids[0], "deliveryOptionHandle": "crane" }]);
    let argument = ("selectedDeliveryOptions", "[CartSelectedDeliveryOptionInput!]!", wrong);
    let refused = [("INVALID_DELIVERY_OPTION", "selectedDeliveryOptions.0.deliveryOptionHandle")];
    shop.refuses(&cart, "cartSelectedDeliveryOptionsUpdate", argument, &refused).await;

    // The piano goes; its group does, and the choice for the other stays.
    let lines = shop.cart(&cart).await["lines"]["nodes"].clone();
    let remove = [("cartId", "ID!", json!(cart)), ("lineIds", "[ID!]!", json!([lines[1]["id"]]))];
    shop.change_cart("cartLinesRemove", &remove).await;
    assert_eq!(groups(&shop, &cart).await, expected(&[(&["mug"], parcels, Some("express"))], "19.9"));
    assert_eq!(group_ids(&shop, &cart).await, ids[..1]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_group_that_nothing_delivers_has_no_options_beside_one_that_has() {
    let (shop, _) = shop_with_pianos().await;
    let cart = cart_to(&shop, place("US", Some("NY"), "10001"), &[("mug", 1), ("piano", 1)]).await;
    let both = [(&["mug"] as &[&str], &["air 25.0"] as &[&str], Some("air")), (&["piano"], &[], None)];
    assert_eq!(groups(&shop, &cart).await, expected(&both, "935.0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variant_goes_its_own_way_and_a_deleted_profile_gives_its_products_back() {
    let (shop, profile) = shop_with_pianos().await;
    let variant = shop.variant_rows("mug").await[0].id;
    assign_variants(&shop.app, &Actor::System, Some(profile), &[variant]).await.unwrap();
    let cart = cart_to(&shop, place("DE", None, "10115"), &[("mug", 1)]).await;
    let lorries: &[&str] = &["lorry 150.0", "crane 400.0"];
    assert_eq!(groups(&shop, &cart).await, expected(&[(&["mug"], lorries, Some("lorry"))], "160.0"));
    let default = find_default_profile(shop.app.db.fresh()).await.unwrap().unwrap().id;
    let piano = shop.variant_rows("piano").await[0].id;
    assign_variants(&shop.app, &Actor::System, Some(default), &[piano]).await.unwrap();
    assign_variants(&shop.app, &Actor::System, None, &[variant]).await.unwrap();
    let parcels: &[&str] = &["standard 0.0", "express 9.9"];
    let cart = cart_to(&shop, place("DE", None, "10115"), &[("mug", 1), ("piano", 1)]).await;
    let one = [(&["mug", "piano"] as &[&str], parcels, Some("standard"))];
    assert_eq!(groups(&shop, &cart).await, expected(&one, "910.0"));
    assign_variants(&shop.app, &Actor::System, None, &[piano]).await.unwrap();
    assert_eq!(groups(&shop, &cart).await.0.len(), 2);
    tradepost::shipping::delete_profile(&shop.app, &Actor::System, profile).await.unwrap();
    assert_eq!(groups(&shop, &cart).await, expected(&one, "910.0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn zones_are_found_by_province_and_postal_code() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let us = |province: Option<&str>, postcodes: &[&str]| NewRegion {
        country: Some("US".to_owned()),
        province: province.map(str::to_owned),
        postcodes: postcodes.iter().map(|text| (*text).to_owned()).collect(),
    };
    let zones = vec![
        zone(NewRegion::country("GB"), vec![flat("britain", 800)]),
        zone(us(None, &[]), vec![flat("mainland", 1_000)]),
        zone(us(Some("HI"), &[]), vec![flat("island", 2_000)]),
        zone(us(None, &["100*", "10301..10314"]), vec![flat("city", 500)]),
        zone(
            NewRegion { postcodes: vec!["bt*".to_owned(), "IM1 1AA".to_owned()], ..NewRegion::country("GB") },
            vec![flat("ferry", 900)],
        ),
        zone(NewRegion::default(), vec![flat("world", 3_000)]),
    ];
    replace_delivery_zones(&shop.app, &Actor::System, zones).await.unwrap();
    for (country, province, zip, handle) in [
        ("US", Some("CA"), "90001", "mainland 10.0"),
        ("US", Some("HI"), "96701", "island 20.0"),
        ("US", Some("NY"), "10012", "city 5.0"),
        ("US", Some("NY"), "10314-1234", "city 5.0"),
        ("US", Some("NY"), "10315", "mainland 10.0"),
        ("GB", None, "Bt1 5gs", "ferry 9.0"),
        ("GB", None, "im11aa", "ferry 9.0"),
        ("GB", None, "SW1A 1AA", "britain 8.0"),
        ("NZ", None, "6011", "world 30.0"),
    ] {
        let cart = cart_to(&shop, place(country, province, zip), &[("mug", 1)]).await;
        let (groups, _) = groups(&shop, &cart).await;
        assert_eq!(groups[0].1, [handle], "{country} {province:?} {zip}");
    }
    let countries = "{ shop { shipsToCountries } localization { availableCountries { isoCode } } }";
    let answer = shop.ask(countries, json!({})).await;
    assert!(answer["shop"]["shipsToCountries"].as_array().unwrap().len() > 200, "everywhere");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn conditions_and_tiers_decide_by_the_groups_own_weight_and_price() {
    let (shop, _) = shop_with_pianos().await;
    let up_to = |grams: i64, rate_minor| Tier {
        conditions: Conditions { max_weight_grams: Some(grams), ..Conditions::default() },
        rate_minor,
    };
    let limited = Conditions { max_subtotal_minor: Some(2_000), ..Conditions::default() };
    let methods = vec![
        NewMethod { rate: NewMethodRate::Tiers(vec![up_to(250, 300), up_to(500, 600)]), ..flat("parcel", 0) },
        NewMethod { conditions: limited, ..flat("letter", 200) },
        NewMethod { free_from_minor: Some(5_000), ..flat("courier", 2_500) },
    ];
    replace_delivery_zones(&shop.app, &Actor::System, vec![zone(NewRegion::country("DE"), methods)])
        .await
        .unwrap();
    for (mugs, options) in [
        (1, &["letter 2.0", "parcel 3.0", "courier 25.0"] as &[&str]),
        (3, &["parcel 6.0", "courier 25.0"]),
        (5, &["courier 0.0", "parcel 6.0"]),
        (6, &["courier 0.0"]),
    ] {
        let cart = cart_to(&shop, place("DE", None, "10115"), &[("mug", mugs), ("piano", 1)]).await;
        let (groups, _) = groups(&shop, &cart).await;
        assert_eq!(groups[0].1, options, "{mugs} mugs beside a piano");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rates_are_converted_into_the_market_of_the_cart() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    shop.rate("USD", 2_000_000_000).await;
    shop.sell_in(&market("us", "USD", &["US"])).await;
    let own = NewMethod::flat("own", "Own", currency("USD"), 777);
    let zones = vec![zone(NewRegion::country("US"), vec![flat("air", 2_500), own])];
    replace_delivery_zones(&shop.app, &Actor::System, zones).await.unwrap();
    let input = json!({
        "lines": [{ "merchandiseId": shop.variant_id("mug").await }],
        "buyerIdentity": { "countryCode": "US" },
        "delivery": { "addresses": [place("US", Some("NY"), "10001")] },
    });
    let cart = shop.make_cart(input).await["id"].as_str().unwrap().to_owned();
    let one = [(&["mug"] as &[&str], &["own 7.77", "air 50.0"] as &[&str], Some("own"))];
    assert_eq!(groups(&shop, &cart).await, expected(&one, "27.77"));
}

async fn warehouse(shop: &TestShop, name: &str, country: &str) -> LocationId {
    let new = NewLocation {
        id: None,
        name: name.to_owned(),
        address: Address { country_code: Some(country.to_owned()), ..Address::default() },
        coordinates: None,
        active: true,
        fulfills_online: true,
        offers_pickup: false,
        pickup_time: String::new(),
    };
    save_location(&shop.app, &Actor::System, &new).await.unwrap()
}

async fn first_location(shop: &TestShop) -> LocationId {
    let first = location::Entity::find().order_by_asc(location::Column::Position);
    first.one(shop.app.db.fresh()).await.unwrap().unwrap().id
}

async fn put(shop: &TestShop, handle: &str, location_id: LocationId, units: i64) {
    let level = inventory_level::ActiveModel {
        item_id: Set(shop.variant_rows(handle).await[0].inventory_item_id),
        location_id: Set(location_id),
        on_hand: Set(units),
        available: Set(units),
        updated_at: Set(chrono::Utc::now()),
        ..Default::default()
    };
    level.insert(shop.app.db.writer()).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_go_from_the_locations_that_have_them() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("plate").stock(0)]).await;
    let (near, far) = (first_location(&shop).await, warehouse(&shop, "Far", "DE").await);
    put(&shop, "plate", far, 10).await;
    let group = |location: LocationId, handle: &str, minor| NewLocationGroup {
        locations: Locations::Named([location].into()),
        zones: vec![zone(NewRegion::country("DE"), vec![flat(handle, minor)])],
    };
    let default = find_default_profile(shop.app.db.fresh()).await.unwrap().unwrap();
    let new = NewProfile {
        id: Some(default.id),
        name: default.name,
        groups: vec![group(near, "near", 400), group(far, "far", 700)],
    };
    save_profile(&shop.app, &Actor::System, &new).await.unwrap();
    let cart = cart_to(&shop, place("DE", None, "10115"), &[("mug", 1), ("plate", 2)]).await;
    let two = [
        (&["mug"] as &[&str], &["near 4.0"] as &[&str], Some("near")),
        (&["plate"], &["far 7.0"], Some("far")),
    ];
    assert_eq!(groups(&shop, &cart).await, expected(&two, "41.0"));
    // Where the far one has both, everything leaves from there.
    put(&shop, "mug", far, 10).await;
    let one = [(&["mug", "plate"] as &[&str], &["far 7.0"] as &[&str], Some("far"))];
    assert_eq!(groups(&shop, &cart).await, expected(&one, "37.0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_lies_at_a_place_in_the_buyers_country_may_be_fetched_there() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("plate")]).await;
    let (first, other) = (first_location(&shop).await, warehouse(&shop, "Corner shop", "DE").await);
    put(&shop, "mug", other, 1).await;
    let offer = NewPickup { ready: "Ready in 2 hours.".to_owned(), instructions: "Ring twice".to_owned() };
    save_pickup(&shop.app, &Actor::System, other, Some(&offer)).await.unwrap();
    let abroad = warehouse(&shop, "Rue Longue", "FR").await;
    put(&shop, "mug", abroad, 9).await;
    save_pickup(&shop.app, &Actor::System, abroad, Some(&offer)).await.unwrap();

    let pickup = format!("pickup-{other}");
    let with_pickup = format!("{pickup} 0.0");
    let cart = cart_to(&shop, place("DE", None, "10115"), &[("mug", 1)]).await;
    let options: &[&str] = &["standard 4.9", "express 9.9", &with_pickup];
    assert_eq!(groups(&shop, &cart).await, expected(&[(&["mug"], options, Some("standard"))], "14.9"));
    let answer = shop.ask(GROUPS, json!({ "id": cart })).await;
    let option = &answer["cart"]["deliveryGroups"]["nodes"][0]["deliveryOptions"][2];
    assert_eq!(
        option,
        &json!({ "handle": pickup, "title": "Corner shop", "description": "Ready in 2 hours. Ring twice",
            "deliveryMethodType": "PICK_UP", "estimatedCost": { "amount": "0.0", "currencyCode": "EUR" } })
    );
    let ids = group_ids(&shop, &cart).await;
    choose(&shop, &cart, &[(&ids[0], &pickup)]).await;
    assert_eq!(groups(&shop, &cart).await, expected(&[(&["mug"], options, Some(&pickup))], "10.0"));

    // More than lies there, or with something that does not, cannot be fetched: the cheapest delivery counts again.
    for lines in [&[("mug", 2)][..], &[("mug", 1), ("plate", 1)][..]] {
        let cart = cart_to(&shop, place("DE", None, "10115"), lines).await;
        assert_eq!(groups(&shop, &cart).await.0[0].1, ["standard 4.9", "express 9.9"]);
    }
    save_pickup(&shop.app, &Actor::System, other, None).await.unwrap();
    let sent: &[&str] = &["standard 4.9", "express 9.9"];
    assert_eq!(groups(&shop, &cart).await, expected(&[(&["mug"], sent, Some("standard"))], "14.9"));

    // Where nothing is sent, nobody has to fetch unasked.
    save_pickup(&shop.app, &Actor::System, first, Some(&offer)).await.unwrap();
    let zones = vec![zone(NewRegion::country("US"), vec![flat("air", 2_500)])];
    replace_delivery_zones(&shop.app, &Actor::System, zones).await.unwrap();
    let fetched = format!("pickup-{first} 0.0");
    assert_eq!(groups(&shop, &cart).await, expected(&[(&["mug"], &[&fetched], None)], "10.0"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn groups_cost_no_statement_however_many_there_are() {
    let (shop, _) = shop_with_pianos().await;
    let query = "query($id: ID!) { cart(id: $id) { deliveryGroups(first: 9) { nodes { deliveryOptions { handle } } } } }";
    let one = cart_to(&shop, place("DE", None, "10115"), &[("mug", 1)]).await;
    let two = cart_to(&shop, place("DE", None, "10115"), &[("mug", 1), ("piano", 1)]).await;
    let of = async |cart: &str| shop.statements_of(query, json!({ "id": cart })).await;
    let (one, two) = (of(&one).await, of(&two).await);
    println!("a cart with delivery groups: {one} statements");
    assert_eq!(one, two);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_fetched_is_taken_from_the_stock_of_that_place() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let corner = warehouse(&shop, "Corner shop", "DE").await;
    put(&shop, "mug", corner, 3).await;
    let offer = NewPickup { ready: "Soon".to_owned(), instructions: String::new() };
    save_pickup(&shop.app, &Actor::System, corner, Some(&offer)).await.unwrap();
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 2, "manual").await.id;
    let ids = group_ids(&shop, &cart).await;
    choose(&shop, &cart, &[(&ids[0], &format!("pickup-{corner}"))]).await;
    shop.pay(&cart, "20.0", "manual").await;
    shop.buy(&cart).await;
    let held: Vec<(LocationId, i64)> =
        shop.reservations().await.iter().map(|row| (row.location_id, row.quantity)).collect();
    assert_eq!(held, [(corner, 2)], "though parcels leave from another place first");
    let order = shop.orders().await.remove(0);
    assert_eq!((order.shipping_minor, order.total_minor), (0, 2_000));

    // One is left there: two cannot be fetched, but sent.
    let cart = cart_to(&shop, place("DE", None, "10115"), &[("mug", 2)]).await;
    assert_eq!(groups(&shop, &cart).await.0[0].1, ["standard 4.9", "express 9.9"]);
}
