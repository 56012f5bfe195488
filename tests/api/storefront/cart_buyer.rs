//! Another buyer, another price: who is signed in and where they are decides what a cart costs.

use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::customer::{add_to_segment, create_segment};
use tradepost::discount::NewDiscount;
use tradepost::market::NewPriceList;
use tradepost::pricing::engine::{self, ForCustomers};

use crate::support::discount::{coded, off_order};
use crate::support::market::price_list;
use crate::support::{ProductSpec, TestShop};

async fn identify(shop: &TestShop, id: &str, identity: Value) -> Value {
    let arguments = [("cartId", "ID!", json!(id)), ("buyerIdentity", "CartBuyerIdentityInput!", identity)];
    shop.change_cart("cartBuyerIdentityUpdate", &arguments).await
}

fn total(payload: &Value) -> &str {
    payload["cart"]["cost"]["totalAmount"]["amount"].as_str().unwrap_or_else(|| panic!("{payload:#}"))
}

fn warnings(payload: &Value) -> Vec<&str> {
    payload["warnings"].as_array().unwrap().iter().map(|warning| warning["code"].as_str().unwrap()).collect()
}

/// A shop with a mug for 10.00; friends pay 8.00 and have a code.
async fn shop_with_friends() -> (TestShop, String, String) {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("10.00")]).await;
    let (customer, token) = shop.customer_with_credit("ada@example.com", 0).await;
    let segment = create_segment(&shop.app, &Actor::System, "Friends").await.unwrap();
    add_to_segment(&shop.app, &Actor::System, segment, &[customer]).await.unwrap();
    let home = shop.app.markets().await.unwrap().primary().id;
    let list = NewPriceList {
        market: None,
        segment: Some(segment),
        adjust_bp: Some(-2_000),
        ..price_list(home, "EUR")
    };
    shop.list_prices(&list).await;
    let friends = ForCustomers::Segments([segment].into());
    let new = NewDiscount { customers: friends, ..off_order(engine::Value::Amount(100)) };
    shop.discount(&coded("FRIENDS", new)).await;
    let variant = shop.variant_id("mug").await;
    (shop, variant, token)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_signs_in_gets_the_prices_and_discounts_of_their_segments_and_loses_them_with_a_warning() {
    let (shop, mug, token) = shop_with_friends().await;
    let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 2 }], "discountCodes": ["FRIENDS"],
        "buyerIdentity": { "countryCode": "DE" } });
    let cart = shop.make_cart(input).await;
    let id = cart["id"].as_str().unwrap();
    assert_eq!(cart["cost"]["totalAmount"]["amount"], "20.0");
    assert_eq!(cart["discountCodes"], json!([{ "code": "FRIENDS", "applicable": false }]));

    let known = identify(&shop, id, json!({ "customerAccessToken": token })).await;
    assert_eq!(known["userErrors"], json!([]), "{known:#}");
    assert_eq!((total(&known), warnings(&known)), ("15.0", Vec::new()), "2 x 8.00 less 1.00");
    assert_eq!(known["cart"]["discountCodes"], json!([{ "code": "FRIENDS", "applicable": true }]));

    let unknown = identify(&shop, id, json!({ "customerAccessToken": null })).await;
    assert_eq!(total(&unknown), "20.0");
    assert_eq!(warnings(&unknown), ["DISCOUNT_ELIGIBLE_CUSTOMER_MISSING"]);
    // What changes nothing of the buyer tells nothing again.
    let same = identify(&shop, id, json!({ "phone": "+49 30 901820" })).await;
    assert_eq!(warnings(&same), Vec::<&str>::new());

    let made = json!({ "lines": [{ "merchandiseId": shop.variant_id("mug").await }],
        "buyerIdentity": { "countryCode": "DE", "customerAccessToken": token } });
    assert_eq!(
        shop.make_cart(made).await["cost"]["totalAmount"]["amount"],
        "8.0",
        "from the first moment on"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_that_moves_to_another_country_is_priced_by_its_market() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("10.00")]).await;
    shop.sell_abroad().await;
    let input = json!({ "lines": [{ "merchandiseId": shop.variant_id("mug").await, "quantity": 2 }],
        "buyerIdentity": { "countryCode": "DE" } });
    let cart = shop.make_cart(input).await;
    let moved = identify(&shop, cart["id"].as_str().unwrap(), json!({ "countryCode": "US" })).await;
    assert_eq!(moved["cart"]["cost"]["totalAmount"], json!({ "amount": "21.98", "currencyCode": "USD" }));
}
