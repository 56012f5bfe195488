//! What two shoppers can race for.

use std::sync::Arc;

use entity::reservation::ReservationState;
use serde_json::Value;

use crate::support::{ProductSpec, TestShop, at_once};

async fn shop_with_mug(stock: i64) -> (Arc<TestShop>, String) {
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("mug").stock(stock)]).await;
    let variant = shop.variant_id("mug").await;
    (shop, variant)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_buyers_of_ten_units_make_ten_orders() {
    let (shop, mug) = shop_with_mug(10).await;
    let mut carts = Vec::new();
    for _ in 0..100 {
        carts.push(shop.ready_cart(&mug, 1, "approve").await.id);
    }
    let outcomes = at_once(100, |index| {
        let (shop, cart) = (Arc::clone(&shop), carts[index].clone());
        async move {
            let submitted = shop.submit(&cart, "token").await["result"].clone();
            match submitted["attemptId"].as_str() {
                Some(attempt) => shop.attempt(attempt).await,
                None => submitted,
            }
        }
    })
    .await;
    let ordered = outcomes.iter().filter(|outcome| outcome["__typename"] == "CartCompletionSuccess").count();
    let sold_out = |outcome: &&Value| {
        let code = outcome["errors"][0]["code"].as_str().unwrap_or_default();
        ["INVENTORY_RESERVATION_ERROR", "MERCHANDISE_OUT_OF_STOCK"].contains(&code)
    };
    assert_eq!(ordered, 10);
    assert_eq!(outcomes.iter().filter(sold_out).count(), 90, "{outcomes:#?}");
    assert_eq!(shop.orders().await.len(), 10);
    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved, level.committed, level.on_hand), (0, 0, 10, 10));
    assert!(shop.reservations().await.iter().all(|held| held.state == ReservationState::Converted));
    let mut numbers: Vec<i64> = shop.orders().await.iter().map(|order| order.number).collect();
    numbers.dedup();
    assert_eq!(numbers.len(), 10, "every order has a number of its own");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_attempts_at_once_give_one_order() {
    let (shop, mug) = shop_with_mug(100).await;
    for round in 0..10 {
        let cart = shop.ready_cart(&mug, 1, "approve").await.id;
        let submissions = at_once(4, |index| {
            let (shop, cart) = (Arc::clone(&shop), cart.clone());
            // Two tabs with a token each, each of them clicked twice.
            async move { shop.submit(&cart, &format!("token {}", index % 2)).await["result"].clone() }
        })
        .await;
        let ids: std::collections::HashSet<&str> =
            submissions.iter().map(|result| result["attemptId"].as_str().unwrap()).collect();
        assert_eq!(ids.len(), 1, "all are told of the same attempt: {submissions:#?}");
        assert_eq!(shop.orders().await.len(), round + 1);
    }
    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved, level.committed), (90, 0, 10));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_nodes_that_take_up_the_same_attempts_make_each_order_once() {
    let (shop, mug) = shop_with_mug(100).await;
    let other = shop.second_node().await;
    for _ in 0..5 {
        let cart = shop.ready_cart(&mug, 1, "manual").await.id;
        let submitted =
            tradepost::checkout::submit(&shop.app, cart.rsplit('/').next().unwrap(), "token").await.unwrap();
        let tradepost::checkout::Submission::Accepted(id) = submitted else { panic!("{submitted:?}") };
        let drivers = at_once(6, |index| {
            let app = if index % 2 == 0 { shop.app.clone() } else { other.clone() };
            async move { tradepost::checkout::drive(&app, id).await.is_ok() }
        })
        .await;
        assert!(drivers.into_iter().all(|ok| ok));
    }
    assert_eq!(shop.orders().await.len(), 5);
    assert_eq!(shop.level("mug").await.committed, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn baskets_that_cross_each_other_never_fail() {
    let shop = Arc::new(TestShop::open().await);
    shop.have(&[ProductSpec::new("a").stock(1000), ProductSpec::new("b").stock(1000)]).await;
    let (a, b) = (shop.variant_id("a").await, shop.variant_id("b").await);
    let mut carts = Vec::new();
    for index in 0..40 {
        let (first, second) = if index % 2 == 0 { (&a, &b) } else { (&b, &a) };
        let cart = shop.ready_cart(first, 1, "manual").await.id;
        let answer = shop
            .ask(
                "mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) {
                    cart { cost { totalAmount { amount } } } userErrors { code } } }",
                serde_json::json!({ "id": cart, "lines": [{ "merchandiseId": second, "quantity": 1 }] }),
            )
            .await;
        let total =
            answer["cartLinesAdd"]["cart"]["cost"]["totalAmount"]["amount"].as_str().unwrap().to_owned();
        shop.pay(&cart, &total, "manual").await;
        carts.push(cart);
    }
    at_once(40, |index| {
        let (shop, cart) = (Arc::clone(&shop), carts[index].clone());
        async move { shop.buy(&cart).await }
    })
    .await;
    assert_eq!(shop.orders().await.len(), 40);
    assert_eq!(shop.level("a").await.committed, 40);
    assert_eq!(shop.level("b").await.committed, 40);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_change_that_was_accepted_beside_a_submission_is_in_the_order() {
    let (shop, mug) = shop_with_mug(100).await;
    for round in 0..20 {
        let cart = shop.ready_cart(&mug, 1, "manual").await.id;
        let note = format!("note {round}");
        let outcomes = at_once(2, |index| {
            let (shop, cart, note) = (Arc::clone(&shop), cart.clone(), note.clone());
            async move {
                if index == 0 {
                    return shop.submit(&cart, "token").await;
                }
                let update = "mutation($id: ID!, $note: String!) { cartNoteUpdate(cartId: $id, note: $note) {
                    cart { id } userErrors { code } } }";
                shop.ask(update, serde_json::json!({ "id": cart, "note": note })).await["cartNoteUpdate"]
                    .clone()
            }
        })
        .await;
        assert_eq!(outcomes[0]["result"]["__typename"], "SubmitSuccess");
        let orders = shop.orders().await;
        assert_eq!(orders.len(), round + 1);
        let accepted = outcomes[1]["cart"].is_object();
        assert_eq!(orders[round].note.is_some(), accepted, "{:#}", outcomes[1]);
    }
}
