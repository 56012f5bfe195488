//! What an order costs and keeps of it: discounts, taxes, deliveries, who pays what, and what was agreed.

mod agreed;
mod attempt;
mod credit;
mod total;

use serde_json::{Value, json};
use tradepost::discount::NewDiscount;
use tradepost::pricing::engine::{self, Spread};

use crate::support::amount::tax_rate;
use crate::support::discount::{WITH_ALL, coded, free_shipping, off_order, off_products};
use crate::support::{ProductSpec, TestShop};

fn beside_all(title: &str, new: NewDiscount) -> NewDiscount {
    NewDiscount { title: title.to_owned(), combines_with: WITH_ALL, ..new }
}

/// A shop with two products, taxes in Germany and New York, a discount on mugs, a code for the order and one for the
/// delivery.
async fn furnished() -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[
        ProductSpec::new("mug").price("12.50").stock(10),
        ProductSpec::new("pin").price("3.33").stock(10),
    ])
    .await;
    shop.sell_untaxed_prices_in(&["US"]).await;
    shop.taxed(&tax_rate("DE", None, 190_000)).await;
    shop.taxed(&tax_rate("US", Some("NY"), 88_750)).await;
    let mug = shop.product_row("mug").await.id;
    let tenth = off_products(engine::Value::Percentage(1_000), Spread::Each, &[mug]);
    shop.discount(&beside_all("A tenth off mugs", tenth)).await;
    shop.discount(&coded("FIVE", beside_all("Five off", off_order(engine::Value::Amount(500))))).await;
    shop.discount(&coded("POST", beside_all("Free delivery", free_shipping()))).await;
    shop
}

fn address(country: &str) -> Value {
    let place = match country {
        "US" => {
            json!({ "address1": "350 5th Ave", "city": "New York", "zip": "10118", "provinceCode": "NY" })
        }
        _ => json!({ "address1": "Invalidenstr. 1", "city": "Berlin", "zip": "10115" }),
    };
    let mut address = json!({ "firstName": "Ada", "lastName": "Lovelace", "countryCode": country });
    address.as_object_mut().unwrap().extend(place.as_object().unwrap().clone());
    json!([{ "selected": true, "address": { "deliveryAddress": address } }])
}

/// A cart of three mugs and two pins with these codes, of a signed-in customer where there is a token.
async fn cart_to(shop: &TestShop, country: &str, codes: &[&str], token: Option<&str>) -> String {
    let input = json!({
        "lines": [{ "merchandiseId": shop.variant_id("mug").await, "quantity": 3 },
                  { "merchandiseId": shop.variant_id("pin").await, "quantity": 2 }],
        "buyerIdentity": { "email": "ada@example.com", "countryCode": country, "customerAccessToken": token },
        "delivery": { "addresses": address(country) }, "discountCodes": codes,
    });
    shop.make_cart(input).await["id"].as_str().unwrap().to_owned()
}

const COST: &str = "query($id: ID!) { cart(id: $id) {
    cost { subtotalAmount { amount } totalAmount { amount } totalAmountEstimated checkoutChargeAmount { amount }
        totalTaxAmount { amount } totalTaxAmountEstimated }
    appliedGiftCards { amountUsed { amount } } appliedStoreCredit { amount { amount } balance { amount } }
    lines(first: 9) { nodes { cost { subtotalAmount { amount } totalAmount { amount } } } } } }";

async fn cost(shop: &TestShop, id: &str) -> Value {
    shop.ask(COST, json!({ "id": id })).await["cart"].clone()
}

fn due(cart: &Value) -> &str {
    cart["cost"]["checkoutChargeAmount"]["amount"].as_str().unwrap()
}

async fn pay_with_credit(shop: &TestShop, id: &str, amount: &str) -> Value {
    let query =
        "mutation($id: ID!, $amount: MoneyInput!) { cartStoreCreditUpdate(cartId: $id, amount: $amount) {
        cart { appliedStoreCredit { amount { amount } } } userErrors { code field } } }";
    let amount = json!({ "amount": amount, "currencyCode": "EUR" });
    shop.ask(query, json!({ "id": id, "amount": amount })).await["cartStoreCreditUpdate"].clone()
}

async fn add_card(shop: &TestShop, id: &str, minor: i64) {
    let code = shop.gift_card(minor).await.code;
    let arguments = [("cartId", "ID!", json!(id)), ("giftCardCodes", "[String!]!", json!([code]))];
    assert_eq!(shop.change_cart("cartGiftCardCodesAdd", &arguments).await["userErrors"], json!([]));
}

/// The one order of a shop.
async fn only_order(shop: &TestShop) -> entity::order::Model {
    let orders = shop.orders().await;
    assert_eq!(orders.len(), 1);
    orders[0].clone()
}

const SUBMIT: &str =
    "mutation($id: ID!) { cartSubmitForCompletion(cartId: $id, attemptToken: \"token\") { result {
    __typename ... on SubmitFailed { errors { code message
        priceChange { part lineId was { amount } is { amount currencyCode } } } } } } }";

/// What comes of submitting a cart, with each amount that is another than the buyer was told.
async fn submitted(shop: &TestShop, id: &str) -> Value {
    shop.ask(SUBMIT, json!({ "id": id })).await["cartSubmitForCompletion"]["result"].clone()
}
