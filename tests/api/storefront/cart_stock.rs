//! What the stock, the prices and the storefront's products make of a cart.

use serde_json::{Value, json};

use super::cart_line::{ADD, UPDATE, change, empty_cart, line_id, lines};
use crate::support::{ProductSpec, TestShop, VariantSpec};

/// Code and target of each warning.
fn warnings(payload: &Value) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let warnings = payload["warnings"].as_array().unwrap().iter();
    warnings.map(|warning| (text(&warning["code"]), text(&warning["target"]))).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_stock_lowers_a_line_and_leaves_out_what_is_sold_out() {
    let shop = TestShop::open().await;
    let on_order = vec![VariantSpec { stock: Some(0), policy: "continue", ..VariantSpec::default() }];
    shop.have(&[
        ProductSpec::new("few").stock(3),
        ProductSpec::new("none").stock(0),
        ProductSpec { variants: on_order, ..ProductSpec::new("on-order") },
    ])
    .await;
    let (few, none) = (shop.variant_id("few").await, shop.variant_id("none").await);
    let on_order = shop.variant_id("on-order").await;
    let wanted = json!([
        { "merchandiseId": few, "quantity": 5 },
        { "merchandiseId": none, "quantity": 1 },
        { "merchandiseId": on_order, "quantity": 50 },
    ]);
    let (short, out) = ("MERCHANDISE_NOT_ENOUGH_STOCK".to_owned(), "MERCHANDISE_OUT_OF_STOCK".to_owned());

    let created = shop.change_cart("cartCreate", &[("input", "CartInput", json!({ "lines": wanted }))]).await;
    assert_eq!(created["userErrors"], json!([]));
    let expected = [(few.clone(), 3), (on_order.clone(), 50)];
    assert_eq!(lines(&created["cart"]), expected);
    let line = line_id(&created["cart"], 0);
    assert_eq!(warnings(&created), [(short.clone(), line), (out.clone(), none.clone())]);

    let cart = empty_cart(&shop).await;
    let added = change(&shop, ADD, &cart, wanted).await;
    assert_eq!(lines(&added["cart"]), expected);
    let line = line_id(&added["cart"], 0);
    assert_eq!(warnings(&added), [(short.clone(), line.clone()), (out, none)]);
    let more = change(&shop, ADD, &cart, json!([{ "merchandiseId": few }])).await;
    assert_eq!(
        (lines(&more["cart"]), warnings(&more)),
        (expected.to_vec(), vec![(short.clone(), line.clone())])
    );
    let fewer = change(&shop, UPDATE, &cart, json!([{ "id": line, "quantity": 2 }])).await;
    assert_eq!((lines(&fewer["cart"])[0].1, warnings(&fewer)), (2, vec![]));
    let raised = change(&shop, UPDATE, &cart, json!([{ "id": line, "quantity": 9 }])).await;
    assert_eq!((lines(&raised["cart"])[0].1, warnings(&raised)), (3, vec![(short, line)]));
    assert_eq!(shop.cart(&cart).await, raised["cart"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lines_of_one_variant_share_its_stock() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("few").stock(3)]).await;
    let few = shop.variant_id("few").await;
    let cart = shop.cart_with(&few, 2).await["cart"]["id"].as_str().unwrap().to_owned();
    let engraved =
        json!([{ "merchandiseId": few, "quantity": 2, "attributes": [{ "key": "a", "value": "1" }] }]);
    let added = change(&shop, ADD, &cart, engraved.clone()).await;
    assert_eq!(lines(&added["cart"]), [(few.clone(), 2), (few.clone(), 1)]);
    let short = |place| ("MERCHANDISE_NOT_ENOUGH_STOCK".to_owned(), line_id(&added["cart"], place));
    assert_eq!(warnings(&added), [short(1)]);
    let plain = change(&shop, ADD, &cart, json!([{ "merchandiseId": few, "quantity": 5 }])).await;
    assert_eq!(lines(&plain["cart"]), [(few.clone(), 2), (few, 1)]);
    assert_eq!(warnings(&plain), [short(0)]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_follows_prices_and_shows_only_what_is_still_sold() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug"), ProductSpec::new("cup")]).await;
    let (mug, cup) = (shop.variant_id("mug").await, shop.variant_id("cup").await);
    let made = shop
        .make_cart(json!({ "lines": [{ "merchandiseId": mug }, { "merchandiseId": cup, "quantity": 2 }] }))
        .await;
    let cart = made["id"].as_str().unwrap();
    let total = |cart: &Value| cart["cost"]["totalAmount"]["amount"].as_str().unwrap().to_owned();
    assert_eq!(total(&made), "30.0");
    shop.have(&[ProductSpec::new("cup").price("3.00")]).await;
    assert_eq!(total(&shop.cart(cart).await), "16.0");
    shop.have(&[ProductSpec { status: "draft", ..ProductSpec::new("cup").price("3.00") }]).await;
    let without = shop.cart(cart).await;
    assert_eq!((lines(&without), total(&without)), (vec![(mug.clone(), 1)], "10.0".to_owned()));
    assert_eq!(without["totalQuantity"], 1);
    shop.have(&[ProductSpec::new("cup").price("4.00")]).await;
    assert_eq!(
        (lines(&shop.cart(cart).await), total(&shop.cart(cart).await)),
        (vec![(mug, 1), (cup, 2)], "18.0".to_owned())
    );
}
