//! Orders that are called off: the money goes back to where it came from, the goods on the shelf.

use entity::shipping_label::ParcelStatus;
use entity::{gift_card, store_credit_account};
use sea_orm::EntityTrait;
use serde_json::{Value, json};

use super::{CANCEL, CAPTURE, Desk, amount, have_parcel, of_kind, without_key};

fn cancel(order: &str, method: Value, restock: bool) -> Value {
    json!({ "id": order, "method": method, "restock": restock, "reason": "CUSTOMER", "note": "a change of mind" })
}

/// An order of a signed-in customer that a gift card of 30.00, store credit of 20.00 and the test gateway pay together.
async fn paid_by_three(desk: &Desk) -> String {
    let (_, token) = desk.shop.customer_with_credit("ada@example.com", 2_000).await;
    let code = desk.shop.gift_card(3_000).await.code;
    let variant = desk.shop.variant_id("mug").await;
    let cart = desk.shop.ready_cart(&variant, 1, "approve").await;
    let identity = json!({ "customerAccessToken": token });
    for (mutation, argument) in [
        ("cartBuyerIdentityUpdate", ("buyerIdentity", "CartBuyerIdentityInput!", identity)),
        ("cartGiftCardCodesAdd", ("giftCardCodes", "[String!]!", json!([code]))),
        (
            "cartStoreCreditUpdate",
            ("amount", "MoneyInput!", json!({ "amount": "20.00", "currencyCode": "EUR" })),
        ),
    ] {
        let query = format!(
            "mutation($id: ID!, ${name}: {kind}) {{ {mutation}(cartId: $id, {name}: ${name}) {{
                userErrors {{ code field message }} }} }}",
            name = argument.0,
            kind = argument.1
        );
        let mut variables = json!({ "id": cart.id });
        variables[argument.0] = argument.2;
        assert_eq!(desk.shop.ask(&query, variables).await[mutation]["userErrors"], json!([]), "{mutation}");
    }
    desk.shop.pay(&cart.id, "50.00", "approve").await;
    without_key(desk.shop.buy(&cart.id).await["orderId"].as_str().unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_tenders_are_given_back_and_the_goods_are_sold_again() {
    let desk = Desk::open().await;
    let order = paid_by_three(&desk).await;
    assert_eq!(desk.read(&order).await["displayFinancialStatus"], "PAID");
    let job = desk.done(&CANCEL, cancel(&order, json!({ "originalPaymentMethodsRefund": true }), true)).await;
    assert_eq!((&job["job"]["done"], &job["orderCancelUserErrors"]), (&json!(true), &json!([])));
    assert!(job["job"]["id"].as_str().unwrap().starts_with("gid://shopify/Job/"));
    let read = desk.read(&order).await;
    assert_eq!(
        (&read["cancelReason"], &read["displayFinancialStatus"]),
        (&json!("CUSTOMER"), &json!("REFUNDED"))
    );
    assert!(read["cancelledAt"].is_string());
    assert_eq!((amount(&read, "totalRefundedSet"), amount(&read, "netPaymentSet")), ("100.0", "0.0"));
    let mut back: Vec<(&str, &str)> = of_kind(&read, "REFUND")
        .map(|refund| (refund["gateway"].as_str().unwrap(), amount(refund, "amountSet")))
        .collect();
    back.sort_unstable();
    assert_eq!(back, [("gift_card", "30.0"), ("store_credit", "20.0"), ("test", "50.0")]);
    let db = desk.shop.app.db.fresh();
    assert_eq!(gift_card::Entity::find().one(db).await.unwrap().unwrap().balance_minor, 3_000);
    assert_eq!(store_credit_account::Entity::find().one(db).await.unwrap().unwrap().balance_minor, 2_000);
    assert_eq!(desk.shop.app.payments.test_gateway().unwrap().payments().remove(0).refunded_minor, 5_000);
    let level = desk.shop.level("mug").await;
    assert_eq!((level.available, level.committed, level.on_hand), (500, 0, 500));
    desk.refused(
        &CANCEL,
        cancel(&order, json!({ "originalPaymentMethodsRefund": true }), true),
        "ALREADY_CANCELLED",
        "orderId",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_of_it_is_given_as_store_credit() {
    let desk = Desk::open().await;
    let order = paid_by_three(&desk).await;
    desk.done(&CANCEL, cancel(&order, json!({ "storeCreditRefund": { "expiresAt": null } }), false)).await;
    let read = desk.read(&order).await;
    assert_eq!(amount(&read, "totalRefundedSet"), "100.0");
    let db = desk.shop.app.db.fresh();
    assert_eq!(store_credit_account::Entity::find().one(db).await.unwrap().unwrap().balance_minor, 10_000);
    assert_eq!(gift_card::Entity::find().one(db).await.unwrap().unwrap().balance_minor, 0);
    assert_eq!(desk.shop.app.payments.test_gateway().unwrap().payments().remove(0).refunded_minor, 0);
    assert_eq!(desk.shop.level("mug").await.available, 499, "nothing was said about the goods");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_way_to_give_back_the_money_stays() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    desk.done(&CANCEL, cancel(&order, Value::Null, true)).await;
    let read = desk.read(&order).await;
    assert!(read["cancelledAt"].is_string());
    assert_eq!((amount(&read, "totalRefundedSet"), amount(&read, "netPaymentSet")), ("0.0", "100.0"));
    assert_eq!(desk.shop.level("mug").await.available, 500);

    // As programs said it before there was a choice.
    let order = desk.order("mug", 1, "approve").await;
    let mut variables = cancel(&order, Value::Null, false);
    variables["refund"] = json!(true);
    desk.done(&CANCEL, variables).await;
    assert_eq!(amount(&desk.read(&order).await, "totalRefundedSet"), "100.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_promise_is_let_go_and_what_was_taken_of_one_goes_back() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "authorize").await;
    desk.done(&CANCEL, cancel(&order, Value::Null, true)).await;
    let read = desk.read(&order).await;
    assert_eq!(
        (&read["displayFinancialStatus"], amount(&read, "totalCapturableSet")),
        (&json!("VOIDED"), "0.0")
    );

    let order = desk.order("mug", 1, "authorize").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    let input = json!({ "id": order, "parentTransactionId": promise, "amount": "40" });
    desk.done(&CAPTURE, json!({ "input": input })).await;
    desk.done(&CANCEL, cancel(&order, json!({ "originalPaymentMethodsRefund": true }), true)).await;
    let read = desk.read(&order).await;
    assert_eq!((amount(&read, "totalRefundedSet"), amount(&read, "totalCapturableSet")), ("40.0", "0.0"));
    assert_eq!((amount(&read, "netPaymentSet"), &read["capturable"]), ("0.0", &json!(false)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_has_left_in_a_parcel_is_not_sold_again() {
    use ParcelStatus::{Accepted, Announced, AtPickupPoint, Delivered, Exception, InTransit, Unknown};
    let desk = Desk::open().await;
    for (status, has_left) in [
        (Unknown, false),
        (Announced, false),
        (Accepted, true),
        (InTransit, true),
        (Exception, true),
        (AtPickupPoint, true),
        (Delivered, true),
    ] {
        let before = desk.shop.level("mug").await.available;
        let order = desk.order("mug", 1, "approve").await;
        have_parcel(&desk, &order, status).await;
        if has_left {
            desk.refused(&CANCEL, cancel(&order, Value::Null, true), "PARCEL_LEFT", "restock").await;
            assert_eq!(desk.read(&order).await["cancelledAt"], Value::Null);
        }
        desk.done(&CANCEL, cancel(&order, Value::Null, !has_left)).await;
        assert!(desk.read(&order).await["cancelledAt"].is_string());
        let after = desk.shop.level("mug").await.available;
        assert_eq!(before - after, i64::from(has_left), "{status:?}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_makes_no_sense_is_refused_and_nothing_is_called_off() {
    let desk = Desk::open().await;
    let own = paid_by_three(&desk).await;
    // A guest's with the address of an account that never proved to own it: it is nobody's.
    let order = desk.order("mug", 1, "approve").await;
    let credit = |expires: &str| json!({ "storeCreditRefund": { "expiresAt": expires } });
    let with = |key: &str, value: Value| {
        let mut variables = cancel(&order, json!({ "originalPaymentMethodsRefund": true }), true);
        variables[key] = value;
        variables
    };
    let mut ended = cancel(&own, credit("2020-01-01T00:00:00Z"), true);
    ended["note"] = Value::Null;
    for (variables, code, word, field) in [
        (with("id", json!("gid://shopify/Order/999")), "NOT_FOUND", "ORDER_NOT_FOUND", "orderId"),
        (
            with("method", credit("2099-01-01T00:00:00Z")),
            "STORE_CREDIT_REFUND_MISSING_CUSTOMER",
            "NO_CUSTOMER",
            "refundMethod",
        ),
        (ended, "STORE_CREDIT_REFUND_EXPIRATION_IN_PAST", "ENDS_IN_THE_PAST", "refundMethod"),
        (with("note", json!("n".repeat(256))), "INVALID", "INVALID", "staffNote"),
    ] {
        let before = desk.everything().await;
        let payload = desk.run(&CANCEL, variables).await;
        for (errors, code) in [("orderCancelUserErrors", code), ("userErrors", word)] {
            let error = &payload[errors][0];
            assert_eq!((&error["code"], &error["field"]), (&json!(code), &json!([field])), "{payload:#}");
        }
        assert_eq!(payload["job"], Value::Null);
        assert_eq!(desk.everything().await, before, "nothing has changed");
    }
    let both = json!({ "originalPaymentMethodsRefund": true, "storeCreditRefund": { "expiresAt": null } });
    let before = desk.everything().await;
    assert!(!desk.send(CANCEL.query, &with("method", both)).await.code().is_empty());
    assert_eq!(desk.everything().await, before, "nothing has changed");
}
