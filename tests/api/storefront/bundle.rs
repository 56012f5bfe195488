//! Bundles: variants that are sold as others together.

use std::sync::Arc;

use entity::id::VariantId;
use entity::variant_component;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::catalog::{BundleError, Component, save_components};

use crate::support::{ProductSpec, TestShop, at_once};

async fn key(shop: &TestShop, handle: &str) -> VariantId {
    shop.variant_rows(handle).await[0].id
}

async fn bundle(shop: &TestShop, of: &str, parts: &[(&str, i32)]) -> Result<(), BundleError> {
    let mut components = Vec::new();
    for (handle, quantity) in parts {
        components.push(Component { variant_id: key(shop, handle).await, quantity: *quantity });
    }
    save_components(&shop.app, &Actor::System, key(shop, of).await, &components).await
}

/// A set of two cups and a pot; the set itself has plenty, which does not count.
async fn shop_with_set(cups: i64, pots: i64) -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[
        ProductSpec::new("set").price("35.00").stock(1_000),
        ProductSpec::new("cup").stock(cups),
        ProductSpec::new("pot").price("20.00").stock(pots),
    ])
    .await;
    bundle(&shop, "set", &[("cup", 2), ("pot", 1)]).await.unwrap();
    shop
}

async fn add(shop: &TestShop, cart: &str, handle: &str, quantity: i64) -> Value {
    let lines = json!([{ "merchandiseId": shop.variant_id(handle).await, "quantity": quantity }]);
    let arguments = [("cartId", "ID!", json!(cart)), ("lines", "[CartLineInput!]", lines)];
    shop.change_cart("cartLinesAdd", &arguments).await
}

async fn quantities(shop: &TestShop, cart: &str) -> Vec<i64> {
    let cart = shop.cart(cart).await;
    let lines = cart["lines"]["nodes"].as_array().unwrap().iter();
    lines.map(|line| line["quantity"].as_i64().unwrap()).collect()
}

async fn empty_cart(shop: &TestShop) -> String {
    shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_of_a_bundle_tells_its_components() {
    let shop = shop_with_set(10, 10).await;
    let set = shop.variant_id("set").await;
    let cart = shop.cart_with(&set, 3).await["cart"]["id"].as_str().unwrap().to_owned();
    let query = "query($id: ID!) { cart(id: $id) { cost { totalAmount { amount } } lines(first: 5) { nodes {
        __typename id quantity cost { totalAmount { amount } } merchandise { ... on ProductVariant { id } }
        ... on ComponentizableCartLine { lineComponents { id quantity attributes { key } instructions { canRemove }
            cost { amountPerQuantity { amount } totalAmount { amount } }
            merchandise { ... on ProductVariant { id } } } } } } } }";
    let found = shop.ask(query, json!({ "id": cart })).await["cart"].clone();
    let line = &found["lines"]["nodes"][0];
    let id = line["id"].as_str().unwrap();
    let (cup, pot) = (shop.variant_id("cup").await, shop.variant_id("pot").await);
    let part = |variant: &str, quantity: i64| {
        json!({ "id": format!("{id}&component={}", variant.rsplit('/').next().unwrap()), "quantity": quantity,
            "attributes": [], "instructions": { "canRemove": false },
            "cost": { "amountPerQuantity": { "amount": "0.0" }, "totalAmount": { "amount": "0.0" } },
            "merchandise": { "id": variant } })
    };
    assert_eq!(
        found,
        json!({ "cost": { "totalAmount": { "amount": "105.0" } }, "lines": { "nodes": [{
            "__typename": "ComponentizableCartLine", "id": id, "quantity": 3,
            "cost": { "totalAmount": { "amount": "105.0" } }, "merchandise": { "id": set },
            "lineComponents": [part(&cup, 6), part(&pot, 3)] }] } })
    );

    let node = "query($id: ID!) { node(id: $id) { __typename id ... on CartLine { quantity } } }";
    let component = format!("{id}&component={}", pot.rsplit('/').next().unwrap());
    let found = shop.ask(node, json!({ "id": component })).await["node"].clone();
    assert_eq!(found, json!({ "__typename": "CartLine", "id": component, "quantity": 3 }));
    assert_eq!(shop.ask(node, json!({ "id": id })).await["node"]["__typename"], "ComponentizableCartLine");
    let change = ("lines", "[CartLineUpdateInput!]", json!([{ "id": component, "quantity": 0 }]));
    let expected = [("INVALID_MERCHANDISE_LINE", "lines.0.id")];
    shop.refuses(&cart, "cartLinesUpdate", change, &expected).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bundle_is_lowered_to_what_its_scarcest_component_allows() {
    let shop = shop_with_set(5, 10).await;
    let cart = empty_cart(&shop).await;
    let payload = add(&shop, &cart, "set", 3).await;
    assert_eq!(payload["warnings"][0]["code"], "MERCHANDISE_NOT_ENOUGH_STOCK");
    assert_eq!(quantities(&shop, &cart).await, [2], "5 cups are 2 sets");
    let payload = add(&shop, &cart, "cup", 2).await;
    assert_eq!(payload["warnings"][0]["code"], "MERCHANDISE_NOT_ENOUGH_STOCK");
    assert_eq!(quantities(&shop, &cart).await, [2, 1], "the sets hold 4 of the 5 cups");

    let other = empty_cart(&shop).await;
    add(&shop, &other, "cup", 4).await;
    let payload = add(&shop, &other, "set", 1).await;
    assert_eq!(payload["warnings"][0]["code"], "MERCHANDISE_OUT_OF_STOCK");
    assert_eq!(quantities(&shop, &other).await, [4]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_lines_that_share_an_item_never_oversell_it() {
    let shop = shop_with_set(2, 5).await;
    let set = shop.variant_id("set").await;
    let ready = shop.ready_cart(&set, 1, "manual").await;
    // Somebody sells a cup elsewhere: the cart of one set has become too large.
    let cup = shop.variant_id("cup").await;
    let sold = shop.ready_cart(&cup, 1, "manual").await;
    shop.buy(&sold.id).await;
    let refused = shop.submit(&ready.id, "token").await;
    assert_eq!(refused["result"]["errors"][0]["code"], "MERCHANDISE_OUT_OF_STOCK", "{refused:#}");
    let level = shop.level("cup").await;
    assert_eq!((level.available, level.reserved, level.committed), (1, 0, 1));
    assert_eq!(shop.level("pot").await.reserved, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_takes_the_components_and_not_the_bundles_own_stock() {
    let shop = shop_with_set(10, 10).await;
    let set = shop.variant_id("set").await;
    let cart = shop.ready_cart(&set, 2, "manual").await;
    add(&shop, &cart.id, "cup", 3).await;
    let total = shop.cart(&cart.id).await["cost"]["totalAmount"]["amount"].as_str().unwrap().to_owned();
    shop.pay(&cart.id, &total, "manual").await;
    shop.buy(&cart.id).await;
    let committed = |level: entity::inventory_level::Model| (level.available, level.committed);
    assert_eq!(committed(shop.level("cup").await), (3, 7), "2 x 2 in sets and 3 more");
    assert_eq!(committed(shop.level("pot").await), (8, 2));
    assert_eq!(committed(shop.level("set").await), (1_000, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sets_and_cups_sold_at_once_never_take_more_cups_than_there_are() {
    let shop = Arc::new(shop_with_set(10, 100).await);
    let (set, cup) = (shop.variant_id("set").await, shop.variant_id("cup").await);
    let mut carts = Vec::new();
    for index in 0..24 {
        let variant = if index % 2 == 0 { &set } else { &cup };
        carts.push(shop.ready_cart(variant, 1, "approve").await.id);
    }
    let carts = Arc::new(carts);
    at_once(24, |index| {
        let (shop, carts) = (Arc::clone(&shop), Arc::clone(&carts));
        async move { shop.submit(&carts[index], "token").await }
    })
    .await;
    let level = shop.level("cup").await;
    assert_eq!((level.available + level.committed, level.reserved), (10, 0));
    assert!(level.available == 0, "there was a buyer for each cup: {level:?}");
    let pots = shop.level("pot").await;
    assert_eq!(i64::try_from(shop.orders().await.len()).unwrap(), pots.committed + (10 - 2 * pots.committed));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bundle_carries_no_lines_and_belongs_to_none() {
    let shop = shop_with_set(10, 10).await;
    shop.have(&[ProductSpec::new("ribbon")]).await;
    let (set, ribbon) = (shop.variant_id("set").await, shop.variant_id("ribbon").await);
    let cart = shop.cart_with(&ribbon, 1).await["cart"]["id"].as_str().unwrap().to_owned();
    let mixed = "BUNDLES_AND_ADDONS_CANNOT_BE_MIXED";
    for (parent, child) in [(&set, &ribbon), (&ribbon, &set)] {
        let lines = json!([{ "merchandiseId": parent, "attributes": [{ "key": "a", "value": "b" }] },
            { "merchandiseId": child, "parent": { "merchandiseId": parent } }]);
        let argument = ("lines", "[CartLineInput!]", lines);
        shop.refuses(&cart, "cartLinesAdd", argument, &[(mixed, "lines.1.parent")]).await;
    }
    let cup = shop.variant_id("cup").await;
    let lines = json!([{ "merchandiseId": cup },
        { "merchandiseId": ribbon, "parent": { "merchandiseId": cup } }]);
    let family = shop.make_cart(json!({ "lines": lines })).await;
    let id = family["id"].as_str().unwrap();
    for line in family["lines"]["nodes"].as_array().unwrap() {
        let change = ("lines", "[CartLineUpdateInput!]", json!([{ "id": line["id"], "merchandiseId": set }]));
        shop.refuses(id, "cartLinesUpdate", change, &[(mixed, "lines.0.merchandiseId")]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bundles_are_one_level_deep_and_made_of_what_there_is() {
    let shop = shop_with_set(10, 10).await;
    shop.have(&[ProductSpec::new("crate")]).await;
    let set = key(&shop, "set").await;
    let nested = bundle(&shop, "crate", &[("set", 1)]).await;
    assert!(matches!(nested, Err(BundleError::Nested)), "{nested:?}");
    let nested = bundle(&shop, "cup", &[("pot", 1)]).await;
    assert!(matches!(nested, Err(BundleError::Nested)), "{nested:?}");
    let unknown = [Component { variant_id: VariantId(99_999), quantity: 1 }];
    let unknown = save_components(&shop.app, &Actor::System, set, &unknown).await;
    assert!(matches!(unknown, Err(BundleError::UnknownVariant(VariantId(99_999)))), "{unknown:?}");
    let shopper = Actor::stranger();
    assert!(save_components(&shop.app, &shopper, set, &[]).await.is_err());
    let count = variant_component::Entity::find().count(shop.app.db.fresh()).await.unwrap();
    assert_eq!(count, 2, "nothing has changed");
    bundle(&shop, "set", &[]).await.unwrap();
    bundle(&shop, "crate", &[("set", 1)]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_two_commands_that_would_nest_bundles_one_is_refused() {
    let shop = Arc::new(TestShop::open().await);
    for round in 0..10 {
        let handles: Vec<String> = ["a", "b", "c"].iter().map(|name| format!("{name}{round}")).collect();
        shop.have(&handles.iter().map(|handle| ProductSpec::new(handle)).collect::<Vec<_>>()).await;
        let handles = Arc::new(handles);
        let outcomes = at_once(2, |index| {
            let (shop, handles) = (Arc::clone(&shop), Arc::clone(&handles));
            async move { bundle(&shop, &handles[index], &[(&handles[index + 1], 1)]).await.is_ok() }
        })
        .await;
        assert_eq!(outcomes.iter().filter(|ok| **ok).count(), 1, "a of b and b of c");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_left_of_a_bundle_is_told_of_its_product() {
    let shop = shop_with_set(5, 10).await;
    let query = "{ product(handle: \"set\") { availableForSale variants(first: 1) { nodes {
        availableForSale quantityAvailable requiresComponents
        components(first: 5) { nodes { quantity productVariant { product { handle } } } }
        groupedBy(first: 5) { nodes { id } } } } }
        cup: product(handle: \"cup\") { variants(first: 1) { nodes { requiresComponents
        groupedBy(first: 5) { nodes { product { handle } } } components(first: 5) { nodes { quantity } } } } } }";
    let part = |handle: &str, quantity: i64| json!({ "quantity": quantity, "productVariant": { "product": { "handle": handle } } });
    let told = |left: i64, for_sale: bool| {
        json!({ "availableForSale": for_sale, "variants": { "nodes": [{ "availableForSale": for_sale,
            "quantityAvailable": left, "requiresComponents": true,
            "components": { "nodes": [part("cup", 2), part("pot", 1)] }, "groupedBy": { "nodes": [] } }] } })
    };
    let answer = shop.ask(query, json!({})).await;
    assert_eq!(answer["product"], told(2, true));
    assert_eq!(
        answer["cup"],
        json!({ "variants": { "nodes": [{ "requiresComponents": false,
            "groupedBy": { "nodes": [{ "product": { "handle": "set" } }] }, "components": { "nodes": [] } }] } })
    );
    // Selling cups leaves fewer sets, at once.
    let cup = shop.variant_id("cup").await;
    let sold = shop.ready_cart(&cup, 4, "manual").await;
    shop.buy(&sold.id).await;
    assert_eq!(shop.ask(query, json!({})).await["product"], told(0, false));
}
