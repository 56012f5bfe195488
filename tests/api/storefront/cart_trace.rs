//! Why a line of a cart costs what it costs, for the buyer and for staff.

use entity::access_token::AccessTokenKind;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::customer::create_segment;
use tradepost::discount::NewDiscount;
use tradepost::pricing::engine::{self, ForCustomers, Spread};
use tradepost::pricing::schedule_prices;
use tradepost::store::{BASE_PRICE_LIST, create_access_token};

use crate::support::amount::tax_rate;
use crate::support::discount::{WITH_ALL, coded, off_order, off_products};
use crate::support::{ProductSpec, TestShop};

use super::price::scheduled;

const STEPS: &str =
    "priceTrace { kind rule applied message before { amount currencyCode } after { amount } data }";

/// A shop with a mug and a pin; a discount on mugs, a code for the order, and taxes.
async fn furnished() -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50"), ProductSpec::new("pin").price("3.00")]).await;
    shop.taxed(&tax_rate("DE", None, 190_000)).await;
    let mug = shop.product_row("mug").await.id;
    let tenth = off_products(engine::Value::Percentage(1_000), Spread::Each, &[mug]);
    let named = |title: &str, new: NewDiscount| NewDiscount {
        title: title.to_owned(),
        combines_with: WITH_ALL,
        ..new
    };
    shop.discount(&named("A tenth off mugs", tenth)).await;
    shop.discount(&coded("FIVE", named("Five off", off_order(engine::Value::Amount(500))))).await;
    shop
}

async fn cart_of_both(shop: &TestShop) -> String {
    let input = json!({
        "lines": [{ "merchandiseId": shop.variant_id("mug").await, "quantity": 2 },
                  { "merchandiseId": shop.variant_id("pin").await, "quantity": 1 }],
        "buyerIdentity": { "countryCode": "DE" }, "discountCodes": ["FIVE", "NONE"],
    });
    shop.make_cart(input).await["id"].as_str().unwrap().to_owned()
}

fn kinds(line: &Value) -> Vec<&str> {
    line["priceTrace"].as_array().unwrap().iter().map(|step| step["kind"].as_str().unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_line_tells_each_rule_that_was_tried_and_whether_it_applied() {
    let shop = furnished().await;
    let id = cart_of_both(&shop).await;
    let query = format!(
        "query($id: ID!) {{ cart(id: $id) {{ lines(first: 9) {{ nodes {{ ... on CartLine {{ {STEPS} }} }} }} }} }}"
    );
    let lines = shop.ask(&query, json!({ "id": id })).await["cart"]["lines"]["nodes"].clone();
    let of_mug = lines[0]["priceTrace"].as_array().unwrap();
    assert_eq!(of_mug[0]["kind"], "BASE_PRICE", "{of_mug:#?}");
    let step = |rule: &str| {
        of_mug.iter().find(|step| step["rule"] == rule).unwrap_or_else(|| panic!("{rule}: {of_mug:#?}"))
    };
    let tenth = step("A tenth off mugs");
    assert_eq!((&tenth["kind"], &tenth["applied"]), (&json!("DISCOUNT"), &json!(true)));
    assert!(of_mug.iter().any(|step| step["rule"] == "NONE" && step["applied"] == false), "{of_mug:#?}");
    assert!(kinds(&lines[0]).contains(&"TAX"));
    for step in of_mug {
        assert!(step["message"].as_str().unwrap().len() > 5, "{step}");
    }
    let of_pin = lines[1]["priceTrace"].as_array().unwrap();
    let applied = of_pin.iter().find(|step| step["rule"] == "A tenth off mugs" && step["applied"] == true);
    let on_line = applied.filter(|step| step["before"] != Value::Null);
    assert_eq!(on_line, None, "the pin costs no less by it");
    let price = "query($id: ID!) { cart(id: $id) { lines(first: 9) { nodes { id } } } }";
    let (with, without) = (
        shop.statements_of(&query, json!({ "id": id })).await,
        shop.statements_of(price, json!({ "id": id })).await,
    );
    assert_eq!(with, without, "the steps cost no statement");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_with_the_scope_read_any_cart_with_its_steps() {
    let shop = furnished().await;
    let id = cart_of_both(&shop).await;
    let number = entity_number(&shop).await;
    let query = format!(
        "query($id: ID!) {{ cart(id: $id) {{ id marketHandle subtotalPrice {{ amount }} totalDiscounts {{ amount }}
         totalPrice {{ amount currencyCode }} totalTax {{ amount }}
         lines {{ id quantity title discountedTotal {{ amount }} {STEPS} }} }} }}"
    );
    let ask = async |token: &str, id: &str| -> Value {
        let body = json!({ "query": query, "variables": { "id": id } });
        let answer = shop
            .client
            .post(format!("{}/admin/api/2026-04/graphql.json", shop.url))
            .header("X-Shopify-Access-Token", token)
            .json(&body)
            .send()
            .await
            .unwrap();
        answer.json().await.unwrap()
    };
    let token = async |scopes: &[&str]| {
        let scopes: Vec<String> = scopes.iter().map(|scope| (*scope).to_owned()).collect();
        create_access_token(&shop.app, AccessTokenKind::Admin, "test", &scopes).await.unwrap()
    };
    let denied = ask(&token(&["read_products"]).await, &number).await;
    assert_eq!(denied["errors"][0]["extensions"]["code"], "ACCESS_DENIED", "{denied}");
    let reader = token(&["read_orders"]).await;
    let by_number = ask(&reader, &number).await["data"]["cart"].clone();
    assert_eq!(by_number["id"], number, "{by_number:#}");
    assert_eq!(by_number["subtotalPrice"]["amount"], "28.0");
    assert_eq!(by_number["totalDiscounts"]["amount"], "7.5");
    assert_eq!(by_number["lines"][0]["title"], "mug");
    assert_eq!(kinds(&by_number["lines"][0])[0], "BASE_PRICE");
    let by_secret = ask(&reader, &id).await["data"]["cart"].clone();
    assert_eq!(by_secret["totalPrice"], by_number["totalPrice"]);
    assert_eq!(ask(&reader, "gid://shopify/Cart/999").await["data"]["cart"], Value::Null);
}

/// The id by which staff know the only cart.
async fn entity_number(shop: &TestShop) -> String {
    use sea_orm::EntityTrait;
    let cart = entity::cart::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap();
    format!("gid://shopify/Cart/{}", cart.id)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_is_told_nothing_of_prices_to_come_nor_of_discounts_of_others() {
    let shop = furnished().await;
    let sale = scheduled(&shop, "mug", 800, "2037-11-27T00:00:00", None).await;
    schedule_prices(&shop.app, &Actor::System, BASE_PRICE_LIST, &[sale]).await.unwrap();
    let staff = create_segment(&shop.app, &Actor::System, "Staff").await.unwrap();
    let plain =
        |title: &str| NewDiscount { title: title.to_owned(), ..off_order(engine::Value::Percentage(5_000)) };
    let own =
        NewDiscount { customers: ForCustomers::Segments([staff].into()), ..plain("For our own people") };
    let later =
        |title: &str| NewDiscount { starts_at: "2037-11-27T00:00:00Z".parse().unwrap(), ..plain(title) };
    for new in [own, later("Black Friday"), coded("SOON", later("Soon"))] {
        shop.discount(&new).await;
    }
    let id = cart_of_both(&shop).await;
    shop.type_codes(&id, &["FIVE", "SOON"]).await;
    let query = format!(
        "query($id: ID!) {{ cart(id: $id) {{ lines(first: 9) {{ nodes {{ ... on CartLine {{ {STEPS} }} }} }} }} }}"
    );
    let seen = shop.ask(&query, json!({ "id": id })).await["cart"]["lines"]["nodes"][0]["priceTrace"].clone();
    let rules = |steps: &Value| -> Vec<String> {
        steps.as_array().unwrap().iter().map(|step| step["rule"].as_str().unwrap().to_owned()).collect()
    };
    let has = |steps: &Value, rule: &str| rules(steps).iter().any(|own| own == rule);
    assert!(!has(&seen, "For our own people") && !has(&seen, "Black Friday"), "{seen:#}");
    assert!(has(&seen, "SOON") && has(&seen, "FIVE"), "what they typed in they are told of: {seen:#}");
    assert!(!seen.to_string().contains("2037"), "{seen:#}");

    let scopes = ["read_orders".to_owned()];
    let token = create_access_token(&shop.app, AccessTokenKind::Admin, "test", &scopes).await.unwrap();
    let query = format!("query($id: ID!) {{ cart(id: $id) {{ lines {{ {STEPS} }} }} }}");
    let answer = shop
        .client
        .post(format!("{}/admin/api/2026-04/graphql.json", shop.url))
        .header("X-Shopify-Access-Token", token)
        .json(&json!({ "query": query, "variables": { "id": id } }))
        .send()
        .await
        .unwrap();
    let all = answer.json::<Value>().await.unwrap()["data"]["cart"]["lines"][0]["priceTrace"].clone();
    assert!(has(&all, "For our own people") && has(&all, "Black Friday"), "{all:#}");
}
