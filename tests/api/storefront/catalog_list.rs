//! Lists of products: every order, both directions, and arguments that make no sense.

use chrono::{DateTime, TimeDelta, Utc};
use entity::product;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop};

const LIST: &str = "query($first: Int, $after: String, $last: Int, $before: String, $key: ProductSortKeys,
    $reverse: Boolean, $query: String) {
    products(first: $first, after: $after, last: $last, before: $before, sortKey: $key, reverse: $reverse,
      query: $query) { nodes { handle } edges { cursor node { handle } }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

/// Twelve products of which several are equal in everything that lists are sorted by.
async fn have_twelve(shop: &TestShop) {
    let titles = [
        "apple",
        "Apple",
        "Zebra",
        "Ärmel",
        "äpfel",
        "apple",
        "pear",
        "Pear tree",
        "100% wool",
        "pear",
        "zoo",
        "_x",
    ];
    let products: Vec<ProductSpec> = (0..12)
        .zip(titles)
        .map(|(number, title)| {
            let mut product = ProductSpec::new(&format!("p{number}"));
            title.clone_into(&mut product.title);
            product.vendor = ["b", "B", "a", "ä"][number % 4].to_owned();
            product.kind = ["", "Tops", "tops"][number % 3].to_owned();
            product.price(["5.00", "0.00", "100000.00", "5.01", "5.00"][number % 5])
        })
        .collect();
    shop.have(&products).await;
    let start = DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").unwrap().to_utc();
    for number in 0..12 {
        let at = |steps: i64| Expr::value(start + TimeDelta::microseconds(steps));
        product::Entity::update_many()
            .col_expr(product::Column::CreatedAt, at(i64::from(number % 5)))
            .col_expr(product::Column::UpdatedAt, at(i64::from(number / 4) * 1_000_000))
            .col_expr(product::Column::SoldQuantity, Expr::value(i64::from(number % 3) * 1_000))
            .filter(product::Column::Handle.eq(format!("p{number}")))
            .exec(shop.app.db.writer())
            .await
            .unwrap();
    }
}

#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Sorted {
    Nothing,
    Text(String),
    Number(i64),
    Time(DateTime<Utc>),
}

/// All handles in the order of a key, the slow way.
async fn in_order(shop: &TestShop, key: &str, reverse: bool) -> Vec<String> {
    let mut rows = product::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    rows.sort_by_key(|row| {
        let value = match key {
            "TITLE" => Sorted::Text(row.title.to_lowercase()),
            "VENDOR" => Sorted::Text(row.vendor.clone()),
            "PRODUCT_TYPE" => Sorted::Text(row.product_type.clone()),
            "CREATED_AT" => Sorted::Time(row.created_at),
            "UPDATED_AT" => Sorted::Time(row.updated_at),
            "PRICE" => Sorted::Number(row.min_price_minor),
            "BEST_SELLING" => Sorted::Number(row.sold_quantity),
            _ => Sorted::Nothing,
        };
        (value, row.id)
    });
    // The best sold come first, everything else from low to high.
    if reverse != (key == "BEST_SELLING") {
        rows.reverse();
    }
    rows.into_iter().map(|row| row.handle).collect()
}

fn handles(page: &Value) -> Vec<String> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["handle"].as_str().unwrap().to_owned()).collect()
}

async fn list(shop: &TestShop, variables: Value) -> Value {
    shop.ask(LIST, variables).await["products"].clone()
}

const KEYS: [&str; 9] = [
    "ID",
    "TITLE",
    "PRICE",
    "CREATED_AT",
    "UPDATED_AT",
    "VENDOR",
    "PRODUCT_TYPE",
    "BEST_SELLING",
    "RELEVANCE",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn paging_visits_each_product_once_in_every_order_and_both_directions() {
    let shop = TestShop::open().await;
    have_twelve(&shop).await;
    for key in KEYS {
        for reverse in [false, true] {
            let expected = in_order(&shop, key, reverse).await;
            // Four fill three pages, five leave a rest on the third.
            for size in [4_usize, 5] {
                let pages = 12_usize.div_ceil(size);
                let mut forwards = Vec::new();
                let mut cursor = Value::Null;
                for number in 1..=pages {
                    let variables = json!({ "first": size, "after": cursor, "key": key, "reverse": reverse });
                    let page = list(&shop, variables).await;
                    forwards.extend(handles(&page));
                    assert_eq!(
                        page["pageInfo"]["hasPreviousPage"],
                        number > 1,
                        "{key} {reverse} page {number}"
                    );
                    assert_eq!(
                        page["pageInfo"]["hasNextPage"],
                        number < pages,
                        "{key} {reverse} page {number}"
                    );
                    cursor = page["pageInfo"]["endCursor"].clone();
                }
                assert_eq!(forwards, expected, "{key} {reverse}");
                let mut backwards = Vec::new();
                cursor = Value::Null;
                for number in 1..=pages {
                    let variables = json!({ "last": size, "before": cursor, "key": key, "reverse": reverse });
                    let page = list(&shop, variables).await;
                    backwards.splice(0..0, handles(&page));
                    assert_eq!(page["pageInfo"]["hasNextPage"], number > 1, "{key} {reverse} page {number}");
                    assert_eq!(
                        page["pageInfo"]["hasPreviousPage"],
                        number < pages,
                        "{key} {reverse} page {number}"
                    );
                    cursor = page["pageInfo"]["startCursor"].clone();
                }
                assert_eq!(backwards, expected, "{key} {reverse} from the end");
            }
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_lies_between_two_cursors_and_tells_the_place_of_each_item() {
    let shop = TestShop::open().await;
    have_twelve(&shop).await;
    let all = list(&shop, json!({ "first": 250, "key": "PRICE" })).await;
    let order = in_order(&shop, "PRICE", false).await;
    assert_eq!(handles(&all), order);
    assert_eq!(all["pageInfo"]["hasNextPage"], false);
    let cursor = |place: usize| all["edges"][place]["cursor"].clone();
    assert_eq!(all["edges"][3]["node"]["handle"], order[3].as_str());
    assert_eq!((&all["pageInfo"]["startCursor"], &all["pageInfo"]["endCursor"]), (&cursor(0), &cursor(11)));
    let between = json!({ "first": 250, "after": cursor(2), "before": cursor(7), "key": "PRICE" });
    assert_eq!(handles(&list(&shop, between).await), order[3..7]);
    let end = json!({ "last": 2, "after": cursor(2), "before": cursor(7), "key": "PRICE" });
    assert_eq!(handles(&list(&shop, end).await), order[5..7]);
    let beyond = list(&shop, json!({ "first": 3, "after": cursor(11), "key": "PRICE" })).await;
    assert_eq!(beyond["nodes"], json!([]));
    let expected =
        json!({ "hasNextPage": false, "hasPreviousPage": true, "startCursor": null, "endCursor": null });
    assert_eq!(beyond["pageInfo"], expected);
    let none = list(&shop, json!({ "first": 0 })).await;
    assert_eq!((&none["nodes"], &none["pageInfo"]["hasNextPage"]), (&json!([]), &json!(true)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_shop_has_an_empty_page() {
    let shop = TestShop::open().await;
    let expected = json!({ "nodes": [], "edges": [], "pageInfo": {
        "hasNextPage": false, "hasPreviousPage": false, "startCursor": null, "endCursor": null } });
    for key in KEYS {
        assert_eq!(list(&shop, json!({ "first": 10, "key": key })).await, expected);
        assert_eq!(list(&shop, json!({ "last": 10, "key": key })).await, expected);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_that_make_no_sense_are_refused() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug")]).await;
    for variables in [
        json!({ "first": 251 }),
        json!({ "last": 251 }),
        json!({ "first": -1 }),
        json!({ "first": 1, "last": 1 }),
        json!({}),
        json!({ "first": 1, "after": "rubbish!" }),
        json!({ "first": 1, "before": "e30" }),
        json!({ "last": 1, "before": "\u{7}\u{ffff}" }),
        json!({ "first": 1, "after": "bm90IGpzb24" }),
    ] {
        assert_eq!(shop.error_code(LIST, variables.clone()).await, "BAD_PAGE", "{variables}");
    }
    assert_eq!(handles(&list(&shop, json!({ "first": 1, "after": "" })).await), ["mug"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_of_another_order_is_refused() {
    let shop = TestShop::open().await;
    have_twelve(&shop).await;
    for from in ["ID", "TITLE", "PRICE", "CREATED_AT"] {
        let page = list(&shop, json!({ "first": 2, "key": from })).await;
        let cursor = &page["pageInfo"]["endCursor"];
        for key in ["ID", "TITLE", "PRICE", "CREATED_AT"].into_iter().filter(|key| *key != from) {
            let code = shop.error_code(LIST, json!({ "first": 2, "after": cursor, "key": key })).await;
            assert_eq!(code, "BAD_PAGE", "a cursor of {from} under {key}");
        }
    }
}
