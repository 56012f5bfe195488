//! Who may keep an answer.

use entity::access_token::AccessTokenKind;
use reqwest::Method;
use serde_json::{Value, json};
use tradepost::config::StorefrontTokens;
use tradepost::store;

use super::{Answer, ENDPOINT, post, send};
use crate::support::{ProductSpec, TestShop};

const PRODUCTS: &str = "{ products(first: 3) { nodes { title } } }";

async fn get(shop: &TestShop, query: &str, headers: &[(&str, &str)]) -> Answer {
    let query = url::form_urlencoded::Serializer::new(String::new()).append_pair("query", query).finish();
    send(shop, Method::GET, &format!("{ENDPOINT}?{query}"), headers, "").await
}

/// Asserts that nobody may keep an answer.
fn is_private(answer: &Answer, why: &str) {
    assert_eq!(answer.header("cache-control"), Some("private, no-store"), "{why}");
    assert_eq!(answer.header("etag"), None, "{why}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_catalogue_may_be_kept_for_a_while_and_is_not_sent_twice() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let lifetime = "public, max-age=10, stale-while-revalidate=60";
    let posted = post(&shop, &json!({ "query": PRODUCTS })).await;
    assert_eq!((posted.header("cache-control"), posted.header("etag")), (Some(lifetime), None));
    let first = get(&shop, PRODUCTS, &[]).await;
    assert_eq!((first.status, first.header("cache-control")), (200, Some(lifetime)));
    assert_eq!(first.header("access-control-allow-origin"), Some("*"), "also where no page asks");
    assert_eq!((first.header("vary"), first.json()), (Some("Accept-Encoding"), posted.json()));
    let tag = first.header("etag").unwrap().to_owned();
    assert!(tag.starts_with("W/\""), "{tag}");
    let strong = tag.trim_start_matches("W/");
    for known in [tag.as_str(), "*", strong, &format!("\"other\", {tag}")] {
        let again = get(&shop, PRODUCTS, &[("if-none-match", known)]).await;
        assert_eq!((again.status, again.body.as_str()), (304, ""), "{known}");
        assert_eq!(
            (again.header("etag"), again.header("cache-control")),
            (Some(tag.as_str()), Some(lifetime))
        );
    }
    assert_eq!(get(&shop, PRODUCTS, &[("if-none-match", "W/\"other\"")]).await.status, 200);
    let packed = get(&shop, PRODUCTS, &[("accept-encoding", "gzip")]).await;
    assert_eq!(packed.header("etag"), Some(tag.as_str()), "the same answer, packed");

    shop.have(&[ProductSpec::new("cup")]).await;
    let changed = get(&shop, PRODUCTS, &[("if-none-match", &tag)]).await;
    assert_eq!(changed.status, 200);
    assert_ne!(changed.header("etag"), Some(tag.as_str()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_the_callers_own_or_went_wrong_is_kept_by_nobody() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = shop.cart_with(&shop.variant_id("mug").await, 1).await;
    let id = cart["cart"]["id"].as_str().unwrap();
    for query in [
        format!("{{ cart(id: \"{id}\") {{ id }} }}"),
        format!("{{ shop {{ name }} cart(id: \"{id}\") {{ id }} }}"),
        format!("{{ node(id: \"{id}\") {{ id }} }}"),
        format!("{{ nodes(ids: [\"gid://shopify/Shop/1\", \"{id}\"]) {{ id }} }}"),
        format!("{{ ...A }} fragment A on QueryRoot {{ shop {{ name }} cart(id: \"{id}\") {{ id }} }}"),
        "{ product(id: \"nonsense\") { id } }".to_owned(),
        "{ products { nodes { id } } }".to_owned(),
        "{ shop { colour } }".to_owned(),
        "{ shop {".to_owned(),
    ] {
        is_private(&get(&shop, &query, &[]).await, &query);
        is_private(&post(&shop, &json!({ "query": query })).await, &query);
        is_private(&get(&shop, &query, &[("if-none-match", "*")]).await, &query);
    }
    let mutation = json!({ "query": "mutation { cartCreate { cart { id } } }" });
    is_private(&post(&shop, &mutation).await, "a mutation");
    let query = "query($ids: [ID!]!) { nodes(ids: $ids) { __typename } }";
    let product = shop.product_id("mug").await;
    let by_variable = |ids: Value| json!({ "query": query, "variables": { "ids": ids } });
    is_private(&post(&shop, &by_variable(json!([product, id]))).await, "a cart among others");
    let public = post(&shop, &by_variable(json!([product]))).await;
    assert!(public.header("cache-control").unwrap().starts_with("public"), "{}", public.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_depend_on_the_token_where_one_is_needed() {
    let shop = TestShop::open_with(|config| config.storefront_tokens = StorefrontTokens::Required).await;
    let token =
        store::create_access_token(&shop.app, AccessTokenKind::Storefront, "test", &[]).await.unwrap();
    let refused = get(&shop, "{ shop { name } }", &[]).await;
    assert_eq!(refused.status, 401);
    is_private(&refused, "no token");
    let shown = get(&shop, "{ shop { name } }", &[("x-shopify-storefront-access-token", &token)]).await;
    assert_eq!(shown.status, 200);
    let vary = shown.header("vary").unwrap().to_ascii_lowercase();
    for name in ["accept-encoding", "x-shopify-storefront-access-token", "shopify-storefront-private-token"] {
        assert!(vary.contains(name), "{vary}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_can_ask_to_be_asked_every_time() {
    let shop = TestShop::open_with(|config| config.cache_time = std::time::Duration::ZERO).await;
    let answer = get(&shop, "{ shop { name } }", &[]).await;
    assert_eq!(answer.header("cache-control"), Some("public, no-cache"));
    let tag = answer.header("etag").unwrap();
    assert_eq!(get(&shop, "{ shop { name } }", &[("if-none-match", tag)]).await.status, 304);
}
