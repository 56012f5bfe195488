//! Lists of products with a search: the grammar end to end, every order in both directions, and what is broken.

use chrono::{DateTime, TimeDelta, Utc};
use entity::product;
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::event::{self, NewEvent};

use crate::support::{ProductSpec, TestShop, VariantSpec};

const LIST: &str = "query($first: Int, $after: String, $last: Int, $before: String, $key: ProductSortKeys,
    $reverse: Boolean, $query: String) {
    products(first: $first, after: $after, last: $last, before: $before, sortKey: $key, reverse: $reverse,
      query: $query) { nodes { handle } edges { cursor }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }";

async fn list(shop: &TestShop, variables: Value) -> Value {
    shop.ask(LIST, variables).await["products"].clone()
}

fn handles(page: &Value) -> Vec<String> {
    page["nodes"].as_array().unwrap().iter().map(|node| node["handle"].as_str().unwrap().to_owned()).collect()
}

/// What a search finds, in the order of the keys.
async fn found(shop: &TestShop, query: &str) -> String {
    handles(&list(shop, json!({ "first": 250, "query": query })).await).join(" ")
}

/// A few products to search among.
async fn have_things(shop: &TestShop) {
    let thing = |handle: &str, title: &str, vendor: &str, kind: &str, tags: &str, price: &str| {
        let product = ProductSpec {
            title: title.to_owned(),
            vendor: vendor.to_owned(),
            kind: kind.to_owned(),
            tags: tags.to_owned(),
            ..ProductSpec::new(handle)
        };
        product.price(price)
    };
    let mut shirt = thing("shirt", "Shirt, 100% cotton", "Weaver", "Tops", "Cotton, new arrival", "25.00");
    shirt.variants =
        vec![VariantSpec { sku: "SH-100-M".to_owned(), price: "25.00".to_owned(), ..VariantSpec::default() }];
    shop.have(&[
        thing("red-shoe", "Red Shoe", "Walker", "Shoes", "Leather, new", "80.00"),
        thing("blue-shoe", "Blue shoe", "walker & co", "Shoes", "suede", "120.00").stock(0),
        shirt,
        thing("oeuvre", "Über_Œuvre", "Atelier", "Art", "", "1000.00"),
        thing("or", "Take OR leave", "Weaver", "Art", "Say \"hi\"", "5.00"),
        ProductSpec { status: "draft", ..thing("draft", "Red draft shoe", "Walker", "Shoes", "new", "1.00") },
        ProductSpec {
            status: "unlisted",
            ..thing("unlisted", "Red unlisted shoe", "W", "Shoes", "new", "1.00")
        },
    ])
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_finds_words_and_named_properties() {
    let shop = TestShop::open().await;
    have_things(&shop).await;
    let id = shop.product_row("shirt").await.id;
    let (by_id, by_gid) = (format!("id:{id}"), format!("id:\"gid://shopify/Product/{id}\""));
    for (query, expected) in [
        ("", "red-shoe blue-shoe shirt oeuvre or"),
        ("shoe", "red-shoe blue-shoe"),
        ("SHOE red", "red-shoe"),
        ("shoe AND blue", "blue-shoe"),
        ("shoe -red", "blue-shoe"),
        ("shoe NOT red", "blue-shoe"),
        ("\"red shoe\"", "red-shoe"),
        ("\"shoe red\"", ""),
        ("weaver", "shirt or"),
        ("arrival", "shirt"),
        ("title:shoe", "red-shoe blue-shoe"),
        ("title:sho*", "red-shoe blue-shoe"),
        ("title:'blue shoe'", "blue-shoe"),
        ("vendor:walker", "red-shoe"),
        ("vendor:walk*", "red-shoe blue-shoe"),
        ("product_type:shoes", "red-shoe blue-shoe"),
        ("tag:cotton", "shirt"),
        ("tag:new", "red-shoe"),
        ("tag:\"new arrival\"", "shirt"),
        ("-tag:new vendor:walker", ""),
        ("handle:red-shoe", "red-shoe"),
        (&by_id, "shirt"),
        (&by_gid, "shirt"),
        ("sku:SH-100-M", "shirt"),
        ("über", "oeuvre"),
        ("title:\"OR\"", "or"),
        ("nothing", ""),
    ] {
        assert_eq!(found(&shop, query).await, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn terms_are_joined_by_and_or_not_and_parentheses() {
    let shop = TestShop::open().await;
    have_things(&shop).await;
    for (query, expected) in [
        ("red OR blue", "red-shoe blue-shoe"),
        ("tag:suede OR tag:cotton OR vendor:atelier", "blue-shoe shirt oeuvre"),
        // AND binds before OR, whether it is written or not.
        ("shirt OR shoe red", "red-shoe shirt"),
        ("shirt OR shoe AND red", "red-shoe shirt"),
        ("(shirt OR shoe) red", "red-shoe"),
        ("shoe (red OR blue)", "red-shoe blue-shoe"),
        ("shoe NOT (red OR green)", "blue-shoe"),
        ("shoe -(red OR blue)", ""),
        ("NOT shoe NOT product_type:Art", "shirt"),
        ("((shoe))", "red-shoe blue-shoe"),
        ("price:>100", "blue-shoe oeuvre"),
        ("price:<=25", "shirt or"),
        ("price:>=80 price:<=120", "red-shoe blue-shoe"),
        ("variants.price:>=25 AND variants.price:<100", "red-shoe shirt"),
        ("price:25", "shirt"),
        ("available_for_sale:false", "blue-shoe"),
        ("available_for_sale:true product_type:shoes", "red-shoe"),
        ("created_at:>2020-01-01 shoe", "red-shoe blue-shoe"),
        ("created_at:<2020-01-01", ""),
        ("updated_at:>='2020-01-01T00:00:00Z' weaver", "shirt or"),
        ("tag:*", "red-shoe blue-shoe shirt or"),
        ("-tag:*", "oeuvre"),
        ("tag_not:new", "blue-shoe shirt oeuvre or"),
    ] {
        assert_eq!(found(&shop, query).await, expected, "{query}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broken_search_is_read_as_plain_words() {
    let shop = TestShop::open().await;
    have_things(&shop).await;
    for (query, expected) in [
        ("(red shoe", "red-shoe"),
        ("red shoe)", "red-shoe"),
        ("\"red shoe", "red-shoe"),
        ("AND red", "red-shoe"),
        ("red AND", "red-shoe"),
        ("red OR", "red-shoe"),
        ("NOT", "red-shoe blue-shoe shirt oeuvre or"),
        ("shoe \\", "red-shoe blue-shoe"),
        ("title:", ""),
        ("'; DROP TABLE product; --'", ""),
        // A field that products do not have is left out.
        ("wheels:4 shoe", "red-shoe blue-shoe"),
        ("id:x", ""),
        ("created_at:yesterday", ""),
        ("price:cheap", ""),
    ] {
        assert_eq!(found(&shop, query).await, expected, "{query}");
    }
    let nested = format!("{}shoe{}", "(".repeat(400), ")".repeat(400));
    assert_eq!(found(&shop, &nested).await, "red-shoe blue-shoe");
    let stars = "* ".repeat(60);
    assert_eq!(found(&shop, &stars).await, "red-shoe blue-shoe shirt oeuvre or");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_that_is_too_long_is_refused() {
    let shop = TestShop::open().await;
    have_things(&shop).await;
    for query in ["a".repeat(3_000), "a ".repeat(61), "(".repeat(1_001), "ü".repeat(1_001)] {
        let code = shop.error_code(LIST, json!({ "first": 10, "query": query })).await;
        assert_eq!(code, "SEARCH_QUERY_TOO_LONG", "{query}");
    }
    assert_eq!(found(&shop, &"ü".repeat(1_000)).await, "");
}

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
            product.tags = "all".to_owned();
            product.price(["5.00", "0.00", "100000.00", "5.01", "5.00"][number % 5])
        })
        .collect();
    shop.have(&products).await;
    shop.have(&[ProductSpec::new("other")]).await;
    let start = DateTime::parse_from_rfc3339("2026-01-01T00:00:00Z").unwrap().to_utc();
    for number in 0..12 {
        let at = |steps: i64| Expr::value(start + TimeDelta::microseconds(steps));
        let columns = [
            (product::Column::CreatedAt, at(i64::from(number % 5))),
            (product::Column::UpdatedAt, at(i64::from(number / 4) * 1_000_000)),
            (product::Column::SoldQuantity, Expr::value(i64::from(number % 3) * 1_000)),
        ];
        set(shop, &format!("p{number}"), columns).await;
    }
}

/// Changes a product behind the back of every command, but says so.
async fn set(shop: &TestShop, handle: &str, columns: impl IntoIterator<Item = (product::Column, Expr)>) {
    let id = shop.product_row(handle).await.id;
    let tx = shop.app.begin().await.unwrap();
    let update = columns
        .into_iter()
        .fold(product::Entity::update_many(), |update, (column, value)| update.col_expr(column, value));
    update.filter(product::Column::Id.eq(id)).exec(&tx).await.unwrap();
    let changed = NewEvent { entity_id: id.0, payload: json!({}) };
    event::record(&tx, shop.app.clock.now(), "product", "product.updated", vec![changed]).await.unwrap();
    tx.commit().await.unwrap();
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
    let tagged = product::Entity::find().filter(product::Column::Handle.ne("other"));
    let mut rows = tagged.all(shop.app.db.fresh()).await.unwrap();
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

/// Walks through a list in steps, forwards or backwards, and returns what it met in the list's order.
async fn walk(shop: &TestShop, key: &str, reverse: bool, size: i32, backwards: bool) -> Vec<String> {
    let mut pages: Vec<Vec<String>> = Vec::new();
    let mut cursor = Value::Null;
    for _ in 0..20 {
        let mut variables = json!({ "key": key, "reverse": reverse, "query": "tag:all" });
        let (count, place) = if backwards { ("last", "before") } else { ("first", "after") };
        variables[count] = json!(size);
        variables[place] = cursor;
        let page = list(shop, variables).await;
        pages.push(handles(&page));
        let (more, next) =
            if backwards { ("hasPreviousPage", "startCursor") } else { ("hasNextPage", "endCursor") };
        cursor = page["pageInfo"][next].clone();
        if page["pageInfo"][more] == false {
            if backwards {
                pages.reverse();
            }
            return pages.concat();
        }
    }
    panic!("the pages do not end");
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
async fn paging_a_search_visits_each_product_once_in_every_order_and_both_directions() {
    let shop = TestShop::open().await;
    have_twelve(&shop).await;
    for key in KEYS {
        for reverse in [false, true] {
            // All match equally well, so that the order is the one of the keys.
            let expected = in_order(&shop, key, reverse).await;
            let whole =
                list(&shop, json!({ "first": 250, "key": key, "reverse": reverse, "query": "tag:all" }));
            let whole = handles(&whole.await);
            if key == "RELEVANCE" {
                assert_eq!(sorted(&whole), sorted(&expected), "{key} {reverse}");
            } else {
                assert_eq!(whole, expected, "{key} {reverse}");
            }
            for size in [1, 5, 12] {
                for backwards in [false, true] {
                    let met = walk(&shop, key, reverse, size, backwards).await;
                    assert_eq!(met, whole, "{key} {reverse} in steps of {size}, backwards: {backwards}");
                }
            }
        }
    }
}

fn sorted(handles: &[String]) -> Vec<String> {
    let mut handles = handles.to_vec();
    handles.sort();
    handles
}

/// A list in the answer, how it is asked for, and its orders; keys joined by `=` are the same order.
type Listing = (&'static str, &'static str, &'static str);

const LISTINGS: [Listing; 9] = [
    (
        "/products",
        "{ products(ARGS) { EDGES } }",
        "ID=RELEVANCE TITLE PRICE CREATED_AT UPDATED_AT VENDOR PRODUCT_TYPE BEST_SELLING",
    ),
    (
        "/products",
        "{ products(query: \"tag:all\", ARGS) { EDGES } }",
        "ID RELEVANCE TITLE PRICE CREATED_AT UPDATED_AT VENDOR PRODUCT_TYPE BEST_SELLING",
    ),
    (
        "/collection/products",
        "{ collection(handle: \"few\") { products(ARGS) { EDGES } } }",
        "MANUAL=COLLECTION_DEFAULT ID=RELEVANCE TITLE PRICE CREATED BEST_SELLING",
    ),
    (
        "/collection/products",
        "{ collection(handle: \"few\") { products(filters: [{ tag: \"all\" }], ARGS) { EDGES } } }",
        "MANUAL=COLLECTION_DEFAULT ID=RELEVANCE TITLE PRICE CREATED BEST_SELLING",
    ),
    ("/collections", "{ collections(ARGS) { EDGES } }", "ID=RELEVANCE TITLE UPDATED_AT"),
    ("/search", "{ search(query: \"apple\", ARGS) { EDGES } }", "RELEVANCE PRICE"),
    ("/pages", "{ pages(ARGS) { EDGES } }", "ID=RELEVANCE TITLE UPDATED_AT"),
    (
        "/articles",
        "{ articles(ARGS) { EDGES } }",
        "ID=RELEVANCE TITLE AUTHOR BLOG_TITLE PUBLISHED_AT UPDATED_AT",
    ),
    ("/blogs", "{ blogs(ARGS) { EDGES } }", "ID=RELEVANCE TITLE HANDLE"),
];

/// The cursors of a list, asked for with these arguments and perhaps more than its edges.
async fn cursors(shop: &TestShop, (path, query, _): Listing, arguments: &str, more: &str) -> Vec<String> {
    let query = query.replace("ARGS", arguments).replace("EDGES", &format!("edges {{ cursor }} {more}"));
    let answer = shop.ask(&query, json!({})).await;
    let edges = answer.pointer(path).unwrap()["edges"].as_array().unwrap();
    edges.iter().map(|edge| edge["cursor"].as_str().unwrap().to_owned()).collect()
}

async fn have_listings() -> TestShop {
    let shop = TestShop::open().await;
    have_twelve(&shop).await;
    shop.collect("few", &["p3", "p0", "p2"]).await;
    shop.collect("none", &[]).await;
    shop.furnish_content().await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cursor_of_another_order_is_refused() {
    let shop = have_listings().await;
    for listing in LISTINGS {
        let orders: Vec<Vec<&str>> = listing.2.split(' ').map(|order| order.split('=').collect()).collect();
        for own in &orders {
            let whole = cursors(&shop, listing, &format!("first: 250, sortKey: {}", own[0]), "").await;
            for key in orders.iter().flatten() {
                let after = format!("first: 250, sortKey: {key}, after: \"{}\"", whole[0]);
                let turned = format!("{after}, reverse: true");
                if own.contains(key) {
                    assert_eq!(cursors(&shop, listing, &after, "").await, whole[1..], "{key} {listing:?}");
                    assert!(cursors(&shop, listing, &turned, "").await.is_empty(), "{key} {listing:?}");
                    continue;
                }
                for arguments in [after, turned] {
                    let query = listing.1.replace("ARGS", &arguments).replace("EDGES", "edges { cursor }");
                    let code = shop.error_code(&query, json!({})).await;
                    assert_eq!(code, "BAD_PAGE", "a cursor of {own:?} under {key} {listing:?}");
                }
            }
        }
    }
}

/// With facets it is the search that lists, without it is the database.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_search_and_the_database_give_the_same_cursors() {
    let shop = have_listings().await;
    for listing in [LISTINGS[0], LISTINGS[2]] {
        for key in listing.2.split([' ', '=']) {
            let arguments = format!("first: 250, sortKey: {key}");
            let listed = cursors(&shop, listing, &arguments, "").await;
            assert!(listed.len() >= 3, "{key}");
            assert_eq!(cursors(&shop, listing, &arguments, "filters { id }").await, listed, "{key}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_closest_come_first() {
    let shop = TestShop::open().await;
    let titled = |handle: &str, title: &str, tags: &str| ProductSpec {
        title: title.to_owned(),
        tags: tags.to_owned(),
        ..ProductSpec::new(handle)
    };
    shop.have(&[
        titled("tagged", "Something else altogether", "lantern"),
        titled("long", "A set of cups with a lantern among many other things", ""),
        titled("lantern", "Lantern", ""),
    ])
    .await;
    let page = list(&shop, json!({ "first": 9, "key": "RELEVANCE", "query": "lantern" })).await;
    assert_eq!(handles(&page), ["lantern", "long", "tagged"]);
    let turned = list(&shop, json!({ "first": 9, "key": "RELEVANCE", "query": "lantern", "reverse": true }));
    assert_eq!(handles(&turned.await), ["tagged", "long", "lantern"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_just_written_is_found() {
    let shop = TestShop::open().await;
    have_things(&shop).await;
    assert_eq!(found(&shop, "lamp").await, "");
    let lamp = |title: &str, price: &str| {
        ProductSpec { title: title.to_owned(), ..ProductSpec::new("lamp") }.price(price)
    };
    shop.have(&[lamp("Lamp", "30.00")]).await;
    assert_eq!(found(&shop, "lamp").await, "lamp");
    assert_eq!(found(&shop, "price:30").await, "lamp");
    shop.have(&[lamp("Candle", "31.00")]).await;
    assert_eq!(found(&shop, "title:lamp").await, "");
    assert_eq!(found(&shop, "candle price:31").await, "lamp");
    shop.have(&[ProductSpec { status: "draft", ..lamp("Candle", "31.00") }]).await;
    assert_eq!(found(&shop, "candle").await, "");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_whose_time_has_not_come_is_not_found() {
    let shop = TestShop::open().await;
    have_things(&shop).await;
    let later = shop.app.clock.now() + TimeDelta::days(1);
    set(&shop, "red-shoe", [(product::Column::PublishedAt, Expr::value(later))]).await;
    assert_eq!(found(&shop, "title:shoe").await, "blue-shoe");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tags_and_types_of_listed_products_are_listed() {
    let shop = TestShop::open().await;
    have_things(&shop).await;
    let words = async |field: &str, first: i32| {
        let query = format!(
            "query($first: Int!) {{ {field}(first: $first) {{ nodes edges {{ cursor node }} \
            pageInfo {{ hasNextPage hasPreviousPage startCursor endCursor }} }} }}"
        );
        shop.ask(&query, json!({ "first": first })).await[field].clone()
    };
    let types = words("productTypes", 10).await;
    assert_eq!(types["nodes"], json!(["Art", "Shoes", "Tops"]));
    assert_eq!(types["pageInfo"]["hasNextPage"], false);
    assert_eq!(types["edges"][1]["node"], "Shoes");
    assert_eq!(types["edges"][2]["cursor"], types["pageInfo"]["endCursor"]);
    let tags = words("productTags", 4).await;
    assert_eq!(tags["nodes"], json!(["Cotton", "Leather", "new", "new arrival"]));
    assert_eq!(tags["pageInfo"]["hasNextPage"], true);
    let all = words("productTags", 250).await;
    assert_eq!(all["nodes"], json!(["Cotton", "Leather", "new", "new arrival", "Say \"hi\"", "suede"]));
    for field in ["productTags", "productTypes"] {
        let query = format!("query($first: Int!) {{ {field}(first: $first) {{ nodes }} }}");
        for first in [251, -1] {
            assert_eq!(shop.error_code(&query, json!({ "first": first })).await, "BAD_PAGE");
        }
        assert_eq!(shop.ask(&query, json!({ "first": 0 })).await[field]["nodes"], json!([]));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_search_takes_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    let products: Vec<ProductSpec> = (0..50)
        .map(|number| ProductSpec {
            tags: "all".to_owned(),
            ..ProductSpec::new(&format!("p{number:02}")).in_sizes_and_colors(&["S", "M"], &["Red", "Blue"])
        })
        .collect();
    shop.have(&products).await;
    let query = "query($first: Int!) { products(first: $first, query: \"tag:all\", sortKey: TITLE) { nodes {
        handle title variants(first: 4) { nodes { price { amount } availableForSale } } }
        filters { id label values { id label count input swatch { color } } } } }";
    let one = shop.statements_of(query, json!({ "first": 1 })).await;
    let fifty = shop.statements_of(query, json!({ "first": 50 })).await;
    println!("search of products with filters: {one} statements for 1 product, {fifty} for 50");
    assert_eq!(one, fifty);
    assert!(fifty <= 8, "{fifty}");
}
