//! The first step: what is asked for in which country, and what is told to be wrong.

use entity::location;
use entity::order_address::{self, OrderAddressKind};
use sea_orm::sea_query::Expr;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde_json::json;
use tradepost::actor::Actor;
use tradepost::shipping::{NewMethod, NewPickup, NewRegion, NewZone, replace_delivery_zones, save_pickup};

use super::{ADA, Browser, first_location, only_cart, shop_with_mugs};
use crate::support::TestShop;
use crate::support::market::currency;

/// Ada's fields with others in their places.
fn with<'a>(changes: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = ADA.into_iter().filter(|(name, _)| !changes.iter().any(|(changed, _)| changed == name));
    kept.chain(changes.iter().copied()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_wrong_is_told_by_field_and_nothing_is_written() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    let before = only_cart(&shop).await;
    let empty = browser.send("", &[("country", "DE"), ("save", "1")]).await;
    assert_eq!(empty.status, 422);
    empty.assert_wrong("email", "Email: please fill this in");
    empty.assert_wrong("last_name", "Last name: please fill this in");
    empty.assert_wrong("address1", "Street and number: please fill this in");
    empty.assert_wrong("zip", "Postal code: please fill this in");
    empty.assert_wrong("city", "City: please fill this in");
    assert_eq!((empty.error("first_name"), empty.error("phone"), empty.error("country")), (None, None, None));

    let long = "x".repeat(256);
    for (field, value, message) in [
        ("email", "ada@", "Email: this is not valid"),
        ("email", "ada example.com", "Email: this is not valid"),
        ("phone", "call me", "Phone: this is not valid"),
        ("phone", long.as_str(), "Phone: this is too long"),
        ("city", long.as_str(), "City: this is too long"),
        ("company", "<b>Co</b>", "Company: no web addresses or angle brackets, please"),
        (
            "address2",
            "https://evil.example",
            "Apartment, floor, building: no web addresses or angle brackets, please",
        ),
        ("country", "", "Country or region: please choose"),
        ("country", "XX", "Country or region: please choose"),
        ("country", "FR", "Country or region: this is not valid"),
    ] {
        let page = browser.send("", &with(&[(field, value)])).await;
        assert_eq!(page.status, 422, "{field} {value}");
        page.assert_wrong(field, message);
        if field != "country" {
            assert_eq!(page.value("last_name"), "Lovelace", "what was written stays");
        }
    }
    assert_eq!(only_cart(&shop).await, before);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_country_has_its_own_fields() {
    let shop = shop_with_mugs().await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    let before = only_cart(&shop).await;
    let page = browser.step("").await;
    let countries =
        page.body.split("<option value=\"").skip(1).map(|option| &option[..2]).collect::<Vec<_>>();
    assert_eq!(countries, ["\">", "DE", "US"], "only those that the shop delivers to");
    let fields =
        [("country", "US"), ("email", "ada@example.com"), ("city", "Austin"), ("country_change", "1")];
    let american = browser.send("", &fields).await;
    assert_eq!(american.status, 200, "nothing is wrong, other fields are asked for");
    for shown in ["ZIP code", "State", "Texas", "Continue to delivery"] {
        assert!(american.body.contains(shown), "{shown}: {}", american.body);
    }
    assert!(!american.body.contains("role=\"alert\"") && !american.body.contains("Ontario"));
    assert_eq!(
        (american.value("email"), american.value("city")),
        ("ada@example.com".into(), "Austin".into())
    );
    assert_eq!(only_cart(&shop).await, before, "nothing was written");

    let place = [("country", "US"), ("zip", "73301"), ("city", "Austin")];
    let without = browser.send("", &with(&place)).await;
    without.assert_wrong("province", "State: please choose");
    assert_eq!(only_cart(&shop).await, before);
    let fine = browser.send("", &with(&[&place[..], &[("province", "TX")]].concat())).await;
    assert_eq!(fine.location(), browser.path("/delivery"), "{}", fine.body);
    let kept = shop.cart(&cart).await;
    assert_eq!(kept["buyerIdentity"]["countryCode"], "US");
    let address = &kept["delivery"]["addresses"][0]["address"];
    assert_eq!((&address["provinceCode"], &address["countryCode"]), (&json!("TX"), &json!("US")));
    assert_eq!(browser.step("/delivery").await.radios("delivery_0").0, ["air"]);
    let again = browser.step("").await;
    assert_eq!((again.chosen("province"), again.value("zip")), ("TX".into(), "73301".into()));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_written_again_stays_the_same_address_and_the_choice_of_delivery_holds() {
    let shop = shop_with_mugs().await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    browser.send("/delivery", &[("delivery_0", "express")]).await;
    let first = shop.cart(&cart).await;
    browser.send("", &with(&[("city", "Potsdam"), ("phone", "")])).await;
    let second = shop.cart(&cart).await;
    let addresses = second["delivery"]["addresses"].as_array().unwrap();
    assert_eq!(addresses.len(), 1);
    assert_eq!(addresses[0]["id"], first["delivery"]["addresses"][0]["id"]);
    assert_eq!(addresses[0]["address"]["city"], "Potsdam");
    assert_eq!(second["buyerIdentity"]["phone"], json!(null), "an empty number takes it out");
    assert_eq!(browser.step("/delivery").await.radios("delivery_0").1.as_deref(), Some("express"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_the_cart_knows_of_its_buyer_is_filled_in_and_no_more() {
    let shop = shop_with_mugs().await;
    let mug = shop.variant_id("mug").await;
    let ready = shop.ready_cart(&mug, 1, "manual").await;
    let page = Browser::at(&shop, &ready.id).await.step("").await;
    assert_eq!((page.value("email"), page.value("city")), ("ada@example.com".into(), "Berlin".into()));

    let (_, token) = shop.customer_with_credit("eve@example.com", 100).await;
    let query = "mutation($token: String!, $address: MailingAddressInput!) {
        customerAddressCreate(customerAccessToken: $token, address: $address) { customerAddress { id }
          customerUserErrors { message } } }";
    let address = json!({ "lastName": "Moneypenny", "address1": "Main St. 7", "city": "Hamburg", "zip": "20095",
        "country": "Germany", "phone": "+49 40 7" });
    shop.ask(query, json!({ "token": token, "address": address })).await;
    let input =
        json!({ "lines": [{ "merchandiseId": mug }], "buyerIdentity": { "customerAccessToken": token } });
    let cart = shop.make_cart(input).await["id"].as_str().unwrap().to_owned();
    let page = Browser::at(&shop, &cart).await.step("").await;
    assert_eq!((page.value("email"), page.chosen("country")), ("eve@example.com".into(), "DE".into()));
    // Whoever she sends the address of her cart to does not learn where she lives.
    for field in ["last_name", "address1", "zip", "city", "phone"] {
        assert_eq!(page.value(field), "", "{field}");
    }
    for secret in ["Moneypenny", "Main St", "Hamburg", "+49 40 7"] {
        assert!(!page.body.contains(secret), "{secret}: {}", page.body);
    }
    assert_eq!(shop.cart(&cart).await["delivery"]["addresses"], json!([]), "nothing is written by looking");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_can_be_fetched() {
    let shop = shop_with_mugs().await;
    let place = first_location(&shop).await;
    let offer = NewPickup { ready: "Ready in 2 hours.".to_owned(), instructions: "Ring twice".to_owned() };
    save_pickup(&shop.app, &Actor::System, place, Some(&offer)).await.unwrap();
    let (browser, _) = Browser::with_mugs(&shop, 2).await;
    browser.fill_in().await;
    let page = browser.step("/delivery").await;
    let pickup = format!("pickup-{place}");
    assert_eq!(page.radios("delivery_0").0, ["standard", "express", pickup.as_str()]);
    for shown in ["Pick up: ", "Ready in 2 hours. Ring twice", "Free"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    let chosen = browser.send("/delivery", &[("delivery_0", pickup.as_str())]).await;
    assert_eq!(chosen.status, 303, "{}", chosen.body);
    let payment = browser.step("/payment").await;
    assert!(
        payment.body.contains("Pick up: ") && payment.body.contains("Order and pay €25.00"),
        "{}",
        payment.body
    );
    let order = browser.order_of(&browser.pay(&[("method", "manual")]).await).await;
    assert_eq!(shop.orders().await.remove(0).total_minor, 2_500);

    // The merchant changes their mind; this order is still fetched where it was promised.
    save_pickup(&shop.app, &Actor::System, place, None).await.unwrap();
    let closed = location::Entity::update_many().col_expr(location::Column::Active, Expr::val(false));
    closed.filter(location::Column::Id.eq(place)).exec(shop.app.db.writer()).await.unwrap();
    let page = browser.get(&order).await;
    for shown in ["Pick up: ", "Ready in 2 hours.", "Ring twice"] {
        assert!(page.body.contains(shown), "{shown}: {}", page.body);
    }
    assert!(!page.body.contains("Not sent yet"), "{}", page.body);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn where_only_fetching_is_possible_the_buyer_must_choose_it() {
    let shop = shop_with_mugs().await;
    let place = first_location(&shop).await;
    let offer = NewPickup { ready: "Soon".to_owned(), instructions: String::new() };
    save_pickup(&shop.app, &Actor::System, place, Some(&offer)).await.unwrap();
    deliver_only_to(&shop, "US").await;
    let (browser, cart) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let before = shop.cart(&cart).await;
    assert_eq!(browser.step("/payment").await.location(), browser.path("/delivery"), "a step is open");
    let none = browser.send("/delivery", &[("save", "1")]).await;
    assert_eq!(none.status, 422);
    none.assert_wrong("delivery_0", "Please choose how this is delivered.");
    let unknown = browser.send("/delivery", &[("delivery_0", "standard")]).await;
    unknown.assert_wrong("delivery_0", "Please choose how this is delivered.");
    assert_eq!(shop.cart(&cart).await, before);
    let pickup = format!("pickup-{place}");
    let chosen = browser.send("/delivery", &[("delivery_0", pickup.as_str())]).await;
    assert_eq!(chosen.location(), browser.path("/payment"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_place_that_nothing_is_sent_to_is_told() {
    let shop = shop_with_mugs().await;
    deliver_only_to(&shop, "US").await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let page = browser.step("/delivery").await;
    assert!(page.body.contains("We do not deliver to this address."), "{}", page.body);
    let sent = browser.send("/delivery", &[("save", "1")]).await;
    assert_eq!(sent.status, 422, "{}", sent.body);
    assert_eq!(browser.step("/payment").await.location(), browser.path("/delivery"));
}

async fn deliver_only_to(shop: &TestShop, country: &str) {
    let zone = NewZone {
        name: "Abroad".to_owned(),
        regions: vec![NewRegion::country(country)],
        methods: vec![NewMethod::flat("air", "air", currency("EUR"), 2_500)],
    };
    replace_delivery_zones(&shop.app, &Actor::System, vec![zone]).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bill_can_go_elsewhere() {
    let shop = shop_with_mugs().await;
    let (browser, _) = Browser::with_mugs(&shop, 1).await;
    browser.fill_in().await;
    let before = only_cart(&shop).await;
    let bill = [
        ("method", "manual"),
        ("billing", "other"),
        ("billing_country", "FR"),
        ("billing_last_name", "Byron"),
    ];
    let wrong = browser.pay(&bill).await;
    assert_eq!(wrong.status, 422);
    wrong.assert_wrong("billing_address1", "Street and number: please fill this in");
    wrong.assert_wrong("billing_zip", "Postal code: please fill this in");
    assert_eq!(
        (wrong.value("billing_last_name"), wrong.radios("billing").1),
        ("Byron".into(), Some("other".into()))
    );
    let kept = only_cart(&shop).await;
    assert_eq!((kept.billing_address, kept.payment, kept.revision), (None, None, before.revision));

    let other = browser
        .send("/payment", &[("billing", "other"), ("billing_country", "US"), ("country_change", "billing")])
        .await;
    assert!(
        other.status == 200 && other.body.contains("Texas") && other.has_field("billing_province"),
        "{}",
        other.body
    );
    let rest = [("billing_address1", "Rue 1"), ("billing_zip", "75001"), ("billing_city", "Paris")];
    let paid = browser.pay(&[&bill[..], &rest].concat()).await;
    browser.order_of(&paid).await;
    let addresses = order_address::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    let city = |kind| {
        let address = addresses.iter().find(|address| address.kind == kind).unwrap();
        address.address["city"].as_str().unwrap().to_owned()
    };
    assert_eq!(city(OrderAddressKind::Shipping), "Berlin");
    assert_eq!(city(OrderAddressKind::Billing), "Paris");
}
