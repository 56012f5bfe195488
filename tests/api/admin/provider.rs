//! What a provider refuses, does not answer or does not accept: told to staff, and never done by halves.

use entity::completion_attempt::CaptureMode;
use entity::gift_card;
use entity::id::GiftCardId;
use sea_orm::EntityTrait;
use secrecy::SecretString;
use serde_json::{Value, json};
use tradepost::order::settle_money;

use super::{CANCEL, CAPTURE, Desk, REFUND, amount, of_kind, order_id, told, without_key};
use crate::payment::shop::pay_by;
use crate::payment::stripe;
use crate::payment::stripe::book::{Fault, Stand};

/// An order of two mugs that a gift card of 20.00 and the test gateway pay together, and the card.
async fn paid_by_two(desk: &Desk) -> (String, GiftCardId) {
    let card = desk.shop.gift_card(2_000).await;
    let variant = desk.shop.variant_id("mug").await;
    let cart = desk.shop.ready_cart(&variant, 2, "approve").await;
    let add = [("cartId", "ID!", json!(cart.id)), ("giftCardCodes", "[String!]!", json!([card.code]))];
    assert_eq!(desk.shop.change_cart("cartGiftCardCodesAdd", &add).await["userErrors"], json!([]));
    desk.shop.pay(&cart.id, "180.00", "approve").await;
    (without_key(desk.shop.buy(&cart.id).await["orderId"].as_str().unwrap()), card.id)
}

/// So much of the only payment goes back at the gateway's own desk: the gateway refuses to give that once more.
fn given_elsewhere(desk: &Desk, minor: i64) {
    let gateway = desk.shop.app.payments.test_gateway().unwrap();
    let payment = gateway.payments().remove(0);
    assert!(gateway.give_back_at_desk(&payment.reference, minor).is_some());
}

/// The test gateway knows none of its payments any more.
fn forgotten(desk: &Desk) {
    let gateway = desk.shop.app.payments.test_gateway().unwrap();
    for payment in gateway.payments() {
        assert!(gateway.forget(&payment.reference));
    }
}

async fn on_card(desk: &Desk, card: GiftCardId) -> i64 {
    gift_card::Entity::find_by_id(card).one(desk.shop.app.db.fresh()).await.unwrap().unwrap().balance_minor
}

/// A refund of a unit that goes on its shelf, by these payments.
async fn refund_of(desk: &Desk, order: &str, parts: &[(&Value, &str)]) -> Value {
    let part = |(parent, amount): &(&Value, &str)| {
        json!({ "orderId": order, "parentId": parent["id"], "gateway": parent["gateway"], "kind": "REFUND",
            "amount": amount })
    };
    json!({ "input": { "orderId": order,
        "refundLineItems": [{ "lineItemId": desk.line(order).await, "quantity": 1, "restockType": "CANCEL" }],
        "transactions": parts.iter().map(part).collect::<Vec<_>>() } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_its_provider_refuses_gives_nothing_back_however_often_it_is_sent() {
    let desk = Desk::open().await;
    let (order, card) = paid_by_two(&desk).await;
    let placed = desk.read(&order).await;
    let by = |gateway: &str| of_kind(&placed, "SALE").find(|sale| sale["gateway"] == gateway).unwrap();
    given_elsewhere(&desk, 17_000);
    let both = refund_of(&desk, &order, &[(by("gift_card"), "20.00"), (by("test"), "20.00")]).await;
    for _ in 0..2 {
        let payload = desk.run(&REFUND, both.clone()).await;
        let error = &payload["userErrors"][0];
        assert_eq!((&error["code"], &error["field"]), (&json!("PROVIDER_REFUSED"), &Value::Null));
        assert_eq!((&payload["refund"], &payload["order"]), (&Value::Null, &Value::Null));
        let read = desk.read(&order).await;
        assert_eq!(
            (&read["displayFinancialStatus"], amount(&read, "totalRefundedSet")),
            (&json!("PAID"), "0.0")
        );
        assert_eq!(
            (amount(&read, "currentTotalPriceSet"), amount(&read, "totalOutstandingSet")),
            ("200.0", "0.0")
        );
        assert_eq!(read["lineItems"]["nodes"][0]["currentQuantity"], 2);
        assert!(of_kind(&read, "REFUND").all(|row| row["status"] == "FAILURE"), "{read:#}");
        let refunds = read["refunds"].as_array().unwrap();
        assert!(refunds.iter().all(|refund| refund["refundLineItems"]["nodes"] == json!([])), "{read:#}");
        let level = desk.shop.level("mug").await;
        assert_eq!((on_card(&desk, card).await, level.available, level.committed), (0, 498, 2));
    }
    assert_eq!(told(&desk, &order, "order.refunded").await, 0);
    // As much as the provider still has is given, with all the rest, once.
    let less = refund_of(&desk, &order, &[(by("gift_card"), "20.00"), (by("test"), "10.00")]).await;
    let given = desk.done(&REFUND, less).await;
    assert_eq!(amount(&given["refund"], "totalRefundedSet"), "30.0");
    assert_eq!(given["refund"]["refundLineItems"]["nodes"][0]["restocked"], true);
    let level = desk.shop.level("mug").await;
    assert_eq!((on_card(&desk, card).await, level.available, level.committed), (2_000, 499, 1));
    assert_eq!(told(&desk, &order, "order.refunded").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_refund_by_two_payments_the_part_that_is_refused_is_told_beside_the_other() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 2, "authorize").await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    for taken in ["80", "120"] {
        let input = json!({ "id": order, "parentTransactionId": promise, "amount": taken });
        desk.done(&CAPTURE, json!({ "input": input })).await;
    }
    let paid = desk.read(&order).await;
    let captures: Vec<&Value> = of_kind(&paid, "CAPTURE").collect();
    given_elsewhere(&desk, 15_000);
    // Of both, the provider has enough for one.
    let input = refund_of(&desk, &order, &[(captures[0], "40"), (captures[1], "40")]).await;
    let payload = desk.run(&REFUND, input).await;
    assert_eq!(payload["userErrors"][0]["code"], "PROVIDER_REFUSED");
    assert_eq!(payload["userErrors"].as_array().unwrap().len(), 1);
    let refund = &payload["refund"];
    assert_eq!((amount(refund, "totalRefundedSet"), &payload["order"]["id"]), ("40.0", &json!(order)));
    assert_eq!(refund["refundLineItems"]["nodes"][0]["restocked"], true);
    let mut states: Vec<&str> = refund["transactions"]["nodes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|row| row["status"].as_str().unwrap())
        .collect();
    states.sort_unstable();
    assert_eq!(states, ["FAILURE", "SUCCESS"]);
    assert_eq!(desk.shop.level("mug").await.available, 499);
    assert_eq!(
        amount(&desk.read(&order).await, "totalOutstandingSet"),
        "-60.0",
        "it is still to be given back"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_provider_refuses_of_a_cancellation_is_told_beside_the_job() {
    let desk = Desk::open().await;
    let cancel = |order: &str| {
        json!({ "id": order, "restock": true, "reason": "CUSTOMER",
            "method": { "originalPaymentMethodsRefund": true } })
    };
    let order = desk.order("mug", 1, "approve").await;
    forgotten(&desk);
    let payload = desk.run(&CANCEL, cancel(&order)).await;
    let (error, closed) = (&payload["userErrors"][0], &payload["orderCancelUserErrors"][0]);
    assert_eq!((&error["code"], &closed["code"]), (&json!("PROVIDER_REFUSED"), &json!("INVALID")));
    assert_eq!((&error["field"], &payload["job"]["done"]), (&Value::Null, &json!(true)));
    let read = desk.read(&order).await;
    assert!(read["cancelledAt"].is_string());
    assert_eq!(of_kind(&read, "REFUND").next().unwrap()["errorCode"], "PROCESSING_ERROR");
    assert_eq!((amount(&read, "netPaymentSet"), &read["refundable"]), ("100.0", &json!(true)));
    assert_eq!(desk.shop.level("mug").await.available, 500, "its units are sold again all the same");

    let order = desk.order("mug", 1, "authorize").await;
    forgotten(&desk);
    let payload = desk.run(&CANCEL, cancel(&order)).await;
    assert_eq!(payload["userErrors"][0]["code"], "PROVIDER_REFUSED");
    assert!(payload["job"]["id"].is_string());
    let read = desk.read(&order).await;
    let void = of_kind(&read, "VOID").next().unwrap();
    assert_eq!((&void["status"], &void["errorCode"]), (&json!("FAILURE"), &json!("PROCESSING_ERROR")));
    assert_eq!(
        (&read["displayFinancialStatus"], &read["capturable"]),
        (&json!("AUTHORIZED"), &json!(true)),
        "the promise stands"
    );
}

/// A desk whose Stripe only promises until staff take, and a stand-in of it.
async fn promising() -> (Desk, Stand) {
    let stand = Stand::start();
    let desk = Desk::open_with(|config| {
        config.stripe.secret = Some(SecretString::from(stripe::SECRET));
        config.stripe.api_url = url::Url::parse(&stand.peer.url).unwrap();
        config.payment.capture = CaptureMode::Manual;
    })
    .await;
    (desk, stand)
}

/// An order of a mug that Stripe has promised.
async fn promised(desk: &Desk) -> String {
    let variant = desk.shop.variant_id("mug").await;
    let cart = desk.shop.ready_cart(&variant, 1, "manual").await;
    let paid = pay_by(&desk.shop, &cart.id, (&cart.total, "EUR"), "stripe", Some("pm_card_visa")).await;
    assert_eq!(paid["userErrors"], json!([]));
    without_key(desk.shop.buy(&cart.id).await["orderId"].as_str().unwrap())
}

/// Whether a job is done; nothing for one that there is not.
async fn is_done(desk: &Desk, job: &Value) -> Value {
    let query = "query($id: ID!) { job(id: $id) { id done } }";
    let found = desk.ask(query, json!({ "id": job })).await["job"].clone();
    assert!(found.is_null() || found["id"] == *job, "{found}");
    found["done"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cancellation_is_done_once_the_provider_has_answered_or_its_keys_are_right() {
    let (desk, stand) = promising().await;
    for (place, status) in [500, 401].into_iter().enumerate() {
        let order = promised(&desk).await;
        let job = json!(order.replace("Order", "Job"));
        assert_eq!(is_done(&desk, &job).await, Value::Null, "nothing was begun");
        stand.fail("/cancel", Fault::Status(status));
        let variables = json!({ "id": order, "restock": true, "reason": "FRAUD" });
        let payload = desk.done(&CANCEL, variables).await;
        assert_eq!(payload["job"], json!({ "id": job, "done": false }), "{status}");
        assert_eq!(is_done(&desk, &job).await, false);
        let read = desk.read(&order).await;
        assert_eq!(
            (&of_kind(&read, "VOID").next().unwrap()["status"], &read["displayFinancialStatus"]),
            (&json!("PENDING"), &json!("VOIDED")),
            "nothing of it can be taken any more"
        );
        assert_eq!(stand.book().states()[place], "requires_capture");
        settle_money(&desk.shop.app, order_id(&order)).await.unwrap();
        assert_eq!(is_done(&desk, &job).await, true);
        assert_eq!(stand.book().states()[place], "canceled");
        let read = desk.read(&order).await;
        assert_eq!(of_kind(&read, "VOID").next().unwrap()["status"], "SUCCESS");
    }
    let unknown = json!("gid://shopify/Job/999");
    assert_eq!(is_done(&desk, &unknown).await, Value::Null);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_tells_why_its_provider_did_not_move_it() {
    let (desk, stand) = promising().await;
    let order = promised(&desk).await;
    let promise = desk.transaction(&order, "AUTHORIZATION").await;
    stand.fail("/capture", Fault::Status(401));
    let input = json!({ "id": order, "parentTransactionId": promise, "amount": "100.00" });
    let payload = desk.run(&CAPTURE, json!({ "input": input })).await;
    assert_eq!(payload["userErrors"][0]["code"], "PROVIDER_REFUSED");
    let read = desk.read(&order).await;
    let capture = of_kind(&read, "CAPTURE").next().unwrap();
    assert_eq!((&capture["status"], &capture["errorCode"]), (&json!("FAILURE"), &json!("CONFIG_ERROR")));
    let captured = desk.done(&CAPTURE, json!({ "input": input })).await["transaction"].clone();
    assert_eq!(captured["status"], "SUCCESS");

    // A refund that the bank turns down.
    stand.change(|book| book.refund_status = Some("failed"));
    let read = desk.read(&order).await;
    let taken = of_kind(&read, "CAPTURE").last().unwrap();
    assert_eq!(taken["errorCode"], Value::Null);
    let input = refund_of(&desk, &order, &[(taken, "100.00")]).await;
    assert_eq!(desk.run(&REFUND, input).await["userErrors"][0]["code"], "PROVIDER_REFUSED");
    let read = desk.read(&order).await;
    let refund = of_kind(&read, "REFUND").next().unwrap();
    assert_eq!((&refund["status"], &refund["errorCode"]), (&json!("FAILURE"), &json!("CARD_DECLINED")));
}
