//! What is refused: with a code that stays the same, and nothing changed.

use serde_json::{Value, json};

use super::{
    CANCEL, CAPTURE, CLOSE, Desk, MANUAL_PAYMENT, MARK_AS_PAID, Mutation, OPEN, REFUND, VOID, token,
};

const UNKNOWN_ORDER: &str = "gid://shopify/Order/999";
const UNKNOWN_TRANSACTION: &str = "gid://shopify/OrderTransaction/999";

/// A refund of one movement.
fn movement(order: &str, parent: &str, amount: &str) -> Value {
    json!({ "input": { "orderId": order, "transactions": [
        { "orderId": order, "parentId": parent, "gateway": "test", "kind": "REFUND", "amount": amount }] } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_without_sense_give_nothing_back() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let sale = desk.transaction(&order, "SALE").await;
    for (amount, code) in [
        ("100.01", "AMOUNT_TOO_LARGE"),
        ("99999999999999999999", "INVALID"),
        ("0", "AMOUNT_NOT_POSITIVE"),
        ("0.00", "AMOUNT_NOT_POSITIVE"),
        ("-60", "AMOUNT_NOT_POSITIVE"),
        ("1.001", "INVALID"),
        ("1,50", "INVALID"),
        ("", "INVALID"),
    ] {
        desk.refused(&REFUND, movement(&order, &sale, amount), code, "transactions.0.amount").await;
    }
    // Two parts that fit alone and not together.
    let mut two = movement(&order, &sale, "60");
    let again = two["input"]["transactions"][0].clone();
    two["input"]["transactions"].as_array_mut().unwrap().push(again);
    desk.refused(&REFUND, two, "AMOUNT_TOO_LARGE", "transactions.1.amount").await;
    let mut dollars = movement(&order, &sale, "10");
    dollars["input"]["currency"] = json!("USD");
    desk.refused(&REFUND, dollars, "INVALID", "currency").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_without_sense_take_nothing() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "authorize").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    let capture =
        |amount: &str| json!({ "input": { "id": order, "parentTransactionId": promise, "amount": amount } });
    for (amount, code) in [
        ("100.01", "AMOUNT_TOO_LARGE"),
        ("0", "AMOUNT_NOT_POSITIVE"),
        ("-1", "AMOUNT_NOT_POSITIVE"),
        ("1.001", "INVALID"),
        ("ten", "INVALID"),
    ] {
        desk.refused(&CAPTURE, capture(amount), code, "amount").await;
    }
    let mut dollars = capture("10");
    dollars["input"]["currency"] = json!("USD");
    desk.refused(&CAPTURE, dollars, "INVALID", "currency").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_of_another_order_are_not_this_ones() {
    let desk = Desk::open().await;
    let (one, other) = (desk.order("mug", 1, "approve").await, desk.order("mug", 1, "approve").await);
    let sale = desk.transaction(&other, "SALE").await;
    desk.refused(&REFUND, movement(&one, &sale, "10"), "NOT_REFUNDABLE", "transactions.0.parentId").await;
    let mut crossed = movement(&one, &desk.transaction(&one, "SALE").await, "10");
    crossed["input"]["transactions"][0]["orderId"] = json!(other);
    desk.refused(&REFUND, crossed, "INVALID", "transactions.0.orderId").await;
    let (promised, elsewhere) =
        (desk.order("mug", 1, "authorize").await, desk.order("mug", 1, "authorize").await);
    let promise = desk.transaction(&elsewhere, "AUTHORIZATION").await;
    let input = json!({ "id": promised, "parentTransactionId": promise, "amount": "10" });
    desk.refused(&CAPTURE, json!({ "input": input }), "NOT_CAPTURABLE", "parentTransactionId").await;
    // A line of the other order.
    let lines = json!([{ "lineItemId": desk.line(&other).await, "quantity": 1, "restockType": "CANCEL" }]);
    let input = json!({ "orderId": one, "refundLineItems": lines });
    desk.refused(&REFUND, json!({ "input": input }), "INVALID", "refundLineItems.0.lineItemId").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn transactions_of_the_wrong_kind_are_refused() {
    let desk = Desk::open().await;
    let (paid, promised) = (desk.order("mug", 1, "approve").await, desk.order("mug", 1, "authorize").await);
    let sale = desk.transaction(&paid, "SALE").await;
    let promise = desk.transaction(&promised, "AUTHORIZATION").await;
    let input = json!({ "id": paid, "parentTransactionId": sale, "amount": "10" });
    desk.refused(&CAPTURE, json!({ "input": input }), "NOT_CAPTURABLE", "parentTransactionId").await;
    desk.refused(&VOID, json!({ "id": sale }), "AUTH_NOT_VOIDABLE", "parentTransactionId").await;
    desk.refused(&REFUND, movement(&promised, &promise, "10"), "NOT_REFUNDABLE", "transactions.0.parentId")
        .await;
    let mut sold = movement(&paid, &sale, "10");
    sold["input"]["transactions"][0]["kind"] = json!("SALE");
    desk.refused(&REFUND, sold, "INVALID", "transactions.0.kind").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_more_units_are_given_back_than_were_bought() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 2, "approve").await;
    let line = desk.line(&order).await;
    let of_line = |quantity: i32, restock: &str| {
        json!({ "input": { "orderId": order, "refundLineItems": [
            { "lineItemId": line, "quantity": quantity, "restockType": restock }] } })
    };
    for (quantity, code) in [(3, "LINE_QUANTITY"), (0, "INVALID"), (-1, "INVALID")] {
        desk.refused(&REFUND, of_line(quantity, "CANCEL"), code, "refundLineItems.0.quantity").await;
    }
    desk.done(&REFUND, of_line(1, "CANCEL")).await;
    desk.refused(&REFUND, of_line(2, "NO_RESTOCK"), "LINE_QUANTITY", "refundLineItems.0.quantity").await;
    let mut elsewhere = of_line(1, "CANCEL");
    elsewhere["input"]["refundLineItems"][0]["locationId"] = json!("gid://shopify/Location/999");
    desk.refused(&REFUND, elsewhere, "INVALID", "refundLineItems.0.locationId").await;
    desk.refused(&REFUND, json!({ "input": { "orderId": order } }), "INVALID", "").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_there_is_not_is_not_found() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "authorize").await;
    let capture = |order: &str, parent: &str| json!({ "input": { "id": order, "parentTransactionId": parent, "amount": "1" } });
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    desk.refused(&CAPTURE, capture(UNKNOWN_ORDER, &promise), "ORDER_NOT_FOUND", "id").await;
    desk.refused(&CAPTURE, capture(&order, UNKNOWN_TRANSACTION), "NOT_CAPTURABLE", "parentTransactionId")
        .await;
    desk.refused(&VOID, json!({ "id": UNKNOWN_TRANSACTION }), "TRANSACTION_NOT_FOUND", "parentTransactionId")
        .await;
    desk.refused(&REFUND, movement(UNKNOWN_ORDER, &promise, "1"), "ORDER_NOT_FOUND", "orderId").await;
    desk.refused(
        &REFUND,
        movement(&order, UNKNOWN_TRANSACTION, "1"),
        "NOT_REFUNDABLE",
        "transactions.0.parentId",
    )
    .await;
    // What is no id of the kind is refused as a whole.
    let before = desk.everything().await;
    for (mutation, variables) in [
        (&CAPTURE, capture("gid://shopify/Product/1", &promise)),
        (&CAPTURE, capture(&order, &order)),
        (&VOID, json!({ "id": "1" })),
        (&REFUND, movement(&promise, &promise, "1")),
        (&CLOSE, json!({ "input": { "id": "gid://shopify/Order/x" } })),
    ] {
        assert_eq!(desk.send(mutation.query, &variables).await.code(), "INVALID_ID", "{variables}");
    }
    assert_eq!(desk.everything().await, before, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_may_only_read_changes_nothing_and_who_may_only_write_reads_nothing() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "authorize").await;
    let awaited = desk.order("mug", 1, "manual").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    let all: [(&Mutation, Value); 8] = [
        (&CAPTURE, json!({ "input": { "id": order, "parentTransactionId": promise, "amount": "1" } })),
        (&VOID, json!({ "id": promise })),
        (&REFUND, movement(&order, &promise, "1")),
        (&CANCEL, json!({ "id": order, "restock": true, "reason": "STAFF" })),
        (&MARK_AS_PAID, json!({ "input": { "id": awaited } })),
        (&MANUAL_PAYMENT, json!({ "id": awaited })),
        (&CLOSE, json!({ "input": { "id": order } })),
        (&OPEN, json!({ "input": { "id": order } })),
    ];
    let before = desk.everything().await;
    let reader = token(&desk.shop, &["read_orders", "write_products"]).await;
    for (mutation, variables) in &all {
        let denied = desk.send_as(&reader, &[], mutation.query, variables).await;
        assert_eq!(denied.code(), "ACCESS_DENIED", "{}", mutation.name);
        assert_eq!(denied.json()["data"][mutation.name], Value::Null);
    }
    assert_eq!(desk.everything().await, before, "nothing has changed");
    let writer = token(&desk.shop, &["write_orders"]).await;
    let query = "query($id: ID!) { order(id: $id) { name } }";
    assert_eq!(desk.send_as(&writer, &[], query, &json!({ "id": order })).await.code(), "ACCESS_DENIED");
    let refund = "{ refund(id: \"gid://shopify/Refund/1\") { id } }";
    assert_eq!(desk.send_as(&writer, &[], refund, &json!({})).await.code(), "ACCESS_DENIED");
}
