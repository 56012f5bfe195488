//! Where payment providers send buyers back to.

use serde_json::json;
use tradepost::payment::TestState;

use super::get;
use crate::payment::attempt::{gateway, row, shop_with_mug, submitted};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_after_paying_is_led_to_the_order() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "action").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let address = format!("/checkout/attempts/{attempt}");
    let waiting = get(&shop, &address).await;
    assert_eq!((waiting.status, waiting.header("cache-control")), (200, Some("no-store")));
    assert!(
        waiting.body.contains("not completed yet") && waiting.body.contains("refresh"),
        "{}",
        waiting.body
    );
    let reference = row(&shop, &attempt).await.provider_reference.unwrap();
    assert!(gateway(&shop).decide(&reference, TestState::Taken));
    // What the address claims beside the attempt's id is not looked at.
    let order = get(&shop, &format!("{address}?paid=no")).await;
    assert!(order.status == 200 && order.body.contains("Order #1001"), "{}", order.body);
    assert_eq!(shop.orders().await.len(), 1);
    assert!(get(&shop, &address).await.body.contains("Order #1001"), "again");
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_gives_up_is_told_that_nothing_was_ordered() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 10, "action").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    for forged in [format!("{attempt}x"), attempt.replacen('1', "2", 1), "x".to_owned()] {
        let page = get(&shop, &format!("/checkout/attempts/{forged}/cancel")).await;
        assert_eq!(page.status, 404, "{forged}");
    }
    assert_eq!(shop.level("mug").await.reserved, 10, "nobody else can end it");
    let page = get(&shop, &format!("/checkout/attempts/{attempt}/cancel")).await;
    assert_eq!(page.status, 200);
    assert!(page.body.contains("No order was placed") && !page.body.contains("refresh"), "{}", page.body);
    assert_eq!((shop.level("mug").await.reserved, shop.orders().await.len()), (0, 0));
    assert_eq!(shop.cart(&cart.id).await["totalQuantity"], json!(10));
}
