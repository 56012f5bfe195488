//! What clients read when something breaks inside: nothing of it.

use entity::access_token::AccessTokenKind;
use reqwest::Method;
use sea_orm::ConnectionTrait;
use serde_json::json;
use tradepost::store;

use super::{ADMIN, Answer, get, post, send};
use crate::support::{ProductSpec, TestShop};

/// No answer may quote the database or a path.
fn tells_nothing(shop: &TestShop, answer: &Answer) {
    let folder = shop.app.config.data_dir.to_string_lossy().into_owned();
    let words = [
        "SELECT",
        "select ",
        "no such table",
        "does not exist",
        "relation",
        "sqlx",
        "sea_orm",
        "src/",
        ".rs",
        "database",
    ];
    for word in words.into_iter().chain([folder.as_str()]) {
        assert!(!answer.body.contains(word), "{word}: {}", answer.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_within_is_an_internal_error_with_the_id_of_the_request() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let variant = shop.variant_id("mug").await;
    shop.app.db.writer().execute_unprepared("DROP TABLE price").await.unwrap();
    let create =
        "mutation($id: ID!) { cartCreate(input: { lines: [{ merchandiseId: $id }] }) { cart { id } } }";
    for (query, field) in [
        ("{ product(handle: \"mug\") { title priceRange { minVariantPrice { amount } } } }", "product"),
        (
            "{ products(first: 5) { nodes { variants(first: 5) { nodes { price { amount } } } } } }",
            "products",
        ),
        (create, "cartCreate"),
    ] {
        let answer = post(&shop, &json!({ "query": query, "variables": { "id": variant } })).await;
        assert_eq!(answer.status, 200);
        let error = answer.json()["errors"][0].clone();
        assert_eq!(
            (&error["message"], &error["extensions"]["code"]),
            (&json!("Internal error"), &json!("INTERNAL_ERROR"))
        );
        assert_eq!(error["extensions"]["requestId"], answer.header("x-request-id").unwrap());
        assert_eq!(error["path"][0], field);
        tells_nothing(&shop, &answer);
    }
    let other = shop.ask("{ shop { name } }", json!({})).await;
    assert_eq!(other["shop"]["name"], "My shop", "what is whole still answers");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_fault_before_a_document_is_run_tells_nothing_either() {
    let shop = TestShop::open().await;
    let token =
        store::create_access_token(&shop.app, AccessTokenKind::Admin, "test", &["read_orders".to_owned()])
            .await
            .unwrap();
    shop.app.db.writer().execute_unprepared("DROP TABLE shop").await.unwrap();
    // As if the second was over for which the shop's settings are kept.
    shop.app.forget_shop();
    let answer = post(&shop, &json!({ "query": "{ shop { name } }" })).await;
    assert_eq!((answer.status, answer.code()), (200, "INTERNAL_ERROR".to_owned()));
    assert_eq!(answer.json()["errors"][0]["message"], "Internal error");
    tells_nothing(&shop, &answer);
    let headers = [("content-type", "application/json"), ("x-shopify-access-token", &*token)];
    let answer =
        send(&shop, Method::POST, ADMIN, &headers, json!({ "query": "{ shop { name } }" }).to_string()).await;
    assert_eq!((answer.status, answer.code()), (200, "INTERNAL_ERROR".to_owned()));
    tells_nothing(&shop, &answer);
    assert_eq!(get(&shop, "/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_fails_tells_nothing_either() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart =
        shop.cart_with(&shop.variant_id("mug").await, 1).await["cart"]["id"].as_str().unwrap().to_owned();
    let url = shop.cart(&cart).await["checkoutUrl"].as_str().unwrap().to_owned();
    shop.app.db.writer().execute_unprepared("DROP TABLE price").await.unwrap();
    let page = get(&shop, url.strip_prefix(&shop.url).unwrap()).await;
    assert!(
        page.status == 500 && page.body.contains("Something went wrong"),
        "{} {}",
        page.status,
        page.body
    );
    tells_nothing(&shop, &page);
}
