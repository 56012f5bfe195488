//! Discounts, taxes and tenders in the cart and in the order that it becomes.

use entity::discount_redemption::RedemptionState;
use entity::{order_tax_line, order_transaction, store_credit_account};
use sea_orm::{ConnectionTrait, EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tradepost::money::Money;

use super::{add_card, cart_to, cost, due, furnished, only_order, pay_with_credit};
use crate::support::TestShop;
use crate::support::market::currency;

const ORDER: &str = "query($id: ID!, $key: String!) { order(id: $id, key: $key) {
    subtotalPrice { amount } totalTax { amount } totalPrice { amount } totalShippingPrice { amount }
    currentTotalShippingPrice { amount }
    discountApplications(first: 9) { nodes { __typename targetType ... on DiscountCodeApplication { code }
        ... on AutomaticDiscountApplication { title } } }
    shippingDiscountAllocations { allocatedAmount { amount } }
    lineItems(first: 9) { nodes { title originalTotalPrice { amount } discountedTotalPrice { amount }
        discountAllocations { allocatedAmount { amount } } } } } }";

async fn read_order(shop: &TestShop, order_id: &str) -> Value {
    let key = order_id.split_once("?key=").unwrap().1;
    shop.ask(ORDER, json!({ "id": order_id, "key": key })).await["order"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discounts_included_taxes_a_gift_card_and_store_credit_become_an_order_that_adds_up() {
    let shop = furnished().await;
    let (customer, token) = shop.customer_with_credit("ada@example.com", 300).await;
    let id = cart_to(&shop, "DE", &["five", "POST"], Some(&token)).await;
    add_card(&shop, &id, 1_000).await;
    let applied = pay_with_credit(&shop, &id, "100.00").await;
    assert_eq!(applied["userErrors"], json!([]));
    let cart = cost(&shop, &id).await;
    // 3 x 12.50 less a tenth, and 2 x 3.33, are 40.41; less 5.00; the delivery for 4.90 is free.
    assert_eq!(cart["cost"]["totalAmount"]["amount"], "35.41");
    assert_eq!(cart["cost"]["totalTaxAmount"]["amount"], "5.65", "19 % within 35.41");
    assert_eq!(
        (&cart["cost"]["totalTaxAmountEstimated"], &cart["cost"]["totalAmountEstimated"]),
        (&json!(false), &json!(false))
    );
    assert_eq!(cart["appliedGiftCards"][0]["amountUsed"]["amount"], "10.0");
    assert_eq!(
        cart["appliedStoreCredit"],
        json!({ "amount": { "amount": "3.0" }, "balance": { "amount": "3.0" } })
    );
    assert_eq!(due(&cart), "22.41");

    shop.pay(&id, due(&cart), "approve").await;
    let outcome = shop.buy(&id).await;
    let order = only_order(&shop).await;
    shop.order_adds_up(order.id).await;
    assert_eq!(
        (order.subtotal_minor, order.discount_minor, order.shipping_discount_minor),
        (4_416, 1_365, 490)
    );
    assert_eq!((order.shipping_minor, order.tax_minor, order.total_minor), (490, 565, 3_541));
    assert!(order.taxes_included && !order.tax_fallback && !order.delivery_fallback);
    assert_eq!(order.fx_rate_e9, Some(1_000_000_000));
    assert!(order.market_id.is_some());
    let paid = order_transaction::Entity::find()
        .order_by_asc(order_transaction::Column::Id)
        .all(shop.app.db.fresh())
        .await
        .unwrap();
    let paid: Vec<(&str, i64)> = paid.iter().map(|row| (row.gateway.as_str(), row.amount_minor)).collect();
    assert_eq!(paid, [("gift_card", 1_000), ("store_credit", 300), ("test", 2_241)]);
    let account = store_credit_account::Entity::find().all(shop.app.db.fresh()).await.unwrap().remove(0);
    assert_eq!((account.customer_id, account.balance_minor), (customer, 0));
    let uses = shop.redemptions().await;
    assert!(
        uses.iter().all(|used| used.state == RedemptionState::Redeemed && used.order_id == Some(order.id))
    );
    assert_eq!(uses.len(), 3);

    let shown = read_order(&shop, outcome["orderId"].as_str().unwrap()).await;
    assert_eq!(shown["subtotalPrice"]["amount"], "35.41");
    assert_eq!(shown["totalTax"]["amount"], "5.65");
    assert_eq!(shown["totalShippingPrice"]["amount"], "4.9");
    assert_eq!(shown["currentTotalShippingPrice"]["amount"], "0.0");
    assert_eq!(shown["discountApplications"]["nodes"].as_array().unwrap().len(), 3);
    assert_eq!(shown["shippingDiscountAllocations"], json!([{ "allocatedAmount": { "amount": "4.9" } }]));
    let lines = shown["lineItems"]["nodes"].as_array().unwrap();
    assert_eq!(lines[0]["originalTotalPrice"]["amount"], "37.5");
    assert_eq!(
        lines[0]["discountAllocations"].as_array().unwrap().len(),
        2,
        "its own and its part of the order's"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taxes_that_are_added_are_part_of_the_total_and_of_the_order() {
    let shop = furnished().await;
    let id = cart_to(&shop, "US", &["FIVE"], None).await;
    let cart = cost(&shop, &id).await;
    // 35.41 of goods and 25.00 for the delivery; 8.875 % of both: 2.96 + 0.18 + 2.22.
    let order_total: i64 = 3_541 + 2_500;
    let tax = cart["cost"]["totalTaxAmount"]["amount"].as_str().unwrap();
    let tax = Money::parse(tax, currency("EUR")).unwrap().minor;
    assert!((535..=537).contains(&tax), "{tax}");
    let total = Money::new(order_total + tax, currency("EUR")).to_string();
    let total = total.trim_end_matches('0');
    assert_eq!(cart["cost"]["totalAmount"]["amount"], total);
    assert_eq!(
        cart["cost"]["subtotalAmount"]["amount"], "40.41",
        "before the discount on the cart and before taxes"
    );
    shop.pay(&id, due(&cart), "manual").await;
    shop.buy(&id).await;
    let order = only_order(&shop).await;
    shop.order_adds_up(order.id).await;
    assert!(!order.taxes_included);
    assert_eq!((order.tax_minor, order.total_minor), (tax, order_total + tax));
    let taxes = order_tax_line::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert_eq!(taxes.len(), 3, "of two lines and a delivery");
    assert!(taxes.iter().all(|tax| tax.rate_e6 == 88_750 && tax.jurisdiction == "US-NY"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn taxes_are_estimated_until_the_address_is_known_and_never_taken_for_none() {
    let shop = furnished().await;
    let mug = shop.variant_id("mug").await;
    let cart = |country: &str| json!({ "lines": [{ "merchandiseId": mug.clone() }], "buyerIdentity": { "countryCode": country } });
    let german = shop.make_cart(cart("DE")).await;
    let shown = cost(&shop, german["id"].as_str().unwrap()).await["cost"].clone();
    assert_eq!(shown["totalTaxAmount"]["amount"], "1.8");
    assert_eq!(shown["totalTaxAmountEstimated"], true);
    let american = shop.make_cart(cart("US")).await;
    let shown = cost(&shop, american["id"].as_str().unwrap()).await["cost"].clone();
    assert_eq!(shown["totalTaxAmount"], Value::Null, "only the state would tell");
    assert_eq!(
        (&shown["totalTaxAmountEstimated"], &shown["totalAmountEstimated"]),
        (&json!(true), &json!(true))
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_database_refuses_amounts_that_cannot_be() {
    let shop = furnished().await;
    let id = cart_to(&shop, "DE", &["FIVE", "POST"], None).await;
    let cart = cost(&shop, &id).await;
    shop.pay(&id, due(&cart), "manual").await;
    shop.buy(&id).await;
    let order = only_order(&shop).await;
    for wrong in [
        "UPDATE orders SET shipping_discount_minor = shipping_minor + 1",
        "UPDATE orders SET shipping_discount_minor = -1",
        "UPDATE orders SET total_minor = total_minor + 1",
        "UPDATE order_line SET discount_minor = discount_minor + 1",
        "UPDATE order_shipping_line SET discount_minor = amount_minor + 1",
        "UPDATE order_shipping_line SET tax_minor = -1",
        "UPDATE order_line_discount SET amount_minor = 0",
        "UPDATE order_shipping_discount SET amount_minor = -1",
        "UPDATE order_discount_application SET value_minor = 1, value_bp = 1",
        "UPDATE order_tax_line SET amount_minor = -1",
        "UPDATE order_tax_line SET order_line_id = NULL, shipping_line_id = NULL",
    ] {
        let refused = shop.app.db.writer().execute_unprepared(wrong).await.unwrap_err().to_string();
        assert!(refused.to_lowercase().contains("check"), "{wrong}: {refused}");
    }
    shop.order_adds_up(order.id).await;
}
