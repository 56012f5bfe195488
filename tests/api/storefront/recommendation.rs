//! Products that go with a product.

use entity::{co_purchase, event, event_consumer};
use sea_orm::sea_query::{Expr, ExprTrait};
use sea_orm::{ColumnTrait, Condition, EntityTrait, PaginatorTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::event::dispatch;
use tradepost::recommendation::{CO_PURCHASE, rebuild};

use crate::support::{ProductSpec, TestShop};

const ASK: &str = "query($id: ID, $handle: String, $intent: ProductRecommendationIntent) {
    productRecommendations(productId: $id, productHandle: $handle, intent: $intent) { handle } }";

fn product(handle: &str, kind: &str, vendor: &str, tags: &str) -> ProductSpec {
    ProductSpec {
        kind: kind.to_owned(),
        vendor: vendor.to_owned(),
        tags: tags.to_owned(),
        ..ProductSpec::new(handle)
    }
}

async fn have_sports_wear(shop: &TestShop) {
    shop.have(&[
        product("racket", "Rackets", "Acme", "tennis, carbon"),
        product("racket-light", "Rackets", "Acme", "tennis, carbon"),
        product("racket-old", "Rackets", "Bounce", "").stock(0),
        product("balls", "Balls", "Bounce", "Tennis"),
        product("shoe", "Shoes", "Walker", ""),
        product("sock", "Socks", "Acme", ""),
        product("teapot", "Pots", "Potter", ""),
        ProductSpec { status: "draft", ..product("secret", "Rackets", "Acme", "tennis, carbon") },
        ProductSpec { status: "unlisted", ..product("unlisted", "Rackets", "Acme", "tennis, carbon") },
    ])
    .await;
    shop.collect("tennis", &["racket-old", "secret", "racket", "racket-light", "shoe"]).await;
}

async fn recommended(shop: &TestShop, handle: &str, intent: &str) -> String {
    let found = shop.ask(ASK, json!({ "handle": handle, "intent": intent })).await;
    let nodes = found["productRecommendations"].as_array().unwrap();
    nodes.iter().map(|node| node["handle"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

/// Orders one of each product.
async fn order(shop: &TestShop, handles: &[&str]) {
    let mut lines = Vec::new();
    for handle in handles {
        lines.push(json!({ "merchandiseId": shop.variant_id(handle).await, "quantity": 1 }));
    }
    let cart = shop
        .make_cart(json!({
            "lines": lines,
            "buyerIdentity": { "email": "ada@example.com", "countryCode": "DE" },
            "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
                "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
                "zip": "10115", "countryCode": "DE" } } }] },
        }))
        .await;
    let id = cart["id"].as_str().unwrap();
    shop.pay(id, cart["cost"]["totalAmount"]["amount"].as_str().unwrap(), "approve").await;
    shop.buy(id).await;
}

/// Pairs of handles and how often they were ordered together.
async fn pairs(shop: &TestShop) -> Vec<(i64, i64, i64)> {
    let rows = co_purchase::Entity::find()
        .order_by_asc(co_purchase::Column::ProductId)
        .order_by_asc(co_purchase::Column::OtherId)
        .all(shop.app.db.fresh())
        .await
        .unwrap();
    rows.into_iter().map(|row| (row.product_id.0, row.other_id.0, row.order_count)).collect()
}

/// Lets the consumer count until it has seen every order.
async fn count_orders(shop: &TestShop, orders: u64) {
    // On PostgreSQL events wait until all older transactions of the server have ended.
    for _ in 0..100 {
        while dispatch(&shop.app.db, &shop.app.clock, &CO_PURCHASE).await.unwrap() > 0 {}
        let place =
            event_consumer::Entity::find_by_id(CO_PURCHASE.name).one(shop.app.db.fresh()).await.unwrap();
        if let Some(place) = place {
            let seen = event::Entity::find().filter(event::Column::Kind.eq("order.placed")).filter(
                Condition::any()
                    .add(event::Column::TxId.lt(place.tx_id))
                    .add(event::Column::TxId.eq(place.tx_id).and(event::Column::Seq.lte(place.seq))),
            );
            if seen.count(shop.app.db.fresh()).await.unwrap() == orders {
                return;
            }
        }
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
    panic!("the events were not handed out");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn related_products_are_those_most_alike() {
    let shop = TestShop::open().await;
    have_sports_wear(&shop).await;
    // The light one shares collection, two tags, type and maker; the shoe the collection, the balls a tag, the sock the
    // maker. The old racket is sold out. Drafts and unlisted ones are not shown, nor what has nothing in common.
    assert_eq!(recommended(&shop, "racket", "RELATED").await, "racket-light shoe balls sock racket-old");
    let by_default = shop.ask(ASK, json!({ "id": shop.product_id("racket").await })).await;
    assert_eq!(by_default["productRecommendations"][0], json!({ "handle": "racket-light" }));
    assert_eq!(by_default["productRecommendations"].as_array().unwrap().len(), 5);
    assert_eq!(recommended(&shop, "teapot", "RELATED").await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn complementary_products_are_bought_together_or_of_another_type_in_the_same_collection() {
    let shop = TestShop::open().await;
    have_sports_wear(&shop).await;
    assert_eq!(recommended(&shop, "racket", "COMPLEMENTARY").await, "shoe");
    for handles in [&["racket", "teapot"][..], &["sock", "racket"], &["racket", "teapot", "racket-light"]] {
        order(&shop, handles).await;
    }
    count_orders(&shop, 3).await;
    assert_eq!(recommended(&shop, "racket", "COMPLEMENTARY").await, "teapot racket-light sock shoe");
    assert_eq!(recommended(&shop, "teapot", "COMPLEMENTARY").await, "racket racket-light");
    assert_eq!(recommended(&shop, "teapot", "RELATED").await, "racket racket-light");
    assert_eq!(recommended(&shop, "balls", "COMPLEMENTARY").await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_that_shoppers_do_not_reach_has_no_recommendations() {
    let shop = TestShop::open().await;
    have_sports_wear(&shop).await;
    let of = async |variables: Value| shop.ask(ASK, variables).await["productRecommendations"].clone();
    assert_eq!(of(json!({})).await, Value::Null);
    assert_eq!(of(json!({ "handle": "nothing" })).await, Value::Null);
    assert_eq!(of(json!({ "handle": "secret" })).await, Value::Null);
    assert_eq!(of(json!({ "id": "gid://shopify/Product/999999" })).await, Value::Null);
    assert_eq!(of(json!({ "handle": "unlisted" })).await[0], json!({ "handle": "racket" }));
    let wrong = json!({ "id": "gid://shopify/Collection/1" });
    assert_eq!(shop.error_code(ASK, wrong).await, "INVALID_ID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_counted_is_what_the_orders_say() {
    let shop = TestShop::open().await;
    let handles: Vec<String> = (0..23).map(|number| format!("p{number:02}")).collect();
    shop.have(&handles.iter().map(|handle| ProductSpec::new(handle)).collect::<Vec<_>>()).await;
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    order(&shop, &["p00", "p01"]).await;
    order(&shop, &["p01", "p00", "p02"]).await;
    order(&shop, &["p05"]).await;
    // Of so many products the first twenty are paired.
    order(&shop, &handles).await;
    count_orders(&shop, 4).await;
    let counted = pairs(&shop).await;
    assert_eq!(counted.len(), 20 * 19);
    let mut ids = Vec::new();
    for handle in &handles {
        ids.push(shop.product_row(handle).await.id.0);
    }
    let of = |a: usize, b: usize| {
        counted.iter().find(|pair| (pair.0, pair.1) == (ids[a], ids[b])).map(|pair| pair.2)
    };
    assert_eq!(
        [of(0, 1), of(1, 0), of(2, 1), of(5, 6), of(5, 5)],
        [Some(3), Some(3), Some(2), Some(1), None]
    );
    // Whatever went wrong, a rebuild puts right.
    co_purchase::Entity::update_many()
        .col_expr(co_purchase::Column::OrderCount, Expr::value(77_i64))
        .filter(co_purchase::Column::ProductId.eq(ids[0]))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    assert_ne!(pairs(&shop).await, counted);
    assert_eq!(rebuild(&shop.app).await.unwrap(), 20 * 19);
    assert_eq!(pairs(&shop).await, counted);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_leaves_orders_to_the_consumer_that_it_has_not_seen() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("a"), ProductSpec::new("b")]).await;
    order(&shop, &["a", "b"]).await;
    assert_eq!(rebuild(&shop.app).await.unwrap(), 0, "the consumer will begin with the first order");
    count_orders(&shop, 1).await;
    order(&shop, &["a", "b"]).await;
    assert_eq!(rebuild(&shop.app).await.unwrap(), 2);
    assert!(pairs(&shop).await.iter().all(|pair| pair.2 == 1));
    count_orders(&shop, 2).await;
    assert!(pairs(&shop).await.iter().all(|pair| pair.2 == 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn recommendations_take_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    let products: Vec<ProductSpec> = (0..40)
        .map(|number| product(&format!("p{number:02}"), "Things", "Maker", "one, two, three, four"))
        .collect();
    shop.have(&products).await;
    shop.have(&[product("lonely", "Nothing", "Nobody", "")]).await;
    let handles: Vec<String> = (0..40).map(|number| format!("p{number:02}")).collect();
    let handles: Vec<&str> = handles.iter().map(String::as_str).collect();
    for collection in ["x", "y", "z"] {
        shop.collect(collection, &handles).await;
    }
    let ask = "query($handle: String) { productRecommendations(productHandle: $handle) {
        handle title variants(first: 3) { nodes { price { amount } } } } }";
    let lonely = shop.statements_of(ask, json!({ "handle": "lonely" })).await;
    let popular = shop.statements_of(ask, json!({ "handle": "p20" })).await;
    println!("recommendations: {lonely} statements for none, {popular} for ten");
    let found = shop.ask(ask, json!({ "handle": "p20" })).await;
    assert_eq!(found["productRecommendations"].as_array().unwrap().len(), 10);
    assert!(popular <= lonely + 12 && popular <= 20, "{popular}");
}
