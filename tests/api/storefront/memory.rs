//! What a process remembers of products and stock is never older than it may be.

use std::time::{Duration, Instant};

use chrono::TimeDelta;
use entity::collection::CollectionSortOrder;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::catalog::{self, NewCollection};
use tradepost::content::{SavePage, save_page};
use tradepost::market::delete_market;
use tradepost::store::{NewShop, replace_shop};

use crate::support::{ProductSpec, TestShop};

const PAGE: &str =
    "query($handle: String!) { product(handle: $handle) { id title availableForSale totalInventory
    priceRange { minVariantPrice { amount } } collections(first: 5) { nodes { handle } } } }";
/// Longer than a node takes to look for what others wrote.
const OTHERS: Duration = Duration::from_secs(2);
/// Longer than it takes to write that into the index besides.
const INDEX: Duration = Duration::from_secs(10);

async fn title(shop: &TestShop, handle: &str) -> String {
    let data = shop.ask(PAGE, json!({ "handle": handle })).await;
    data["product"]["title"].as_str().unwrap_or_default().to_owned()
}

/// Asks until the answer is the expected one, for so long at most; returns the last answer.
async fn soon(patience: Duration, expected: &Value, ask: impl AsyncFn() -> Value) -> Value {
    let began = Instant::now();
    loop {
        let answer = ask().await;
        if answer == *expected || began.elapsed() > patience {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_changed_a_product_reads_the_change_at_once() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("jug")]).await;
    assert_eq!(title(&shop, "jug").await, "jug");
    for round in 0..5 {
        let mut changed = ProductSpec::new("jug").price(&format!("{}.50", 20 + round)).stock(7 + round);
        changed.title = format!("Jug {round}");
        shop.have(&[changed]).await;
        let product = shop.ask(PAGE, json!({ "handle": "jug" })).await["product"].clone();
        assert_eq!(product["title"], format!("Jug {round}"));
        assert_eq!(product["priceRange"]["minVariantPrice"]["amount"], format!("{}.5", 20 + round));
        assert_eq!(product["totalInventory"], 7 + round);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_product_that_is_taken_off_is_gone_at_once() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("jug")]).await;
    assert_eq!(title(&shop, "jug").await, "jug");
    let mut hidden = ProductSpec::new("jug");
    hidden.published = false;
    shop.have(&[hidden]).await;
    assert_eq!(shop.ask(PAGE, json!({ "handle": "jug" })).await["product"], json!(null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_seen_in_what_is_left() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("jug").stock(1)]).await;
    let before = shop.ask(PAGE, json!({ "handle": "jug" })).await["product"].clone();
    assert_eq!((&before["availableForSale"], &before["totalInventory"]), (&json!(true), &json!(1)));
    let variant = shop.variant_id("jug").await;
    let cart = shop.ready_cart(&variant, 1, "approve").await;
    shop.buy(&cart.id).await;
    let after = shop.ask(PAGE, json!({ "handle": "jug" })).await["product"].clone();
    assert_eq!((&after["availableForSale"], &after["totalInventory"]), (&json!(false), &json!(0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_node_wrote_is_seen_soon() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("jug")]).await;
    let collection = NewCollection {
        handle: "tableware".to_owned(),
        title: "Tableware".to_owned(),
        description_html: String::new(),
        sort_order: CollectionSortOrder::Manual,
        image: None,
        product_handles: vec!["jug".to_owned()],
    };
    assert_eq!(title(&shop, "jug").await, "jug");
    let other = shop.second_node().await;
    catalog::save_collection(&other, &tradepost::actor::Actor::System, collection).await.unwrap();
    let collections = async || {
        let data = shop.ask(PAGE, json!({ "handle": "jug" })).await;
        data["product"]["collections"]["nodes"].clone()
    };
    let expected = json!([{ "handle": "tableware" }]);
    assert_eq!(soon(OTHERS, &expected, collections).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_node_wrote_is_found_soon() {
    let shop = TestShop::open_with(|config| config.follows_search = true).await;
    let found = async || {
        let query = "{ search(query: \"zeppelin\", first: 5) { nodes { ... on Page { title } } } }";
        shop.ask(query, json!({})).await["search"]["nodes"].clone()
    };
    assert_eq!(found().await, json!([]));
    let other = shop.second_node().await;
    let published_at = Some(other.clock.now() - TimeDelta::days(1));
    let page = SavePage { title: "About zeppelins".to_owned(), published_at, ..SavePage::default() };
    save_page(&other, &Actor::System, page).await.unwrap();
    let expected = json!([{ "title": "About zeppelins" }]);
    assert_eq!(soon(INDEX, &expected, found).await, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_page_that_is_remembered_takes_no_statement() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("jug").in_sizes_and_colors(&["S", "M"], &["Red", "Blue"])]).await;
    let page = "query { product(handle: \"jug\") { id title tags options { name optionValues { name } }
        variants(first: 4) { nodes { id price { amount } availableForSale selectedOptions { name value } } } } }";
    assert_eq!(shop.statements_of(page, json!({})).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_another_node_changed_of_markets_and_the_shop_is_read_as_soon_as_it_is_heard_of() {
    let shop = TestShop::open().await;
    let (us, _) = shop.sell_abroad().await;
    let query = "query @inContext(country: US) { shop { name } localization {
        country { isoCode } market { handle } } }";
    let read = async || {
        let data = shop.ask(query, json!({})).await;
        json!([data["shop"]["name"], data["localization"]["market"]["handle"]])
    };
    let other = shop.second_node().await;
    // The settings were read just now: without the event they would be kept for a while.
    assert_eq!(read().await, json!(["My shop", "us"]));
    delete_market(&other, &Actor::System, us).await.unwrap();
    shop.app.follow().await.unwrap();
    assert_eq!(read().await, json!(["My shop", "de"]));
    let renamed = NewShop { name: "Kettle & Larch".to_owned(), ..NewShop::default() };
    replace_shop(&other, &renamed).await.unwrap();
    shop.app.follow().await.unwrap();
    assert_eq!(read().await, json!(["Kettle & Larch", "de"]));
}
