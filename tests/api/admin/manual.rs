//! Money that is paid outside, and orders that are put aside.

use serde_json::{Value, json};

use super::{
    CANCEL, CAPTURE, CLOSE, Desk, MANUAL_PAYMENT, MARK_AS_PAID, OPEN, REFUND, amount, of_kind, told,
};

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

/// Takes two of five mugs off an order without giving money back for them.
async fn take_off_two(desk: &Desk, order: &str) {
    let line = json!([{ "lineItemId": desk.line(order).await, "quantity": 2, "restockType": "CANCEL" }]);
    desk.done(&REFUND, json!({ "input": { "orderId": order, "refundLineItems": line } })).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_taken_off_an_order_need_not_be_paid() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 5, "manual").await;
    take_off_two(&desk, &order).await;
    let read = desk.read(&order).await;
    assert_eq!(
        (amount(&read, "totalOutstandingSet"), &read["displayFinancialStatus"]),
        ("300.0", &json!("PENDING"))
    );
    desk.refused(
        &MANUAL_PAYMENT,
        json!({ "id": order, "amount": euros("300.01") }),
        "AMOUNT_EXCEEDS_BALANCE",
        "amount",
    )
    .await;
    assert_eq!(desk.done(&MARK_AS_PAID, of(&order)).await["order"]["displayFinancialStatus"], "PAID");
    let read = desk.read(&order).await;
    let came: Vec<(&str, &Value)> =
        of_kind(&read, "SALE").map(|sale| (amount(sale, "amountSet"), &sale["status"])).collect();
    assert_eq!(came, [("500.0", &json!("FAILURE")), ("300.0", &json!("SUCCESS"))]);
    assert_eq!((amount(&read, "totalOutstandingSet"), &read["fullyPaid"]), ("0.0", &json!(true)));
    assert_eq!(told(&desk, &order, "order.paid").await, 1);

    // Written down by hand, in parts.
    let order = desk.order("mug", 5, "manual").await;
    take_off_two(&desk, &order).await;
    for (part, status, paid) in [("100.00", "PARTIALLY_PAID", 0), ("200.00", "PAID", 1)] {
        let noted = desk.done(&MANUAL_PAYMENT, json!({ "id": order, "amount": euros(part) })).await;
        assert_eq!(noted["order"]["displayFinancialStatus"], status);
        assert_eq!(told(&desk, &order, "order.paid").await, paid);
    }
    desk.refused(&MARK_AS_PAID, of(&order), "ALREADY_PAID", "id").await;

    // Taken of a promise.
    let order = desk.order("mug", 5, "authorize").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    take_off_two(&desk, &order).await;
    assert_eq!(desk.read(&order).await["displayFinancialStatus"], "AUTHORIZED");
    let input = json!({ "id": order, "parentTransactionId": promise, "amount": "300", "finalCapture": true });
    desk.done(&CAPTURE, json!({ "input": input })).await;
    let read = desk.read(&order).await;
    assert_eq!((&read["displayFinancialStatus"], &read["fullyPaid"]), (&json!("PAID"), &json!(true)));
    assert_eq!(told(&desk, &order, "order.paid").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_is_paid_once_it_costs_no_more_than_was_paid() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 5, "manual").await;
    desk.done(&MANUAL_PAYMENT, json!({ "id": order, "amount": euros("300") })).await;
    assert_eq!(desk.read(&order).await["displayFinancialStatus"], "PARTIALLY_PAID");
    take_off_two(&desk, &order).await;
    let read = desk.read(&order).await;
    assert_eq!(
        (&read["displayFinancialStatus"], amount(&read, "totalOutstandingSet")),
        (&json!("PAID"), "0.0")
    );
    assert_eq!(told(&desk, &order, "order.paid").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_that_came_in_outside_goes_back_under_its_own_name_or_as_manual() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "manual").await;
    desk.done(&MANUAL_PAYMENT, json!({ "id": order, "name": "Cash" })).await;
    let read = desk.read(&order).await;
    let sale = of_kind(&read, "SALE").find(|sale| sale["status"] == "SUCCESS").unwrap();
    assert_eq!(sale["gateway"], "Cash");
    let back = |gateway: &str, parent: Value| {
        json!({ "input": { "orderId": order, "transactions": [{ "orderId": order, "parentId": parent,
            "gateway": gateway, "kind": "REFUND", "amount": "10" }] } })
    };
    desk.refused(&REFUND, back("test", sale["id"].clone()), "INVALID", "transactions.0.gateway").await;
    for (gateway, parent) in
        [("Cash", sale["id"].clone()), ("manual", sale["id"].clone()), ("manual", Value::Null)]
    {
        desk.done(&REFUND, back(gateway, parent)).await;
    }
    assert_eq!(amount(&desk.read(&order).await, "totalRefundedSet"), "30.0");
    // Of money that a provider took, it is another gateway.
    let order = desk.order("mug", 1, "approve").await;
    let sale = desk.transaction(&order, "SALE").await;
    let input = json!({ "orderId": order, "transactions": [{ "orderId": order, "parentId": sale,
        "gateway": "manual", "kind": "REFUND", "amount": "10" }] });
    desk.refused(&REFUND, json!({ "input": input }), "INVALID", "transactions.0.gateway").await;
}
