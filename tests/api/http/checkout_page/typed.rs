//! What buyers type: nothing of it is lost when they press another button, and what nobody can type is left out.

use entity::order_address;
use sea_orm::EntityTrait;
use serde_json::json;
use tradepost::pricing::engine::Value;

use super::{ADA, Browser, Page, shop_with_mugs};
use crate::support::TestShop;
use crate::support::discount::{coded, off_order};

async fn shop_with_a_code() -> TestShop {
    let shop = shop_with_mugs().await;
    shop.discount(&coded("FIVE", off_order(Value::Amount(500)))).await;
    shop
}

/// What a step of the payment has of its own.
async fn own_fields(browser: &Browser) -> (String, String) {
    let page = browser.step("/payment").await;
    (page.value("attempt"), page.value("told"))
}

fn assert_fine(page: &Page) {
    assert_eq!(page.status, 200, "{}", page.body);
    assert!(!page.body.contains("role=\"alert\""), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_stays_typed_when_a_code_is_applied_or_taken_out() {
    let shop = shop_with_a_code().await;
    let (browser, cart) = Browser::with_mugs(&shop, 2).await;
    let typed = [("step", "information"), ("email", "ada@exam"), ("country", "US"), ("city", "Aus")];
    let assert_typed = |page: &Page| {
        assert_eq!((page.value("email"), page.value("city")), ("ada@exam".into(), "Aus".into()));
        assert_eq!(page.chosen("country"), "US");
    };
    let wrong = browser.send("/discount", &[&typed[..], &[("code", "NONE"), ("apply", "1")]].concat()).await;
    assert_eq!(wrong.status, 422);
    wrong.assert_wrong("code", "This code cannot be used.");
    assert_typed(&wrong);
    assert_eq!(wrong.value("code_before"), "NONE");
    let applied =
        browser.send("/discount", &[&typed[..], &[("code", "five"), ("apply", "1")]].concat()).await;
    assert_fine(&applied);
    assert_typed(&applied);
    assert!(applied.body.contains("takes off €5.00") && applied.value("code").is_empty(), "{}", applied.body);
    let more = [("code", "MORE"), ("remove_code", "five")];
    let removed = browser.send("/discount/remove", &[&typed[..], &more].concat()).await;
    assert_fine(&removed);
    assert_typed(&removed);
    assert_eq!((removed.value("code"), removed.body.contains("takes off")), ("MORE".into(), false));
    let other = browser.send("", &[&typed[..], &[("code", "MORE"), ("country_change", "1")]].concat()).await;
    assert_eq!((other.status, other.value("code")), (200, "MORE".into()), "a code is not lost either");
    assert_eq!(shop.cart(&cart).await["delivery"]["addresses"], json!([]), "nothing of it is written");
    assert!(browser.step("").await.value("email").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_chosen_stays_chosen_when_a_code_is_applied_or_taken_out() {
    let shop = shop_with_a_code().await;
    let (browser, _) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    let fields = [("step", "delivery"), ("delivery_0", "express"), ("code", "FIVE"), ("apply", "1")];
    let applied = browser.send("/discount", &fields).await;
    assert_fine(&applied);
    assert_eq!(applied.radios("delivery_0").1.as_deref(), Some("express"));
    assert_eq!(browser.step("/delivery").await.radios("delivery_0").1.as_deref(), Some("standard"));

    let (attempt, told) = own_fields(&browser).await;
    let fields = [
        ("step", "payment"),
        ("attempt", attempt.as_str()),
        ("told", told.as_str()),
        ("method", "test"),
        ("test_token", "decline"),
        ("billing", "other"),
        ("billing_city", "Paris"),
        ("remove_code", "FIVE"),
    ];
    let removed = browser.send("/discount/remove", &fields).await;
    assert_fine(&removed);
    assert_eq!(removed.radios("method").1.as_deref(), Some("test"));
    assert_eq!(removed.radios("billing").1.as_deref(), Some("other"));
    assert_eq!(
        (removed.chosen("test_token"), removed.value("billing_city")),
        ("decline".into(), "Paris".into())
    );
    assert!(removed.body.contains("Order and pay €29.90"), "{}", removed.body);
    for path in ["/discount", "/discount/remove", "/adjust"] {
        assert_eq!(browser.step(path).await.location(), browser.path("/payment"), "opened by itself");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_enter_key_applies_a_code_else_it_goes_on() {
    let shop = shop_with_a_code().await;
    let (browser, _) = Browser::with_mugs(&shop, 2).await;
    for (step, field) in [("", "email"), ("/delivery", "delivery_0"), ("/payment", "attempt")] {
        let page = browser.step(step).await;
        let first = page.body.find("<button class=\"first\" form=\"step\"").unwrap();
        let others = page.body.match_indices("<button").map(|(place, _)| place);
        assert_eq!(others.min(), Some(first), "{step}: the browser presses the first one");
        let typed = [(field, "standard"), ("code", "NONE"), ("code_before", "")];
        let entered = browser.send(step, &typed).await;
        assert_eq!(entered.status, 422, "{step}");
        entered.assert_wrong("code", "This code cannot be used.");
        if step.is_empty() {
            browser.fill_in().await;
        }
    }
    let (attempt, told) = own_fields(&browser).await;
    let own = [("attempt", attempt.as_str()), ("told", told.as_str()), ("method", "manual")];
    let applied = browser.send("/payment", &[&own[..], &[("code", "FIVE")]].concat()).await;
    assert_fine(&applied);
    assert!(applied.body.contains("Order and pay €24.90"), "{}", applied.body);
    assert_eq!((applied.radios("method").1.as_deref(), shop.orders().await.len()), (Some("manual"), 0));
    let (attempt, told) = (applied.value("attempt"), applied.value("told"));
    let own = [("attempt", attempt.as_str()), ("told", told.as_str()), ("method", "manual"), ("code", "")];
    browser.order_of(&browser.send("/payment", &own).await).await;
    assert_eq!(shop.orders().await.remove(0).total_minor, 2_490);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_nobody_can_type_is_left_out_of_every_form() {
    let shop = shop_with_a_code().await;
    let (browser, cart) = Browser::with_mugs(&shop, 2).await;
    let changes = [("email", "\0ada@example.com"), ("last_name", "Love\0lace"), ("city", "Ber\u{1b}lin\n")];
    let kept = ADA.into_iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    let fields: Vec<_> = kept.chain(changes).chain([("ph\0one", "1"), ("address2", "Floor\t2")]).collect();
    let sent = browser.send("", &fields).await;
    assert_eq!((sent.status, sent.location()), (303, &*browser.path("/delivery")), "{}", sent.body);
    let written = shop.cart(&cart).await;
    assert_eq!(written["buyerIdentity"]["email"], "ada@example.com");
    let address = &written["delivery"]["addresses"][0]["address"];
    assert_eq!((&address["lastName"], &address["city"]), (&json!("Lovelace"), &json!("Berlin")));
    assert!(browser.step("").await.body.contains("value=\"Floor 2\""));

    let empty = browser.send("/discount", &[("step", "pay\0ment"), ("code", "\0")]).await;
    empty.assert_wrong("code", "Please enter a code.");
    assert!(empty.has_field("attempt"), "{}", empty.body);
    for path in ["/discount", "/discount/remove", "/adjust", "/delivery"] {
        let names = ["step", "code", "remove_code", "remove_card", "delivery_0"];
        let page = browser.send(path, &names.map(|name| (name, "\0x\0"))).await;
        assert!(page.status < 500, "{path}: {}", page.body);
    }
    let applied = browser.send("/discount", &[("code", "FI\0VE")]).await;
    assert_eq!(applied.status, 303, "{}", applied.body);

    let (_, told) = own_fields(&browser).await;
    let bill = [
        ("attempt", "\0"),
        ("told", told.as_str()),
        ("method", "man\0ual"),
        ("billing", "other"),
        ("billing_country", "F\0R"),
        ("billing_last_name", "By\0ron"),
        ("billing_address1", "Rue 1\u{7f}"),
        ("billing_zip", "750\u{0}01"),
        ("billing_city", "Pa\0ris"),
    ];
    browser.order_of(&browser.send("/payment", &bill).await).await;
    let addresses = order_address::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    let bill =
        addresses.iter().map(|row| &row.address).find(|address| address["country_code"] == "FR").unwrap();
    let written = ["last_name", "address1", "zip", "city"].map(|field| bill[field].as_str().unwrap());
    assert_eq!(written, ["Byron", "Rue 1", "75001", "Paris"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_postal_code_that_the_country_has_not_is_told_with_one_that_it_has() {
    let shop = shop_with_mugs().await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    let with = |zip: &'static str| ADA.map(|(name, value)| (name, if name == "zip" { zip } else { value }));
    for wrong in ["1011", "101155", "1011S"] {
        let page = browser.send("", &with(wrong)).await;
        assert_eq!(page.status, 422, "{wrong}");
        page.assert_wrong("zip", "Postal code: please write it like 10115");
        assert_eq!(page.value("zip"), wrong);
    }
    assert_eq!(shop.cart(&cart).await["delivery"]["addresses"], json!([]));
    let german = browser.post(&format!("{}?locale=de", browser.page), &with("1011")).await;
    german.assert_wrong("zip", "Postleitzahl: Bitte in der Form 10115 angeben");
    assert_eq!(browser.send("", &with("DE-10115")).await.location(), browser.path("/delivery"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_has_the_focus_and_what_is_typed_its_own_direction() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    let fine = browser.step("").await;
    assert!(!fine.body.contains("autofocus"), "nothing is wrong before anything was sent");
    let inputs = fine.body.split("<input").skip(1).filter(|input| input.contains("autocomplete=\""));
    let typed: Vec<&str> = inputs.filter(|input| !input.contains("name=\"code\"")).collect();
    assert!(typed.len() > 7 && typed.iter().all(|input| input.contains(" dir=\"auto\"")), "{typed:?}");
    let wrong = browser.send("", &[("country", "DE"), ("save", "1")]).await;
    assert!(wrong.body.contains("<div autofocus tabindex=\"-1\" class=\"notice wrong\" role=\"alert\">"));
    assert_eq!(wrong.body.matches("autofocus").count(), 1);
    browser.fill_in().await;
    for step in ["/delivery", "/payment"] {
        assert!(browser.step(step).await.body.contains("<address dir=\"auto\">"), "{step}");
    }
}
