//! The demo's page on which a pretended payment is decided.

use entity::completion_attempt::CaptureMode;
use reqwest::redirect::Policy;
use tradepost::config::Config;
use tradepost::payment::TestState;

use super::get;
use crate::payment::attempt::{gateway, submitted};
use crate::support::{ProductSpec, TestShop};

const FORM: &str = "application/x-www-form-urlencoded";

/// An attempt that waits for its buyer.
struct Waiting {
    shop: TestShop,
    /// The gateway's name for the payment.
    reference: String,
    /// The address that the API sends the buyer to.
    page: String,
    /// The address of the attempt, to which the page leads back.
    back: String,
}

impl Waiting {
    async fn new(change: impl FnOnce(&mut Config)) -> Self {
        let shop = TestShop::open_with(change).await;
        shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
        let mug = shop.variant_id("mug").await;
        let cart = shop.ready_cart(&mug, 2, "action").await;
        let attempt = submitted(&shop, &cart.id, "first").await;
        let told = shop.attempt(&attempt).await;
        let page = told["action"]["redirectUrl"].as_str().unwrap_or_else(|| panic!("{told:#}")).to_owned();
        let reference = page.rsplit('/').next().unwrap().to_owned();
        let back = format!("{}/checkout/attempts/{attempt}", shop.url);
        Self { shop, reference, page, back }
    }

    /// Presses a button; returns the status and where the browser is sent.
    async fn press(&self, button: &str, headers: &[(&str, &str)]) -> (u16, Option<String>) {
        let client = reqwest::Client::builder().redirect(Policy::none()).build().unwrap();
        let mut request = client.post(&self.page).header("content-type", FORM).body(format!("{button}=1"));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let answer = request.send().await.unwrap();
        let to = answer.headers().get("location").map(|value| value.to_str().unwrap().to_owned());
        (answer.status().as_u16(), to)
    }

    fn state(&self) -> TestState {
        gateway(&self.shop).payment(&self.reference).unwrap().state
    }

    async fn follow(&self, address: &str) {
        let answer = self.shop.client.get(address).send().await.unwrap();
        assert_eq!(answer.status().as_u16(), 200, "{address}");
    }

    /// How much of the ten mugs is left, held and sold.
    async fn levels(&self) -> (i64, i64, i64) {
        let level = self.shop.level("mug").await;
        (level.available, level.reserved, level.committed)
    }
}

async fn assert_there_is_no_page_at(shop: &TestShop, address: &str) {
    let seen = shop.client.get(address).send().await.unwrap();
    let pressed = shop.client.post(address).header("content-type", FORM).body("approve=1");
    let pressed = pressed.send().await.unwrap();
    assert_eq!((seen.status().as_u16(), pressed.status().as_u16()), (404, 404), "{address}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_approves_on_the_test_payment_page_has_one_order() {
    let waiting = Waiting::new(|_| {}).await;
    let shop = &waiting.shop;
    let page = get(shop, waiting.page.strip_prefix(&shop.url).unwrap()).await;
    let amount = gateway(shop).payment(&waiting.reference).unwrap().amount.for_people();
    assert_eq!((page.status, page.header("cache-control")), (200, Some("no-store")));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && policy.contains("form-action 'self'"), "{policy}");
    assert!(policy.contains("frame-ancestors 'none'") && !policy.contains("script-src"), "{policy}");
    for shown in [
        amount.as_str(),
        "My shop",
        "name=\"approve\"",
        "name=\"refuse\"",
        &format!("{}/cancel", waiting.back),
    ] {
        assert!(page.body.contains(shown), "{shown} in {}", page.body);
    }
    assert_eq!(waiting.state(), TestState::Waiting, "looking decides nothing");

    let own = ("origin", shop.url.as_str());
    assert_eq!(waiting.press("approve", &[own]).await, (303, Some(waiting.back.clone())));
    assert_eq!(waiting.state(), TestState::Taken);
    waiting.follow(&waiting.back).await;
    assert_eq!((shop.orders().await.len(), waiting.levels().await), (1, (8, 0, 2)));

    assert_eq!(waiting.press("refuse", &[own]).await, (303, Some(waiting.back.clone())), "too late");
    assert_eq!(waiting.state(), TestState::Taken);
    waiting.follow(&waiting.page).await;
    assert_eq!(shop.orders().await.len(), 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_approved_is_only_promised_where_money_is_taken_later() {
    let waiting = Waiting::new(|config| config.payment.capture = CaptureMode::Manual).await;
    assert_eq!(waiting.press("approve", &[]).await.0, 303);
    assert_eq!(waiting.state(), TestState::Promised);
    waiting.follow(&waiting.back).await;
    assert_eq!(waiting.shop.orders().await.len(), 1);
    assert_eq!(waiting.state(), TestState::Promised, "placing the order takes nothing");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_buyer_who_refuses_or_gives_up_on_the_test_payment_page_orders_nothing() {
    let waiting = Waiting::new(|_| {}).await;
    let same = ("sec-fetch-site", "same-origin");
    assert_eq!(waiting.press("refuse", &[same]).await, (303, Some(waiting.back.clone())));
    assert_eq!(waiting.state(), TestState::Refused);
    waiting.follow(&waiting.back).await;
    assert_eq!((waiting.shop.orders().await.len(), waiting.levels().await), (0, (10, 0, 0)));

    let waiting = Waiting::new(|_| {}).await;
    waiting.follow(&format!("{}/cancel", waiting.back)).await;
    assert_eq!(waiting.state(), TestState::Undone);
    assert_eq!((waiting.shop.orders().await.len(), waiting.levels().await), (0, (10, 0, 0)));
    assert_eq!(waiting.press("approve", &[]).await, (303, Some(waiting.back.clone())), "too late");
    assert_eq!((waiting.state(), waiting.shop.orders().await.len()), (TestState::Undone, 0));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_sites_page_cannot_decide_a_test_payment() {
    let waiting = Waiting::new(|_| {}).await;
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("origin", ""),
    ] {
        assert_eq!(waiting.press("approve", &[foreign]).await, (403, None), "{foreign:?}");
    }
    assert_eq!(waiting.press("neither", &[]).await, (400, None));
    for unknown in [format!("{}x", waiting.page), waiting.page.replace("test_", "")] {
        assert_there_is_no_page_at(&waiting.shop, &unknown).await;
    }
    assert_eq!((waiting.state(), waiting.levels().await), (TestState::Waiting, (8, 2, 0)));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_shop_that_is_not_the_demo_has_no_test_payment_page() {
    let shop = TestShop::open_with(|config| config.demo = false).await;
    assert_there_is_no_page_at(&shop, &format!("{}/checkout/test-payment/test_1", shop.url)).await;
}
