//! Collections: how they are found, the order of their products, pages within pages.

use entity::collection::{self, CollectionSortOrder};
use entity::product;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::catalog::NewCollection;
use tradepost::media;

use crate::support::{ProductSpec, TestShop};

/// The smallest picture: one transparent pixel.
const GIF: &[u8] = b"GIF89a\x01\0\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\0;";

fn new(handle: &str, sort_order: CollectionSortOrder, product_handles: &[&str]) -> NewCollection {
    NewCollection {
        handle: handle.to_owned(),
        title: handle.to_owned(),
        description_html: String::new(),
        sort_order,
        image: None,
        product_handles: product_handles.iter().map(|handle| (*handle).to_owned()).collect(),
    }
}

/// Five products in a collection, arranged as d, a, c, e, b; two are equal in everything but their handles.
async fn have_five(shop: &TestShop) -> String {
    let product = |handle: &str, title: &str, price: &str| ProductSpec {
        title: title.to_owned(),
        ..ProductSpec::new(handle).price(price)
    };
    shop.have(&[
        product("a", "Same", "5.00"),
        product("b", "Same", "5.00"),
        product("c", "alpha", "9.00"),
        product("d", "Omega", "1.00"),
        product("e", "Beta", "7.00"),
    ])
    .await;
    for (handle, sold) in [("a", 1_i64), ("b", 1), ("c", 7), ("d", 0), ("e", 3)] {
        product::Entity::update_many()
            .col_expr(product::Column::SoldQuantity, Expr::value(sold))
            .filter(product::Column::Handle.eq(handle))
            .exec(shop.app.db.writer())
            .await
            .unwrap();
    }
    shop.collect("five", &["d", "a", "c", "e", "b"]).await
}

fn handles(connection: &Value) -> String {
    let nodes = connection["nodes"].as_array().unwrap();
    nodes.iter().map(|node| node["handle"].as_str().unwrap()).collect::<Vec<_>>().join(" ")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_is_found_by_its_handle_and_by_its_id() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let image = media::save_picture(&shop.app, GIF, Some("A dot".to_owned())).await.unwrap();
    let id = shop
        .collect_as(NewCollection {
            title: "Things for the kitchen".to_owned(),
            description_html: "<p>All &amp; sundry.</p>".to_owned(),
            image: Some(image),
            ..new("kitchen", CollectionSortOrder::Manual, &["mug"])
        })
        .await;
    let query = "query($handle: String, $id: ID) { collection(handle: $handle, id: $id) { id handle title description
        descriptionHtml onlineStoreUrl image { url altText width height } products(first: 5) { nodes { handle } } } }";
    let found = shop.ask(query, json!({ "handle": "kitchen" })).await["collection"].clone();
    let url = found["image"]["url"].as_str().unwrap().to_owned();
    assert!(url.starts_with(&format!("{}/media/", shop.url)) && url.ends_with(".gif"), "{url}");
    let expected = json!({
        "id": id, "handle": "kitchen", "title": "Things for the kitchen", "description": "All & sundry.",
        "descriptionHtml": "<p>All &amp; sundry.</p>",
        "onlineStoreUrl": format!("{}/collections/kitchen", shop.url),
        "image": { "url": url, "altText": "A dot", "width": 1, "height": 1 },
        "products": { "nodes": [{ "handle": "mug" }] },
    });
    assert_eq!(found, expected);
    assert_eq!(shop.ask(query, json!({ "id": id })).await["collection"], expected);
    let older = shop.ask("{ collectionByHandle(handle: \"kitchen\") { id } }", json!({})).await;
    assert_eq!(older["collectionByHandle"]["id"], id);
    for nothing in [json!({ "handle": "cellar" }), json!({ "id": "gid://shopify/Collection/999" }), json!({})]
    {
        assert_eq!(shop.ask(query, nothing).await, json!({ "collection": null }));
    }
    for id in ["rubbish", "gid://shopify/Product/1", "gid://shopify/Collection/x"] {
        assert_eq!(shop.error_code(query, json!({ "id": id })).await, "INVALID_ID", "{id}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unpublished_collection_is_nowhere() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let id = shop.collect("hidden", &["mug"]).await;
    collection::Entity::update_many()
        .col_expr(collection::Column::PublishedAt, Expr::value(Option::<chrono::DateTime<chrono::Utc>>::None))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    let query =
        "query($id: ID!) { byId: collection(id: $id) { id } byHandle: collection(handle: \"hidden\") { id }
        node(id: $id) { id } collections(first: 5) { nodes { id } totalCount }
        product(handle: \"mug\") { collections(first: 5) { nodes { id } } } }";
    let expected = json!({ "byId": null, "byHandle": null, "node": null,
        "collections": { "nodes": [], "totalCount": "0" }, "product": { "collections": { "nodes": [] } } });
    assert_eq!(shop.ask(query, json!({ "id": id })).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn products_of_a_collection_come_in_every_order_page_by_page_in_both_directions() {
    let shop = TestShop::open().await;
    let id = have_five(&shop).await;
    let query = "query($id: ID!, $first: Int, $after: String, $last: Int, $before: String,
        $key: ProductCollectionSortKeys, $reverse: Boolean) { collection(id: $id) {
        products(first: $first, after: $after, last: $last, before: $before, sortKey: $key, reverse: $reverse) {
          nodes { handle } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } } }";
    for (key, order) in [
        ("MANUAL", "d a c e b"),
        ("COLLECTION_DEFAULT", "d a c e b"),
        ("TITLE", "c e d a b"),
        ("PRICE", "d a b e c"),
        ("CREATED", "a b c d e"),
        ("ID", "a b c d e"),
        ("RELEVANCE", "a b c d e"),
        ("BEST_SELLING", "c e b a d"),
    ] {
        for reverse in [false, true] {
            let mut expected: Vec<&str> = order.split(' ').collect();
            if reverse {
                expected.reverse();
            }
            let (mut forwards, mut backwards) = (Vec::new(), Vec::new());
            let (mut after, mut before) = (Value::Null, Value::Null);
            for number in 1..=3 {
                let variables =
                    json!({ "id": id, "first": 2, "after": after, "key": key, "reverse": reverse });
                let page = shop.ask(query, variables).await["collection"]["products"].clone();
                forwards.push(handles(&page));
                let places = (&page["pageInfo"]["hasPreviousPage"], &page["pageInfo"]["hasNextPage"]);
                assert_eq!(places, (&json!(number > 1), &json!(number < 3)), "{key} page {number}");
                after = page["pageInfo"]["endCursor"].clone();
                let variables =
                    json!({ "id": id, "last": 2, "before": before, "key": key, "reverse": reverse });
                let page = shop.ask(query, variables).await["collection"]["products"].clone();
                backwards.insert(0, handles(&page));
                let places = (&page["pageInfo"]["hasNextPage"], &page["pageInfo"]["hasPreviousPage"]);
                assert_eq!(
                    places,
                    (&json!(number > 1), &json!(number < 3)),
                    "{key} page {number} from the end"
                );
                before = page["pageInfo"]["startCursor"].clone();
            }
            assert_eq!(forwards.join(" "), expected.join(" "), "{key} {reverse}");
            assert_eq!(backwards.join(" "), expected.join(" "), "{key} {reverse} from the end");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_shop_chooses_the_order_of_a_collection() {
    let shop = TestShop::open().await;
    have_five(&shop).await;
    let all = ["d", "a", "c", "e", "b"];
    for (handle, sort_order, expected) in [
        ("manual", CollectionSortOrder::Manual, "d a c e b"),
        ("best-selling", CollectionSortOrder::BestSelling, "c e b a d"),
        ("title", CollectionSortOrder::Title, "c e d a b"),
        ("price", CollectionSortOrder::Price, "d a b e c"),
        ("created", CollectionSortOrder::Created, "a b c d e"),
    ] {
        shop.collect_as(new(handle, sort_order, &all)).await;
        let query = "query($handle: String) { collection(handle: $handle) { products(first: 9) { nodes { handle } } } }";
        let found = shop.ask(query, json!({ "handle": handle })).await;
        assert_eq!(handles(&found["collection"]["products"]), expected, "{handle}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_collection_shows_only_what_is_listed() {
    let shop = TestShop::open().await;
    let with_status = |handle: &str, status| ProductSpec { status, ..ProductSpec::new(handle) };
    shop.have(&[
        with_status("draft", "draft"),
        ProductSpec::new("active"),
        with_status("archived", "archived"),
        with_status("unlisted", "unlisted"),
        ProductSpec { published: false, ..ProductSpec::new("unpublished") },
    ])
    .await;
    shop.collect("all", &["draft", "active", "archived", "unlisted", "unpublished"]).await;
    let query = "{ collection(handle: \"all\") { products(first: 1) { nodes { handle } pageInfo { hasNextPage } } } }";
    let found = shop.ask(query, json!({})).await;
    let expected = json!({ "nodes": [{ "handle": "active" }], "pageInfo": { "hasNextPage": false } });
    assert_eq!(found["collection"]["products"], expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn collections_are_listed_searched_counted_and_paged() {
    let shop = TestShop::open().await;
    for (handle, title) in [("one", "Winter"), ("two", "Summer sale"), ("three", "autumn"), ("four", "Sale")]
    {
        let new = NewCollection { title: title.to_owned(), ..new(handle, CollectionSortOrder::Manual, &[]) };
        shop.collect_as(new).await;
    }
    let query =
        "query($first: Int, $after: String, $key: CollectionSortKeys, $reverse: Boolean, $query: String) {
        collections(first: $first, after: $after, sortKey: $key, reverse: $reverse, query: $query) {
          nodes { handle } totalCount pageInfo { hasNextPage endCursor } } }";
    for (key, reverse, expected) in [
        ("ID", false, "one two three four"),
        ("ID", true, "four three two one"),
        ("TITLE", false, "three four two one"),
        ("TITLE", true, "one two four three"),
        ("UPDATED_AT", false, "one two three four"),
        ("RELEVANCE", false, "one two three four"),
    ] {
        let (mut found, mut cursor) = (Vec::new(), Value::Null);
        loop {
            let variables = json!({ "first": 3, "after": cursor, "key": key, "reverse": reverse });
            let page = shop.ask(query, variables).await["collections"].clone();
            assert_eq!(page["totalCount"], "4");
            found.push(handles(&page));
            cursor = page["pageInfo"]["endCursor"].clone();
            if page["pageInfo"]["hasNextPage"] == false {
                break;
            }
        }
        assert_eq!(found.join(" "), expected, "{key} {reverse}");
    }
    for (search, count, expected) in [
        ("sale", "2", "two four"),
        ("title:sum*", "1", "two"),
        ("handle:one", "1", "one"),
        ("-sale", "2", "one three"),
        ("title:winter OR (title:sale AND NOT summer)", "2", "one four"),
        ("winter OR sale summer", "2", "one two"),
        ("updated_at:>2020-01-01", "4", "one two three four"),
        ("updated_at:<2020-01-01", "0", ""),
        ("\"summer sale\"", "1", "two"),
        // A field that collections do not have is left out, what cannot be understood is read as plain words.
        ("vendor:x", "4", "one two three four"),
        ("(sale OR", "2", "two four"),
        ("nothing", "0", ""),
    ] {
        let found = shop.ask(query, json!({ "first": 9, "query": search })).await["collections"].clone();
        assert_eq!((handles(&found).as_str(), &found["totalCount"]), (expected, &json!(count)), "{search}");
    }
    let long = json!({ "first": 9, "query": "a".repeat(3_000) });
    assert_eq!(shop.error_code(query, long).await, "SEARCH_QUERY_TOO_LONG");
    assert_eq!(shop.error_code(query, json!({})).await, "BAD_PAGE");
    assert_eq!(shop.error_code(query, json!({ "first": 251 })).await, "BAD_PAGE");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_collection_of_a_page_has_its_own_page_of_products() {
    let shop = TestShop::open().await;
    have_five(&shop).await;
    shop.collect("two", &["b", "a"]).await;
    shop.collect("none", &[]).await;
    let query = "{ collections(first: 5) { nodes { handle products(first: 2) { nodes { handle
        collections(first: 5) { nodes { handle } totalCount } } pageInfo { hasNextPage } } } } }";
    let found = shop.ask(query, json!({})).await;
    let product = |handle: &str, within: &[&str]| {
        let nodes: Vec<Value> = within.iter().map(|handle| json!({ "handle": handle })).collect();
        json!({ "handle": handle, "collections": { "totalCount": nodes.len().to_string(), "nodes": nodes } })
    };
    let page = |handle: &str, products: &[Value], has_next: bool| json!({ "handle": handle, "products": { "nodes": products, "pageInfo": { "hasNextPage": has_next } } });
    let both = ["five", "two"];
    let expected = json!([
        page("five", &[product("d", &["five"]), product("a", &both)], true),
        page("two", &[product("b", &both), product("a", &both)], false),
        page("none", &[], false),
    ]);
    assert_eq!(found["collections"]["nodes"], expected);
}
