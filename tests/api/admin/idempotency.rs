//! Mutations of staff under a key: sent again, answered again, done once.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{CANCEL, CAPTURE, Desk, MARK_AS_PAID, REFUND, amount, of_kind, token};
use crate::support::at_once;

/// A key as clients make them.
const KEY: &str = "0192f0c5-7a8e-7000-8000-000000000001";

/// A refund of so much of an order's only payment.
async fn refund_of(desk: &Desk, order: &str, amount: &str) -> Value {
    let sale = desk.transaction(order, "SALE").await;
    json!({ "input": { "orderId": order, "note": "sorry", "transactions": [
        { "orderId": order, "parentId": sale, "gateway": "test", "kind": "REFUND", "amount": amount }] } })
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refund_that_is_sent_again_is_answered_byte_for_byte_and_given_once() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let variables = refund_of(&desk, &order, "30").await;
    let first = desk.keyed(KEY, REFUND.query, &variables).await;
    assert!(!first.is_replay());
    assert_eq!(first.data()["refundCreate"]["userErrors"], json!([]));
    let after = desk.everything().await;
    for _ in 0..3 {
        let again = desk.keyed(KEY, REFUND.query, &variables).await;
        assert!(again.is_replay());
        assert_eq!(again.body, first.body);
    }
    assert_eq!(desk.everything().await, after);
    // Without the key, and under another one, it is another refund.
    desk.done(&REFUND, variables.clone()).await;
    desk.keyed("another", REFUND.query, &variables).await.data();
    assert_eq!(amount(&desk.read(&order).await, "totalRefundedSet"), "90.0");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_request_under_the_key_is_refused_and_nothing_moves() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let first = refund_of(&desk, &order, "30").await;
    desk.keyed(KEY, REFUND.query, &first).await.data();
    let before = desk.everything().await;
    let dearer = refund_of(&desk, &order, "40").await;
    let cancel = json!({ "id": order, "restock": true, "reason": "CUSTOMER" });
    for (query, variables) in [(REFUND.query, &dearer), (CANCEL.query, &cancel)] {
        let refused = desk.keyed(KEY, query, variables).await;
        assert_eq!(refused.code(), "IDEMPOTENCY_KEY_REUSED");
        assert!(!refused.is_replay());
    }
    assert_eq!(desk.everything().await, before, "nothing has changed");
    let long = "x".repeat(256);
    for bad in ["", "a b", &*long] {
        assert_eq!(desk.keyed(bad, REFUND.query, &dearer).await.code(), "IDEMPOTENCY_KEY_INVALID");
    }
    assert_eq!(desk.everything().await, before, "nothing has changed");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_on_the_field_does_what_the_header_does() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let mut variables = refund_of(&desk, &order, "30").await;
    let query =
        "mutation($input: RefundInput!, $key: String!) { refundCreate(input: $input) @idempotent(key: $key) {
        refund { id } userErrors { code } } }";
    variables["key"] = json!(KEY);
    let first = desk.send(query, &variables).await;
    let again = desk.send(query, &variables).await;
    assert_eq!((first.is_replay(), again.is_replay()), (false, true));
    assert_eq!(first.body, again.body);
    first.data();
    assert_eq!(amount(&desk.read(&order).await, "totalRefundedSet"), "30.0");
    variables["input"]["note"] = json!("another");
    assert_eq!(desk.send(query, &variables).await.code(), "IDEMPOTENCY_KEY_REUSED");
    assert_eq!(desk.read(&order).await["refunds"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn twenty_at_once_move_money_once() {
    let desk = Arc::new(Desk::open().await);
    let (paid, promised) = (desk.order("mug", 1, "approve").await, desk.order("mug", 1, "authorize").await);
    let awaited = desk.order("mug", 1, "manual").await;
    let promise = desk.transaction(&promised, "AUTHORIZATION").await;
    // Five of each would fit: what holds the others back is the key.
    let requests = [
        (REFUND.query, refund_of(&desk, &paid, "20").await),
        (
            CAPTURE.query,
            json!({ "input": { "id": promised, "parentTransactionId": promise, "amount": "20" } }),
        ),
        (MARK_AS_PAID.query, json!({ "input": { "id": awaited } })),
    ];
    for (place, (query, variables)) in requests.into_iter().enumerate() {
        let answers = at_once(20, |_| {
            let (desk, variables) = (Arc::clone(&desk), variables.clone());
            async move { desk.keyed(&format!("{KEY}{place}"), query, &variables).await }
        })
        .await;
        let made: Vec<_> = answers.iter().filter(|answer| !answer.is_replay()).collect();
        assert_eq!(made.len(), 1, "{:#?}", made.iter().map(|answer| &answer.body).collect::<Vec<_>>());
        made[0].data();
        assert!(answers.iter().all(|answer| answer.body == made[0].body));
    }
    let read = desk.read(&paid).await;
    assert_eq!((amount(&read, "totalRefundedSet"), of_kind(&read, "REFUND").count()), ("20.0", 1));
    let read = desk.read(&promised).await;
    assert_eq!((amount(&read, "totalReceivedSet"), of_kind(&read, "CAPTURE").count()), ("20.0", 1));
    assert_eq!(amount(&desk.read(&awaited).await, "totalReceivedSet"), "100.0");
    let payments = desk.shop.app.payments.test_gateway().unwrap().payments();
    assert_eq!(payments.iter().map(|payment| payment.refunded_minor).sum::<i64>(), 2_000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_refusal_is_an_answer_and_a_lack_of_rights_is_none() {
    let desk = Desk::open().await;
    let order = desk.order("mug", 1, "approve").await;
    let too_much = refund_of(&desk, &order, "100.01").await;
    let refused = desk.keyed(KEY, REFUND.query, &too_much).await;
    assert_eq!(refused.data()["refundCreate"]["userErrors"][0]["code"], "AMOUNT_TOO_LARGE");
    let again = desk.keyed(KEY, REFUND.query, &too_much).await;
    assert!(again.is_replay());
    assert_eq!(again.body, refused.body);

    let reader = token(&desk.shop, &["read_orders"]).await;
    let variables = refund_of(&desk, &order, "10").await;
    let header = [("idempotency-key", "mine")];
    for _ in 0..2 {
        let denied = desk.send_as(&reader, &header, REFUND.query, &variables).await;
        assert_eq!((denied.code(), denied.is_replay()), ("ACCESS_DENIED".to_owned(), false));
    }
    // Nobody meets the key of another token.
    desk.keyed("mine", REFUND.query, &variables).await.data();
    let other = token(&desk.shop, &["read_orders", "write_orders"]).await;
    let own = desk.send_as(&other, &header, REFUND.query, &variables).await;
    assert!(!own.is_replay());
    own.data();
    assert_eq!(amount(&desk.read(&order).await, "totalRefundedSet"), "20.0");
}
