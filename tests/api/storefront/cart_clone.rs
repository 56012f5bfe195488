//! Carts without the person.

use entity::cart;
use sea_orm::{EntityTrait, PaginatorTrait};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::gift_card::{NewGiftCard, issue};
use tradepost::money::{Currency, Money};

use crate::support::{ProductSpec, TestShop};

/// A cart with everything that says who buys.
async fn personal_cart(shop: &TestShop) -> Value {
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("engraving")]).await;
    let (mug, engraving) = (shop.variant_id("mug").await, shop.variant_id("engraving").await);
    let amount = Money::new(500, Currency::find("EUR").unwrap());
    let card = NewGiftCard { code: None, amount, expires_on: None };
    let card = issue(&shop.app, &Actor::System, &card).await.unwrap();
    let cart = shop
        .make_cart(json!({
            "lines": [{ "merchandiseId": mug, "quantity": 2, "attributes": [{ "key": "glaze", "value": "blue" }] },
                { "merchandiseId": engraving, "parent": { "merchandiseId": mug } }],
            "note": "For Ada, third floor", "attributes": [{ "key": "gift", "value": "yes" }],
            "buyerIdentity": { "email": "ada@example.com", "phone": "+49 30 123", "countryCode": "DE",
                "preferences": { "wallet": ["x"] } },
            "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
                "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
                "zip": "10115", "countryCode": "DE" } } }] },
            "discountCodes": ["SUMMER"], "giftCardCodes": [card.code],
        }))
        .await;
    let due = shop.ask(DUE, json!({ "id": cart["id"] })).await["cart"].clone();
    assert_eq!(due["appliedGiftCards"], json!([{ "amountUsed": { "amount": "5.0" } }]));
    let due = due["cost"]["checkoutChargeAmount"]["amount"].as_str().unwrap().to_owned();
    shop.pay(cart["id"].as_str().unwrap(), &due, "manual").await;
    cart
}

const DUE: &str = "query($id: ID!) { cart(id: $id) { appliedGiftCards { amountUsed { amount } }
    cost { checkoutChargeAmount { amount } } } }";

async fn send(shop: &TestShop, mutation: &str, cart: &Value) -> Value {
    shop.change_cart(mutation, &[("cartId", "ID!", cart.clone())]).await
}

/// What is left of a cart without the person, but for its ids.
fn assert_impersonal(cart: &Value, before: &Value) {
    assert_eq!(cart["note"], Value::Null);
    assert_eq!(
        cart["buyerIdentity"],
        json!({ "email": null, "phone": null, "countryCode": "DE", "preferences": null })
    );
    assert_eq!((&cart["delivery"]["addresses"], &cart["deliveryGroups"]["nodes"]), (&json!([]), &json!([])));
    for kept in ["attributes", "discountCodes", "totalQuantity"] {
        assert_eq!(cart[kept], before[kept], "{kept}");
    }
    let lines = |cart: &Value| {
        let lines = cart["lines"]["nodes"].as_array().unwrap().iter();
        lines
            .map(|line| json!([line["quantity"], line["attributes"], line["merchandise"]]))
            .collect::<Vec<_>>()
    };
    assert_eq!(lines(cart), lines(before));
    assert_eq!(cart["cost"]["totalAmount"]["amount"], "30.0", "without a delivery");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_clone_has_the_lines_and_nothing_of_the_person() {
    let shop = TestShop::open().await;
    let source = personal_cart(&shop).await;
    let before = shop.cart(source["id"].as_str().unwrap()).await;
    let payload = send(&shop, "cartClone", &source["id"]).await;
    assert_eq!((&payload["userErrors"], &payload["warnings"]), (&json!([]), &json!([])));
    let clone = payload["cart"]["id"].as_str().unwrap();
    assert_ne!(clone, source["id"]);
    assert_impersonal(&shop.cart(clone).await, &before);
    assert_eq!(shop.ask(DUE, json!({ "id": clone })).await["cart"]["appliedGiftCards"], json!([]));
    assert_eq!(shop.cart(source["id"].as_str().unwrap()).await, before, "the source stays as it was");

    let tree = "query($id: ID!) { cart(id: $id) { lines(first: 5) { nodes { id
        ... on CartLine { parentRelationship { parent { id } } } } } } }";
    let lines = shop.ask(tree, json!({ "id": clone })).await["cart"]["lines"]["nodes"].clone();
    assert_eq!(lines[1]["parentRelationship"]["parent"]["id"], lines[0]["id"]);
    assert!(lines[0]["id"].as_str().unwrap().ends_with(clone.rsplit('/').next().unwrap()));

    shop.change_cart("cartNoteUpdate", &[("cartId", "ID!", json!(clone)), ("note", "String", json!("mine"))])
        .await;
    assert_eq!(shop.cart(source["id"].as_str().unwrap()).await, before, "the two are carts of their own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_without_its_person_keeps_its_lines() {
    let shop = TestShop::open().await;
    let source = personal_cart(&shop).await;
    let id = source["id"].as_str().unwrap();
    let before = shop.cart(id).await;
    let payload = send(&shop, "cartRemovePersonalData", &source["id"]).await;
    assert_eq!(payload["userErrors"], json!([]));
    assert_eq!(payload["cart"]["id"], id);
    assert_impersonal(&shop.cart(id).await, &before);
    assert_eq!(shop.ask(DUE, json!({ "id": id })).await["cart"]["appliedGiftCards"], json!([]));
    let row = cart::Entity::find().one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert!(row.payment.is_none() && row.billing_address.is_none() && row.preferences.is_none());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn there_is_no_clone_of_a_cart_that_is_not_there() {
    let shop = TestShop::open().await;
    for mutation in ["cartClone", "cartRemovePersonalData"] {
        let payload = send(&shop, mutation, &json!("gid://shopify/Cart/nothing")).await;
        assert_eq!(payload["cart"], Value::Null);
        assert_eq!(payload["userErrors"][0]["code"], "INVALID");
        assert_eq!(payload["userErrors"][0]["field"], json!(["cartId"]));
    }
    assert_eq!(cart::Entity::find().count(shop.app.db.fresh()).await.unwrap(), 0);
}
