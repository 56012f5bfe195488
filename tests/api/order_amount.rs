//! What an order costs and keeps of it: discounts, taxes, deliveries, and who pays what.

use entity::completion_attempt::{self, AttemptState};
use entity::discount_redemption::RedemptionState;
use entity::id::OrderId;
use entity::{order_tax_line, order_transaction, store_credit_account};
use sea_orm::sea_query::Expr;
use sea_orm::{
    ActiveModelTrait,
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, IntoActiveModel, QueryFilter, QueryOrder,
};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::checkout;
use tradepost::discount::NewDiscount;
use tradepost::money::Money;
use tradepost::pricing::engine::{self, Spread};
use tradepost::pricing::{FixedPrice, save_base_prices};

use crate::support::amount::tax_rate;
use crate::support::discount::{WITH_ALL, coded, free_shipping, off_order, off_products};
use crate::support::market::currency;
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
async fn a_declined_payment_gives_discounts_cards_and_credit_back() {
    let shop = furnished().await;
    let (_, token) = shop.customer_with_credit("ada@example.com", 300).await;
    let id = cart_to(&shop, "DE", &["FIVE"], Some(&token)).await;
    add_card(&shop, &id, 1_000).await;
    pay_with_credit(&shop, &id, "2.00").await;
    let cart = cost(&shop, &id).await;
    shop.pay(&id, due(&cart), "decline").await;
    let submitted = shop.submit(&id, "first").await;
    let outcome = shop.attempt(submitted["result"]["attemptId"].as_str().unwrap()).await;
    assert_eq!(outcome["errors"][0]["code"], "PAYMENT_CARD_DECLINED");
    let uses = shop.redemptions().await;
    assert!(uses.len() == 2 && uses.iter().all(|used| used.state == RedemptionState::Released));
    for used in &uses {
        assert_eq!(shop.discount_row(used.discount_id).await.usage_count, 0);
    }
    assert_eq!(cost(&shop, &id).await, cart, "the card and the credit have what they had");
    assert_eq!(shop.orders().await, []);

    shop.pay(&id, due(&cart), "approve").await;
    let submitted = shop.submit(&id, "second").await;
    let outcome = shop.attempt(submitted["result"]["attemptId"].as_str().unwrap()).await;
    assert_eq!(outcome["__typename"], "CartCompletionSuccess", "{outcome}");
    shop.order_adds_up(only_order(&shop).await.id).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_whose_discount_was_used_up_meanwhile_fails_and_holds_nothing() {
    let shop = furnished().await;
    let last = NewDiscount { usage_limit: Some(1), ..off_order(engine::Value::Amount(100)) };
    shop.discount(&coded("LAST", beside_all("The last one", last))).await;
    let (first, second) =
        (cart_to(&shop, "DE", &["LAST"], None).await, cart_to(&shop, "DE", &["LAST"], None).await);
    let amount = cost(&shop, &first).await;
    for id in [&first, &second] {
        shop.pay(id, due(&amount), "decline").await;
    }
    let submitted = shop.submit(&second, "before").await;
    let attempt = submitted["result"]["attemptId"].as_str().unwrap().split_once('-').unwrap().0;
    let attempt: i64 = attempt.parse().unwrap();
    shop.pay(&first, due(&amount), "approve").await;
    shop.buy(&first).await;
    // A further attempt of the second cart, accepted while the discount could still be had.
    let row = completion_attempt::Entity::find_by_id(entity::id::AttemptId(attempt));
    let row = row.one(shop.app.db.fresh()).await.unwrap().unwrap();
    let again = completion_attempt::ActiveModel {
        id: NotSet,
        token: Set("again".to_owned()),
        idempotency_key: Set("another key".to_owned()),
        state: Set(AttemptState::Accepted),
        errors: Set(json!([])),
        ..row.into_active_model().reset_all()
    };
    let again = again.insert(shop.app.db.writer()).await.unwrap();
    checkout::drive(&shop.app, again.id).await.unwrap();
    let failed =
        completion_attempt::Entity::find_by_id(again.id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    assert_eq!(failed.state, AttemptState::Failed);
    assert_eq!(failed.errors[0]["code"], "ERROR");
    assert_eq!(failed.errors[0]["message"], "The discount LAST was used as often as it may be");
    assert_eq!(shop.orders().await.len(), 1);
    let level = shop.level("mug").await;
    assert_eq!((level.available, level.reserved, level.committed), (7, 0, 3));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_attempt_of_an_earlier_release_still_becomes_its_order() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 2, "decline").await;
    let submitted = shop.submit(&cart.id, "token").await;
    let attempt_id = submitted["result"]["attemptId"].as_str().unwrap();
    let id = entity::id::AttemptId(attempt_id.split_once('-').unwrap().0.parse().unwrap());
    let row = completion_attempt::Entity::find_by_id(id).one(shop.app.db.fresh()).await.unwrap().unwrap();
    let mut quote = row.quote.clone();
    for part in ["store_credit", "discounts", "buyer", "fetched"] {
        quote.as_object_mut().unwrap().remove(part).unwrap();
    }
    let order = quote["order"].as_object_mut().unwrap();
    for part in [
        "market",
        "fx_rate_e9",
        "applications",
        "shipping_discount_minor",
        "tax_fallback",
        "delivery_fallback",
    ] {
        order.remove(part).unwrap();
    }
    let mut delivery = order["shipping"][0].clone();
    for part in ["allocations", "taxes"] {
        delivery.as_object_mut().unwrap().remove(part).unwrap();
        order["lines"][0].as_object_mut().unwrap().remove(part).unwrap();
    }
    order["shipping"] = delivery;
    completion_attempt::Entity::update_many()
        .col_expr(completion_attempt::Column::Quote, Expr::val(quote))
        .col_expr(completion_attempt::Column::State, Expr::val(AttemptState::Accepted))
        .col_expr(completion_attempt::Column::ProviderToken, Expr::val("approve"))
        .filter(completion_attempt::Column::Id.eq(id))
        .exec(shop.app.db.writer())
        .await
        .unwrap();
    checkout::drive(&shop.app, id).await.unwrap();
    assert_eq!(shop.attempt(attempt_id).await["__typename"], "CartCompletionSuccess");
    let order = only_order(&shop).await;
    shop.order_adds_up(order.id).await;
    assert_eq!((order.total_minor, order.shipping_minor, order.market_id), (2_990, 490, None));
}

async fn set_price(shop: &TestShop, handle: &str, minor: i64) {
    let price = FixedPrice::of(shop.first_variant(handle).await, Money::new(minor, currency("EUR")));
    save_base_prices(&shop.app, &Actor::System, &[price]).await.unwrap();
}

const SUBMIT: &str =
    "mutation($id: ID!) { cartSubmitForCompletion(cartId: $id, attemptToken: \"token\") { result {
    __typename ... on SubmitFailed { errors { code message
        priceChange { part lineId was { amount } is { amount currencyCode } } } } } } }";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_price_that_changed_since_the_buyer_agreed_is_refused_with_what_changed() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let mug = shop.variant_id("mug").await;
    let cart = shop.ready_cart(&mug, 2, "manual").await;
    let line = shop.cart(&cart.id).await["lines"]["nodes"][0]["id"].clone();
    set_price(&shop, "mug", 1_400).await;
    let refused =
        shop.ask(SUBMIT, json!({ "id": cart.id })).await["cartSubmitForCompletion"]["result"].clone();
    assert_eq!(refused["__typename"], "SubmitFailed");
    let errors = refused["errors"].as_array().unwrap();
    assert!(errors.iter().all(|error| error["code"] == "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT"));
    assert_eq!(errors[0]["priceChange"], Value::Null);
    assert_eq!(
        errors[1]["priceChange"],
        json!({ "part": "UNIT", "lineId": line, "was": { "amount": "12.5" },
                "is": { "amount": "14.0", "currencyCode": "EUR" } })
    );
    assert_eq!(errors[1]["message"], "One of mug costs 14.0 EUR now, and was 12.5 EUR");
    assert_eq!(errors[2]["priceChange"]["part"], "TOTAL");
    assert_eq!(
        (&errors[2]["priceChange"]["was"]["amount"], &errors[2]["priceChange"]["is"]["amount"]),
        (&json!("29.9"), &json!("32.9"))
    );
    assert_eq!(errors.len(), 3);
    let attempts = completion_attempt::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert!(attempts.is_empty() && shop.reservations().await.is_empty());

    shop.pay(&cart.id, "32.90", "manual").await;
    shop.buy(&cart.id).await;
    assert_eq!(only_order(&shop).await.total_minor, 3_290);
}

/// Whether a cart can be ordered, as its buyer is told.
async fn prepared(shop: &TestShop, id: &str) -> Value {
    let prepare = "mutation($id: ID!) { cartPrepareForCompletion(cartId: $id) { result { __typename } } }";
    let answer = shop.ask(prepare, json!({ "id": id })).await;
    answer["cartPrepareForCompletion"]["result"]["__typename"].clone()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_a_gift_card_pays_in_full_is_not_more_than_the_buyer_was_told() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50").stock(10)]).await;
    let cart = shop.ready_cart(&shop.variant_id("mug").await, 1, "manual").await;
    add_card(&shop, &cart.id, 10_000).await;
    shop.pay(&cart.id, "0", "manual").await;
    assert_eq!(prepared(&shop, &cart.id).await, "CartStatusReady");
    set_price(&shop, "mug", 1_400).await;
    let refused =
        shop.ask(SUBMIT, json!({ "id": cart.id })).await["cartSubmitForCompletion"]["result"].clone();
    assert_eq!(refused["__typename"], "SubmitFailed", "{refused}");
    assert_eq!(refused["errors"][0]["priceChange"]["part"], "UNIT");
    assert_eq!(shop.orders().await, []);
    assert_eq!(prepared(&shop, &cart.id).await, "CartStatusReady", "the buyer is told the new price");
    shop.buy(&cart.id).await;
    assert_eq!(only_order(&shop).await.total_minor, 1_890);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_who_is_signed_in_pays_with_store_credit_and_never_more_than_they_wish() {
    let shop = furnished().await;
    let (_, token) = shop.customer_with_credit("ada@example.com", 1_000).await;
    let stranger = cart_to(&shop, "DE", &[], None).await;
    let before = cost(&shop, &stranger).await;
    let refused = pay_with_credit(&shop, &stranger, "1.00").await;
    assert_eq!(refused, json!({ "cart": null, "userErrors": [{ "code": "INVALID", "field": ["amount"] }] }));
    let wrong =
        "mutation($id: ID!, $amount: MoneyInput!) { cartStoreCreditUpdate(cartId: $id, amount: $amount) {
        userErrors { code field } } }";
    for (amount, code, field) in
        [("1.00", "USD", "currencyCode"), ("-1.00", "EUR", "amount"), ("x", "EUR", "amount")]
    {
        let amount = json!({ "amount": amount, "currencyCode": code });
        let answer = shop.ask(wrong, json!({ "id": stranger, "amount": amount })).await;
        let errors = json!([{ "code": "INVALID", "field": ["amount", field] }]);
        assert_eq!(answer["cartStoreCreditUpdate"]["userErrors"], errors);
    }
    assert_eq!(cost(&shop, &stranger).await, before, "nothing has changed");

    let id = cart_to(&shop, "DE", &[], Some(&token)).await;
    assert_eq!(cost(&shop, &id).await["appliedStoreCredit"], Value::Null, "nobody pays unasked");
    pay_with_credit(&shop, &id, "2.50").await;
    let credit = cost(&shop, &id).await["appliedStoreCredit"].clone();
    assert_eq!(credit, json!({ "amount": { "amount": "2.5" }, "balance": { "amount": "10.0" } }));
    let out = "mutation($token: String!) { customerAccessTokenDelete(customerAccessToken: $token) { deletedAccessToken } }";
    shop.ask(out, json!({ "token": token })).await;
    assert_eq!(cost(&shop, &id).await["appliedStoreCredit"], Value::Null, "who signed out pays no more");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_carts_cannot_spend_the_same_store_credit() {
    let shop = furnished().await;
    let (_, token) = shop.customer_with_credit("ada@example.com", 5_000).await;
    let (first, second) =
        (cart_to(&shop, "DE", &[], Some(&token)).await, cart_to(&shop, "DE", &[], Some(&token)).await);
    for id in [&first, &second] {
        pay_with_credit(&shop, id, "50.00").await;
        let cart = cost(&shop, id).await;
        assert_eq!(due(&cart), "0.0");
        shop.pay(id, "0", "manual").await;
    }
    shop.buy(&first).await;
    // 4.69 of the credit are left: the second buyer did not agree to pay the rest otherwise.
    let refused =
        shop.ask(SUBMIT, json!({ "id": second })).await["cartSubmitForCompletion"]["result"].clone();
    assert_eq!(refused["errors"][0]["code"], "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT");
    assert_eq!(shop.orders().await.len(), 1);
    let account = store_credit_account::Entity::find().all(shop.app.db.fresh()).await.unwrap().remove(0);
    assert_eq!(account.balance_minor, 5_000 - only_order(&shop).await.total_minor);
    shop.order_adds_up(OrderId(1)).await;
}
