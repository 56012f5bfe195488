//! Pages.

use serde_json::{Value, json};
use tradepost::content::SavePage;

use super::{future, page};
use crate::support::TestShop;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_is_found_by_its_handle_and_by_its_id() {
    let shop = TestShop::open().await;
    let about = SavePage {
        body_html: "<h1>Hello</h1><p>we are &amp; stay</p>".to_owned(),
        seo_title: Some("All about us".to_owned()),
        ..page("About us")
    };
    let row = shop.has_page(about).await;
    let query = "query($handle: String, $id: ID) { page(handle: $handle, id: $id) {
        id handle title body bodySummary onlineStoreUrl trackingParameters seo { title description } createdAt updatedAt
        metafield(key: \"x\") { value } metafields(identifiers: [{ key: \"x\" }]) { value } } }";
    let id = format!("gid://shopify/Page/{}", row.id);
    let found = shop.ask(query, json!({ "handle": "about-us" })).await["page"].clone();
    let moment = |at: chrono::DateTime<chrono::Utc>| at.to_rfc3339_opts(chrono::SecondsFormat::Secs, true);
    let expected = json!({
        "id": id, "handle": "about-us", "title": "About us",
        "body": "<h1>Hello</h1><p>we are &amp; stay</p>", "bodySummary": "Hello we are & stay",
        "onlineStoreUrl": format!("{}/pages/about-us", shop.url), "trackingParameters": null,
        "seo": { "title": "All about us", "description": null },
        "createdAt": moment(row.created_at), "updatedAt": moment(row.updated_at),
        "metafield": null, "metafields": [null],
    });
    assert_eq!(found, expected);
    assert_eq!(shop.ask(query, json!({ "id": id })).await["page"], expected);
    let older = shop.ask("{ pageByHandle(handle: \"about-us\") { title } }", json!({})).await;
    assert_eq!(older["pageByHandle"]["title"], "About us");
    for nothing in [
        "{ page { id } }",
        "{ page(handle: \"nowhere\") { id } }",
        "{ page(id: \"gid://shopify/Page/999\") { id } }",
    ] {
        assert_eq!(shop.ask(nothing, json!({})).await, json!({ "page": null }), "{nothing}");
    }
    let code = shop.error_code("{ page(id: \"gid://shopify/Product/1\") { id } }", json!({})).await;
    assert_eq!(code, "INVALID_ID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_published_yet_is_nowhere() {
    let shop = TestShop::open().await;
    shop.has_page(page("Open")).await;
    let draft = shop.has_page(SavePage { published_at: None, ..page("Draft") }).await;
    let tomorrow = shop.has_page(SavePage { published_at: future(), ..page("Tomorrow") }).await;
    for (handle, id) in [("draft", draft.id), ("tomorrow", tomorrow.id)] {
        let query =
            "query($handle: String!, $id: ID!) { page(handle: $handle) { id } byId: page(id: $id) { id }
            pageByHandle(handle: $handle) { id } node(id: $id) { id } nodes(ids: [$id]) { id } }";
        let id = format!("gid://shopify/Page/{id}");
        let found = shop.ask(query, json!({ "handle": handle, "id": id })).await;
        assert_eq!(
            found,
            json!({ "page": null, "byId": null, "pageByHandle": null, "node": null, "nodes": [null] }),
            "{handle}"
        );
    }
    let listed = shop.ask("{ pages(first: 9) { nodes { handle } } }", json!({})).await;
    assert_eq!(listed["pages"]["nodes"], json!([{ "handle": "open" }]));
}

async fn titles(shop: &TestShop, arguments: &str) -> Vec<String> {
    let query = format!("{{ pages({arguments}) {{ nodes {{ title }} }} }}");
    let found = shop.ask(&query, json!({})).await;
    let nodes = found["pages"]["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["title"].as_str().unwrap().to_owned()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_listed_in_every_order_and_paged_both_ways() {
    let shop = TestShop::open().await;
    for title in ["banana", "Apple", "cherry", "Apple pie"] {
        shop.has_page(page(title)).await;
    }
    assert_eq!(titles(&shop, "first: 9").await, ["banana", "Apple", "cherry", "Apple pie"]);
    assert_eq!(titles(&shop, "first: 9, reverse: true").await, ["Apple pie", "cherry", "Apple", "banana"]);
    assert_eq!(titles(&shop, "first: 9, sortKey: TITLE").await, ["Apple", "Apple pie", "banana", "cherry"]);
    assert_eq!(titles(&shop, "last: 2, sortKey: TITLE").await, ["banana", "cherry"]);
    assert_eq!(
        titles(&shop, "first: 9, sortKey: UPDATED_AT").await,
        ["banana", "Apple", "cherry", "Apple pie"]
    );
    let page = "query($after: String, $before: String, $first: Int, $last: Int) {
        pages(first: $first, last: $last, after: $after, before: $before, sortKey: TITLE) {
          nodes { title } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";
    let first = shop.ask(page, json!({ "first": 2 })).await["pages"].clone();
    assert_eq!(first["nodes"], json!([{ "title": "Apple" }, { "title": "Apple pie" }]));
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let second = shop.ask(page, json!({ "first": 2, "after": first["pageInfo"]["endCursor"] })).await;
    let second = second["pages"].clone();
    assert_eq!(second["nodes"], json!([{ "title": "banana" }, { "title": "cherry" }]));
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
    let back = shop.ask(page, json!({ "last": 2, "before": second["pageInfo"]["startCursor"] })).await;
    assert_eq!(back["pages"]["nodes"], first["nodes"]);
    let code = shop
        .error_code(
            "query($after: String) { pages(first: 2, after: $after) { nodes { id } } }",
            json!({ "after": first["pageInfo"]["endCursor"] }),
        )
        .await;
    assert_eq!(code, "BAD_PAGE", "a cursor of another order");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_are_searched() {
    let shop = TestShop::open().await;
    for title in ["Opening hours", "Opening party", "Size guide"] {
        shop.has_page(page(title)).await;
    }
    for (query, expected) in [
        ("opening", vec!["Opening hours", "Opening party"]),
        ("open*", vec!["Opening hours", "Opening party"]),
        ("opening -party", vec!["Opening hours"]),
        ("title:guide OR handle:opening-hours", vec!["Opening hours", "Size guide"]),
        ("handle:size-guide", vec!["Size guide"]),
        ("created_at:>2100-01-01", vec![]),
        ("created_at:>2020-01-01 AND size", vec!["Size guide"]),
        ("", vec!["Opening hours", "Opening party", "Size guide"]),
    ] {
        assert_eq!(titles(&shop, &format!("first: 9, query: {query:?}")).await, expected, "{query}");
    }
    let long = "x".repeat(3_000);
    let query = "query($query: String) { pages(first: 1, query: $query) { nodes { id } } }";
    assert_eq!(shop.error_code(query, json!({ "query": long })).await, "SEARCH_QUERY_TOO_LONG");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_pages_take_as_many_statements_as_one() {
    let shop = TestShop::open().await;
    for number in 0..50 {
        shop.has_page(page(&format!("Page {number}"))).await;
    }
    let query = "query($first: Int!) { pages(first: $first) { nodes {
        id title body bodySummary seo { title } onlineStoreUrl metafield(key: \"x\") { value } } } }";
    let one = shop.statements_of(query, json!({ "first": 1 })).await;
    let fifty = shop.statements_of(query, json!({ "first": 50 })).await;
    assert_eq!(one, fifty);
    assert!(fifty <= 2, "{fifty}");
    let ids: Vec<Value> = {
        let all = shop.ask("{ pages(first: 50) { nodes { id } } }", json!({})).await;
        all["pages"]["nodes"].as_array().unwrap().iter().map(|node| node["id"].clone()).collect()
    };
    let nodes = "query($ids: [ID!]!) { nodes(ids: $ids) { id ... on Page { title } } }";
    let one = shop.statements_of(nodes, json!({ "ids": ids[..1] })).await;
    assert_eq!(one, shop.statements_of(nodes, json!({ "ids": ids })).await);
}
