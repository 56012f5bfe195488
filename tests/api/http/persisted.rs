//! Queries by their address, and documents by their digest.

use reqwest::Method;
use serde_json::{Value, json};
use tradepost::secret::hex_digest;

use super::{ADMIN, Answer, ENDPOINT, post, send};
use crate::support::{ProductSpec, TestShop};

const NAME: &str = "query A($handle: String) { product(handle: $handle) { title } }";

/// An address with these parameters.
fn address(parameters: &[(&str, &str)]) -> String {
    let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(parameters).finish();
    format!("{ENDPOINT}?{query}")
}

async fn get(shop: &TestShop, parameters: &[(&str, &str)]) -> Answer {
    send(shop, Method::GET, &address(parameters), &[], "").await
}

fn digest_of(query: &str) -> Value {
    json!({ "persistedQuery": { "version": 1, "sha256Hash": hex_digest(query.as_bytes()) } })
}

async fn shop_with_mug() -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    shop
}

fn mug() -> Value {
    json!({ "data": { "product": { "title": "mug" } } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_query_is_answered_by_its_address() {
    let shop = shop_with_mug().await;
    let variables = ("variables", "{\"handle\":\"mug\"}");
    for parameters in [
        &[("query", NAME), variables][..],
        &[("query", NAME), variables, ("operationName", "A"), ("extensions", "{}")],
        &[("query", NAME), variables, ("operationName", ""), ("extensions", ""), ("more", "x")],
        &[("query", "{ product(handle: \"mug\") { title } }"), ("variables", "")],
    ] {
        let answer = get(&shop, parameters).await;
        assert_eq!((answer.status, answer.json()), (200, mug()), "{parameters:?}");
    }
    assert_eq!(
        send(&shop, Method::GET, "/graphql?query=%7Bshop%7Bname%7D%7D", &[], "").await.json(),
        json!({ "data": { "shop": { "name": "My shop" } } })
    );
    for parameters in [
        &[][..],
        &[("variables", "{}")],
        &[("query", NAME), ("variables", "{")],
        &[("query", NAME), ("extensions", "7")],
        &[("query", NAME), ("extensions", "{\"persistedQuery\":{}}")],
    ] {
        let answer = get(&shop, parameters).await;
        assert_eq!((answer.status, answer.code()), (400, "BAD_REQUEST".to_owned()), "{parameters:?}");
    }
    let broken = get(&shop, &[("query", "{ shop {")]).await;
    assert_eq!((broken.status, broken.code()), (200, "GRAPHQL_PARSE_FAILED".to_owned()));
    assert_eq!(broken.header("cache-control"), Some("private, no-store"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_changed_by_an_address() {
    let shop = shop_with_mug().await;
    let create = "mutation { cartCreate { cart { id } } }";
    let answer = get(&shop, &[("query", create)]).await;
    assert_eq!((answer.status, answer.code()), (405, "METHOD_NOT_ALLOWED".to_owned()));
    assert_eq!(answer.header("allow"), Some("POST"));
    // Nor by its digest, or beside a query.
    let body = json!({ "query": create, "extensions": digest_of(create) });
    assert_eq!(post(&shop, &body).await.status, 200);
    let digest = digest_of(create).to_string();
    assert_eq!(get(&shop, &[("extensions", &digest)]).await.status, 405);
    let both = "query A { shop { name } } mutation B { cartCreate { cart { id } } }";
    assert_eq!(get(&shop, &[("query", both), ("operationName", "B")]).await.status, 405);
    assert_eq!(get(&shop, &[("query", both), ("operationName", "A")]).await.status, 200);
    use sea_orm::{EntityTrait, PaginatorTrait};
    let carts = entity::cart::Entity::find().count(shop.app.db.fresh()).await.unwrap();
    assert_eq!(carts, 1, "the one that was posted");
    let admin = send(&shop, Method::GET, &format!("{ADMIN}?query=%7Bshop%7Bname%7D%7D"), &[], "").await;
    assert_eq!((admin.status, admin.header("allow")), (405, Some("POST")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_document_is_known_by_its_digest_once_it_was_sent_with_it() {
    let shop = shop_with_mug().await;
    let (digest, variables) = (digest_of(NAME).to_string(), "{\"handle\":\"mug\"}");
    let by_digest = [("extensions", digest.as_str()), ("variables", variables)];
    let unknown = get(&shop, &by_digest).await;
    assert_eq!((unknown.status, unknown.code()), (200, "PERSISTED_QUERY_NOT_FOUND".to_owned()));
    assert_eq!(unknown.json()["errors"][0]["message"], "PersistedQueryNotFound");
    assert_eq!(unknown.header("cache-control"), Some("private, no-store"));
    let with_document = [by_digest[0], by_digest[1], ("query", NAME)];
    assert_eq!(get(&shop, &with_document).await.json(), mug());
    assert_eq!(get(&shop, &by_digest).await.json(), mug());
    let posted = json!({ "extensions": digest_of(NAME), "variables": { "handle": "none" } });
    assert_eq!(post(&shop, &posted).await.json(), json!({ "data": { "product": null } }));
    let loud = json!({ "persistedQuery": {
        "version": 1, "sha256Hash": hex_digest(NAME.as_bytes()).to_ascii_uppercase() } });
    assert_eq!(
        post(&shop, &json!({ "extensions": loud, "variables": { "handle": "mug" } })).await.json(),
        mug()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_digest_of_another_document_is_refused_and_not_remembered() {
    let shop = shop_with_mug().await;
    let other = "{ shop { name } }";
    let body = json!({ "query": other, "extensions": digest_of(NAME) });
    let answer = post(&shop, &body).await;
    assert_eq!((answer.status, answer.code()), (400, "PERSISTED_QUERY_HASH_MISMATCH".to_owned()));
    for query in [NAME, other] {
        let answer = post(&shop, &json!({ "extensions": digest_of(query) })).await;
        assert_eq!(answer.code(), "PERSISTED_QUERY_NOT_FOUND");
    }
    let newer = json!({ "persistedQuery": { "version": 2, "sha256Hash": hex_digest(other.as_bytes()) } });
    let answer = post(&shop, &json!({ "query": other, "extensions": newer })).await;
    assert_eq!((answer.status, answer.code()), (200, "PERSISTED_QUERY_NOT_SUPPORTED".to_owned()));
}
