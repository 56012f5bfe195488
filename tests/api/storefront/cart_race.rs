//! One cart, many changes at once: none is lost.

use std::sync::Arc;

use entity::cart;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::secret;

use crate::support::{ProductSpec, TestShop, at_once};

async fn add(shop: &TestShop, cart: &str, variant: &str) -> Value {
    let lines = ("lines", "[CartLineInput!]!", json!([{ "merchandiseId": variant }]));
    shop.change_cart("cartLinesAdd", &[("cartId", "ID!", json!(cart)), lines]).await
}

async fn empty_cart(shop: &TestShop) -> Arc<str> {
    shop.make_cart(Value::Null).await["id"].as_str().unwrap().into()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn fifty_variants_added_at_once_are_fifty_lines() {
    let shop = Arc::new(TestShop::open().await);
    let sizes: Vec<String> = (0..50).map(|size| format!("Size {size}")).collect();
    let sizes: Vec<&str> = sizes.iter().map(String::as_str).collect();
    shop.have(&[ProductSpec::new("shoe").in_sizes_and_colors(&sizes, &["Red"])]).await;
    let variants = Arc::new(shop.variant_ids("shoe").await);
    let cart = empty_cart(&shop).await;
    let payloads = at_once(50, |index| {
        let (shop, cart, variants) = (Arc::clone(&shop), Arc::clone(&cart), Arc::clone(&variants));
        async move { add(&shop, &cart, &variants[index]).await }
    })
    .await;
    for payload in payloads {
        assert_eq!((&payload["userErrors"], &payload["warnings"]), (&json!([]), &json!([])));
    }
    let after = shop.cart(&cart).await;
    let lines = after["lines"]["nodes"].as_array().unwrap();
    let mut found: Vec<&str> = lines.iter().map(|line| line["merchandise"]["id"].as_str().unwrap()).collect();
    let mut expected: Vec<&str> = variants.iter().map(String::as_str).collect();
    found.sort_unstable();
    expected.sort_unstable();
    assert_eq!(found, expected);
    assert!(lines.iter().all(|line| line["quantity"] == 1));
    assert_eq!(after["cost"]["totalAmount"]["amount"], "500.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_variant_added_fifty_times_at_once_is_one_line_of_fifty() {
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug")]).await;
    let mug: Arc<str> = shop.variant_id("mug").await.into();
    let cart = empty_cart(&shop).await;
    let payloads = at_once(50, |_| {
        let (shop, cart, mug) = (Arc::clone(&shop), Arc::clone(&cart), Arc::clone(&mug));
        async move { add(&shop, &cart, &mug).await }
    })
    .await;
    let mut quantities: Vec<i64> = payloads
        .iter()
        .map(|payload| {
            assert_eq!((&payload["userErrors"], &payload["warnings"]), (&json!([]), &json!([])));
            payload["cart"]["totalQuantity"].as_i64().unwrap()
        })
        .collect();
    quantities.sort_unstable();
    assert_eq!(quantities, (1..=50).collect::<Vec<i64>>(), "each saw the one before it");
    let after = shop.cart(&cart).await;
    let lines = after["lines"]["nodes"].as_array().unwrap();
    assert_eq!((lines.len(), &lines[0]["quantity"]), (1, &json!(50)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_the_stock_added_at_once_is_lowered_to_the_stock() {
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("few").stock(7)]).await;
    let few: Arc<str> = shop.variant_id("few").await.into();
    let cart = empty_cart(&shop).await;
    let payloads = at_once(20, |_| {
        let (shop, cart, few) = (Arc::clone(&shop), Arc::clone(&cart), Arc::clone(&few));
        async move { add(&shop, &cart, &few).await }
    })
    .await;
    let warned = payloads.iter().filter(|payload| payload["warnings"] != json!([])).count();
    assert_eq!(warned, 13);
    assert_eq!(shop.cart(&cart).await["totalQuantity"], 7);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn six_different_changes_at_once_are_all_kept() {
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("cup").price("1.00")]).await;
    let (mug, cup) = (shop.variant_id("mug").await, shop.variant_id("cup").await);
    for round in 0..crate::failure::figure(20, 200) {
        let made = shop.make_cart(json!({ "lines": [{ "merchandiseId": mug }] })).await;
        let id: Arc<str> = made["id"].as_str().unwrap().into();
        let note = format!("round {round}");
        let address = json!([{ "address": { "deliveryAddress": { "city": "Bonn", "countryCode": "DE" } } }]);
        let payment = json!({ "amount": { "amount": "1.00", "currencyCode": "EUR" },
            "providerPaymentMethod": { "provider": "manual" } });
        let changes = Arc::new([
            ("cartNoteUpdate", "note", "String", json!(note)),
            (
                "cartAttributesUpdate",
                "attributes",
                "[AttributeInput!]!",
                json!([{ "key": "a", "value": note }]),
            ),
            (
                "cartBuyerIdentityUpdate",
                "buyerIdentity",
                "CartBuyerIdentityInput!",
                json!({ "email": "ada@example.com" }),
            ),
            ("cartLinesAdd", "lines", "[CartLineInput!]!", json!([{ "merchandiseId": cup, "quantity": 2 }])),
            ("cartDeliveryAddressesAdd", "addresses", "[CartSelectableAddressInput!]!", address),
            ("cartPaymentUpdate", "payment", "CartPaymentInput!", payment),
        ]);
        let payloads = at_once(6, |index| {
            let (shop, id, changes) = (Arc::clone(&shop), Arc::clone(&id), Arc::clone(&changes));
            async move {
                let (mutation, name, kind, value) = changes[index].clone();
                shop.change_cart(mutation, &[("cartId", "ID!", json!(&*id)), (name, kind, value)]).await
            }
        })
        .await;
        for payload in &payloads {
            assert_eq!(payload["userErrors"], json!([]), "round {round}");
        }
        let after = shop.cart(&id).await;
        assert_eq!(after["note"], note);
        assert_eq!(after["attributes"], json!([{ "key": "a", "value": note }]));
        assert_eq!(after["buyerIdentity"]["email"], "ada@example.com");
        let quantities: Vec<&Value> =
            after["lines"]["nodes"].as_array().unwrap().iter().map(|line| &line["quantity"]).collect();
        assert_eq!(quantities, [&json!(1), &json!(2)]);
        assert_eq!(after["delivery"]["addresses"][0]["address"]["city"], "Bonn");
        assert_eq!(after["cost"]["totalAmount"]["amount"], "16.9");
        let hash = secret::hash_token(id.trim_start_matches("gid://shopify/Cart/"));
        let row = cart::Entity::find().filter(cart::Column::TokenHash.eq(hash));
        let row = row.one(shop.app.db.fresh()).await.unwrap().unwrap();
        assert_eq!(row.payment.unwrap()["provider"], "manual");
        assert_eq!(row.revision, 7, "made once and changed six times");
    }
}
