//! Promised money: taken all at once, in parts, or let go.

use serde_json::{Value, json};

use super::{CAPTURE, Desk, REFUND, VOID, amount, of_kind};

fn part(order: &str, parent: &str, amount: &str) -> Value {
    json!({ "input": { "id": order, "parentTransactionId": parent, "amount": amount } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn money_is_promised_taken_in_parts_and_given_back_in_parts() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 2, "authorize").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    let line = desk.line(&order).await;
    let placed = desk.read(&order).await;
    assert_eq!(
        (&placed["displayFinancialStatus"], &placed["capturable"]),
        (&json!("AUTHORIZED"), &json!(true))
    );
    assert_eq!(
        (&placed["refundable"], &placed["fullyPaid"], &placed["unpaid"]),
        (&json!(false), &json!(false), &json!(true))
    );
    assert_eq!(
        (amount(&placed, "totalCapturableSet"), amount(&placed, "totalReceivedSet")),
        ("200.0", "0.0")
    );

    let first = desk.done(&CAPTURE, part(&order, &promise, "80")).await["transaction"].clone();
    assert_eq!(
        (&first["kind"], &first["status"], &first["gateway"]),
        (&json!("CAPTURE"), &json!("SUCCESS"), &json!("test"))
    );
    assert_eq!(first["amountSet"]["presentmentMoney"], json!({ "amount": "80.0", "currencyCode": "EUR" }));
    assert_eq!(first["parentTransaction"], json!({ "id": promise, "kind": "AUTHORIZATION" }));
    assert_eq!(first["test"], true);
    let partly = desk.read(&order).await;
    assert_eq!(
        (&partly["displayFinancialStatus"], &partly["capturable"]),
        (&json!("PARTIALLY_PAID"), &json!(true))
    );
    assert_eq!(
        (amount(&partly, "totalCapturableSet"), amount(&partly, "totalReceivedSet")),
        ("120.0", "80.0")
    );
    assert_eq!((amount(&partly, "totalOutstandingSet"), &partly["refundable"]), ("120.0", &json!(true)));

    let second = desk.done(&CAPTURE, part(&order, &promise, "120.00")).await["transaction"].clone();
    let paid = desk.read(&order).await;
    assert_eq!((&paid["displayFinancialStatus"], &paid["capturable"]), (&json!("PAID"), &json!(false)));
    assert_eq!((&paid["fullyPaid"], &paid["unpaid"]), (&json!(true), &json!(false)));
    assert_eq!((amount(&paid, "totalCapturableSet"), amount(&paid, "totalReceivedSet")), ("0.0", "200.0"));
    assert_eq!((amount(&paid, "totalOutstandingSet"), amount(&paid, "netPaymentSet")), ("0.0", "200.0"));

    let before = desk.shop.level("mug").await;
    assert_eq!((before.available, before.committed), (498, 2));
    let input = json!({ "orderId": order, "note": "one came broken",
        "refundLineItems": [{ "lineItemId": line, "quantity": 1, "restockType": "CANCEL" }],
        "transactions": [{ "orderId": order, "parentId": first["id"], "gateway": "test", "kind": "REFUND", "amount": "80" },
                         { "orderId": order, "parentId": second["id"], "gateway": "test", "kind": "REFUND", "amount": "20" }] });
    let given = desk.done(&REFUND, json!({ "input": input })).await;
    let refund = &given["refund"];
    assert_eq!((&refund["note"], &refund["order"]["id"]), (&json!("one came broken"), &json!(order)));
    assert_eq!(amount(refund, "totalRefundedSet"), "100.0");
    let back = json!([{ "quantity": 1, "restockType": "CANCEL", "restocked": true, "lineItem": { "id": line },
        "subtotalSet": { "shopMoney": { "amount": "100.0" } }, "totalTaxSet": { "shopMoney": { "amount": "0.0" } } }]);
    assert_eq!(refund["refundLineItems"]["nodes"], back);
    assert_eq!(given["order"]["displayFinancialStatus"], "PARTIALLY_REFUNDED");
    let level = desk.shop.level("mug").await;
    assert_eq!((level.available, level.committed, level.on_hand), (499, 1, 500));
    let partly = desk.read(&order).await;
    let of_line = &partly["lineItems"]["nodes"][0];
    assert_eq!(
        (&of_line["quantity"], &of_line["currentQuantity"], &of_line["refundableQuantity"]),
        (&json!(2), &json!(1), &json!(1))
    );
    assert_eq!((amount(&partly, "totalRefundedSet"), amount(&partly, "netPaymentSet")), ("100.0", "100.0"));
    assert_eq!(amount(&partly, "currentTotalPriceSet"), "100.0");

    let input = json!({ "orderId": order,
        "refundLineItems": [{ "lineItemId": line, "quantity": 1, "restockType": "NO_RESTOCK" }],
        "transactions": [{ "orderId": order, "parentId": second["id"], "gateway": "test", "kind": "REFUND", "amount": "100" }] });
    let given = desk.done(&REFUND, json!({ "input": input })).await;
    assert_eq!(given["refund"]["refundLineItems"]["nodes"][0]["restocked"], false);
    let whole = desk.read(&order).await;
    assert_eq!((&whole["displayFinancialStatus"], &whole["refundable"]), (&json!("REFUNDED"), &json!(false)));
    assert_eq!((amount(&whole, "totalRefundedSet"), amount(&whole, "netPaymentSet")), ("200.0", "0.0"));
    assert_eq!(whole["refunds"].as_array().unwrap().len(), 2);
    let of_line = &whole["lineItems"]["nodes"][0];
    assert_eq!((&of_line["currentQuantity"], &of_line["refundableQuantity"]), (&json!(0), &json!(0)));
    let level = desk.shop.level("mug").await;
    assert_eq!(level.available, 499, "what is not put back is not sold again");
    let payment = desk.shop.app.payments.test_gateway().unwrap().payments().remove(0);
    assert_eq!(payment.refunded_minor, 20_000, "the provider knows of all of it");
    assert_eq!(of_kind(&whole, "REFUND").count(), 3);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_final_capture_lets_the_rest_of_the_promise_go() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "authorize").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    let input = json!({ "id": order, "parentTransactionId": promise, "amount": "60.00", "currency": "EUR", "finalCapture": true });
    desk.done(&CAPTURE, json!({ "input": input })).await;
    let read = desk.read(&order).await;
    assert_eq!((amount(&read, "totalReceivedSet"), amount(&read, "totalCapturableSet")), ("60.0", "0.0"));
    assert_eq!(read["capturable"], false);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_that_is_let_go_is_not_taken_any_more() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "authorize").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    let voided = desk.done(&VOID, json!({ "id": promise })).await["transaction"].clone();
    assert_eq!((&voided["kind"], &voided["status"]), (&json!("VOID"), &json!("SUCCESS")));
    assert_eq!(
        (amount(&voided, "amountSet"), &voided["parentTransaction"]["id"]),
        ("100.0", &json!(promise))
    );
    let read = desk.read(&order).await;
    assert_eq!((&read["displayFinancialStatus"], &read["capturable"]), (&json!("VOIDED"), &json!(false)));
    assert_eq!(amount(&read, "totalCapturableSet"), "0.0");
    desk.refused(&CAPTURE, part(&order, &promise, "1"), "AMOUNT_TOO_LARGE", "amount").await;
    desk.refused(&VOID, json!({ "id": promise }), "AUTH_NOT_VOIDABLE", "parentTransactionId").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn more_than_was_promised_is_not_taken() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "authorize").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    desk.refused(&CAPTURE, part(&order, &promise, "100.01"), "AMOUNT_TOO_LARGE", "amount").await;
    desk.done(&CAPTURE, part(&order, &promise, "99.99")).await;
    desk.refused(&CAPTURE, part(&order, &promise, "0.02"), "AMOUNT_TOO_LARGE", "amount").await;
    let read = desk.read(&order).await;
    assert_eq!(amount(&read, "totalReceivedSet"), "99.99");
}
