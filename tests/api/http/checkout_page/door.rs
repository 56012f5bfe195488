//! Who is let in, and what goes along.

use chrono::{TimeDelta, Utc};
use tradepost::cart;
use tradepost::store::{NewShop, replace_shop};

use super::{ADA, Browser, mugs, only_cart, shop_with_mugs};
use crate::support::{ProductSpec, TestShop};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_the_name_that_the_api_gave_opens_a_page() {
    let shop = shop_with_mugs().await;
    let (browser, id) = Browser::with_mugs(&shop, 1).await;
    let token = id.strip_prefix("gid://shopify/Cart/").unwrap();
    let name = browser.page.strip_prefix("/checkout/").unwrap();
    assert_eq!(cart::page_token(&shop.app, token).unwrap(), name, "the address stays the same");
    assert!(!name.contains(token));
    let other = if name.starts_with('A') { 'B' } else { 'A' };
    let forged = format!("{other}{}", &name[1..]);
    let swapped = cart::page_token(&shop.app, "another token of the same length").unwrap();
    for wrong in
        [token, "nobody", "", forged.as_str(), swapped.as_str(), &name[1..], "..", "%00", "assets", "a%20b"]
    {
        for step in ["", "/delivery", "/payment"] {
            let page = browser.get(&format!("/checkout/{wrong}{step}")).await;
            assert_eq!(page.status, 404, "{wrong}{step}: {}", page.body);
            assert!(!page.body.contains("mug"));
        }
    }
    for step in ["", "/delivery", "/payment", "/discount", "/discount/remove", "/adjust"] {
        let page = browser.post(&format!("/checkout/{token}{step}"), &ADA).await;
        assert_eq!(page.status, 404, "{step}");
        assert!(page.body.contains("Not found") && page.body.contains("My shop"), "in the shop's look");
    }
    assert_eq!(only_cart(&shop).await.email, None);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_that_has_expired_is_not_found() {
    let shop = TestShop::open_at(Utc::now()).await;
    shop.have(&[ProductSpec::new("mug")]).await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    assert_eq!(browser.step("").await.status, 200);
    let lives = TimeDelta::from_std(std::time::Duration::from_secs(400 * 86_400)).unwrap();
    shop.app.clock.advance(lives);
    let gone = browser.get(&format!("{}?locale=es", browser.page)).await;
    assert_eq!(gone.status, 404);
    assert!(gone.body.contains("No encontrado") && gone.body.contains("<html lang=\"es\">"), "{}", gone.body);
    assert_eq!(browser.send("", &ADA).await.status, 404);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_of_another_site_is_refused_and_changes_nothing() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let before = only_cart(&shop).await;
    let own = shop.url.clone();
    for headers in [
        vec![("origin", "https://evil.example")],
        vec![("origin", "null")],
        vec![("sec-fetch-site", "cross-site")],
        vec![("sec-fetch-site", "same-site"), ("origin", own.as_str())],
        vec![("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
    ] {
        for path in ["", "/delivery", "/payment", "/discount", "/discount/remove", "/adjust"] {
            let fields = [
                ("email", "eve@example.com"),
                ("method", "manual"),
                ("code", "X"),
                ("delivery_0", "express"),
            ];
            let page = browser.post_with(&browser.path(path), &fields, &headers).await;
            assert_eq!(page.status, 403, "{path} {headers:?}");
            assert!(page.body.contains("This form is not of this shop"), "{}", page.body);
        }
    }
    assert_eq!(only_cart(&shop).await, before);
    assert_eq!((shop.orders().await.len(), mugs(&shop).await), (0, (10, 0, 0)));
    let fine = browser
        .post_with(&browser.page, &ADA, &[("origin", own.as_str()), ("sec-fetch-site", "same-origin")])
        .await;
    assert_eq!(fine.status, 303);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_form_that_is_too_large_is_refused() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    let before = only_cart(&shop).await;
    let long = "x".repeat(70_000);
    let page = browser.send("", &[&ADA[..], &[("note", long.as_str())]].concat()).await;
    assert_eq!(page.status, 413);
    assert_eq!(only_cart(&shop).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_parameters_of_the_address_go_along_through_every_step() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    let sent = "?utm_source=a%20b&x=%22%3E%3Cb%3E&to=https%3A%2F%2Fevil.example&key=guessed";
    let kept = "?utm_source=a+b&x=%22%3E%3Cb%3E&to=https%3A%2F%2Fevil.example";
    let (shown, at) = (kept.replace('&', "&#38;"), |step: &str| format!("{}{step}{sent}", browser.page));
    let page = browser.get(&at("/payment")).await;
    assert_eq!(page.location(), format!("{}{kept}", browser.page), "led back with them");
    let page = browser.get(&at("")).await;
    for address in [String::new(), "/discount".to_owned()] {
        assert!(
            page.body.contains(&format!("action=\"{}{address}{shown}\"", browser.page)),
            "{address}: {}",
            page.body
        );
    }
    assert!(!page.body.contains("<b>") && !page.body.contains("guessed"));
    let next = browser.post(&at(""), &ADA).await;
    assert_eq!(next.location(), format!("{}/delivery{kept}", browser.page));
    let page = browser.get(&at("/delivery")).await;
    assert!(page.body.contains(&format!("href=\"{}{shown}\"", browser.page)), "{}", page.body);
    let next = browser.post(&at("/delivery"), &[("delivery_0", "express")]).await;
    assert_eq!(next.location(), format!("{}/payment{kept}", browser.page));
    let next = browser.post(&at("/discount"), &[("step", "payment"), ("code", "NONE")]).await;
    assert!(next.body.contains(&format!("action=\"{}/payment{shown}\"", browser.page)), "{}", next.body);
    let next = browser.post(&at("/payment"), &[("method", "manual")]).await;
    assert!(next.location().ends_with(kept), "{}", next.location());
    let order = browser.get(next.location()).await;
    assert!(order.location().ends_with(&kept.replace('?', "&")), "{}", order.location());
    // Below the host that the browser is on: the page's policy lets its form lead to no other.
    assert!(order.location().starts_with("/orders/"), "and nowhere else");
    assert_eq!(browser.get(order.location()).await.status, 200);
    assert_eq!(browser.get(&at("")).await.location(), order.location());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_in_place_of_others_speak_the_shops_language() {
    let shop = TestShop::open().await;
    let german = NewShop { language: "DE".to_owned(), ..NewShop::default() };
    replace_shop(&shop.app, &german).await.unwrap();
    shop.have(&[ProductSpec::new("mug")]).await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    for (path, told, french) in [
        ("/checkout/nobody", "Nicht gefunden", "Introuvable"),
        ("/checkout/nobody/payment", "Nicht gefunden", "Introuvable"),
        ("/checkout/attempts/1-x", "Nicht gefunden", "Introuvable"),
        ("/orders/1?key=x", "Bestellung nicht gefunden", "Commande introuvable"),
    ] {
        let page = browser.get(path).await;
        assert_eq!(page.status, 404, "{path}");
        assert!(page.body.contains("<html lang=\"de\">") && page.body.contains(told), "{}", page.body);
        let mark = if path.contains('?') { '&' } else { '?' };
        let asked = browser.get(&format!("{path}{mark}locale=fr")).await;
        assert!(asked.body.contains("<html lang=\"fr\">") && asked.body.contains(french), "{}", asked.body);
    }
    let foreign = browser.post_with(&browser.page, &ADA, &[("origin", "https://evil.example")]).await;
    assert!(foreign.body.contains("Dieses Formular ist nicht von diesem Shop"), "{}", foreign.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_in_a_page_runs_and_nobody_keeps_it() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    let first = browser.step("").await;
    let redirect = browser.send("", &ADA).await;
    let pages = [
        first,
        redirect,
        browser.step("/delivery").await,
        browser.step("/payment").await,
        browser.send("/payment", &[]).await,
        browser.get("/checkout/nobody").await,
        browser.get("/checkout/attempts/1-x").await,
        browser.post_with(&browser.page, &[], &[("origin", "https://evil.example")]).await,
    ];
    for page in pages {
        let policy =
            page.header("content-security-policy").unwrap_or_else(|| panic!("{} {}", page.status, page.body));
        assert_eq!(
            policy,
            "default-src 'none'; style-src 'self'; img-src 'self' https: data:; form-action 'self'; base-uri 'none'; \
             frame-ancestors 'none'"
        );
        assert_eq!(page.header("cache-control"), Some("no-store"));
        assert_eq!(page.header("referrer-policy"), Some("same-origin"));
        assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
        assert_eq!(page.header("set-cookie"), None);
        for runs in ["<script", " style=", "<style", "javascript:", " onclick", "<iframe"] {
            assert!(!page.body.contains(runs), "{runs}: {}", page.body);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_field_asks_for_a_card() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let page = browser.step("/payment").await.body.to_lowercase();
    for word in ["cc-number", "cc-exp", "cc-csc", "cvc", "cvv", "card number"] {
        assert!(!page.contains(word), "{word}");
    }
}
