//! Store credit in carts.

use entity::store_credit_account;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{cart_to, cost, due, furnished, only_order, pay_with_credit, submitted};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_is_signed_in_pays_with_store_credit_and_never_more_than_they_wish() {
    let shop = furnished().await;
    let (_, token) = shop.customer_with_credit("ada@example.com", 1_000).await;
    let stranger = cart_to(&shop, "DE", &[], None).await;
    let before = cost(&shop, &stranger).await;
    let refused = pay_with_credit(&shop, &stranger, "1.00").await;
    assert_eq!(refused, json!({ "cart": null, "userErrors": [{ "code": "INVALID", "field": ["amount"] }] }));
    let wrong =
        "mutation($id: ID!, $amount: MoneyInput!) { cartStoreCreditUpdate(cartId: $id, amount: $amount) {
        userErrors { code field } } }";
    for (amount, code, field) in
        [("1.00", "USD", "currencyCode"), ("-1.00", "EUR", "amount"), ("x", "EUR", "amount")]
    {
        let amount = json!({ "amount": amount, "currencyCode": code });
        let answer = shop.ask(wrong, json!({ "id": stranger, "amount": amount })).await;
        let errors = json!([{ "code": "INVALID", "field": ["amount", field] }]);
        assert_eq!(answer["cartStoreCreditUpdate"]["userErrors"], errors);
    }
    assert_eq!(cost(&shop, &stranger).await, before, "nothing has changed");

    let id = cart_to(&shop, "DE", &[], Some(&token)).await;
    assert_eq!(cost(&shop, &id).await["appliedStoreCredit"], Value::Null, "nobody pays unasked");
    pay_with_credit(&shop, &id, "2.50").await;
    let credit = cost(&shop, &id).await["appliedStoreCredit"].clone();
    assert_eq!(credit, json!({ "amount": { "amount": "2.5" }, "balance": { "amount": "10.0" } }));
    let out = "mutation($token: String!) { customerAccessTokenDelete(customerAccessToken: $token) { deletedAccessToken } }";
    shop.ask(out, json!({ "token": token })).await;
    assert_eq!(cost(&shop, &id).await["appliedStoreCredit"], Value::Null, "who signed out pays no more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_carts_cannot_spend_the_same_store_credit() {
    let shop = furnished().await;
    let (_, token) = shop.customer_with_credit("ada@example.com", 5_000).await;
    let (first, second) =
        (cart_to(&shop, "DE", &[], Some(&token)).await, cart_to(&shop, "DE", &[], Some(&token)).await);
    for id in [&first, &second] {
        pay_with_credit(&shop, id, "50.00").await;
        let cart = cost(&shop, id).await;
        assert_eq!(due(&cart), "0.0");
        shop.pay(id, "0", "manual").await;
    }
    shop.buy(&first).await;
    // 4.69 of the credit are left: the second buyer did not agree to pay the rest otherwise.
    let refused = submitted(&shop, &second).await;
    assert_eq!(refused["errors"][0]["code"], "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT");
    assert_eq!(shop.orders().await.len(), 1);
    let account = store_credit_account::Entity::find().all(shop.app.db.fresh()).await.unwrap().remove(0);
    assert_eq!(account.balance_minor, 5_000 - only_order(&shop).await.total_minor);
    shop.order_adds_up(only_order(&shop).await.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_takes_a_cart_over_does_not_pay_with_store_credit_because_another_wished_to() {
    let shop = furnished().await;
    let (_, ada) = shop.customer_with_credit("ada@example.com", 1_000).await;
    let (_, eve) = shop.customer_with_credit("eve@example.com", 1_000).await;
    let id = cart_to(&shop, "DE", &[], Some(&ada)).await;
    pay_with_credit(&shop, &id, "10.00").await;
    let sign_in = async |token: &str| {
        let identity = json!({ "customerAccessToken": token, "countryCode": "DE" });
        let arguments =
            [("cartId", "ID!", json!(id)), ("buyerIdentity", "CartBuyerIdentityInput!", identity)];
        let payload = shop.change_cart("cartBuyerIdentityUpdate", &arguments).await;
        assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
        cost(&shop, &id).await["appliedStoreCredit"].clone()
    };
    assert_ne!(sign_in(&ada).await, Value::Null, "who signs in again has wished it before");
    assert_eq!(sign_in(&eve).await, Value::Null);
    assert_eq!(sign_in(&ada).await, Value::Null, "the wish is gone for good");
}
