//! The GraphQL endpoint: paths, content types, and bodies that are none.

use reqwest::Method;
use serde_json::{Value, json};

use super::{ADMIN, ENDPOINT, get, post, send};
use crate::support::TestShop;

const JSON: (&str, &str) = ("content-type", "application/json");

fn name_of_shop() -> Value {
    json!({ "data": { "shop": { "name": "My shop" } } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn three_paths_and_any_version_answer() {
    let shop = TestShop::open().await;
    let body = json!({ "query": "{ shop { name } }" }).to_string();
    for path in [
        "/api/2026-04/graphql.json",
        "/api/2026-04/graphql",
        "/graphql",
        "/api/2019-07/graphql.json",
        "/api/unstable/graphql.json",
        "/api/x/graphql",
    ] {
        let answer = send(&shop, Method::POST, path, &[JSON], body.clone()).await;
        assert_eq!((answer.status, answer.json()), (200, name_of_shop()), "{path}");
        assert_eq!(answer.header("content-type"), Some("application/json"));
    }
    for path in ["/api/graphql.json", "/api/2026-04/graphql.xml", "/graphql/", "/"] {
        let answer = send(&shop, Method::POST, path, &[JSON], body.clone()).await;
        assert_eq!((answer.status, answer.code()), (404, "NOT_FOUND".to_owned()), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn json_and_graphql_bodies_are_read_in_any_spelling_of_their_type() {
    let shop = TestShop::open().await;
    let body =
        json!({ "query": "{ shop { name } }", "variables": null, "operationName": null, "extensions": {} });
    for content_type in
        ["application/json", "application/json; charset=utf-8", "Application/JSON;charset=UTF-8"]
    {
        let answer =
            send(&shop, Method::POST, ENDPOINT, &[("content-type", content_type)], body.to_string()).await;
        assert_eq!((answer.status, answer.json()), (200, name_of_shop()), "{content_type}");
    }
    for content_type in ["application/graphql", "application/graphql; charset=utf-8"] {
        let headers = [("content-type", content_type)];
        let answer = send(&shop, Method::POST, ENDPOINT, &headers, "{ shop { name } }").await;
        assert_eq!((answer.status, answer.json()), (200, name_of_shop()), "{content_type}");
    }
    let answer =
        send(&shop, Method::POST, ENDPOINT, &[("content-type", "application/graphql")], vec![0xff, 0xfe])
            .await;
    assert_eq!((answer.status, answer.code()), (400, "BAD_REQUEST".to_owned()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn types_that_a_page_can_send_unasked_are_refused() {
    let shop = TestShop::open().await;
    let body = json!({ "query": "{ shop { name } }" }).to_string();
    for headers in [
        &[("content-type", "text/plain")][..],
        &[("content-type", "application/x-www-form-urlencoded")],
        &[("content-type", "multipart/form-data; boundary=x")],
        &[("content-type", "application/jsonp")],
        &[("content-type", "")],
        &[],
    ] {
        for path in [ENDPOINT, "/graphql"] {
            let answer = send(&shop, Method::POST, path, headers, body.clone()).await;
            assert_eq!(
                (answer.status, answer.code()),
                (415, "UNSUPPORTED_MEDIA_TYPE".to_owned()),
                "{headers:?}"
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_are_posted_and_queries_may_be_got() {
    let shop = TestShop::open().await;
    for (path, allowed) in [(ENDPOINT, "GET, POST"), ("/graphql", "GET, POST"), (ADMIN, "POST")] {
        let got = (path == ADMIN).then_some(Method::GET);
        for method in [Method::PUT, Method::DELETE, Method::PATCH].into_iter().chain(got) {
            let query = format!("{path}?query=%7Bshop%7Bname%7D%7D");
            let answer = send(&shop, method.clone(), &query, &[JSON], "").await;
            assert_eq!(
                (answer.status, answer.code()),
                (405, "METHOD_NOT_ALLOWED".to_owned()),
                "{method} {path}"
            );
            assert_eq!(answer.header("allow"), Some(allowed));
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bodies_that_are_no_request_are_told_apart() {
    let shop = TestShop::open().await;
    let batch = json!([{ "query": "{ shop { name } }" }, { "query": "{ shop { name } }" }]).to_string();
    let deep = format!(
        "{{\"query\":\"{{ shop {{ name }} }}\",\"variables\":{}1{}}}",
        "[".repeat(1_000),
        "]".repeat(1_000)
    );
    for (body, code) in [
        ("", "BAD_REQUEST"),
        ("{", "BAD_REQUEST"),
        ("null", "BAD_REQUEST"),
        ("\"{ shop { name } }\"", "BAD_REQUEST"),
        ("{}", "BAD_REQUEST"),
        ("{\"query\": 7}", "BAD_REQUEST"),
        ("{\"query\": null}", "BAD_REQUEST"),
        ("{\"query\": \"{ shop { name } }\"} more", "BAD_REQUEST"),
        (&deep, "BAD_REQUEST"),
        (" [", "BATCHING_NOT_SUPPORTED"),
        ("[]", "BATCHING_NOT_SUPPORTED"),
        (&batch, "BATCHING_NOT_SUPPORTED"),
    ] {
        let answer = send(&shop, Method::POST, ENDPOINT, &[JSON], body.to_owned()).await;
        assert_eq!((answer.status, answer.code()), (400, code.to_owned()), "{body:.60}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn errors_of_a_document_come_with_status_200_and_a_code() {
    let shop = TestShop::open().await;
    let product = "query($id: ID!) { product(id: $id) { id } }";
    for (body, code) in [
        (json!({ "query": "{ shop { name }" }), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "" }), "GRAPHQL_PARSE_FAILED"),
        (json!({ "query": "{ shop { colour } }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": "{ shop }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": "{ products(first: \"ten\") { nodes { id } } }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": "{ product(colour: 7) { id } }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": "{ shop { ...Nothing } }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": "query($a: Nothing) { shop { name } }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": "subscription { shop }" }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": product }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": product, "variables": { "id": { "a": 1 } } }), "GRAPHQL_VALIDATION_FAILED"),
        (json!({ "query": product, "variables": [1] }), "GRAPHQL_VALIDATION_FAILED"),
        (
            json!({ "query": "query($n: Int) { products(first: $n) { nodes { id } } }", "variables": { "n": 1.5 } }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (
            json!({ "query": "query($n: Int) { products(first: $n) { nodes { id } } }", "variables": { "n": 2_147_483_648_i64 } }),
            "GRAPHQL_VALIDATION_FAILED",
        ),
        (json!({ "query": "{ product(id: \"x\") { id } }" }), "INVALID_ID"),
    ] {
        let answer = post(&shop, &body).await;
        assert_eq!((answer.status, answer.code()), (200, code.to_owned()), "{body} {}", answer.body);
        let request_id = answer.header("x-request-id").unwrap();
        assert_eq!(answer.json()["errors"][0]["extensions"]["requestId"], request_id);
    }
}

/// GraphQL specification, October 2021, section 6.1.2: a null for a type that is not nullable is a request error.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variable_that_may_not_be_null_is_refused_when_it_is() {
    let shop = TestShop::open().await;
    for query in [
        "query($id: ID!) { product(id: $id) { id } }",
        "query($id: ID! = \"gid://shopify/Product/1\") { product(id: $id) { id } }",
    ] {
        let answer = post(&shop, &json!({ "query": query, "variables": { "id": null } })).await;
        assert!(answer.json().get("errors").is_some(), "{query} {}", answer.body);
        assert_eq!(answer.code(), "GRAPHQL_VALIDATION_FAILED");
    }
    let nullable =
        json!({ "query": "query($id: ID) { product(id: $id) { id } }", "variables": { "id": null } });
    assert_eq!(post(&shop, &nullable).await.json(), json!({ "data": { "product": null } }));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_of_several_operations_is_run_by_its_name() {
    let shop = TestShop::open().await;
    let query =
        "query A { shop { name } } query B @inContext(country: US) { localization { country { isoCode } } }";
    let named = |name: Value| json!({ "query": query, "operationName": name });
    assert_eq!(post(&shop, &named(json!("A"))).await.json(), name_of_shop());
    let expected = json!({ "data": { "localization": { "country": { "isoCode": "US" } } } });
    assert_eq!(post(&shop, &named(json!("B"))).await.json(), expected);
    for name in [Value::Null, json!("C"), json!("")] {
        let answer = post(&shop, &named(name.clone())).await;
        assert_eq!((answer.status, answer.code()), (200, "UNKNOWN_OPERATION".to_owned()), "{name}");
    }
    let one = json!({ "query": "query A { shop { name } }", "operationName": "A" });
    assert_eq!(post(&shop, &one).await.json(), name_of_shop());
    let other = json!({ "query": "query A { shop { name } }", "operationName": "B" });
    assert_eq!(post(&shop, &other).await.code(), "UNKNOWN_OPERATION");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answer_has_an_id_of_its_own() {
    let shop = TestShop::open().await;
    let long = "x".repeat(300_000);
    let mut ids = std::collections::HashSet::new();
    for (method, path, content_type, body) in [
        (Method::POST, ENDPOINT, "application/json", "{\"query\":\"{ shop { name } }\"}"),
        (Method::POST, ENDPOINT, "application/json", "{"),
        (Method::POST, ENDPOINT, "text/plain", ""),
        (Method::POST, ENDPOINT, "application/json", &long),
        (Method::GET, ENDPOINT, "", ""),
        (Method::POST, ADMIN, "application/json", "{}"),
        (Method::GET, "/healthz", "", ""),
        (Method::GET, "/readyz", "", ""),
        (Method::GET, "/metrics", "", ""),
        (Method::GET, "/media/none.png", "", ""),
        (Method::GET, "/checkout/nobody", "", ""),
        (Method::GET, "/orders/1?key=x", "", ""),
        (Method::GET, "/orders/x", "", ""),
        (Method::GET, "/graphiql", "", ""),
        (Method::GET, "/nothing/here", "", ""),
    ] {
        let answer = send(&shop, method, path, &[("content-type", content_type)], body.to_owned()).await;
        let id =
            answer.header("x-request-id").unwrap_or_else(|| panic!("{path} {}", answer.status)).to_owned();
        assert!(uuid::Uuid::parse_str(&id).is_ok(), "{id}");
        assert!(ids.insert(id), "ids differ");
    }
    let preflight = [("origin", "https://a.example"), ("access-control-request-method", "POST")];
    let answer = send(&shop, Method::OPTIONS, ENDPOINT, &preflight, "").await;
    assert!(answer.header("x-request-id").is_some());
    let nothing = get(&shop, "/nothing/here").await;
    assert_eq!((nothing.status, nothing.code()), (404, "NOT_FOUND".to_owned()));
}
