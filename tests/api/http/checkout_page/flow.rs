//! From the cart to the order.

use serde_json::json;
use tradepost::payment::TestState;

use super::{ADA, Browser, download, mugs, only_cart, shop_with_mugs, total};
use crate::payment::attempt::gateway;
use crate::support::{ProductSpec, TestShop};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_fills_in_three_steps_and_pays_by_transfer() {
    let shop = shop_with_mugs().await;
    let (browser, cart) = Browser::with_mugs(&shop, 2).await;
    let first = browser.step("").await;
    assert_eq!(first.status, 200, "{}", first.body);
    for shown in ["<html lang=\"en\">", "My shop", "€25.00", "mug", "novalidate"] {
        assert!(first.body.contains(shown), "{shown}: {}", first.body);
    }
    for (field, token) in [
        ("email", "email"),
        ("phone", "tel"),
        ("first_name", "given-name"),
        ("last_name", "family-name"),
        ("company", "organization"),
        ("address1", "address-line1"),
        ("address2", "address-line2"),
        ("zip", "postal-code"),
        ("city", "address-level2"),
        ("country", "country"),
    ] {
        let tag = first.body.split('<').find(|tag| tag.contains(&format!("name=\"{field}\""))).unwrap();
        assert!(tag.contains(&format!("autocomplete=\"{token}\"")), "{tag}");
        assert!(first.body.contains(&format!("<label for=\"{field}\">")), "{field} has a label");
    }
    assert_eq!((first.chosen("country").as_str(), first.has_field("province")), ("DE", false));
    assert!(!first.body.contains("role=\"alert\""), "nothing is wrong before anything was sent");

    browser.fill_in().await;
    let delivery = browser.step("/delivery").await;
    assert_eq!(
        delivery.radios("delivery_0"),
        (vec!["standard".into(), "express".into()], Some("standard".into()))
    );
    for shown in ["€4.90", "€9.90", "Invalidenstr. 1", "10115 Berlin", "Germany"] {
        assert!(delivery.body.contains(shown), "{shown}: {}", delivery.body);
    }
    let chosen = browser.send("/delivery", &[("delivery_0", "express"), ("save", "1")]).await;
    assert_eq!((chosen.status, chosen.location()), (303, &*browser.path("/payment")));

    let payment = browser.step("/payment").await;
    for shown in
        ["€34.90", "ada@example.com", "+49 30 123", "Ada Lovelace", "express", "Order and pay €34.90"]
    {
        assert!(payment.body.contains(shown), "{shown}: {}", payment.body);
    }
    assert!(payment.radios("method").0.contains(&"manual".to_owned()));
    assert_eq!(shop.orders().await, [], "looking orders nothing");
    let paid = browser.pay(&[("method", "manual"), ("billing", "same")]).await;
    let order = browser.order_of(&paid).await;
    let row = shop.orders().await.remove(0);
    assert_eq!(
        (row.email.as_deref(), row.total_minor, row.currency.as_str()),
        (Some("ada@example.com"), 3_490, "EUR")
    );
    assert!(order.contains("/orders/") && order.contains("?key="), "{order}");
    assert_eq!(browser.get(&order).await.status, 200);
    assert_eq!(mugs(&shop).await, (8, 0, 2));

    for step in ["", "/delivery", "/payment"] {
        let again = browser.step(step).await;
        assert_eq!((again.status, again.location()), (303, order.as_str()), "the page leads to the order");
        let sent = browser.send(step, &ADA).await;
        assert_eq!((sent.status, sent.location()), (303, order.as_str()));
    }
    assert_eq!((shop.orders().await.len(), shop.cart(&cart).await), (1, serde_json::Value::Null));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_payment_that_is_declined_is_told_and_another_makes_the_order() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 10).await;
    browser.fill_in().await;
    let declined = browser.pay(&[("method", "test"), ("test_token", "decline")]).await;
    let attempt = browser.get(declined.location()).await;
    assert_eq!((attempt.status, attempt.location()), (303, &*browser.path("/payment")));
    let told = browser.step("/payment").await;
    for shown in [
        "role=\"alert\"",
        "The payment did not come about",
        "The payment was declined",
        "No order was placed",
    ] {
        assert!(told.body.contains(shown), "{shown}: {}", told.body);
    }
    assert_eq!((shop.orders().await.len(), mugs(&shop).await), (0, (10, 0, 0)));
    let german = browser.get(&format!("{}?locale=de", browser.path("/payment"))).await;
    assert!(german.body.contains("Die Zahlung wurde abgelehnt."), "{}", german.body);

    let stale = browser.post(&browser.path("/payment"), &[("method", "manual")]).await;
    browser.order_of(&stale).await;
    assert_eq!((shop.orders().await.len(), mugs(&shop).await), (1, (0, 0, 10)));
    assert_eq!(gateway(&shop).payments().len(), 0, "what was declined is no payment");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_failed_is_no_news_once_the_cart_has_changed() {
    let shop = TestShop::open_at(chrono::Utc::now()).await;
    shop.have(&[ProductSpec::new("mug").stock(10)]).await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let declined = browser.pay(&[("method", "test"), ("test_token", "insufficient_funds")]).await;
    browser.get(declined.location()).await;
    assert!(browser.step("/payment").await.body.contains("There is not enough money on the account or card"));
    shop.app.clock.advance(chrono::TimeDelta::seconds(1));
    browser.send("/delivery", &[("delivery_0", "express")]).await;
    assert!(
        !browser.step("/payment").await.body.contains("There is not enough money on the account or card")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_must_act_is_led_to_the_provider_and_back_to_the_order() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    let name = browser.step("/payment").await.value("attempt");
    let fields = [("method", "test"), ("test_token", "action"), ("attempt", name.as_str())];
    let leaving = browser.post(&format!("{}?utm_source=letter", browser.path("/payment")), &fields).await;
    assert_eq!(leaving.status, 200, "{}", leaving.body);
    let reference = gateway(&shop).payments()[0].reference.clone();
    let there = format!("{}/checkout/test-payment/{reference}", shop.url);
    assert!(leaving.body.contains(&format!("content=\"0; url={there}\"")), "{}", leaving.body);
    assert!(leaving.body.contains(&format!("href=\"{there}\"")), "{}", leaving.body);
    let policy = leaving.header("content-security-policy").unwrap();
    assert!(policy.contains("form-action 'self'"), "a form need not lead to the provider: {policy}");
    assert_eq!(mugs(&shop).await, (8, 2, 0));

    let waiting = browser.step("").await;
    assert!(waiting.location().contains("/checkout/attempts/"), "{}", waiting.location());
    let attempt = browser.get(waiting.location()).await;
    for shown in ["not completed yet", &format!("href=\"{there}\""), "/cancel?utm_source=letter"] {
        assert!(attempt.body.contains(shown), "{shown}: {}", attempt.body);
    }
    let again = format!("20; url={}?utm_source=letter", waiting.location());
    assert_eq!(attempt.header("refresh"), Some(again.as_str()));
    let again = browser.post(&browser.path("/payment"), &fields).await;
    assert!(again.location().contains("/checkout/attempts/"), "{}", again.location());

    let approved = browser.post(&there, &[("approve", "1")]).await;
    assert_eq!(approved.status, 303);
    assert!(approved.location().ends_with("?utm_source=letter"), "{}", approved.location());
    let done = browser.get(approved.location()).await;
    assert_eq!(done.status, 303, "{}", done.body);
    assert!(
        done.location().contains("/orders/") && done.location().ends_with("&utm_source=letter"),
        "{}",
        done.location()
    );
    assert_eq!((shop.orders().await.len(), mugs(&shop).await), (1, (8, 0, 2)));
    assert_eq!(gateway(&shop).payments().len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_cancels_is_back_at_the_checkout_with_nothing_ordered() {
    let shop = shop_with_mugs().await;
    let (browser, cart) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    browser.pay(&[("method", "test"), ("test_token", "action")]).await;
    let waiting = browser.step("/payment").await;
    let cancel = format!("{}/cancel", waiting.location());
    let foreign = browser.post_with(&cancel, &[], &[("origin", "https://evil.example")]).await;
    assert_eq!(foreign.status, 403);
    assert_eq!(mugs(&shop).await, (8, 2, 0), "another site cancels nothing");
    let cancelled = browser.post(&cancel, &[]).await;
    assert_eq!(
        (cancelled.status, cancelled.location()),
        (303, &*browser.path("/payment")),
        "{}",
        cancelled.body
    );
    let told = browser.step("/payment").await;
    assert!(told.body.contains("The payment was not completed"), "{}", told.body);
    assert_eq!((shop.orders().await.len(), mugs(&shop).await), (0, (10, 0, 0)));
    assert_eq!(gateway(&shop).payments()[0].state, TestState::Undone);
    assert_eq!(shop.cart(&cart).await["totalQuantity"], json!(2));
    let paid = browser.pay(&[("method", "test"), ("test_token", "approve")]).await;
    browser.order_of(&paid).await;
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_not_delivered_needs_neither_address_nor_delivery() {
    let shop = TestShop::open().await;
    shop.have(&[download("song")]).await;
    let cart = shop.cart_with(&shop.variant_id("song").await, 1).await;
    let browser = Browser::at(&shop, cart["cart"]["id"].as_str().unwrap()).await;
    let first = browser.step("").await;
    for field in ["address1", "zip", "city", "last_name", "country"] {
        assert!(!first.has_field(field), "{field}: {}", first.body);
    }
    assert!(
        first.body.contains("Continue to payment") && !first.body.contains("/delivery\""),
        "{}",
        first.body
    );
    let sent = browser.send("", &[("email", "ada@example.com"), ("save", "1")]).await;
    assert_eq!((sent.status, sent.location()), (303, &*browser.path("/payment")));
    assert_eq!(
        browser.step("/delivery").await.location(),
        browser.path("/payment"),
        "the step is not needed"
    );
    let paid = browser.pay(&[("method", "test"), ("test_token", "approve")]).await;
    browser.order_of(&paid).await;
    let order = shop.orders().await.remove(0);
    assert_eq!((order.total_minor, order.email.as_deref()), (1_000, Some("ada@example.com")));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_jumps_ahead_is_led_to_the_first_step_that_is_open() {
    let shop = shop_with_mugs().await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    for step in ["/delivery", "/payment"] {
        for page in
            [browser.step(step).await, browser.send(step, &[("method", "manual"), ("pay", "1")]).await]
        {
            assert_eq!((page.status, page.location()), (303, browser.page.as_str()), "{step}");
        }
    }
    assert_eq!(only_cart(&shop).await.payment, None, "nothing was written");
    browser.fill_in().await;
    assert_eq!(browser.step("/payment").await.status, 200, "the cheapest delivery is chosen by itself");
    assert_eq!((total(&shop.cart(&cart).await), shop.orders().await.len()), ("17.4", 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_an_api_client_ordered_leads_its_buyer_back_as_before() {
    let shop = shop_with_mugs().await;
    let mug = shop.variant_id("mug").await;
    let cart = shop.ready_cart(&mug, 1, "action").await;
    let submitted = shop.submit(&cart.id, "api").await;
    let attempt = submitted["result"]["attemptId"].as_str().unwrap();
    let browser = Browser::at(&shop, &cart.id).await;
    let redirect = submitted["result"]["redirectUrl"].as_str().unwrap();
    assert_eq!(redirect.strip_prefix(&shop.url), Some(browser.page.as_str()));
    let cancelled = browser.get(&format!("/checkout/attempts/{attempt}/cancel?a=1")).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.body);
    let back = format!("href=\"{}?a=1\"", browser.path("/payment"));
    assert!(
        cancelled.body.contains("No order was placed") && cancelled.body.contains(&back),
        "{}",
        cancelled.body
    );
}
