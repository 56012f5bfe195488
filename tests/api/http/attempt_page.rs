//! Where payment providers send buyers back to.

use chrono::TimeDelta;
use serde_json::json;
use tradepost::checkout;
use tradepost::payment::TestState;

use super::{Answer, get};
use crate::payment::attempt::{gateway, row, shop_with_mug, submitted};

fn link_to((address, text): (&str, &str)) -> String {
    format!("href=\"{address}\">{text}</a>")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_answer_waits_for_a_payment_that_a_bank_works_on() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "processing").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let address = format!("/checkout/attempts/{attempt}");
    // Who has stopped it is told at once how it stands.
    let stopped = get(&shop, &format!("{address}?live=0")).await;
    assert_eq!((stopped.status, stopped.header("refresh")), (200, None));
    assert!(stopped.body.contains("The payment is being completed."), "{}", stopped.body);

    let before = row(&shop, &attempt).await;
    shop.app.clock.advance(TimeDelta::seconds(1));
    let decided = async {
        // Once the bank has been asked for this visit.
        while row(&shop, &attempt).await.updated_at == before.updated_at {
            tokio::task::yield_now().await;
        }
        gateway(&shop).decide(&before.provider_reference.clone().unwrap(), TestState::Taken);
        checkout::come_back(&shop.app, &attempt).await.unwrap();
    };
    let (page, ()) = tokio::join!(get(&shop, &address), decided);
    assert!(page.status == 200 && page.body.contains("Order #1001"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_comes_back_after_paying_is_led_to_the_order() {
    let (shop, mug) = shop_with_mug().await;
    let cart = shop.ready_cart(&mug, 1, "action").await;
    let attempt = submitted(&shop, &cart.id, "first").await;
    let address = format!("/checkout/attempts/{attempt}");
    let waiting = get(&shop, &address).await;
    assert_eq!((waiting.status, waiting.header("cache-control")), (200, Some("no-store")));
    assert!(waiting.body.contains("not completed yet"), "{}", waiting.body);
    // It looks again by itself, which its reader can stop.
    assert_eq!(waiting.header("refresh"), Some(&*format!("20; url={address}")));
    let stop = format!("{address}?live=0");
    let links =
        [(address.as_str(), "Look again"), (stop.as_str(), "Stop updating automatically")].map(link_to);
    let shows = |page: &Answer, links: [String; 2]| links.iter().all(|link| page.body.contains(link));
    assert!(shows(&waiting, links), "{}", waiting.body);
    let stopped = get(&shop, &stop).await;
    let links =
        [(stop.as_str(), "Look again"), (address.as_str(), "Update this page automatically")].map(link_to);
    assert!(shows(&stopped, links), "{}", stopped.body);
    assert_eq!((stopped.header("refresh"), stopped.body.contains("http-equiv")), (None, false));
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
    assert!(page.body.contains("No order was placed") && page.header("refresh").is_none(), "{}", page.body);
    assert_eq!((shop.level("mug").await.reserved, shop.orders().await.len()), (0, 0));
    assert_eq!(shop.cart(&cart.id).await["totalQuantity"], json!(10));
}
