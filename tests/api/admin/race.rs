//! Case 16: however many give back at once, no more goes back than was taken.

use std::sync::Arc;

use serde_json::json;

use super::{CAPTURE, Desk, REFUND, amount, of_kind};
use crate::support::at_once;

/// How many orders are refunded from two sides.
const PAIRS: usize = 100;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_refunds_of_sixty_on_a_hundred_give_back_sixty() {
    let desk = Arc::new(Desk::open().await);
    let mut orders = Vec::new();
    for _ in 0..PAIRS {
        let order = desk.order("mug", 1, "approve").await;
        let sale = desk.transaction(&order, "SALE").await;
        orders.push((order, sale));
    }
    let payloads = at_once(2 * PAIRS, |index| {
        let (desk, (order, sale)) = (Arc::clone(&desk), orders[index / 2].clone());
        async move {
            let input = json!({ "orderId": order, "note": format!("side {}", index % 2), "transactions": [
                { "orderId": order, "parentId": sale, "gateway": "test", "kind": "REFUND", "amount": "60" }] });
            desk.run(&REFUND, json!({ "input": input })).await
        }
    })
    .await;
    let done = payloads.iter().filter(|payload| payload["refund"].is_object()).count();
    let refused =
        payloads.iter().filter(|payload| payload["userErrors"][0]["code"] == "AMOUNT_TOO_LARGE").count();
    assert_eq!((done, refused), (PAIRS, PAIRS), "{payloads:#?}");
    for (order, _) in &orders {
        let read = desk.read(order).await;
        assert_eq!((amount(&read, "totalReceivedSet"), amount(&read, "totalRefundedSet")), ("100.0", "60.0"));
        assert_eq!(read["refunds"].as_array().unwrap().len(), 1);
    }
    let payments = desk.shop.app.payments.test_gateway().unwrap().payments();
    assert_eq!(payments.len(), PAIRS);
    for payment in payments {
        assert_eq!((payment.amount.minor, payment.refunded_minor), (10_000, 6_000));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_captures_of_sixty_on_a_hundred_take_sixty() {
    let desk = Arc::new(Desk::open().await);
    for _ in 0..20 {
        let order = desk.order("mug", 1, "authorize").await;
        let promise = desk.transaction(&order, "AUTHORIZATION").await;
        let payloads = at_once(2, |_| {
            let (desk, order, promise) = (Arc::clone(&desk), order.clone(), promise.clone());
            async move {
                let input = json!({ "id": order, "parentTransactionId": promise, "amount": "60" });
                desk.run(&CAPTURE, json!({ "input": input })).await
            }
        })
        .await;
        let done = payloads.iter().filter(|payload| payload["transaction"].is_object()).count();
        assert_eq!(done, 1, "{payloads:#?}");
        let read = desk.read(&order).await;
        assert_eq!((amount(&read, "totalReceivedSet"), of_kind(&read, "CAPTURE").count()), ("60.0", 1));
    }
}
