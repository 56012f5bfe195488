//! Buttons that are pressed more than once.

use std::sync::Arc;

use entity::completion_attempt;
use sea_orm::EntityTrait;
use tradepost::payment::TestState;

use super::{Browser, mugs, shop_with_mugs};
use crate::payment::attempt::gateway;
use crate::support::at_once;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_button_that_is_pressed_twice_orders_once() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    let page = browser.step("/payment").await;
    let (attempt, told) = (page.value("attempt"), page.value("told"));
    let browser = Arc::new(browser);
    let pages = at_once(8, |_| {
        let (browser, attempt, told) = (Arc::clone(&browser), attempt.clone(), told.clone());
        async move {
            let fields = [
                ("method", "test"),
                ("test_token", "approve"),
                ("attempt", attempt.as_str()),
                ("told", told.as_str()),
            ];
            browser.send("/payment", &fields).await
        }
    })
    .await;
    for page in &pages {
        assert_eq!(page.status, 303, "{}", page.body);
        let there = page.location();
        assert!(there.contains("/checkout/attempts/") || there.contains("/orders/"), "{there}");
        let mut address = there.to_owned();
        while !address.contains("/orders/") {
            address = browser.get(&address).await.location().to_owned();
        }
    }
    let attempts = completion_attempt::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert_eq!((attempts.len(), shop.orders().await.len(), gateway(&shop).payments().len()), (1, 1, 1));
    assert_eq!(mugs(&shop).await, (8, 0, 2));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_pages_of_one_cart_order_once() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 10).await;
    browser.fill_in().await;
    let mut pages = Vec::new();
    for _ in 0..6 {
        pages.push(browser.step("/payment").await.value("attempt"));
    }
    let browser = Arc::new(browser);
    let statuses = at_once(pages.len(), |place| {
        let (browser, attempt) = (Arc::clone(&browser), pages[place].clone());
        let method = if place % 2 == 0 { "test" } else { "manual" };
        async move {
            let fields = [("method", method), ("test_token", "approve"), ("attempt", attempt.as_str())];
            browser.send("/payment", &fields).await.status
        }
    })
    .await;
    assert_eq!(statuses, [303; 6], "nobody is told that the own mugs are sold out");
    assert_eq!((shop.orders().await.len(), mugs(&shop).await), (1, (0, 0, 10)));
    assert!(gateway(&shop).payments().len() <= 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_is_at_the_bank_in_one_tab_pays_otherwise_in_another() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 10).await;
    browser.fill_in().await;
    let one = browser.step("/payment").await.value("attempt");
    let other = browser.step("/payment").await.value("attempt");
    assert_ne!(one, other);
    let at_the_bank = [("method", "test"), ("test_token", "action"), ("attempt", one.as_str())];
    assert_eq!(browser.send("/payment", &at_the_bank).await.status, 200);
    let count =
        |state: TestState| gateway(&shop).payments().iter().filter(|payment| payment.state == state).count();

    // The same form again, a form without a name and a look at another country give nothing up.
    let looked = [("country_change", "1"), ("attempt", other.as_str())];
    let nameless = [("method", "test"), ("test_token", "approve")];
    for fields in [&at_the_bank[..], &looked, &nameless] {
        let page = browser.send("/payment", fields).await;
        assert_eq!(page.status, 303, "{}", page.body);
        assert!(page.location().contains("/checkout/attempts/"), "{}", page.location());
    }
    assert_eq!((gateway(&shop).payments().len(), count(TestState::Waiting)), (1, 1));
    assert_eq!(mugs(&shop).await, (0, 10, 0));

    let otherwise = [("method", "test"), ("test_token", "approve"), ("attempt", other.as_str())];
    let paid = browser.send("/payment", &otherwise).await;
    browser.order_of(&paid).await;
    assert_eq!((count(TestState::Undone), count(TestState::Taken)), (1, 1));
    assert_eq!((shop.orders().await.len(), mugs(&shop).await), (1, (0, 0, 10)));
}
