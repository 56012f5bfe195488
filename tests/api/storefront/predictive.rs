//! Suggestions while somebody types.

use chrono::TimeDelta;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::content::{SavePage, save_page};

use crate::support::{ProductSpec, TestShop};

const SUGGEST: &str = "query($query: String!, $limit: Int, $scope: PredictiveSearchLimitScope,
    $fields: [SearchableField!], $types: [PredictiveSearchType!], $unavailable: SearchUnavailableProductsType) {
    predictiveSearch(query: $query, limit: $limit, limitScope: $scope, searchableFields: $fields, types: $types,
      unavailableProducts: $unavailable) {
      products { handle trackingParameters } collections { handle trackingParameters } pages { handle }
      articles { handle } queries { __typename text styledText trackingParameters } } }";

async fn suggest(shop: &TestShop, variables: Value) -> Value {
    shop.ask(SUGGEST, variables).await["predictiveSearch"].clone()
}

fn handles<'a>(found: &'a Value, kind: &str) -> Vec<&'a str> {
    found[kind].as_array().unwrap().iter().map(|node| node["handle"].as_str().unwrap()).collect()
}

fn count(found: &Value) -> usize {
    ["products", "collections", "pages", "articles", "queries"]
        .map(|kind| found[kind].as_array().unwrap().len())
        .into_iter()
        .sum()
}

async fn have_lamps(shop: &TestShop) {
    let lamp = |handle: &str, title: &str, vendor: &str, stock: i64| {
        let product =
            ProductSpec { title: title.to_owned(), vendor: vendor.to_owned(), ..ProductSpec::new(handle) };
        product.stock(stock)
    };
    let mut products: Vec<ProductSpec> = (0..6)
        .map(|number| lamp(&format!("lamp-{number}"), &format!("Lamp number {number}"), "Shiny", 5))
        .collect();
    products.push(lamp("lampshade", "Lampshade", "Shiny", 0));
    products.push(lamp("chair", "Chair", "Lampert", 5));
    products.push(ProductSpec { status: "draft", ..lamp("secret", "Lamp secret", "Shiny", 5) });
    shop.have(&products).await;
    shop.collect("lamps", &["lamp-0"]).await;
    let past = Some(shop.app.clock.now() - TimeDelta::days(1));
    for title in ["Lamp care", "Lamp sizes", "Returns"] {
        let page = SavePage { title: title.to_owned(), published_at: past, ..SavePage::default() };
        save_page(&shop.app, &Actor::System, page).await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_beginning_of_a_word_suggests_things_of_every_kind() {
    let shop = TestShop::open().await;
    have_lamps(&shop).await;
    let found = suggest(&shop, json!({ "query": "lam", "scope": "EACH" })).await;
    let products = handles(&found, "products");
    assert_eq!(products.len(), 8, "{products:?}");
    assert_eq!(products.last(), Some(&"lampshade"), "nothing is left of it");
    assert_eq!(handles(&found, "collections"), ["lamps"]);
    let mut pages = handles(&found, "pages");
    pages.sort_unstable();
    assert_eq!(pages, ["lamp-care", "lamp-sizes"]);
    assert_eq!(handles(&found, "articles"), Vec::<&str>::new());
    assert_eq!(found["products"][1]["trackingParameters"], "_pos=2&_psq=lam&_ss=e&_v=1.0");
    assert_eq!(found["collections"][0]["trackingParameters"], "_pos=1&_psq=lam&_ss=e&_v=1.0");
    let words = &found["queries"][0];
    assert_eq!((&words["__typename"], &words["text"]), (&json!("SearchQuerySuggestion"), &json!("lamp")));
    assert_eq!(words["styledText"], "<mark>lam</mark><span>p</span>");
    assert_eq!(words["trackingParameters"], "_pos=1&_psq=lam&_ss=e&_v=1.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_limit_counts_all_together_or_each_kind() {
    let shop = TestShop::open().await;
    have_lamps(&shop).await;
    let all = suggest(&shop, json!({ "query": "lamp", "limit": 4, "scope": "ALL" })).await;
    assert_eq!(count(&all), 4, "{all:#}");
    let by_default = suggest(&shop, json!({ "query": "lamp", "limit": 4 })).await;
    assert_eq!(count(&by_default), 4);
    let each = suggest(&shop, json!({ "query": "lamp", "limit": 4, "scope": "EACH" })).await;
    assert_eq!(handles(&each, "products").len(), 4);
    assert_eq!(handles(&each, "collections").len(), 1);
    assert_eq!(handles(&each, "pages").len(), 2);
    let one = suggest(&shop, json!({ "query": "lamp", "limit": 1, "scope": "EACH" })).await;
    assert_eq!((handles(&one, "products").len(), handles(&one, "pages").len()), (1, 1));
    let ten = suggest(&shop, json!({ "query": "lamp" })).await;
    assert_eq!(count(&ten), 10, "{ten:#}");
    for limit in [0, -1, 11, i32::MAX] {
        assert_eq!(shop.error_code(SUGGEST, json!({ "query": "lamp", "limit": limit })).await, "BAD_PAGE");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn kinds_fields_and_products_of_which_nothing_is_left_can_be_chosen() {
    let shop = TestShop::open().await;
    have_lamps(&shop).await;
    let pages = suggest(&shop, json!({ "query": "lamp", "types": ["PAGE"] })).await;
    assert_eq!((handles(&pages, "pages").len(), count(&pages)), (2, 2));
    let products = |fields: Value, unavailable: &str| json!({ "query": "lamp", "types": ["PRODUCT"], "fields": fields, "unavailable": unavailable });
    let titles = suggest(&shop, products(json!(["TITLE"]), "SHOW")).await;
    assert_eq!(handles(&titles, "products").len(), 7);
    assert!(!handles(&titles, "products").contains(&"chair"));
    let vendors = suggest(&shop, products(json!(["VENDOR"]), "SHOW")).await;
    assert_eq!(handles(&vendors, "products"), ["chair"]);
    let left = suggest(&shop, products(json!(["TITLE"]), "HIDE")).await;
    assert_eq!(handles(&left, "products").len(), 6);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_cannot_be_searched_for_suggests_nothing_or_is_refused() {
    let shop = TestShop::open().await;
    have_lamps(&shop).await;
    for query in ["", "   ", "(((", "\"", "\\", "NOT", "\u{1f600}", "'; DROP TABLE product; --'"] {
        let found = suggest(&shop, json!({ "query": query })).await;
        assert_eq!(count(&found), 0, "{query}: {found:#}");
    }
    let long = json!({ "query": "a".repeat(3_000) });
    assert_eq!(shop.error_code(SUGGEST, long).await, "SEARCH_QUERY_TOO_LONG");
    let marked = suggest(&shop, json!({ "query": "<b>lamp" })).await;
    let words = marked["queries"].as_array().unwrap();
    assert!(words.iter().all(|words| !words["styledText"].as_str().unwrap().contains("<b>")), "{words:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn suggestions_take_a_constant_number_of_statements() {
    let shop = TestShop::open().await;
    have_lamps(&shop).await;
    let query = "query($limit: Int!) { predictiveSearch(query: \"lam\", limit: $limit, limitScope: EACH) {
        products { handle variants(first: 1) { nodes { price { amount } } } } collections { handle }
        pages { handle } articles { handle } queries { text } } }";
    let one = shop.statements_of(query, json!({ "limit": 1 })).await;
    let ten = shop.statements_of(query, json!({ "limit": 10 })).await;
    println!("predictive search: {one} statements for one of each kind, {ten} for ten");
    assert_eq!(one, ten);
    assert!(ten <= 8, "{ten}");
}
