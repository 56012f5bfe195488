//! Money that is paid outside, and orders that are put aside.

use serde_json::{Value, json};

use super::{CANCEL, CLOSE, Desk, MANUAL_PAYMENT, MARK_AS_PAID, OPEN, REFUND, amount, of_kind};

fn of(order: &str) -> Value {
    json!({ "input": { "id": order } })
}

fn euros(amount: &str) -> Value {
    json!({ "amount": amount, "currencyCode": "EUR" })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_marked_as_paid_once_the_money_came() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "manual").await;
    let placed = desk.read(&order).await;
    assert_eq!(
        (&placed["displayFinancialStatus"], amount(&placed, "totalOutstandingSet")),
        (&json!("PENDING"), "100.0")
    );
    let paid = desk.done(&MARK_AS_PAID, of(&order)).await;
    assert_eq!(
        (&paid["order"]["id"], &paid["order"]["displayFinancialStatus"]),
        (&json!(order), &json!("PAID"))
    );
    let read = desk.read(&order).await;
    assert_eq!((amount(&read, "totalReceivedSet"), &read["fullyPaid"]), ("100.0", &json!(true)));
    desk.refused(&MARK_AS_PAID, of(&order), "ALREADY_PAID", "id").await;
    // What was paid outside is given back outside, and noted.
    let sale = of_kind(&read, "SALE").find(|sale| sale["status"] == "SUCCESS").unwrap()["id"].clone();
    let input = json!({ "orderId": order, "transactions": [
        { "orderId": order, "parentId": sale, "gateway": "manual", "kind": "REFUND", "amount": "100" }] });
    desk.done(&REFUND, json!({ "input": input })).await;
    assert_eq!(desk.read(&order).await["displayFinancialStatus"], "REFUNDED");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn payments_are_written_down_until_nothing_is_owed() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "manual").await;
    let part = json!({ "id": order, "amount": euros("40.00"), "name": "Cash", "at": "2020-01-02T03:04:05Z" });
    let partly = desk.done(&MANUAL_PAYMENT, part).await;
    assert_eq!(partly["order"]["displayFinancialStatus"], "PARTIALLY_PAID");
    let read = desk.read(&order).await;
    assert_eq!((amount(&read, "totalReceivedSet"), amount(&read, "totalOutstandingSet")), ("40.0", "60.0"));
    for (variables, code, field) in [
        (json!({ "id": order, "amount": euros("60.01") }), "AMOUNT_EXCEEDS_BALANCE", "amount"),
        (json!({ "id": order, "amount": euros("0") }), "AMOUNT_NOT_POSITIVE", "amount"),
        (json!({ "id": order, "amount": euros("-5") }), "AMOUNT_NOT_POSITIVE", "amount"),
        (json!({ "id": order, "at": "2999-01-02T03:04:05Z" }), "PROCESSED_AT_INVALID", "processedAt"),
        (json!({ "id": "gid://shopify/Order/999" }), "ORDER_NOT_FOUND", "id"),
    ] {
        desk.refused(&MANUAL_PAYMENT, variables, code, field).await;
    }
    // Without an amount it is all that is owed.
    let paid = desk.done(&MANUAL_PAYMENT, json!({ "id": order })).await;
    assert_eq!(paid["order"]["displayFinancialStatus"], "PAID");
    let read = desk.read(&order).await;
    assert_eq!((amount(&read, "totalReceivedSet"), amount(&read, "totalOutstandingSet")), ("100.0", "0.0"));
    desk.refused(
        &MANUAL_PAYMENT,
        json!({ "id": order, "amount": euros("0.01") }),
        "AMOUNT_EXCEEDS_BALANCE",
        "id",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_put_aside_and_taken_up_again() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let closed = desk.done(&CLOSE, of(&order)).await["order"].clone();
    assert_eq!((&closed["id"], &closed["closed"]), (&json!(order), &json!(true)));
    assert!(closed["closedAt"].is_string());
    let opened = desk.done(&OPEN, of(&order)).await["order"].clone();
    assert_eq!((&opened["closed"], &opened["closedAt"]), (&json!(false), &Value::Null));
    for mutation in [&CLOSE, &OPEN, &MARK_AS_PAID] {
        desk.refused(mutation, of("gid://shopify/Order/999"), "ORDER_NOT_FOUND", "id").await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_that_was_called_off_takes_no_money() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "manual").await;
    desk.done(&CANCEL, json!({ "id": order, "restock": true, "reason": "DECLINED" })).await;
    desk.refused(&MARK_AS_PAID, of(&order), "ALREADY_CANCELLED", "id").await;
    desk.refused(&MANUAL_PAYMENT, json!({ "id": order }), "ORDER_CANCELLED", "id").await;
    assert_eq!(desk.read(&order).await["cancelReason"], "DECLINED");
}
