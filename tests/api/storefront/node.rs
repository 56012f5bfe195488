//! Things by their global ids.

use entity::{option_value, product_option};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::catalog::NewCollection;

use crate::support::{ProductSpec, TestShop};

const NODE: &str = "query($id: ID!) { node(id: $id) { __typename id } }";
const NODES: &str = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename id
    ... on Product { handle } ... on ProductVariant { title product { handle } } ... on Collection { handle }
    ... on ProductOption { name } ... on ProductOptionValue { name } ... on MediaImage { image { url } }
    ... on Shop { name } ... on Cart { totalQuantity } ... on CartLine { quantity } ... on Order { name } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_kind_of_thing_is_found_by_its_id_in_the_order_asked_for() {
    let shop = TestShop::open().await;
    let mug = ProductSpec { images: 1, ..ProductSpec::new("mug").in_sizes_and_colors(&["S"], &["Red"]) };
    shop.have(&[mug]).await;
    let collection = shop.collect("kitchen", &["mug"]).await;
    let (product, variant) = (shop.product_id("mug").await, shop.variant_id("mug").await);
    let options = product_option::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    let option = options.iter().find(|option| option.name == "Size").unwrap();
    let option = format!("gid://shopify/ProductOption/{}", option.id);
    let values = option_value::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    let value = values.iter().find(|value| value.name == "Red").unwrap();
    let value = format!("gid://shopify/ProductOptionValue/{}", value.id);
    let media =
        shop.ask("{ product(handle: \"mug\") { media(first: 1) { nodes { id } } } }", json!({})).await;
    let media = media["product"]["media"]["nodes"][0]["id"].as_str().unwrap().to_owned();
    let cart = shop.cart_with(&variant, 3).await["cart"].clone();
    let (cart, line) = (cart["id"].clone(), cart["lines"]["nodes"][0]["id"].clone());
    let ready = shop.ready_cart(&variant, 1, "approve").await;
    let order = shop.buy(&ready.id).await["orderId"].clone();

    let expected = vec![
        json!({ "__typename": "Order", "id": order, "name": "#1001" }),
        json!({ "__typename": "CartLine", "id": line, "quantity": 3 }),
        json!({ "__typename": "Cart", "id": cart, "totalQuantity": 3 }),
        json!({ "__typename": "Shop", "id": "gid://shopify/Shop/1", "name": "My shop" }),
        json!({ "__typename": "MediaImage", "id": media,
            "image": { "url": "https://pictures.example/mug-0.png" } }),
        json!({ "__typename": "ProductOptionValue", "id": value, "name": "Red" }),
        json!({ "__typename": "ProductOption", "id": option, "name": "Size" }),
        json!({ "__typename": "Collection", "id": collection, "handle": "kitchen" }),
        json!({ "__typename": "ProductVariant", "id": variant, "title": "S / Red",
            "product": { "handle": "mug" } }),
        Value::Null,
        json!({ "__typename": "Product", "id": product, "handle": "mug" }),
    ];
    let missing = json!("gid://shopify/Product/999999");
    let ids: Vec<Value> = expected
        .iter()
        .map(|node| if node.is_null() { missing.clone() } else { node["id"].clone() })
        .collect();
    assert_eq!(shop.ask(NODES, json!({ "ids": ids })).await["nodes"], json!(expected));
    for node in expected.iter().filter(|node| !node.is_null()) {
        let found = shop.ask(NODE, json!({ "id": node["id"] })).await;
        assert_eq!(found["node"], json!({ "__typename": node["__typename"], "id": node["id"] }));
    }
    let twice = shop.ask(NODES, json!({ "ids": [product, product] })).await;
    assert_eq!((&twice["nodes"][0], &twice["nodes"][1]), (&expected[10], &expected[10]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_there_is_not_is_null_and_what_is_no_id_is_refused() {
    let shop = TestShop::open().await;
    for id in [
        "gid://shopify/Product/999",
        "gid://shopify/ProductVariant/999",
        "gid://shopify/Collection/999",
        "gid://shopify/ProductOption/999",
        "gid://shopify/ProductOptionValue/999",
        "gid://shopify/MediaImage/999",
        "gid://shopify/Shop/2",
        "gid://shopify/Cart/nobodys",
        "gid://shopify/CartLine/1?cart=nobodys",
        "gid://shopify/CartLine/1",
        "gid://shopify/Order/1?key=wrong",
        "gid://shopify/Order/1",
        "gid://shopify/Page/1",
    ] {
        assert_eq!(shop.ask(NODE, json!({ "id": id })).await, json!({ "node": null }), "{id}");
        assert_eq!(shop.ask(NODES, json!({ "ids": [id] })).await, json!({ "nodes": [null] }), "{id}");
    }
    for id in
        ["", "7", "rubbish", "gid://shopify/Product/x", "gid://shopify/Collection/-1", "gid://else/Product/1"]
    {
        assert_eq!(shop.error_code(NODE, json!({ "id": id })).await, "INVALID_ID", "{id}");
        let ids = json!({ "ids": ["gid://shopify/Shop/1", id] });
        assert_eq!(shop.error_code(NODES, ids).await, "INVALID_ID", "{id}");
    }
    let many = vec!["gid://shopify/Shop/1"; 251];
    assert_eq!(shop.error_code(NODES, json!({ "ids": many })).await, "LIST_TOO_LONG");
    assert_eq!(shop.ask(NODES, json!({ "ids": [] })).await, json!({ "nodes": [] }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parts_of_a_hidden_product_are_hidden_too() {
    let shop = TestShop::open().await;
    let draft = ProductSpec { status: "draft", images: 1, ..ProductSpec::new("secret") };
    shop.have(&[draft]).await;
    let option = product_option::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap();
    let value = option_value::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap();
    let ids = json!([
        shop.product_id("secret").await,
        shop.variant_id("secret").await,
        format!("gid://shopify/ProductOption/{}", option.id),
        format!("gid://shopify/ProductOptionValue/{}", value.id),
    ]);
    assert_eq!(shop.ask(NODES, json!({ "ids": ids })).await, json!({ "nodes": [null, null, null, null] }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_is_found_only_with_the_secret_of_its_own_cart() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let variant = shop.variant_id("mug").await;
    let (mine, yours) = (shop.cart_with(&variant, 1).await, shop.cart_with(&variant, 2).await);
    let line = yours["cart"]["lines"]["nodes"][0]["id"].as_str().unwrap();
    let number = line.split('?').next().unwrap();
    let secret = mine["cart"]["id"].as_str().unwrap().trim_start_matches("gid://shopify/Cart/");
    let swapped = format!("{number}?cart={secret}");
    let ids = json!({ "ids": [line, swapped, number] });
    let found = shop.ask(NODES, ids).await;
    assert_eq!(found["nodes"], json!([{ "__typename": "CartLine", "id": line, "quantity": 2 }, null, null]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn things_with_a_page_or_metafields_share_their_fields() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let collection = shop
        .collect_as(NewCollection {
            handle: "kitchen".to_owned(),
            title: "Kitchen".to_owned(),
            description_html: String::new(),
            sort_order: entity::collection::CollectionSortOrder::Manual,
            image: None,
            product_handles: vec!["mug".to_owned()],
        })
        .await;
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on OnlineStorePublishable { onlineStoreUrl }
        ... on HasMetafields { metafield(namespace: \"a\", key: \"b\") { value }
          metafields(identifiers: [{ key: \"a\" }, { key: \"b\" }]) { value } }
        ... on Trackable { trackingParameters } } }";
    let ids = json!([shop.product_id("mug").await, collection]);
    let found = shop.ask(query, json!({ "ids": ids })).await;
    let node = |path: &str| {
        json!({ "onlineStoreUrl": format!("{}/{path}", shop.url), "metafield": null, "metafields": [null, null],
            "trackingParameters": null })
    };
    assert_eq!(found["nodes"], json!([node("products/mug"), node("collections/kitchen")]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_picture_of_a_draft_is_not_found_by_its_id() {
    let shop = TestShop::open().await;
    let draft = ProductSpec { status: "draft", images: 1, ..ProductSpec::new("draft") };
    shop.have(&[draft, ProductSpec { images: 1, ..ProductSpec::new("mug") }]).await;
    let pictures = entity::media::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    let ids: Vec<String> =
        pictures.iter().map(|picture| format!("gid://shopify/MediaImage/{}", picture.id)).collect();
    let nodes =
        shop.ask("query($ids: [ID!]!) { nodes(ids: $ids) { id } }", json!({ "ids": ids })).await["nodes"]
            .clone();
    let shown: Vec<bool> = nodes.as_array().unwrap().iter().map(|node| !node.is_null()).collect();
    let of_mug: Vec<bool> =
        pictures.iter().map(|picture| picture.source_url.as_ref().unwrap().contains("mug")).collect();
    assert_eq!(shown, of_mug);
    assert_eq!(shown.iter().filter(|shown| **shown).count(), 1);
}
