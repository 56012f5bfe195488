//! Who may ask: tokens, scopes, origins, and what is shown of the schema.

use entity::access_token::AccessTokenKind;
use entity::order;
use reqwest::Method;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::config::{CorsOrigins, StorefrontTokens};
use tradepost::store;

use super::{ADMIN, Answer, ENDPOINT, get, post, send};
use crate::support::{ProductSpec, TestShop};

const JSON: (&str, &str) = ("content-type", "application/json");

async fn token(shop: &TestShop, kind: AccessTokenKind, scopes: &[&str]) -> String {
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    store::create_access_token(&shop.app, kind, "test", &scopes).await.unwrap()
}

async fn ask_with(shop: &TestShop, path: &str, header: Option<(&str, &str)>, body: &Value) -> Answer {
    let mut headers = vec![JSON];
    headers.extend(header);
    send(shop, Method::POST, path, &headers, body.to_string()).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_tokens_are_required_only_a_valid_one_gets_an_answer() {
    let shop = TestShop::open_with(|config| config.storefront_tokens = StorefrontTokens::Required).await;
    let (storefront, admin) = (
        token(&shop, AccessTokenKind::Storefront, &[]).await,
        token(&shop, AccessTokenKind::Admin, &["read_orders"]).await,
    );
    let query = json!({ "query": "{ shop { name } }" });
    let (public, private) = ("x-shopify-storefront-access-token", "shopify-storefront-private-token");
    let wrong = format!("{storefront}x");
    for header in [
        None,
        Some((public, "")),
        Some((public, &*wrong)),
        Some((public, &*admin)),
        Some((private, "wrong")),
        Some(("x-shopify-access-token", &*storefront)),
        Some(("authorization", &*storefront)),
    ] {
        let answer = ask_with(&shop, ENDPOINT, header, &query).await;
        assert_eq!((answer.status, answer.code()), (401, "UNAUTHORIZED".to_owned()), "{header:?}");
    }
    for name in [public, private, "X-Shopify-Storefront-Access-Token"] {
        let answer = ask_with(&shop, ENDPOINT, Some((name, &storefront)), &query).await;
        assert_eq!(
            (answer.status, answer.json()),
            (200, json!({ "data": { "shop": { "name": "My shop" } } }))
        );
    }
    assert_eq!(get(&shop, "/healthz").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_tokens_are_optional_a_wrong_one_does_no_harm() {
    let shop = TestShop::open().await;
    let query = json!({ "query": "{ shop { name } }" });
    let answer =
        ask_with(&shop, ENDPOINT, Some(("x-shopify-storefront-access-token", "anything")), &query).await;
    assert_eq!(answer.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_back_office_wants_an_admin_token_with_the_scope() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 2, "approve").await;
    shop.buy(&cart.id).await;
    let id = order::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap().id;
    let id = format!("gid://shopify/Order/{id}");
    let query = json!({ "query": "query($id: ID!) { order(id: $id) { id name email displayFinancialStatus test
        totalPrice { amount currencyCode } lineItems(first: 5) { nodes { title quantity } } } }", "variables": { "id": id } });
    let header = "x-shopify-access-token";
    let storefront = token(&shop, AccessTokenKind::Storefront, &["read_orders"]).await;
    for shown in [
        None,
        Some((header, "")),
        Some((header, "tpa_wrong")),
        Some((header, &*storefront)),
        Some(("x-shopify-storefront-access-token", &*storefront)),
    ] {
        let answer = ask_with(&shop, ADMIN, shown, &query).await;
        assert_eq!((answer.status, answer.code()), (401, "UNAUTHORIZED".to_owned()), "{shown:?}");
        assert!(!answer.body.contains("ada@example.com"));
    }
    let other = token(&shop, AccessTokenKind::Admin, &["read_products"]).await;
    let answer = ask_with(&shop, ADMIN, Some((header, &other)), &query).await;
    assert_eq!((answer.status, answer.code()), (200, "ACCESS_DENIED".to_owned()));
    assert_eq!(answer.json()["data"]["order"], Value::Null);
    let list = json!({ "query": "{ orders(first: 5) { nodes { name email test totalPrice { amount } } } }" });
    assert_eq!(ask_with(&shop, ADMIN, Some((header, &other)), &list).await.code(), "ACCESS_DENIED");

    let right = token(&shop, AccessTokenKind::Admin, &["read_products", "read_orders"]).await;
    for path in [ADMIN, "/admin/api/2025-01/graphql"] {
        let answer = ask_with(&shop, path, Some((header, &right)), &query).await;
        let expected = json!({ "data": { "order": {
            "id": id, "name": "#1001", "email": "ada@example.com", "displayFinancialStatus": "PAID", "test": true,
            "totalPrice": { "amount": "24.9", "currencyCode": "EUR" },
            "lineItems": { "nodes": [{ "title": "mug", "quantity": 2 }] } } } });
        assert_eq!((answer.status, answer.json()), (200, expected));
    }
    let answer = ask_with(&shop, ADMIN, Some((header, &right)), &list).await;
    let order = json!({ "name": "#1001", "email": "ada@example.com", "test": true, "totalPrice": { "amount": "24.9" } });
    assert_eq!(answer.json()["data"]["orders"]["nodes"], json!([order]));
    let installed =
        json!({ "query": "{ shop { name } currentAppInstallation { accessScopes { handle } } }" });
    let answer = ask_with(&shop, ADMIN, Some((header, &right)), &installed).await;
    let scopes = json!([{ "handle": "read_products" }, { "handle": "read_orders" }]);
    let expected =
        json!({ "shop": { "name": "My shop" }, "currentAppInstallation": { "accessScopes": scopes } });
    assert_eq!(answer.json()["data"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn any_page_may_call_unless_origins_are_listed() {
    let shop = TestShop::open().await;
    let allow = "access-control-allow-origin";
    let preflight = |origin: &'static str| {
        [
            ("origin", origin),
            ("access-control-request-method", "POST"),
            ("access-control-request-headers", "content-type,x-shopify-storefront-access-token"),
        ]
    };
    let answer = send(&shop, Method::OPTIONS, ENDPOINT, &preflight("https://anywhere.example"), "").await;
    assert_eq!((answer.status, answer.header(allow)), (200, Some("*")));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    let methods = answer.header("access-control-allow-methods").unwrap();
    assert!(methods.contains("POST") && !methods.contains("DELETE"), "{methods}");
    let headers = answer.header("access-control-allow-headers").unwrap().to_ascii_lowercase();
    assert!(
        headers.contains("content-type") && headers.contains("x-shopify-storefront-access-token"),
        "{headers}"
    );
    let body = json!({ "query": "{ shop { name } }" }).to_string();
    let origin = ("origin", "https://anywhere.example");
    let answer = send(&shop, Method::POST, ENDPOINT, &[JSON, origin], body.clone()).await;
    assert_eq!((answer.status, answer.header(allow)), (200, Some("*")));
    assert!(answer.header("access-control-expose-headers").unwrap().contains("x-request-id"));

    let listed = vec!["https://one.example".to_owned(), "https://two.example:8443".to_owned()];
    let shop = TestShop::open_with(|config| config.cors_origins = CorsOrigins::Only(listed)).await;
    for origin in ["https://one.example", "https://two.example:8443"] {
        let answer = send(&shop, Method::OPTIONS, ENDPOINT, &preflight(origin), "").await;
        assert_eq!((answer.status, answer.header(allow)), (200, Some(origin)));
        let answer = send(&shop, Method::POST, ENDPOINT, &[JSON, ("origin", origin)], body.clone()).await;
        assert_eq!((answer.status, answer.header(allow)), (200, Some(origin)));
    }
    for origin in ["https://three.example", "http://one.example", "https://one.example.evil.example", "null"]
    {
        let answer = send(&shop, Method::OPTIONS, ENDPOINT, &preflight(origin), "").await;
        assert_eq!(answer.header(allow), None, "{origin}");
        let answer = send(&shop, Method::POST, ENDPOINT, &[JSON, ("origin", origin)], body.clone()).await;
        assert_eq!(answer.header(allow), None, "{origin}");
    }
    let answer = send(&shop, Method::POST, ENDPOINT, &[JSON], body).await;
    assert_eq!(answer.status, 200, "programs send no origin");
}

const DIRECTIVES: &str = "{ __schema { directives { name locations args { name } } queryType { name } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn introspection_lists_the_directives() {
    let shop = TestShop::open().await;
    let schema = shop.ask(DIRECTIVES, json!({})).await["__schema"].clone();
    let directive = |name: &str| {
        let found = schema["directives"].as_array().unwrap().iter().find(|known| known["name"] == name);
        found.unwrap_or_else(|| panic!("{name}")).clone()
    };
    let in_context = directive("inContext");
    assert_eq!(in_context["locations"], json!(["QUERY", "MUTATION"]));
    let args: Vec<&Value> = in_context["args"].as_array().unwrap().iter().map(|arg| &arg["name"]).collect();
    assert_eq!(args, ["buyer", "country", "language", "preferredLocationId", "visitorConsent"]);
    assert_eq!(directive("defer")["locations"], json!(["FRAGMENT_SPREAD", "INLINE_FRAGMENT"]));
    assert_eq!(schema["queryType"]["name"], "QueryRoot");
    assert_eq!(get(&shop, "/graphiql").await.status, 200);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_closed_shop_shows_neither_schema_nor_explorer() {
    let shop = TestShop::open_with(|config| {
        config.introspection = false;
        config.graphiql = false;
    })
    .await;
    for query in [
        DIRECTIVES,
        "{ __type(name: \"Product\") { fields { name } } }",
        "{ shop { name } __schema { types { name } } }",
    ] {
        let answer = post(&shop, &json!({ "query": query })).await;
        for hidden in ["inContext", "priceRange", "ProductVariant", "QueryRoot"] {
            assert!(!answer.body.contains(hidden), "{query} {}", answer.body);
        }
    }
    assert_eq!(
        shop.ask("{ __typename shop { __typename name } }", json!({})).await["shop"]["__typename"],
        "Shop"
    );
    let unknown = post(&shop, &json!({ "query": "{ shop { nme } }" })).await;
    assert!(!unknown.body.contains("Did you mean"), "{}", unknown.body);
    let explorer = get(&shop, "/graphiql").await;
    assert_eq!((explorer.status, explorer.code()), (404, "NOT_FOUND".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_explorer_runs_no_script_but_its_own() {
    let shop = TestShop::open().await;
    let (one, two) = (get(&shop, "/graphiql").await, get(&shop, "/graphiql").await);
    let policy = one.header("content-security-policy").unwrap();
    assert!(policy.contains("default-src 'none'") && !policy.contains("unsafe"), "{policy}");
    assert_ne!(policy, two.header("content-security-policy").unwrap(), "a nonce is used once");
    let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap();
    assert!(one.body.contains(&format!("nonce=\"{nonce}\"")));
    assert!(one.body.contains(ENDPOINT) && !one.body.contains("{{"), "every placeholder is filled");
}
