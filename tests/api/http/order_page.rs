//! The page of an order: what it tells to whoever has its key, and that it tells nobody else.

use chrono::{TimeDelta, Utc};
use entity::order_transaction::TransactionKind;
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::order::{
    CancelInput, CancelReason, CancelRefund, RefundInput, RefundTransactionInput, cancel, find_order,
    mark_as_paid, refund, status_url,
};
use tradepost::pricing::engine::Value;
use tradepost::shipping::{buy_label, follow_due};

use super::{Answer, get};
use crate::shipengine::{Depot, shipengine, tracking};
use crate::spec::peer;
use crate::support::amount::tax_rate;
use crate::support::discount::{coded, off_order};
use crate::support::{ProductSpec, TestShop};

const NASTY: &str = "<script>alert('1')</script> & \"co\"";
const LIVE_ON: &str = "Update this page automatically";
const LIVE_OFF: &str = "Stop updating automatically";

/// The path of the page of the newest order, with its key.
async fn newest(shop: &TestShop) -> String {
    let id = shop.orders().await.last().unwrap().id;
    let url = status_url(&shop.app, id).unwrap();
    url.strip_prefix(&shop.url).unwrap_or_else(|| panic!("{url}")).to_owned()
}

fn assert_shows(page: &Answer, parts: &[&str]) {
    assert_eq!(page.status, 200, "{}", page.body);
    for part in parts {
        assert!(page.body.contains(part), "{part}: {}", page.body);
    }
}

/// Asserts that a page of which news is to be expected looks for it by itself only for who asks it to, and until they no
/// longer do.
async fn assert_looks_again_only_if_asked(shop: &TestShop, path: &str, page: &Answer) {
    let (on, shown) = (format!("{path}&live=1"), path.replace('&', "&#38;"));
    assert_eq!((page.header("refresh"), page.body.contains("http-equiv")), (None, false));
    for link in [format!("href=\"{shown}\">Look again"), format!("href=\"{shown}&#38;live=1\">{LIVE_ON}")] {
        assert!(page.body.contains(&link), "{link}: {}", page.body);
    }
    let live = get(shop, &on).await;
    assert_eq!(live.header("refresh"), Some(&*format!("60; url={on}")));
    for shown in [
        "This page looks for news by itself every minute.".to_owned(),
        format!("href=\"{shown}&#38;live=1\">Look again"),
        format!("href=\"{shown}\">{LIVE_OFF}"),
    ] {
        assert!(live.body.contains(&shown), "{shown}: {}", live.body);
    }
    assert!(!live.body.contains("http-equiv"), "{}", live.body);
}

/// Orders a mug for 12.50, paid at once.
async fn bought(shop: &TestShop) -> String {
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "approve").await;
    shop.buy(&cart.id).await;
    newest(shop).await
}

/// Orders two pictured mugs with a code and a gift card of 10.00; the rest is awaited outside.
async fn bought_with_everything(shop: &TestShop) -> String {
    let mut mug = ProductSpec::new("mug").price("12.50").stock(10);
    mug.images = 1;
    shop.have(&[mug]).await;
    shop.taxed(&tax_rate("DE", None, 190_000)).await;
    shop.discount(&coded("FIVE", off_order(Value::Amount(500)))).await;
    let card = shop.gift_card(1_000).await;
    let input = json!({
        "lines": [{ "merchandiseId": shop.variant_id("mug").await, "quantity": 2,
            "attributes": [{ "key": "Engraving", "value": NASTY }, { "key": "_campaign", "value": "hidden" }] }],
        "buyerIdentity": { "email": "ada@example.com", "countryCode": "DE" },
        "discountCodes": ["FIVE"], "giftCardCodes": [card.code],
        "delivery": { "addresses": [{ "selected": true, "address": { "deliveryAddress": {
            "firstName": "Ada", "lastName": "Lovelace", "address1": "Invalidenstr. 1", "city": "Berlin",
            "zip": "10115", "countryCode": "DE" } } }] },
    });
    let id = shop.make_cart(input).await["id"].as_str().unwrap().to_owned();
    shop.pay(&id, "14.90", "manual").await;
    shop.buy(&id).await;
    newest(shop).await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_thanks_and_tells_all_of_an_order() {
    let shop = TestShop::open_at_with(Utc::now(), |config| {
        config.payment.manual_instructions = Some("Our bank: DE00 1234\nSay the order's number".to_owned());
    })
    .await;
    let path = bought_with_everything(&shop).await;
    let page = get(&shop, &path).await;
    let shown = [
        "<html lang=\"en\">",
        "<h1>Thank you, Ada Lovelace!</h1>",
        "A confirmation goes to ada@example.com.",
        "Order #1001",
        "https://pictures.example/mug-0.png",
        "Engraving: ",
        "€25.00",
        "Discount (FIVE)",
        "-€5.00",
        "Delivery (standard)",
        "€4.90",
        "Includes €",
        "€24.90",
        "Gift card ending in ",
        "-€10.00",
        "To pay",
        "Paid in part",
        "How to pay €14.90",
        "Our bank: DE00 1234<br>Say the order&#39;s number<br>",
        "Not sent yet",
        "Delivery address",
        "Billing address",
        "Invalidenstr. 1<br>10115 Berlin<br>Germany",
        // Money is awaited.
        "Look again",
        LIVE_ON,
    ];
    assert_shows(&page, &shown);
    assert_looks_again_only_if_asked(&shop, &path, &page).await;
    assert!(!page.body.contains("<script") && !page.body.contains("type=\"hidden\""), "{}", page.body);
    assert_eq!(page.header("cache-control"), Some("no-store"));
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("script"), "{policy}");
    assert!(!policy.contains("unsafe"), "{policy}");
    let id = shop.orders().await[0].id;
    mark_as_paid(&shop.app, &Actor::System, id).await.unwrap();
    shop.app.clock.advance(TimeDelta::hours(1));
    let later = get(&shop, &path).await;
    assert_shows(&later, &["<h1>Order #1001</h1>", "Paid", "€24.90"]);
    for gone in ["Thank you", "How to pay", "To pay", "Look again", LIVE_ON] {
        assert!(!later.body.contains(gone), "{gone}: {}", later.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_is_for_whoever_has_the_key_and_tells_nobody_else_anything() {
    let shop = TestShop::open().await;
    let url = bought(&shop).await;
    assert_shows(&get(&shop, &url).await, &["#1001", "Paid", "Ada Lovelace", "Berlin", "€12.50"]);
    let id = shop.orders().await[0].id;
    let (path, key) = url.split_once("?key=").unwrap();
    let mut told = Vec::new();
    for wrong in [
        path.to_owned(),
        format!("{path}?key="),
        format!("{path}?key=x{}", &key[1..]),
        format!("{path}?key={key}x"),
        format!("{path}?key=x&key={key}"),
        format!("/orders/{}?key={key}", id.0 + 1),
        format!("/orders/-1?key={key}"),
        format!("/orders/x?key={key}"),
        format!("/orders/99999999999999999999?key={key}"),
    ] {
        let page = get(&shop, &wrong).await;
        assert_eq!((page.status, page.header("cache-control")), (404, Some("no-store")), "{wrong}");
        for secret in ["Ada", "ada@", "1001", "mug", "Berlin", key] {
            assert!(!page.body.contains(secret), "{wrong} tells {secret}: {}", page.body);
        }
        told.push(page.body);
    }
    told.dedup();
    assert_eq!(told.len(), 1, "a wrong key and an order that is not there look the same");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_speaks_the_language_that_is_asked_for_and_keeps_parameters_but_not_the_key() {
    let shop = TestShop::open_with(|config| {
        config.storefront_url = url::Url::parse("https://shop.example/front/").unwrap();
    })
    .await;
    let url = bought(&shop).await;
    let key = url.split_once("?key=").unwrap().1;
    for (locale, parts) in [
        (
            "de-AT",
            ["<html lang=\"de\">", "Vielen Dank, Ada Lovelace!", "Bezahlt", "12,50\u{a0}€", "Deutschland"],
        ),
        ("fr", ["<html lang=\"fr\">", "Merci, Ada Lovelace", "Payé", "12,50\u{a0}€", "Allemagne"]),
        ("es", ["<html lang=\"es\">", "¡Gracias, Ada Lovelace!", "Pagado", "12,50\u{a0}€", "Alemania"]),
        ("xx", ["<html lang=\"en\">", "Thank you, Ada Lovelace!", "Paid", "€12.50", "Germany"]),
    ] {
        let page = get(&shop, &format!("{url}&utm_source=letter&locale={locale}")).await;
        assert_shows(&page, &parts);
        let home = format!("href=\"https://shop.example/front/?utm_source=letter&#38;locale={locale}\"");
        assert!(page.body.contains(&home), "{}", page.body);
        assert!(!page.body.contains(key), "the key is in no link: {}", page.body);
        assert_eq!(page.header("referrer-policy"), Some("same-origin"), "nor told to where links lead");
    }
    let missing = get(&shop, "/orders/1?key=x&locale=de").await;
    assert_eq!(missing.status, 404);
    assert!(missing.body.contains("Bestellung nicht gefunden"), "{}", missing.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_follows_a_parcel_until_it_arrives() {
    let depot = Depot::open().await;
    mark_as_paid(&depot.app, &Actor::System, depot.order).await.unwrap();
    let path = newest(&depot.shop).await;
    let before = get(&depot.shop, &path).await;
    assert_shows(&before, &["Not sent yet"]);
    assert!(!before.body.contains(LIVE_ON), "nothing is to be expected");
    buy_label(&depot.app, &Actor::System, &depot.purchase("first")).await.unwrap();
    depot.app.clock.advance(TimeDelta::minutes(61));
    follow_due(&depot.app).await.unwrap();
    let parcel = [
        "Parcel 1 of 1",
        "Carried by USPS",
        "Tracking number: 9405511899223197428490",
        "href=\"https://tools.example/9405\"",
        "24 November 2026, 10:10",
        "AUSTIN, TX, US",
    ];
    let page = get(&depot.shop, &path).await;
    assert_shows(&page, &parcel);
    assert_shows(&page, &["On its way", LIVE_ON]);
    depot.peer.respond(|asked| match asked.method.as_str() {
        "GET" => peer::Answer::json(200, &tracking("DE", &[("DE", 40), ("IT", 10)])),
        _ => shipengine(asked),
    });
    depot.app.clock.advance(TimeDelta::minutes(61));
    follow_due(&depot.app).await.unwrap();
    let page = get(&depot.shop, &path).await;
    assert_shows(&page, &parcel);
    // What the shop does not know, it does not say: whether all of the order was in this parcel.
    assert_shows(&page, &["Delivered (24 November 2026, 10:40)", "<p>Parcels delivered: 1</p>", LIVE_ON]);
    assert!(!page.body.contains("<p>Delivered</p>"), "{}", page.body);
    let events = page.body.split("<ol class=\"events\"").nth(1).unwrap().split("</ol>").next().unwrap();
    assert!(events.find("10:40") < events.find("10:10"), "the newest first: {events}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_page_tells_refunds_and_a_cancellation() {
    let shop = TestShop::open().await;
    let path = bought(&shop).await;
    let id = shop.orders().await[0].id;
    let order = find_order(shop.app.db.fresh(), id).await.unwrap().unwrap();
    let sale = order.transactions.iter().find(|row| row.kind == TransactionKind::Sale).unwrap().id;
    let input = RefundInput {
        order: id,
        lines: Vec::new(),
        shipping: None,
        transactions: vec![RefundTransactionInput { parent: Some(sale), gateway: None, amount_minor: 250 }],
        to_store_credit: None,
        note: Some(NASTY.to_owned()),
        notify: false,
        currency: None,
        processed_at: None,
    };
    refund(&shop.app, &Actor::System, &input).await.unwrap();
    let page = get(&shop, &path).await;
    assert_shows(&page, &["Given back in part", "Refunds", "€2.50 given back on ", "&#60;script&#62;"]);
    assert!(!page.body.contains("To pay") && !page.body.contains("<script"), "{}", page.body);
    let input = CancelInput {
        order: id,
        restock: true,
        refund: CancelRefund::OriginalTenders,
        reason: CancelReason::Customer,
        notify: false,
        staff_note: Some("They called".to_owned()),
    };
    cancel(&shop.app, &Actor::System, &input).await.unwrap();
    let page = get(&shop, &path).await;
    assert_shows(&page, &["This order was cancelled on ", "Given back in full", "€14.90 given back on "]);
    for gone in ["Thank you", "Not sent yet", "They called", "To pay", LIVE_ON] {
        assert!(!page.body.contains(gone), "{gone}: {}", page.body);
    }
}
