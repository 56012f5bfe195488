//! Filters of a collection's products.

use serde_json::{Value, json};

use crate::support::{ProductSpec, TestShop, VariantSpec};

/// A variant of a size and a colour, with a price and a stock.
fn variant(size: &str, color: &str, price: &str, stock: i64) -> VariantSpec {
    let values = vec![size.to_owned(), color.to_owned()];
    VariantSpec { values, price: price.to_owned(), stock: Some(stock), ..VariantSpec::default() }
}

async fn have_clothes(shop: &TestShop) {
    let product =
        |handle: &str, vendor: &str, kind: &str, tags: &str, variants: Vec<VariantSpec>| ProductSpec {
            vendor: vendor.to_owned(),
            kind: kind.to_owned(),
            tags: tags.to_owned(),
            options: vec!["Size", "Color"],
            variants,
            ..ProductSpec::new(handle)
        };
    let on_order = VariantSpec { policy: "continue", ..variant("L", "Red", "40.00", 0) };
    shop.have(&[
        product(
            "shirt",
            "Weaver",
            "Tops",
            "cotton, new",
            vec![
                variant("S", "Red", "19.99", 5),
                variant("M", "Red", "19.99", 0),
                variant("M", "Blue", "25.00", 5),
            ],
        ),
        product("vest", "Weaver", "Tops", "wool", vec![variant("M", "Red", "15.00", 0)]),
        product("jeans", "Sewer", "Trousers", "Cotton", vec![variant("M", "Blue", "60.00", 1)]),
        product("coat", "Sewer", "Coats", "wool, new", vec![on_order]),
    ])
    .await;
    shop.collect("clothes", &["shirt", "vest", "jeans", "coat"]).await;
}

const QUERY: &str = "query($filters: [ProductFilter!], $first: Int, $after: String) {
    collection(handle: \"clothes\") { products(first: $first, after: $after, filters: $filters) {
      nodes { handle } pageInfo { hasNextPage endCursor } } } }";

async fn filtered(shop: &TestShop, filters: &Value) -> String {
    let found = shop.ask(QUERY, json!({ "filters": filters, "first": 250 })).await;
    let nodes = found["collection"]["products"]["nodes"].clone();
    let handles = nodes.as_array().unwrap().iter().map(|node| node["handle"].as_str().unwrap().to_owned());
    handles.collect::<Vec<_>>().join(" ")
}

fn option(name: &str, value: &str) -> Value {
    json!({ "variantOption": { "name": name, "value": value } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_kind_of_filter_narrows_a_collection() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    for (filters, expected) in [
        (json!([]), "shirt vest jeans coat"),
        (json!([{}]), "shirt vest jeans coat"),
        (json!([{ "available": true }]), "shirt jeans coat"),
        (json!([{ "available": false }]), "shirt vest"),
        (json!([{ "productVendor": "Sewer" }]), "jeans coat"),
        (json!([{ "productVendor": "sewer" }]), ""),
        (json!([{ "productType": "Tops" }]), "shirt vest"),
        (json!([{ "tag": "cotton" }]), "shirt jeans"),
        (json!([{ "tag": "NEW" }]), "shirt coat"),
        (json!([{ "tag": "cot" }]), ""),
        (json!([option("Size", "M")]), "shirt vest jeans"),
        (json!([option("Color", "Green")]), ""),
        (json!([{ "price": { "min": 20 } }]), "shirt jeans coat"),
        (json!([{ "price": { "max": 19.99 } }]), "shirt vest"),
        (json!([{ "price": { "max": 19.98 } }]), "vest"),
        (json!([{ "price": { "min": 19.991, "max": 24.999 } }]), ""),
        (json!([{ "price": { "min": 25, "max": 40 } }]), "shirt coat"),
        (json!([{ "price": { "min": 40, "max": 25 } }]), ""),
        (json!([{ "price": { "min": -5, "max": 1e300 } }]), "shirt vest jeans coat"),
        (json!([{ "productMetafield": { "namespace": "a", "key": "b", "value": "c" } }]), ""),
        (json!([{ "category": { "id": "1" } }]), ""),
    ] {
        assert_eq!(filtered(&shop, &filters).await, expected, "{filters}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn filters_of_one_kind_are_alternatives_and_those_of_different_kinds_must_all_hold() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    for (filters, expected) in [
        (json!([{ "productVendor": "Sewer" }, { "productVendor": "Weaver" }]), "shirt vest jeans coat"),
        (json!([{ "productType": "Tops" }, { "productType": "Coats" }]), "shirt vest coat"),
        (json!([{ "tag": "cotton" }, { "tag": "wool" }]), "shirt vest jeans coat"),
        (json!([{ "tag": "new" }, { "productVendor": "Sewer" }]), "coat"),
        (json!([{ "tag": "new", "productVendor": "Sewer" }]), "coat"),
        (json!([{ "available": true }, { "available": false }]), "shirt vest jeans coat"),
        (json!([{ "price": { "max": 15 } }, { "price": { "min": 60 } }]), "vest jeans"),
        (json!([option("Size", "S"), option("Size", "L")]), "shirt coat"),
        (json!([option("Size", "M"), option("Color", "Red")]), "shirt vest"),
        (json!([option("Size", "S"), option("Color", "Blue")]), ""),
    ] {
        assert_eq!(filtered(&shop, &filters).await, expected, "{filters}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_and_the_same_variant_must_fit() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let red_m = [option("Size", "M"), option("Color", "Red")];
    // The shirt has a red M, which is sold out, and an M that is left, which is blue.
    let left = json!([red_m[0], red_m[1], { "available": true }]);
    assert_eq!(filtered(&shop, &left).await, "");
    assert_eq!(filtered(&shop, &json!([{ "available": true }, red_m[0]])).await, "shirt jeans");
    assert_eq!(filtered(&shop, &json!([{ "price": { "min": 25 } }, option("Color", "Red")])).await, "coat");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filtered_list_is_paged() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let filters = json!([{ "available": true }]);
    let page = |after: Value| shop.ask(QUERY, json!({ "filters": filters, "first": 2, "after": after }));
    let first = page(Value::Null).await["collection"]["products"].clone();
    assert_eq!(first["nodes"], json!([{ "handle": "shirt" }, { "handle": "jeans" }]));
    assert_eq!(first["pageInfo"]["hasNextPage"], true);
    let second = page(first["pageInfo"]["endCursor"].clone()).await["collection"]["products"].clone();
    assert_eq!(second["nodes"], json!([{ "handle": "coat" }]));
    assert_eq!(second["pageInfo"]["hasNextPage"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn too_many_filters_are_refused() {
    let shop = TestShop::open().await;
    have_clothes(&shop).await;
    let filters = |count: usize| json!({ "filters": vec![json!({ "tag": "new" }); count], "first": 1 });
    assert_eq!(shop.error_code(QUERY, filters(26)).await, "LIST_TOO_LONG");
    assert_eq!(
        shop.ask(QUERY, filters(25)).await["collection"]["products"]["nodes"],
        json!([{ "handle": "shirt" }])
    );
}
