//! What the buyer was told is what they pay, or there is no order.

use entity::completion_attempt;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::money::Money;
use tradepost::pricing::{FixedPrice, save_base_prices};

use super::{add_card, only_order, submitted};
use crate::support::market::currency;
use crate::support::{ProductSpec, TestShop};

async fn set_price(shop: &TestShop, handle: &str, minor: i64) {
    let price = FixedPrice::of(shop.first_variant(handle).await, Money::new(minor, currency("EUR")));
    save_base_prices(&shop.app, &Actor::System, &[price]).await.unwrap();
}

/// Whether a cart can be ordered, as its buyer is told.
async fn prepared(shop: &TestShop, id: &str) -> Value {
    let prepare = "mutation($id: ID!) { cartPrepareForCompletion(cartId: $id) { result { __typename } } }";
    let answer = shop.ask(prepare, json!({ "id": id })).await;
    answer["cartPrepareForCompletion"]["result"]["__typename"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changed_since_the_buyer_agreed_is_refused_with_what_changed() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let mug = shop.variant_id("mug").await;
    let cart = shop.ready_cart(&mug, 2, "manual").await;
    let line = shop.cart(&cart.id).await["lines"]["nodes"][0]["id"].clone();
    set_price(&shop, "mug", 1_400).await;
    let refused = submitted(&shop, &cart.id).await;
    assert_eq!(refused["__typename"], "SubmitFailed");
    let errors = refused["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["code"] == "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT"));
    assert_eq!(errors[0]["priceChange"], Value::Null);
    assert_eq!(
        errors[1]["priceChange"],
        json!({ "part": "UNIT", "lineId": line, "was": { "amount": "12.5" },
                "is": { "amount": "14.0", "currencyCode": "EUR" } })
    );
    assert_eq!(errors[1]["message"], "One of mug costs 14.0 EUR now, and was 12.5 EUR");
    assert_eq!(errors[2]["priceChange"]["part"], "TOTAL");
    assert_eq!(
        (&errors[2]["priceChange"]["was"]["amount"], &errors[2]["priceChange"]["is"]["amount"]),
        (&json!("29.9"), &json!("32.9"))
    );
    assert_eq!(errors.len(), 3);
    let attempts = completion_attempt::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert!(attempts.is_empty() && shop.reservations().await.is_empty());

    shop.pay(&cart.id, "32.90", "manual").await;
    shop.buy(&cart.id).await;
    assert_eq!(only_order(&shop).await.total_minor, 3_290);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gift_card_pays_in_full_is_not_more_than_the_buyer_was_told() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "manual").await;
    add_card(&shop, &cart.id, 10_000).await;
    shop.pay(&cart.id, "0", "manual").await;
    assert_eq!(prepared(&shop, &cart.id).await, "CartStatusReady");
    set_price(&shop, "mug", 1_400).await;
    let refused = submitted(&shop, &cart.id).await;
    assert_eq!(refused["__typename"], "SubmitFailed", "{refused}");
    assert_eq!(refused["errors"][0]["priceChange"]["part"], "UNIT");
    assert_eq!(shop.orders().await, []);
    assert_eq!(prepared(&shop, &cart.id).await, "CartStatusReady", "the buyer is told the new price");
    shop.buy(&cart.id).await;
    assert_eq!(only_order(&shop).await.total_minor, 1_890);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gift_card_pays_is_told_anew_after_a_change_of_the_cart() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "manual").await;
    add_card(&shop, &cart.id, 10_000).await;
    shop.pay(&cart.id, "0", "manual").await;
    assert_eq!(prepared(&shop, &cart.id).await, "CartStatusReady");
    let line = shop.cart(&cart.id).await["lines"]["nodes"][0]["id"].clone();
    let change = "mutation($cart: ID!, $line: ID!) { cartLinesUpdate(cartId: $cart, lines: [{ id: $line, quantity: 2 }]) \
                  { userErrors { message } } }";
    shop.ask(change, json!({ "cart": cart.id, "line": line })).await;
    set_price(&shop, "mug", 1_400).await;
    assert_eq!(submitted(&shop, &cart.id).await["__typename"], "SubmitFailed", "neither total was ever told");
    assert_eq!(shop.orders().await, []);
    assert_eq!(prepared(&shop, &cart.id).await, "CartStatusReady");
    shop.buy(&cart.id).await;
    assert_eq!(only_order(&shop).await.total_minor, 3_290);
}
