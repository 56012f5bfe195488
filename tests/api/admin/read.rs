//! What staff read of an order and its money.

use serde_json::{Value, json};

use super::{Desk, REFUND, amount, order_id, without_key};
use crate::payment::attempt::gateway;
use crate::payment::webhook;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_tells_how_it_stands_before_anything_was_done() {
    let desk = Desk::open().await;
    let order = desk.order("pin", 2, "approve").await;
    let read = desk.read(&order).await;
    assert_eq!(
        (&read["displayFinancialStatus"], &read["displayFulfillmentStatus"]),
        (&json!("PAID"), &json!("UNFULFILLED"))
    );
    for (field, expected) in [
        ("totalReceivedSet", "11.56"),
        ("totalRefundedSet", "0.0"),
        ("totalCapturableSet", "0.0"),
        ("totalOutstandingSet", "0.0"),
        ("netPaymentSet", "11.56"),
        ("currentTotalPriceSet", "11.56"),
    ] {
        assert_eq!(amount(&read, field), expected, "{field}");
    }
    for (field, expected) in [
        ("capturable", false),
        ("fullyPaid", true),
        ("unpaid", false),
        ("refundable", true),
        ("restockable", true),
        ("closed", false),
    ] {
        assert_eq!(read[field], expected, "{field}");
    }
    for field in ["cancelledAt", "cancelReason", "closedAt"] {
        assert!(read[field].is_null(), "{field}");
    }
    assert_eq!(read["refunds"], json!([]));
    let sale = &read["transactions"][0];
    assert_eq!(
        (&sale["kind"], &sale["status"], &sale["errorCode"]),
        (&json!("SALE"), &json!("SUCCESS"), &json!(null))
    );
    assert_eq!(sale["parentTransaction"], json!(null));
    let line = &read["lineItems"]["nodes"][0];
    assert_eq!(
        (&line["quantity"], &line["currentQuantity"], &line["refundableQuantity"]),
        (&json!(2), &json!(2), &json!(2))
    );
    assert_eq!(desk.shop.orders().await[0].id, order_id(&order));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_is_told_in_the_currency_of_the_buyer_and_in_that_of_the_shop() {
    let desk = Desk::open().await;
    desk.shop.sell_abroad().await;
    let variant = desk.shop.variant_id("pin").await;
    let cart = desk
        .shop
        .make_cart(json!({
            "lines": [{ "merchandiseId": variant, "quantity": 1 }],
            "buyerIdentity": { "email": "ada@example.com", "countryCode": "US" },
            "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
                "firstName": "Ada", "lastName": "Lovelace", "address1": "350 5th Ave", "city": "New York",
                "zip": "10118", "provinceCode": "NY", "countryCode": "US" } } }] },
        }))
        .await;
    let id = cart["id"].as_str().unwrap();
    let total = &cart["cost"]["totalAmount"];
    assert_eq!(total["currencyCode"], "USD");
    let pay = "mutation($id: ID!, $payment: CartPaymentInput!) { cartPaymentUpdate(cartId: $id, payment: $payment) {
        userErrors { code } } }";
    let payment =
        json!({ "amount": total, "providerPaymentMethod": { "provider": "test", "token": "approve" } });
    let paid = desk.shop.ask(pay, json!({ "id": id, "payment": payment })).await;
    assert_eq!(paid["cartPaymentUpdate"]["userErrors"], json!([]));
    let order = without_key(desk.shop.buy(id).await["orderId"].as_str().unwrap());
    let sale = desk.transaction(&order, "SALE").await;
    // 10.80 at 1.08 dollars for a euro are 10.00.
    let mut variables = json!({ "input": { "orderId": order, "currency": "USD", "transactions": [
        { "orderId": order, "parentId": sale, "gateway": "test", "kind": "REFUND", "amount": "10.80" }] } });
    desk.done(&REFUND, variables.clone()).await;
    let query = "query($id: ID!) { order(id: $id) { currencyCode presentmentCurrencyCode
        totalRefundedSet { shopMoney { amount currencyCode } presentmentMoney { amount currencyCode } } } }";
    let read = desk.ask(query, json!({ "id": order })).await["order"].clone();
    assert_eq!((&read["currencyCode"], &read["presentmentCurrencyCode"]), (&json!("EUR"), &json!("USD")));
    let expected = json!({ "shopMoney": { "amount": "10.0", "currencyCode": "EUR" },
        "presentmentMoney": { "amount": "10.8", "currencyCode": "USD" } });
    assert_eq!(read["totalRefundedSet"], expected);
    variables["input"]["currency"] = json!("EUR");
    desk.refused(&REFUND, variables, "INVALID", "currency").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_and_refunds_are_counted_out() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let sale = desk.transaction(&order, "SALE").await;
    for amount in ["1", "2", "3"] {
        let input = json!({ "orderId": order, "transactions": [
            { "orderId": order, "parentId": sale, "gateway": "test", "kind": "REFUND", "amount": amount }] });
        desk.done(&REFUND, json!({ "input": input })).await;
    }
    let query = "query($id: ID!, $first: Int) { order(id: $id) { transactions(first: $first) { kind }
        refunds(first: $first) { totalRefundedSet { shopMoney { amount } } } } }";
    for (first, transactions, refunds) in [(json!(null), 4, 3), (json!(2), 2, 2), (json!(0), 0, 0)] {
        let read = desk.ask(query, json!({ "id": order, "first": first })).await["order"].clone();
        let count = |field: &str| read[field].as_array().unwrap().len();
        assert_eq!((count("transactions"), count("refunds")), (transactions, refunds), "{first}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn staff_see_that_a_payment_is_disputed() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let query = "query($id: ID!) { order(id: $id) { disputedAt displayFinancialStatus } }";
    let read = desk.ask(query, json!({ "id": order })).await;
    assert_eq!(read["order"]["disputedAt"], Value::Null);
    let payment = gateway(&desk.shop).payments().remove(0).reference;
    gateway(&desk.shop).dispute(&payment);
    let body = json!({ "id": "evt_1", "kind": "dispute", "reference": payment }).to_string();
    assert_eq!(webhook::tell(&desk.shop, &body).await, 200);
    webhook::handled(&desk.shop).await;
    let read = desk.ask(query, json!({ "id": order })).await;
    assert!(read["order"]["disputedAt"].is_string(), "{read:#}");
    assert_eq!(read["order"]["displayFinancialStatus"], "PAID");
}
