//! Prices for staff: why they are what they are; and who may write them.

use std::fs;
use std::path::Path;

use entity::access_token::AccessTokenKind;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::customer;
use tradepost::market::NewPriceList;
use tradepost::money::Money;
use tradepost::pricing::{FixedPrice, save_fixed_prices};
use tradepost::store;

use crate::support::market::{currency, price_list};
use crate::support::{ProductSpec, TestShop};

const TRACE: &str = "query($id: ID!, $country: CountryCode, $quantity: Int, $customer: ID) {
    productVariant(id: $id) { id title sku price compareAtPrice product { id title }
      priceTrace(country: $country, quantity: $quantity, customerId: $customer) {
        kind rule applied message before { amount currencyCode } after { amount currencyCode } data } } }";

async fn ask_admin(shop: &TestShop, scopes: &[&str], variables: Value) -> Value {
    let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
    let token = store::create_access_token(&shop.app, AccessTokenKind::Admin, "test", &scopes).await.unwrap();
    let response = shop
        .client
        .post(format!("{}/admin/api/2026-04/graphql.json", shop.url))
        .header("x-shopify-access-token", token)
        .json(&json!({ "query": TRACE, "variables": variables }))
        .send()
        .await
        .unwrap();
    response.json().await.unwrap()
}

/// Kind, rule, whether applied, and the amount after of each step.
fn steps(answer: &Value) -> Vec<String> {
    let steps =
        answer["data"]["productVariant"]["priceTrace"].as_array().unwrap_or_else(|| panic!("{answer:#}"));
    let text = |step: &Value| {
        let after = step["after"].as_object().map(|money| {
            let part = |name: &str| money[name].as_str().unwrap().to_owned();
            format!("{} {}", part("amount"), part("currencyCode"))
        });
        let applied = if step["applied"] == true { "+" } else { "-" };
        let word = |name: &str| step[name].as_str().unwrap().to_owned();
        format!("{applied} {} {}: {}", word("kind"), word("rule"), after.unwrap_or_else(|| "?".to_owned()))
    };
    steps.iter().map(text).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_are_told_why_a_variant_costs_what_it_costs() {
    let shop = TestShop::open().await;
    let mut mug = ProductSpec::new("mug").price("12.50");
    mug.variants[0].compare_at = "20.00".to_owned();
    mug.variants[0].sku = "M-1".to_owned();
    shop.have(&[mug]).await;
    let (us, _) = shop.sell_abroad().await;
    let created =
        "mutation { customerCreate(input: { email: \"ada@example.com\", password: \"a lovely sentence\" }) {
        customer { id } } }";
    let ada =
        shop.ask(created, json!({})).await["customerCreate"]["customer"]["id"].as_str().unwrap().to_owned();
    let ada_id = entity::id::CustomerId(ada.rsplit('/').next().unwrap().parse().unwrap());
    let friends = customer::create_segment(&shop.app, &Actor::System, "Friends").await.unwrap();
    customer::add_to_segment(&shop.app, &Actor::System, friends, &[ada_id]).await.unwrap();
    let list =
        NewPriceList { name: "For friends".to_owned(), segment: Some(friends), ..price_list(us, "USD") };
    let list = shop.list_prices(&list).await;
    let variant = shop.first_variant("mug").await;
    let dollars = |minor| Money::new(minor, currency("USD"));
    let breaks = [
        FixedPrice::of(variant, dollars(900)),
        FixedPrice { min_quantity: 5, ..FixedPrice::of(variant, dollars(800)) },
    ];
    save_fixed_prices(&shop.app, &Actor::System, list, &breaks).await.unwrap();
    let id = shop.variant_id("mug").await;

    let home = ask_admin(&shop, &["read_products"], json!({ "id": id })).await;
    let found = &home["data"]["productVariant"];
    assert_eq!(
        (&found["id"], &found["title"], &found["sku"], &found["price"], &found["compareAtPrice"]),
        (&json!(id), &json!("Default Title"), &json!("M-1"), &json!("12.5"), &json!("20.0"))
    );
    assert_eq!(found["product"], json!({ "id": shop.product_id("mug").await, "title": "mug" }));
    assert_eq!(
        steps(&home),
        [
            "+ BASE_PRICE Base price: 12.5 EUR",
            "- ADJUSTMENT Market: ?",
            "- CURRENCY_CONVERSION Exchange rate: ?",
            "- ROUNDING Market: ?",
        ]
    );
    let abroad = json!({ "id": id, "country": "US", "quantity": 5 });
    let abroad = ask_admin(&shop, &["read_products"], abroad).await;
    assert_eq!(
        steps(&abroad),
        [
            "+ BASE_PRICE Base price: 12.5 EUR",
            "- ADJUSTMENT Market: ?",
            "+ CURRENCY_CONVERSION Exchange rate: ?",
            "+ ROUNDING Market: 13.99 USD",
        ]
    );
    assert_eq!(abroad["data"]["productVariant"]["priceTrace"][3]["data"]["exact"], "13.5");
    let friend = json!({ "id": id, "country": "US", "quantity": 5, "customer": ada });
    let denied = ask_admin(&shop, &["read_products"], friend.clone()).await;
    assert_eq!(
        denied["errors"][0]["extensions"]["code"], "ACCESS_DENIED",
        "it tells of a customer's segments"
    );
    let friend = ask_admin(&shop, &["read_products", "read_customers"], friend).await;
    assert_eq!(
        steps(&friend),
        [
            "+ FIXED_PRICE For friends: 8.0 USD",
            "- BASE_PRICE Base price: ?",
            "+ QUANTITY_BREAK Quantity break: 8.0 USD",
        ]
    );

    let denied = ask_admin(&shop, &["read_orders"], json!({ "id": id })).await;
    assert_eq!(denied["errors"][0]["extensions"]["code"], "ACCESS_DENIED");
    let zero = ask_admin(&shop, &["read_products"], json!({ "id": id, "quantity": 0 })).await;
    assert_eq!(zero["errors"][0]["extensions"]["code"], "INVALID");
    let none =
        ask_admin(&shop, &["read_products"], json!({ "id": "gid://shopify/ProductVariant/9999" })).await;
    assert_eq!(none["data"]["productVariant"], Value::Null);
}

#[test]
fn shoppers_have_no_trace_of_a_variants_price() {
    let sdl = tradepost::graphql::storefront::schema().sdl();
    let variant = sdl.split("type ProductVariant ").nth(1).unwrap().split("\n}").next().unwrap();
    assert!(variant.contains("lowestPriorPrice") && !variant.contains("priceTrace"));
}

/// Code without its tests.
fn sources(folder: &Path, found: &mut Vec<(String, String)>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.to_string_lossy().into_owned();
        if path.is_dir() {
            sources(&path, found);
        } else if name.ends_with(".rs") && !name.ends_with("tests.rs") {
            let text = fs::read_to_string(&path).unwrap();
            found.push((name, text.split("#[cfg(test)]").next().unwrap().to_owned()));
        }
    }
}

#[test]
fn prices_are_written_in_one_place_and_their_history_is_only_ever_added_to() {
    let mut found = Vec::new();
    sources(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut found);
    let mut wrong = Vec::new();
    for (name, text) in &found {
        let code: String = text.split_whitespace().collect::<Vec<_>>().join(" ");
        let writes = |table: &str| {
            [
                format!("{table}::ActiveModel"),
                format!("{table}::Entity::insert"),
                format!("{table}::Entity::update"),
                format!("{table}::Entity::delete"),
                format!("INTO {table} "),
                format!("UPDATE {table} "),
                format!("DELETE FROM {table} "),
            ]
            .iter()
            .any(|sign| {
                let before = |at: usize| code[..at].chars().next_back();
                let is_word = |letter: char| letter.is_alphanumeric() || letter == '_';
                code.match_indices(sign.as_str()).any(|(at, _)| !before(at).is_some_and(is_word))
            })
        };
        let is_writer = name.ends_with("src/pricing/write.rs");
        if (writes("price") || writes("price_history")) != is_writer {
            wrong.push(name.clone());
        }
        if is_writer {
            for sign in ["price_history::Entity::update", "price_history::Entity::delete"] {
                assert!(!code.contains(sign), "{sign}");
            }
        }
    }
    assert!(wrong.is_empty(), "only src/pricing/write.rs writes prices and their history: {wrong:#?}");
}
