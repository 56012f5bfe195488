//! How the pages look: the shop's name and colours, the buyer's language, and nothing that shoppers or merchants wrote as
//! markup.

use std::io::Write;

use serde_json::json;
use tradepost::actor::Actor;
use tradepost::store::{self, Brand, BrandColors, ColorPair};

use super::{Browser, only_cart, shop_with_mugs};
use crate::support::{ProductSpec, TestShop};

/// The addresses of the style sheets of a page.
fn style_sheets(body: &str) -> Vec<&str> {
    body.split("<link rel=\"stylesheet\" href=\"")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_style_sheets_may_be_kept_for_ever_and_hold_the_shops_colors() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    let page = browser.step("").await;
    assert_eq!(style_sheets(&page.body).len(), 1, "no colours were said");
    let pair = ColorPair { background: Some("#FFD400".to_owned()), foreground: Some("#fff000".to_owned()) };
    let colors = BrandColors { primary: vec![pair], secondary: Vec::new() };
    store::save_brand(&shop.app, &Actor::System, &Brand { colors, ..Brand::default() }).await.unwrap();
    let page = browser.step("").await;
    let sheets = style_sheets(&page.body);
    assert_eq!(sheets.len(), 2, "{}", page.body);
    for sheet in &sheets {
        let style = browser.get(sheet).await;
        assert_eq!(
            (style.status, style.header("content-type")),
            (200, Some("text/css; charset=utf-8")),
            "{sheet}"
        );
        assert_eq!(style.header("cache-control"), Some("public, max-age=31536000, immutable"));
    }
    let style = browser.get(sheets[1]).await;
    assert_eq!(
        style.body, ":root{--accent:#ffd400;--on-accent:#000000;--link:#1d2430}\n",
        "yellow on yellow is not read"
    );
    for wrong in [
        "checkout.css",
        "checkout-0000000000000000.css",
        "colors-x.css",
        "colors-ffd400;}.css",
        "..%2fcheckout.css",
    ] {
        assert_eq!(browser.get(&format!("/checkout/assets/{wrong}")).await.status, 404, "{wrong}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_merchants_and_buyers_wrote_is_no_markup() {
    const NASTY: &str = "<b>bold</b> & \"co\" '<script>alert(1)</script>";
    let shop = TestShop::open().await;
    let mut product = ProductSpec::new("nasty").in_sizes_and_colors(&["<i>S</i>"], &["Red"]);
    NASTY.clone_into(&mut product.title);
    shop.have(&[product]).await;
    let line = json!({ "merchandiseId": shop.variant_id("nasty").await,
        "attributes": [{ "key": "<u>engraving</u>", "value": "<u>x</u>" }, { "key": "_hidden", "value": "secret" }] });
    let cart = shop.make_cart(json!({ "lines": [line], "discountCodes": ["<s>CODE</s>"] })).await;
    let browser = Browser::at(&shop, cart["id"].as_str().unwrap()).await;
    let fields = [
        ("email", "\"><script>@example.com"),
        ("country", "DE"),
        ("first_name", "\"><img src=x>"),
        ("last_name", "O'Neill"),
        ("address1", "Invalidenstr. 1 & 2"),
        ("zip", "10115"),
        ("city", "Berlin\" autofocus x=\""),
    ];
    let page = browser.send("", &fields).await;
    assert_eq!(page.status, 422);
    let fine = [("email", "ada@example.com"), ("first_name", "Ada")];
    let fixed: Vec<_> =
        fields.iter().map(|field| *fine.iter().find(|fine| fine.0 == field.0).unwrap_or(field)).collect();
    assert_eq!(browser.send("", &fixed).await.status, 303);
    for page in
        [page, browser.step("").await, browser.step("/delivery").await, browser.step("/payment").await]
    {
        for markup in ["<b>", "<i>", "<u>", "<s>", "<script", "<img src=x", "\" autofocus"] {
            assert!(!page.body.contains(markup), "{markup}: {}", page.body);
        }
        assert!(
            page.body.contains("bold") && page.body.contains("engraving") && !page.body.contains("secret")
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_speak_the_buyers_language() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    for (locale, words) in [
        ("de", ["<html lang=\"de\">", "Weiter zur Lieferung", "12,50\u{a0}€", "Deutschland", "Postleitzahl"]),
        (
            "fr-CA",
            ["<html lang=\"fr\">", "Continuer vers la livraison", "12,50\u{a0}€", "Allemagne", "Code postal"],
        ),
        ("ES", ["<html lang=\"es\">", "Continuar al envío", "12,50\u{a0}€", "Alemania", "Código postal"]),
        ("it", ["<html lang=\"en\">", "Continue to delivery", "€12.50", "Germany", "Postal code"]),
    ] {
        let page = browser.get(&format!("{}?locale={locale}", browser.page)).await;
        for word in words {
            assert!(page.body.contains(word), "{locale} {word}: {}", page.body);
        }
    }
    let wrong = browser.post(&format!("{}?locale=de", browser.page), &[("country", "DE")]).await;
    wrong.assert_wrong("email", "E-Mail-Adresse: Bitte ausfüllen");
    let sent = browser.post(&format!("{}?locale=de", browser.page), &super::ADA).await;
    assert_eq!(sent.location(), format!("{}?locale=de", browser.path("/delivery")));
    assert_eq!(only_cart(&shop).await.language, "DE", "mails and providers speak it, too");
    let page = browser.step("/payment").await;
    assert!(page.body.contains("Zahlungspflichtig bestellen (17,40\u{a0}€)"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_step_takes_few_statements() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 3).await;
    let count = async |step: &str| {
        browser.step(step).await;
        let mut least = u64::MAX;
        for _ in 0..3 {
            let before = shop.app.db.statement_count();
            assert_eq!(browser.step(step).await.status, 200);
            least = least.min(shop.app.db.statement_count() - before);
        }
        least
    };
    let first = count("").await;
    browser.fill_in().await;
    let (delivery, payment) = (count("/delivery").await, count("/payment").await);
    let told = format!("checkout page: {first} statements, delivery {delivery}, payment {payment}");
    writeln!(std::io::stderr(), "{told}").unwrap();
    assert!(first <= 8 && delivery <= 8 && payment <= 8, "{first} {delivery} {payment}");
    let before = shop.app.db.statement_count();
    browser.fill_in().await;
    let saved = shop.app.db.statement_count() - before;
    writeln!(std::io::stderr(), "checkout page: {saved} statements to write the first step").unwrap();
    assert!(saved <= 20, "{saved}");
}
