//! Codes of discounts and gift cards.

use chrono::{TimeDelta, Utc};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::pricing::engine::{Requirement, Value};

use super::{Browser, Page, only_cart, shop_with_mugs};
use crate::support::discount::{coded, off_order};
use crate::support::{ProductSpec, TestShop};

async fn apply(browser: &Browser, step: &str, code: &str) -> Page {
    browser.send("/discount", &[("step", step), ("code", code), ("apply", "1")]).await
}

async fn shop_with_codes() -> TestShop {
    let shop = shop_with_mugs().await;
    shop.discount(&coded("FIVE", off_order(Value::Amount(500)))).await;
    let mut rich = coded("RICH", off_order(Value::Amount(900)));
    rich.requirement = Requirement::Subtotal(99_900);
    shop.discount(&rich).await;
    shop
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_discount_code_and_a_gift_card_go_into_the_same_field_and_come_out_again() {
    let shop = shop_with_codes().await;
    let card = shop.gift_card(1_000).await;
    let (browser, cart) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    for (step, back) in [("information", ""), ("delivery", "/delivery"), ("payment", "/payment")] {
        let applied = apply(&browser, step, " five ").await;
        assert_eq!((applied.status, applied.location()), (303, &*browser.path(back)), "{}", applied.body);
    }
    let page = browser.step("/payment").await;
    for shown in ["Discount (", "-€5.00", "€24.90", "takes off €5.00", "name=\"remove_code\" value=\"five\""]
    {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let codes = shop.cart(&cart).await["discountCodes"].clone();
    assert_eq!(codes, json!([{ "code": "five", "applicable": true }]), "typed in again it is still one");

    assert_eq!(apply(&browser, "payment", &card.code).await.status, 303);
    let page = browser.step("/payment").await;
    let last = &card.code[card.code.len() - 4..];
    let named = format!("Gift card ending in {last}");
    for shown in [named.as_str(), "-€10.00", "pays €10.00", "Order and pay €14.90"] {
        assert!(page.body.to_lowercase().contains(&shown.to_lowercase()), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains(&card.code), "the code is a secret");
    let id = page.body.split("name=\"remove_card\" value=\"").nth(1).unwrap().split('"').next().unwrap();
    let removed = browser.send("/discount/remove", &[("step", "payment"), ("remove_card", id)]).await;
    assert_eq!((removed.status, removed.location()), (303, &*browser.path("/payment")));
    let removed = browser.send("/discount/remove", &[("step", "delivery"), ("remove_code", "FIVE")]).await;
    assert_eq!((removed.status, removed.location()), (303, &*browser.path("/delivery")));
    let page = browser.step("/payment").await;
    assert!(
        page.body.contains("Order and pay €29.90") && !page.body.contains("remove_card"),
        "{}",
        page.body
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_that_does_nothing_is_told_and_so_is_why() {
    let shop = shop_with_codes().await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let before = only_cart(&shop).await;
    for (code, message) in [("", "Please enter a code."), ("NOBODYS", "This code cannot be used.")] {
        for step in ["information", "delivery", "payment"] {
            let page = apply(&browser, step, code).await;
            assert_eq!(page.status, 422);
            page.assert_wrong("code", message);
            assert_eq!(page.value("code"), code);
            assert_eq!(
                page.has_field("email"),
                step == "information",
                "it is the step that it was sent from"
            );
        }
    }
    assert_eq!(only_cart(&shop).await.revision, before.revision, "nothing was written");
    let poor = apply(&browser, "payment", "RICH").await;
    poor.assert_wrong("code", "The cart is not worth enough for the code RICH.");
    let codes = shop.cart(&cart).await["discountCodes"].clone();
    assert_eq!(codes, json!([{ "code": "RICH", "applicable": false }]), "it may be worth enough later");
    let french = browser.get(&format!("{}?locale=fr", browser.path("/payment"))).await;
    assert!(french.body.contains("Le montant du panier ne suffit pas pour le code RICH."), "{}", french.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_finds_a_gift_card_by_trying() {
    let shop = shop_with_mugs().await;
    let card = shop.gift_card(1_000).await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    for number in 0..25 {
        assert_eq!(apply(&browser, "information", &format!("GUESS{number}GUESS")).await.status, 422);
    }
    let right = apply(&browser, "information", &card.code).await;
    assert_eq!(right.status, 422);
    right.assert_wrong("code", "Too many codes. Please try again later.");
    let query = "query($id: ID!) { cart(id: $id) { appliedGiftCards { id } } }";
    assert_eq!(shop.ask(query, json!({ "id": cart })).await["cart"]["appliedGiftCards"], json!([]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_finds_a_discount_by_trying() {
    let shop = TestShop::open_at(Utc::now()).await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    shop.discount(&coded("FIVE", off_order(Value::Amount(500)))).await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    for _ in 0..3 {
        assert_eq!(apply(&browser, "information", "FIVE").await.status, 303, "what is right does not count");
    }
    browser.send("/discount/remove", &[("remove_code", "FIVE")]).await;
    for number in 0..100 {
        let wrong = apply(&browser, "information", &format!("NO{number}")).await;
        wrong.assert_wrong("code", "This code cannot be used.");
    }
    let (other, _) = Browser::with_mugs(&shop, 1).await;
    for browser in [&browser, &other] {
        let right = apply(browser, "information", "FIVE").await;
        assert_eq!(right.status, 422, "{}", right.body);
        right.assert_wrong("code", "Too many codes. Please try again later.");
    }
    assert_eq!(shop.cart(&cart).await["discountCodes"], json!([]));
    shop.app.clock.advance(TimeDelta::minutes(15));
    assert_eq!(apply(&browser, "information", "FIVE").await.status, 303);
    assert_eq!(shop.cart(&cart).await["discountCodes"], json!([{ "code": "FIVE", "applicable": true }]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_misspelt_discount_is_no_try_for_a_gift_card() {
    let shop = shop_with_codes().await;
    let card = shop.gift_card(1_000).await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    for number in 0..25 {
        let wrong = apply(&browser, "information", &format!("FIV{number}")).await;
        wrong.assert_wrong("code", "This code cannot be used.");
    }
    let right = apply(&browser, "information", &card.code).await;
    assert_eq!(right.status, 303, "{}", right.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gift_card_pays_in_full_needs_no_way_to_pay() {
    let shop = shop_with_mugs().await;
    let card = shop.gift_card(10_000).await;
    let (browser, _) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    apply(&browser, "payment", &card.code).await;
    let page = browser.step("/payment").await;
    assert!(!page.has_field("method") && page.body.contains("Place the order"), "{}", page.body);
    assert!(page.body.contains("There is nothing left to pay."));
    let paid = browser.pay(&[]).await;
    browser.order_of(&paid).await;
    assert_eq!(shop.orders().await.remove(0).total_minor, 2_990);
    let used =
        tradepost::gift_card::find_by_codes(shop.app.db.fresh(), &shop.app.secret_key, &[card.code]).await;
    assert_eq!(used.unwrap()[0].as_ref().unwrap().balance_minor, 7_010);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gift_card_can_no_longer_pay_is_not_ordered() {
    let shop = shop_with_mugs().await;
    let card = shop.gift_card(10_000).await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    apply(&browser, "payment", &card.code).await;
    let page = browser.step("/payment").await;
    let (attempt, told) = (page.value("attempt"), page.value("told"));
    tradepost::gift_card::disable(&shop.app, &Actor::System, card.id).await.unwrap();
    let fields = [("attempt", attempt.as_str()), ("told", told.as_str()), ("pay", "1")];
    let refused = browser.send("/payment", &fields).await;
    assert_eq!(refused.status, 422, "{}", refused.body);
    assert!(refused.body.contains("role=\"alert\"") && refused.has_field("method"), "{}", refused.body);
    assert_eq!(shop.orders().await, []);
}
