//! How a cart is to be paid, as far as it is set before the checkout.

use entity::cart;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use tradepost::secret;

use crate::support::{ProductSpec, TestShop, VariantSpec};

const KIND: &str = "CartPaymentInput!";

/// The row of a cart.
async fn row(shop: &TestShop, id: &str) -> cart::Model {
    let hash = secret::hash_token(id.trim_start_matches("gid://shopify/Cart/"));
    let row = cart::Entity::find().filter(cart::Column::TokenHash.eq(hash));
    row.one(shop.app.db.fresh()).await.unwrap().unwrap()
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currencyCode": "EUR" })
}

fn by_hand(amount: Value) -> Value {
    json!({ "amount": amount, "providerPaymentMethod": { "provider": "manual" } })
}

async fn refuse(shop: &TestShop, cart: &str, payment: Value, expected: &[(&str, &str)]) {
    let before = row(shop, cart).await;
    shop.refuses(cart, "cartPaymentUpdate", ("payment", KIND, payment), expected).await;
    assert_eq!(row(shop, cart).await, before, "nothing has changed");
}

async fn accept(shop: &TestShop, cart: &str, payment: Value) -> Value {
    let payload = shop
        .change_cart("cartPaymentUpdate", &[("cartId", "ID!", json!(cart)), ("payment", KIND, payment)])
        .await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    row(shop, cart).await.payment.unwrap()
}

async fn cart_of_a_mug(shop: &TestShop) -> String {
    shop.have(&[ProductSpec::new("mug")]).await;
    let made = shop.cart_with(&shop.variant_id("mug").await, 1).await;
    made["cart"]["id"].as_str().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_is_kept_with_its_billing_address() {
    let shop = TestShop::open().await;
    let cart = cart_of_a_mug(&shop).await;
    let kept = accept(&shop, &cart, by_hand(euros("10.00"))).await;
    let expected = json!({ "provider": "manual", "token": null, "amount_minor": 1000, "currency": "EUR",
        "source_identifier": null });
    assert_eq!(kept, expected);
    assert_eq!(row(&shop, &cart).await.billing_address, None);
    let by_card = json!({ "amount": { "amount": 10.5, "currencyCode": "EUR" }, "sourceIdentifier": "till-7",
        "providerPaymentMethod": { "provider": "test", "token": "approve",
            "billingAddress": { "city": "Bonn", "country": "DE" } } });
    let kept = accept(&shop, &cart, by_card).await;
    let expected = json!({ "provider": "test", "token": "approve", "amount_minor": 1050, "currency": "EUR",
        "source_identifier": "till-7" });
    assert_eq!(kept, expected);
    assert_eq!(row(&shop, &cart).await.billing_address.unwrap()["city"], "Bonn");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_that_the_shop_does_not_take_are_refused() {
    let shop = TestShop::open().await;
    let cart = cart_of_a_mug(&shop).await;
    accept(&shop, &cart, by_hand(euros("10.00"))).await;
    let billing = json!({ "city": "Bonn", "country": "DE" });
    let with = |method: &str, value: Value| json!({ "amount": euros("10.00"), method: value });
    let test = |token: Value| with("providerPaymentMethod", json!({ "provider": "test", "token": token }));
    for (payment, code, field) in [
        (
            with("providerPaymentMethod", json!({ "provider": "stripe" })),
            "PAYMENT_METHOD_NOT_SUPPORTED",
            "payment",
        ),
        (with("providerPaymentMethod", json!({ "provider": "" })), "PAYMENT_METHOD_NOT_SUPPORTED", "payment"),
        (
            with("directPaymentMethod", json!({ "sessionId": "s", "billingAddress": billing })),
            "PAYMENT_METHOD_NOT_SUPPORTED",
            "payment",
        ),
        (with("walletPaymentMethod", json!({})), "PAYMENT_METHOD_NOT_SUPPORTED", "payment"),
        (test(Value::Null), "INVALID_PAYMENT", "payment"),
        (test(json!("")), "INVALID_PAYMENT", "payment"),
        (
            with("freePaymentMethod", json!({ "billingAddress": billing })),
            "INVALID_PAYMENT",
            "payment.freePaymentMethod",
        ),
        (
            with("providerPaymentMethod", json!({ "provider": "free" })),
            "INVALID_PAYMENT",
            "payment.freePaymentMethod",
        ),
        (json!({ "amount": euros("10.00") }), "INVALID_PAYMENT", "payment"),
        (
            json!({ "amount": euros("10.00"), "walletPaymentMethod": {}, "providerPaymentMethod": { "provider": "manual" } }),
            "INVALID_PAYMENT",
            "payment",
        ),
        (
            with(
                "providerPaymentMethod",
                json!({ "provider": "manual", "billingAddress": { "city": "Bonn" } }),
            ),
            "INVALID",
            "payment.billingAddress.countryCode",
        ),
    ] {
        refuse(&shop, &cart, payment, &[(code, field)]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_that_nobody_pays_are_refused() {
    let shop = TestShop::open().await;
    let cart = cart_of_a_mug(&shop).await;
    accept(&shop, &cart, by_hand(euros("10.00"))).await;
    let currency = [("INVALID_PAYMENT", "payment.amount.currencyCode")];
    refuse(&shop, &cart, by_hand(json!({ "amount": "10.00", "currencyCode": "USD" })), &currency).await;
    refuse(&shop, &cart, by_hand(json!({ "amount": "10", "currencyCode": "JPY" })), &currency).await;
    let amount = [("INVALID_PAYMENT", "payment.amount.amount")];
    for text in [
        "-1.00",
        "-0.01",
        "10.001",
        "ten",
        "",
        ".",
        "1e3",
        "10,00",
        "NaN",
        "99999999999999999999",
        "1000000000.01",
    ] {
        refuse(&shop, &cart, by_hand(euros(text)), &amount).await;
    }
    for number in [json!(-1), json!(1e300), json!(10.001)] {
        let money = json!({ "amount": number, "currencyCode": "EUR" });
        refuse(&shop, &cart, by_hand(money), &amount).await;
    }
    let query = "mutation($id: ID!, $payment: CartPaymentInput!) { cartPaymentUpdate(cartId: $id, payment: $payment) {
        userErrors { code } } }";
    for money in [
        json!({ "amount": "1", "currencyCode": "XXX1" }),
        json!({ "amount": true, "currencyCode": "EUR" }),
        json!({}),
    ] {
        let variables = json!({ "id": cart, "payment": by_hand(money) });
        assert_eq!(shop.error_code(query, variables).await, "GRAPHQL_VALIDATION_FAILED");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_empty_cart_has_nothing_to_pay() {
    let shop = TestShop::open().await;
    let cart = shop.make_cart(Value::Null).await["id"].as_str().unwrap().to_owned();
    refuse(&shop, &cart, by_hand(euros("0.00")), &[("INVALID_PAYMENT_EMPTY_CART", "payment")]).await;
    let free =
        json!({ "amount": euros("0.00"), "freePaymentMethod": { "billingAddress": { "country": "DE" } } });
    refuse(&shop, &cart, free, &[("INVALID_PAYMENT_EMPTY_CART", "payment")]).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_that_costs_nothing_is_paid_with_nothing() {
    let shop = TestShop::open().await;
    let gift = VariantSpec { price: "0.00".to_owned(), requires_shipping: false, ..VariantSpec::default() };
    shop.have(&[ProductSpec { variants: vec![gift], ..ProductSpec::new("gift") }]).await;
    let made = shop.cart_with(&shop.variant_id("gift").await, 1).await;
    let cart = made["cart"]["id"].as_str().unwrap();
    let free =
        json!({ "amount": euros("0.00"), "freePaymentMethod": { "billingAddress": { "country": "DE" } } });
    let kept = accept(&shop, cart, free).await;
    assert_eq!((&kept["provider"], &kept["amount_minor"]), (&json!("free"), &json!(0)));
}
