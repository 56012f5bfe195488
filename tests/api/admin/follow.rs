//! What buyers see of what staff did: in their account and by the key of their order.

use entity::shipping_label::ParcelStatus;
use serde_json::{Value, json};

use super::{CANCEL, CAPTURE, Desk, REFUND, have_parcel};

/// What buyers look at.
const SEEN: &str = "name financialStatus fulfillmentStatus canceledAt cancelReason totalRefunded { amount currencyCode }
    totalRefundedV2 { amount } currentTotalPrice { amount } currentSubtotalPrice { amount } totalPrice { amount }
    lineItems(first: 5) { nodes { quantity currentQuantity } }";

/// A customer's order with its id for buyers, and their access token.
async fn bought(desk: &Desk, payment: &str) -> (String, String) {
    let (_, token) = desk.shop.customer_with_credit("ada@example.com", 0).await;
    let variant = desk.shop.variant_id("mug").await;
    let cart = desk.shop.ready_cart(&variant, 2, payment).await;
    let argument = ("buyerIdentity", "CartBuyerIdentityInput!", json!({ "customerAccessToken": token }));
    let changed = desk
        .shop
        .change_cart("cartBuyerIdentityUpdate", &[("cartId", "ID!", json!(cart.id)), argument])
        .await;
    assert_eq!(changed["userErrors"], json!([]));
    (desk.shop.buy(&cart.id).await["orderId"].as_str().unwrap().to_owned(), token)
}

/// The order as its customer and as anybody with its key sees it, who must see the same.
async fn seen(desk: &Desk, id: &str, token: &str) -> Value {
    let (gid, key) = id.split_once("?key=").unwrap();
    let by_key = format!("query($id: ID!, $key: String!) {{ order(id: $id, key: $key) {{ {SEEN} }} }}");
    let by_key = desk.shop.ask(&by_key, json!({ "id": gid, "key": key })).await["order"].clone();
    let own = format!(
        "query($token: String!) {{ customer(customerAccessToken: $token) {{ orders(first: 5) {{ nodes {{ {SEEN} }} }} }} }}"
    );
    let own = desk.shop.ask(&own, json!({ "token": token })).await["customer"]["orders"]["nodes"].clone();
    assert_eq!(own, json!([by_key]));
    by_key
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buyers_see_what_was_taken_and_what_was_given_back() {
    let desk = Desk::open().await;
    let (id, token) = bought(&desk, "authorize").await;
    let order = super::without_key(&id);
    assert_eq!(seen(&desk, &id, &token).await["financialStatus"], "AUTHORIZED");
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    let capture =
        |amount: &str| json!({ "input": { "id": order, "parentTransactionId": promise, "amount": amount } });
    desk.done(&CAPTURE, capture("50")).await;
    assert_eq!(seen(&desk, &id, &token).await["financialStatus"], "PARTIALLY_PAID");
    desk.done(&CAPTURE, capture("150")).await;
    assert_eq!(seen(&desk, &id, &token).await["financialStatus"], "PAID");

    let read = desk.read(&order).await;
    let second = super::of_kind(&read, "CAPTURE").last().unwrap()["id"].clone();
    let input = json!({ "orderId": order,
        "refundLineItems": [{ "lineItemId": desk.line(&order).await, "quantity": 1, "restockType": "CANCEL" }],
        "transactions": [{ "orderId": order, "parentId": second, "gateway": "test", "kind": "REFUND", "amount": "100" }] });
    desk.done(&REFUND, json!({ "input": input })).await;
    let partly = seen(&desk, &id, &token).await;
    assert_eq!(partly["financialStatus"], "PARTIALLY_REFUNDED");
    assert_eq!(partly["totalRefunded"], json!({ "amount": "100.0", "currencyCode": "EUR" }));
    assert_eq!(partly["totalRefundedV2"]["amount"], "100.0");
    assert_eq!(partly["lineItems"]["nodes"], json!([{ "quantity": 2, "currentQuantity": 1 }]));
    assert_eq!(
        (&partly["totalPrice"]["amount"], &partly["currentTotalPrice"]["amount"]),
        (&json!("200.0"), &json!("100.0"))
    );
    assert_eq!(partly["currentSubtotalPrice"]["amount"], "100.0");
    assert_eq!((&partly["canceledAt"], &partly["cancelReason"]), (&Value::Null, &Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buyers_see_that_an_order_was_called_off_and_why() {
    let desk = Desk::open().await;
    let (id, token) = bought(&desk, "approve").await;
    let order = super::without_key(&id);
    let cancel = json!({ "id": order, "restock": true, "reason": "INVENTORY", "note": "for staff alone",
        "method": { "originalPaymentMethodsRefund": true } });
    desk.done(&CANCEL, cancel).await;
    let off = seen(&desk, &id, &token).await;
    assert!(off["canceledAt"].is_string());
    assert_eq!((&off["cancelReason"], &off["financialStatus"]), (&json!("INVENTORY"), &json!("REFUNDED")));
    assert_eq!(off["totalRefunded"]["amount"], "200.0");
    assert!(!off.to_string().contains("for staff alone"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_awaited_of_an_order_that_was_called_off_unpaid() {
    let desk = Desk::open().await;
    let (id, token) = bought(&desk, "manual").await;
    let order = super::without_key(&id);
    assert_eq!(seen(&desk, &id, &token).await["financialStatus"], "PENDING");
    desk.done(&CANCEL, json!({ "id": order, "restock": true, "reason": "CUSTOMER" })).await;
    assert_eq!(seen(&desk, &id, &token).await["financialStatus"], "VOIDED");
    let read = desk.read(&order).await;
    assert_eq!((&read["displayFinancialStatus"], &read["fullyPaid"]), (&json!("VOIDED"), &json!(false)));
    assert_eq!(read["unpaid"], true);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_with_a_parcel_is_in_progress() {
    let desk = Desk::open().await;
    let (id, token) = bought(&desk, "approve").await;
    let order = super::without_key(&id);
    assert_eq!(seen(&desk, &id, &token).await["fulfillmentStatus"], "UNFULFILLED");
    have_parcel(&desk, &order, ParcelStatus::Announced).await;
    assert_eq!(seen(&desk, &id, &token).await["fulfillmentStatus"], "IN_PROGRESS");
}
