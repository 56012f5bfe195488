//! What is given back: lines, deliveries, plain amounts; to where it came from and to store credit.

use entity::store_credit_account;
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{Desk, REFUND, amount, of_kind, without_key};

/// What a refund gives back by one movement of a transaction.
fn back(order: &str, parent: &str, amount: &str) -> Value {
    json!([{ "orderId": order, "parentId": parent, "gateway": "test", "kind": "REFUND", "amount": amount }])
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_suggested_is_what_a_refund_of_it_gives_back() {
    let desk = Desk::open().await;
    let order = desk.order("pin", 3, "approve").await;
    let sale = desk.transaction(&order, "SALE").await;
    let line = desk.line(&order).await;
    let suggest = "query($id: ID!, $lines: [RefundLineItemInput!], $shipping: Boolean, $part: Money, $all: Boolean) {
        order(id: $id) { suggestedRefund(refundLineItems: $lines, refundShipping: $shipping, shippingAmount: $part,
            suggestFullRefund: $all) {
            amountSet { shopMoney { amount } } subtotalSet { shopMoney { amount } } totalTaxSet { shopMoney { amount } }
            maximumRefundableSet { shopMoney { amount } }
            shipping { amountSet { shopMoney { amount } } maximumRefundableSet { shopMoney { amount } } }
            refundLineItems { quantity lineItem { id } }
            suggestedTransactions { gateway kind amountSet { shopMoney { amount } } parentTransaction { id } } } } }";
    let suggested = async |variables: Value| {
        let mut variables = variables;
        variables["id"] = json!(order);
        desk.ask(suggest, variables).await["order"]["suggestedRefund"].clone()
    };
    let two = json!([{ "lineItemId": line, "quantity": 2 }]);
    let lines_only = suggested(json!({ "lines": two })).await;
    assert_eq!((amount(&lines_only, "amountSet"), amount(&lines_only, "subtotalSet")), ("6.66", "6.66"));
    assert_eq!(amount(&lines_only, "maximumRefundableSet"), "14.89");
    assert_eq!(amount(&lines_only["shipping"], "maximumRefundableSet"), "4.9");
    let expected = json!([{ "gateway": "test", "kind": "SUGGESTED_REFUND",
        "amountSet": { "shopMoney": { "amount": "6.66" } }, "parentTransaction": { "id": sale } }]);
    assert_eq!(lines_only["suggestedTransactions"], expected);
    let with_part = suggested(json!({ "lines": two, "part": "2.00" })).await;
    assert_eq!(
        (amount(&with_part, "amountSet"), amount(&with_part["shipping"], "amountSet")),
        ("8.66", "2.0")
    );
    let with_delivery = suggested(json!({ "lines": two, "shipping": true })).await;
    assert_eq!(amount(&with_delivery, "amountSet"), "11.56");
    let all = suggested(json!({ "all": true })).await;
    assert_eq!(amount(&all, "amountSet"), "14.89");
    assert_eq!(all["refundLineItems"], json!([{ "quantity": 3, "lineItem": { "id": line } }]));

    let input = json!({ "orderId": order, "refundLineItems": two, "shipping": { "fullRefund": true },
        "transactions": back(&order, &sale, "11.56") });
    let given = desk.done(&REFUND, json!({ "input": input })).await;
    assert_eq!(amount(&given["refund"], "totalRefundedSet"), "11.56");
    let rest = suggested(json!({ "all": true })).await;
    assert_eq!((amount(&rest, "amountSet"), amount(&rest, "maximumRefundableSet")), ("3.33", "3.33"));
    assert_eq!(amount(&rest["shipping"], "maximumRefundableSet"), "0.0");
    assert_eq!(rest["refundLineItems"][0]["quantity"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_amount_is_given_back_without_a_line() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let sale = desk.transaction(&order, "SALE").await;
    let input = json!({ "orderId": order, "note": "sorry", "transactions": back(&order, &sale, "12.34") });
    let given = desk.done(&REFUND, json!({ "input": input })).await;
    assert_eq!(given["refund"]["refundLineItems"]["nodes"], json!([]));
    let read = desk.read(&order).await;
    assert_eq!((amount(&read, "totalRefundedSet"), &read["refunds"][0]["note"]), ("12.34", &json!("sorry")));
    assert_eq!(read["lineItems"]["nodes"][0]["refundableQuantity"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_go_back_on_the_shelf_though_no_money_moves() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 2, "manual").await;
    let line = desk.line(&order).await;
    let lines = json!([{ "lineItemId": line, "quantity": 1, "restockType": "CANCEL" }]);
    desk.done(&REFUND, json!({ "input": { "orderId": order, "refundLineItems": lines } })).await;
    let level = desk.shop.level("mug").await;
    assert_eq!((level.available, level.committed), (499, 1));
    let read = desk.read(&order).await;
    assert_eq!(amount(&read, "totalRefundedSet"), "0.0");
    assert_eq!(read["lineItems"]["nodes"][0]["currentQuantity"], 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_customer_is_given_store_credit_in_place_of_money() {
    let desk = Desk::open().await;
    let (_, token) = desk.shop.customer_with_credit("ada@example.com", 0).await;
    let variant = desk.shop.variant_id("mug").await;
    let cart = desk.shop.ready_cart(&variant, 1, "approve").await;
    let identity = json!({ "customerAccessToken": token });
    let argument =
        [("cartId", "ID!", json!(cart.id)), ("buyerIdentity", "CartBuyerIdentityInput!", identity)];
    assert_eq!(desk.shop.change_cart("cartBuyerIdentityUpdate", &argument).await["userErrors"], json!([]));
    let order = without_key(desk.shop.buy(&cart.id).await["orderId"].as_str().unwrap());
    let credit = |amount: &str| json!([{ "storeCreditRefund": { "amount": { "amount": amount, "currencyCode": "EUR" } } }]);
    let input = json!({ "orderId": order, "refundMethods": credit("40.00") });
    desk.done(&REFUND, json!({ "input": input })).await;
    let account = store_credit_account::Entity::find().all(desk.shop.app.db.fresh()).await.unwrap().remove(0);
    assert_eq!(account.balance_minor, 4_000);
    let read = desk.read(&order).await;
    assert_eq!(
        (amount(&read, "totalRefundedSet"), &read["displayFinancialStatus"]),
        ("40.0", &json!("PARTIALLY_REFUNDED"))
    );
    assert_eq!(of_kind(&read, "REFUND").next().unwrap()["gateway"], "store_credit");
    let payment = desk.shop.app.payments.test_gateway().unwrap().payments().remove(0);
    assert_eq!(payment.refunded_minor, 0, "the provider gives nothing back");

    // What was given as credit is not given again as money.
    let sale = desk.transaction(&order, "SALE").await;
    let input = json!({ "orderId": order, "transactions": back(&order, &sale, "60.01") });
    desk.refused(&REFUND, json!({ "input": input }), "AMOUNT_TOO_LARGE", "transactions.0.amount").await;
    // A guest's with the address of an account that never proved to own it: it is nobody's.
    let guest = desk.order("mug", 1, "approve").await;
    let input = json!({ "orderId": guest, "refundMethods": credit("1.00") });
    desk.refused(&REFUND, json!({ "input": input }), "NO_CUSTOMER", "refundMethods").await;
    let mut ended = credit("1.00");
    ended[0]["storeCreditRefund"]["expiresAt"] = json!("2020-01-01T00:00:00Z");
    let input = json!({ "orderId": order, "refundMethods": ended });
    desk.refused(&REFUND, json!({ "input": input }), "ENDS_IN_THE_PAST", "refundMethods").await;
    let twice = json!([credit("1.00")[0], credit("1.00")[0]]);
    let input = json!({ "orderId": order, "refundMethods": twice });
    desk.refused(&REFUND, json!({ "input": input }), "INVALID", "refundMethods").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_is_found_by_its_id() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let sale = desk.transaction(&order, "SALE").await;
    let input = json!({ "orderId": order, "note": "sorry", "transactions": back(&order, &sale, "10") });
    let id = desk.done(&REFUND, json!({ "input": input })).await["refund"]["id"].clone();
    let query = "query($id: ID!) { refund(id: $id) { id note createdAt updatedAt totalRefundedSet { presentmentMoney { amount
        currencyCode } } order { id name } transactions(first: 5) { nodes { kind amountSet { shopMoney { amount } } } } } }";
    let found = desk.ask(query, json!({ "id": id })).await["refund"].clone();
    assert_eq!((&found["id"], &found["note"], &found["order"]["id"]), (&id, &json!("sorry"), &json!(order)));
    assert_eq!(
        found["totalRefundedSet"]["presentmentMoney"],
        json!({ "amount": "10.0", "currencyCode": "EUR" })
    );
    assert_eq!(
        found["transactions"]["nodes"],
        json!([{ "kind": "REFUND", "amountSet": { "shopMoney": { "amount": "10.0" } } }])
    );
    assert!(found["createdAt"].is_string() && found["updatedAt"].is_string());
    assert_eq!(desk.ask(query, json!({ "id": "gid://shopify/Refund/999" })).await["refund"], Value::Null);
    let wrong = desk.send(query, &json!({ "id": order })).await;
    assert_eq!(wrong.code(), "INVALID_ID");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_is_made_as_the_forms_of_programs_send_it() {
    let desk = Desk::open().await;
    let order = desk.order("pin", 1, "approve").await;
    let sale = desk.transaction(&order, "SALE").await;
    let made = json!({ "orderId": order, "transactions": back(&order, &sale, "1.00"), "note": "late",
        "shipping": { "amount": "0.00" }, "processedAt": "2020-01-02T03:04:05Z", "discrepancyReason": "DAMAGE" });
    let id = desk.done(&REFUND, json!({ "input": made })).await["refund"]["id"].clone();
    let query =
        "query($id: ID!) { refund(id: $id) { createdAt transactions(first: 5) { nodes { createdAt } } } }";
    let found = desk.ask(query, json!({ "id": id })).await["refund"].clone();
    assert_eq!(found["createdAt"], "2020-01-02T03:04:05Z");
    assert_eq!(found["transactions"]["nodes"][0]["createdAt"], "2020-01-02T03:04:05Z");
    // Nothing of the delivery went back.
    let suggest = "query($id: ID!) { order(id: $id) { suggestedRefund(suggestFullRefund: true) {
        shipping { maximumRefundableSet { shopMoney { amount } } } } } }";
    let rest = desk.ask(suggest, json!({ "id": order })).await["order"]["suggestedRefund"].clone();
    assert_eq!(amount(&rest["shipping"], "maximumRefundableSet"), "4.9");
    let mut later = made.clone();
    later["processedAt"] = json!("2999-01-02T03:04:05Z");
    desk.refused(&REFUND, json!({ "input": later }), "INVALID", "processedAt").await;
    let nothing = json!({ "orderId": order, "shipping": { "amount": "0" } });
    desk.refused(&REFUND, json!({ "input": nothing }), "INVALID", "").await;
    let less = json!({ "orderId": order, "shipping": { "amount": "-1" } });
    desk.refused(&REFUND, json!({ "input": less }), "AMOUNT_NOT_POSITIVE", "shipping.amount").await;
    // Whatever the caller allows.
    let over =
        json!({ "orderId": order, "transactions": back(&order, &sale, "100"), "allowOverRefunding": true });
    desk.refused(&REFUND, json!({ "input": over }), "AMOUNT_TOO_LARGE", "transactions.0.amount").await;
    let payload = desk.run(&REFUND, json!({ "input": over })).await;
    let message = payload["userErrors"][0]["message"].as_str().unwrap();
    assert!(message.contains("more than was taken never goes back"), "{message}");
}
