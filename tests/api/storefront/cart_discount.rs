//! Discounts on carts: what each kind takes off, how it is told, and why a code takes nothing off.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use entity::id::ProductId;
use serde_json::{Value as Json, json};
use tradepost::actor::Actor;
use tradepost::discount::{NewDiscount, activate, deactivate, delete};
use tradepost::pricing::engine::{
    Buy, DiscountClass, Effect, ForCustomers, Requirement, Spread, Targets, Value,
};

use super::price::{segment_of, signed_in};
use crate::support::discount::{WITH_ALL, by_itself, coded, free_shipping, named, off_order, off_products};
use crate::support::{ProductSpec, TestShop};

const ALLOCATION: &str = "__typename discountedAmount { amount } targetType
    discountApplication { allocationMethod targetSelection targetType
      value { ... on MoneyV2 { amount } ... on PricingPercentageValue { percentage } } }
    ... on CartAutomaticDiscountAllocation { title } ... on CartCodeDiscountAllocation { code }";

/// A shop with a mug for 12.50 and a plate for 9.99.
async fn shop() -> TestShop {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("mug").price("12.50"), ProductSpec::new("plate").price("9.99")]).await;
    shop
}

/// A cart of two mugs and a plate: 34.99.
async fn cart(shop: &TestShop, identity: Json) -> String {
    let lines = json!([
        { "merchandiseId": shop.variant_id("mug").await, "quantity": 2 },
        { "merchandiseId": shop.variant_id("plate").await, "quantity": 1 },
    ]);
    let input = json!({ "lines": lines, "buyerIdentity": identity });
    shop.make_cart(input).await["id"].as_str().unwrap().to_owned()
}

async fn product(shop: &TestShop, handle: &str) -> ProductId {
    shop.product_row(handle).await.id
}

/// What discounts take off: subtotal and total of the cart; total and allocations of each line; the cart's allocations.
async fn seen(shop: &TestShop, cart: &str) -> Json {
    let query = format!(
        "query($id: ID!) {{ cart(id: $id) {{ discountCodes {{ code applicable }}
          cost {{ subtotalAmount {{ amount }} totalAmount {{ amount }} }} discountAllocations {{ {ALLOCATION} }}
          lines(first: 10) {{ nodes {{ cost {{ totalAmount {{ amount }} }} discountAllocations {{ {ALLOCATION} }} }} }} }} }}"
    );
    shop.ask(&query, json!({ "id": cart })).await["cart"].clone()
}

/// Subtotal, total, and the totals of the lines.
fn sums(seen: &Json) -> (String, String, Vec<String>) {
    let text = |amount: &Json| amount["amount"].as_str().unwrap().to_owned();
    let lines = seen["lines"]["nodes"].as_array().unwrap().iter();
    (
        text(&seen["cost"]["subtotalAmount"]),
        text(&seen["cost"]["totalAmount"]),
        lines.map(|line| text(&line["cost"]["totalAmount"])).collect(),
    )
}

fn expect(subtotal: &str, total: &str, lines: [&str; 2]) -> (String, String, Vec<String>) {
    (subtotal.to_owned(), total.to_owned(), lines.map(str::to_owned).to_vec())
}

/// How much each allocation of a list takes off.
fn shares(allocations: &Json) -> Vec<&str> {
    let all = allocations.as_array().unwrap().iter();
    all.map(|allocation| allocation["discountedAmount"]["amount"].as_str().unwrap()).collect()
}

fn lines_shares(seen: &Json) -> Vec<Vec<&str>> {
    let lines = seen["lines"]["nodes"].as_array().unwrap().iter();
    lines.map(|line| shares(&line["discountAllocations"])).collect()
}

/// Codes and warnings of a payload.
fn told(payload: &Json) -> Vec<(&str, bool, &str)> {
    let codes = payload["cart"]["discountCodes"].as_array().unwrap();
    let warnings = payload["warnings"].as_array().unwrap();
    let warning = |code: &str| {
        let about = warnings.iter().find(|warning| {
            let words = warning["message"].as_str().unwrap().split_whitespace();
            words.into_iter().any(|word| word == code)
        });
        about.map_or("", |warning| warning["code"].as_str().unwrap())
    };
    codes
        .iter()
        .map(|code| {
            let word = code["code"].as_str().unwrap();
            (word, code["applicable"].as_bool().unwrap(), warning(word))
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_percentage_off_the_order_is_told_with_the_cart_for_each_line() {
    let shop = shop().await;
    shop.discount(&coded("TEN", off_order(Value::Percentage(1_000)))).await;
    let cart = cart(&shop, Json::Null).await;
    let payload = shop.type_codes(&cart, &[" ten "]).await;
    assert_eq!(told(&payload), [("ten", true, "")]);

    let seen = seen(&shop, &cart).await;
    assert_eq!(sums(&seen), expect("34.99", "31.49", ["25.0", "9.99"]));
    assert_eq!(lines_shares(&seen), [Vec::<&str>::new(), Vec::new()]);
    assert_eq!(shares(&seen["discountAllocations"]), ["2.5", "1.0"]);
    assert_eq!(
        seen["discountAllocations"][0],
        json!({ "__typename": "CartCodeDiscountAllocation", "code": "ten", "discountedAmount": { "amount": "2.5" },
            "targetType": "LINE_ITEM", "discountApplication": { "allocationMethod": "ACROSS",
                "targetSelection": "ALL", "targetType": "LINE_ITEM", "value": { "percentage": 10.0 } } })
    );
    shop.type_codes(&cart, &[]).await;
    assert_eq!(sums(&self::seen(&shop, &cart).await), expect("34.99", "34.99", ["25.0", "9.99"]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn amounts_and_prices_are_taken_off_each_unit_or_across_lines() {
    let shop = shop().await;
    let (mug, plate) = (product(&shop, "mug").await, product(&shop, "plate").await);
    shop.discount(&coded("EACH", off_products(Value::Amount(100), Spread::Each, &[mug]))).await;
    shop.discount(&coded("ACROSS", off_products(Value::Amount(500), Spread::Across, &[mug, plate]))).await;
    shop.discount(&coded("NINE", off_products(Value::Price(900), Spread::Each, &[mug]))).await;
    shop.discount(&coded("SET", off_products(Value::Price(3_000), Spread::Across, &[mug, plate]))).await;
    shop.discount(&coded("OFF", off_order(Value::Amount(500)))).await;
    let cart = cart(&shop, Json::Null).await;

    shop.type_codes(&cart, &["EACH"]).await;
    let each = seen(&shop, &cart).await;
    assert_eq!(sums(&each), expect("32.99", "32.99", ["23.0", "9.99"]));
    assert_eq!(each["discountAllocations"], json!([]), "what chose a line is told with the line");
    assert_eq!(
        each["lines"]["nodes"][0]["discountAllocations"],
        json!([{ "__typename": "CartCodeDiscountAllocation", "code": "EACH", "discountedAmount": { "amount": "2.0" },
            "targetType": "LINE_ITEM", "discountApplication": { "allocationMethod": "EACH",
                "targetSelection": "ENTITLED", "targetType": "LINE_ITEM", "value": { "amount": "1.0" } } }])
    );

    shop.type_codes(&cart, &["ACROSS"]).await;
    let across = seen(&shop, &cart).await;
    assert_eq!(sums(&across), expect("29.99", "29.99", ["21.43", "8.56"]));
    assert_eq!(lines_shares(&across), [["3.57"], ["1.43"]]);

    shop.type_codes(&cart, &["NINE"]).await;
    let nine = seen(&shop, &cart).await;
    assert_eq!(sums(&nine), expect("27.99", "27.99", ["18.0", "9.99"]));
    let application = &nine["lines"]["nodes"][0]["discountAllocations"][0]["discountApplication"];
    assert_eq!(application["value"], json!({ "amount": "7.0" }), "told is what a price takes off in all");
    assert_eq!(application["allocationMethod"], "ACROSS");

    shop.type_codes(&cart, &["SET"]).await;
    assert_eq!(sums(&seen(&shop, &cart).await).1, "30.0");

    shop.type_codes(&cart, &["OFF"]).await;
    let off = seen(&shop, &cart).await;
    assert_eq!(sums(&off), expect("34.99", "29.99", ["25.0", "9.99"]));
    assert_eq!(shares(&off["discountAllocations"]), ["3.57", "1.43"]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn buying_some_gives_others_and_automatic_discounts_apply_by_themselves() {
    let shop = shop().await;
    let (mug, plate) = (product(&shop, "mug").await, product(&shop, "plate").await);
    let gift = Effect::BuyXGetY {
        buys: named(&[mug]),
        buy: Buy::Quantity(2),
        gets: named(&[plate]),
        get_quantity: 1,
        value: Value::Percentage(10_000),
        uses_per_order: Some(1),
    };
    let id = shop
        .discount(&NewDiscount {
            title: "A plate with two mugs".to_owned(),
            ..by_itself(DiscountClass::Product, gift)
        })
        .await;
    let cart = cart(&shop, Json::Null).await;
    let gifted = seen(&shop, &cart).await;
    assert_eq!(sums(&gifted), expect("25.0", "25.0", ["25.0", "0.0"]));
    assert_eq!(lines_shares(&gifted), [vec![], vec!["9.99"]]);
    let allocation = &gifted["lines"]["nodes"][1]["discountAllocations"][0];
    assert_eq!(allocation["__typename"], "CartAutomaticDiscountAllocation");
    assert_eq!(allocation["title"], "A plate with two mugs");
    assert_eq!(allocation["discountApplication"]["targetSelection"], "EXPLICIT");
    assert_eq!(gifted["discountCodes"], json!([]));

    deactivate(&shop.app, &Actor::System, id).await.unwrap();
    assert_eq!(sums(&seen(&shop, &cart).await).1, "34.99", "it is off at once");
    activate(&shop.app, &Actor::System, id).await.unwrap();
    assert_eq!(sums(&seen(&shop, &cart).await).1, "25.0");

    let spent = Effect::BuyXGetY {
        buys: Targets::All,
        buy: Buy::Amount(3_000),
        gets: named(&[plate]),
        get_quantity: 1,
        value: Value::Percentage(5_000),
        uses_per_order: None,
    };
    delete(&shop.app, &Actor::System, id).await.unwrap();
    shop.discount(&by_itself(DiscountClass::Product, spent)).await;
    assert_eq!(sums(&seen(&shop, &cart).await).1, "34.99", "25.00 were spent besides the plate");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn free_shipping_is_told_with_the_cart_once_the_delivery_is_known() {
    let shop = shop().await;
    let mug = shop.variant_id("mug").await;
    let to_germany = Effect::FreeShipping {
        countries: Some(BTreeSet::from(["DE".to_owned()])),
        max_cost_minor: Some(500),
    };
    shop.discount(&coded("FREESHIP", by_itself(DiscountClass::Shipping, to_germany))).await;
    let unknown = shop.cart_with(&mug, 1).await["cart"]["id"].as_str().unwrap().to_owned();
    let payload = shop.type_codes(&unknown, &["FREESHIP"]).await;
    assert_eq!(told(&payload), [("FREESHIP", false, "DISCOUNT_NO_ENTITLED_SHIPPING_LINES")]);

    let ready = shop.ready_cart(&mug, 1, "manual").await;
    assert_eq!(ready.total, "17.4");
    let payload = shop.type_codes(&ready.id, &["FREESHIP"]).await;
    assert_eq!(told(&payload), [("FREESHIP", true, "")]);
    let free = seen(&shop, &ready.id).await;
    assert_eq!(
        (&free["cost"]["subtotalAmount"]["amount"], &free["cost"]["totalAmount"]["amount"]),
        (&json!("12.5"), &json!("12.5"))
    );
    assert_eq!(
        free["discountAllocations"],
        json!([{ "__typename": "CartCodeDiscountAllocation", "code": "FREESHIP", "discountedAmount": { "amount": "4.9" },
            "targetType": "SHIPPING_LINE", "discountApplication": { "allocationMethod": "EACH",
                "targetSelection": "ENTITLED", "targetType": "SHIPPING_LINE", "value": { "percentage": 100.0 } } }])
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn codes_that_take_nothing_off_stay_and_each_says_why() {
    let shop = shop().await;
    let (us, _) = shop.sell_abroad().await;
    shop.have(&[ProductSpec::new("spoon")]).await;
    let now = shop.app.clock.now();
    let off = || NewDiscount { combines_with: WITH_ALL, ..off_order(Value::Percentage(1_000)) };
    let (customer, _) = signed_in(&shop, "eve@example.com").await;
    let stop = NewDiscount { ends_at: Some(now - TimeDelta::seconds(1)), ..off() };
    for (code, new) in [
        ("SOON", NewDiscount { starts_at: now + TimeDelta::hours(1), ..off() }),
        ("OVER", stop),
        (
            "SPOON",
            NewDiscount {
                combines_with: WITH_ALL,
                ..off_products(Value::Amount(100), Spread::Each, &[product(&shop, "spoon").await])
            },
        ),
        ("FIFTY", NewDiscount { requirement: Requirement::Subtotal(5_000), ..off() }),
        ("FOUR", NewDiscount { requirement: Requirement::Quantity(4), ..off() }),
        ("THREE", NewDiscount { requirement: Requirement::Quantity(3), ..off() }),
        ("ABROAD", NewDiscount { markets: Some(BTreeSet::from([us])), ..off() }),
        ("EVE", NewDiscount { customers: ForCustomers::Named(BTreeSet::from([customer])), ..off() }),
        ("SHIP", free_shipping()),
        ("ALONE", off_order(Value::Percentage(100))),
    ] {
        shop.discount(&coded(code, new)).await;
    }
    let paused = shop.discount(&coded("PAUSED", off())).await;
    deactivate(&shop.app, &Actor::System, paused).await.unwrap();
    let gone = shop.discount(&coded("GONE", off())).await;
    delete(&shop.app, &Actor::System, gone).await.unwrap();

    let cart = cart(&shop, Json::Null).await;
    let codes = [
        "NONE", "SOON", "OVER", "PAUSED", "GONE", "SPOON", "FIFTY", "FOUR", "THREE", "ABROAD", "EVE", "SHIP",
        "ALONE",
    ];
    let payload = shop.type_codes(&cart, &codes).await;
    let expected = [
        ("NONE", false, "DISCOUNT_NOT_FOUND"),
        ("SOON", false, "DISCOUNT_CURRENTLY_INACTIVE"),
        ("OVER", false, "DISCOUNT_CURRENTLY_INACTIVE"),
        ("PAUSED", false, "DISCOUNT_CURRENTLY_INACTIVE"),
        ("GONE", false, "DISCOUNT_NOT_FOUND"),
        ("SPOON", false, "DISCOUNT_NO_ENTITLED_LINE_ITEMS"),
        ("FIFTY", false, "DISCOUNT_PURCHASE_NOT_IN_RANGE"),
        ("FOUR", false, "DISCOUNT_QUANTITY_NOT_IN_RANGE"),
        ("THREE", true, ""),
        ("ABROAD", false, "DISCOUNT_CUSTOMER_NOT_ELIGIBLE"),
        ("EVE", false, "DISCOUNT_ELIGIBLE_CUSTOMER_MISSING"),
        ("SHIP", false, "DISCOUNT_NO_ENTITLED_SHIPPING_LINES"),
        ("ALONE", false, "DISCOUNT_CODE_NOT_HONOURED"),
    ];
    assert_eq!(told(&payload), expected, "{payload:#}");
    assert!(payload["warnings"].as_array().unwrap().iter().all(|warning| warning["target"] == json!(cart)));
    assert_eq!(sums(&seen(&shop, &cart).await).1, "31.49", "only what holds takes something off");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn discounts_are_for_customers_segments_and_markets() {
    let shop = shop().await;
    let (us, _) = shop.sell_abroad().await;
    let (ada, token) = signed_in(&shop, "ada@example.com").await;
    let (_, other) = signed_in(&shop, "eve@example.com").await;
    let regulars = segment_of(&shop, "regulars", &[ada]).await;
    let off = off_order(Value::Amount(500));
    shop.discount(&coded(
        "REGULAR",
        NewDiscount { customers: ForCustomers::Segments(BTreeSet::from([regulars])), ..off.clone() },
    ))
    .await;
    shop.discount(&coded(
        "ADA",
        NewDiscount { customers: ForCustomers::Named(BTreeSet::from([ada])), ..off.clone() },
    ))
    .await;
    shop.discount(&coded("US", NewDiscount { markets: Some(BTreeSet::from([us])), ..off })).await;

    let of_ada = cart(&shop, json!({ "customerAccessToken": token })).await;
    let of_eve = cart(&shop, json!({ "customerAccessToken": other })).await;
    for code in ["REGULAR", "ADA"] {
        assert_eq!(told(&shop.type_codes(&of_ada, &[code]).await), [(code, true, "")]);
        assert_eq!(
            told(&shop.type_codes(&of_eve, &[code]).await),
            [(code, false, "DISCOUNT_CUSTOMER_NOT_ELIGIBLE")]
        );
    }
    let abroad = cart(&shop, json!({ "countryCode": "US" })).await;
    let before = sums(&seen(&shop, &abroad).await);
    assert_eq!(told(&shop.type_codes(&abroad, &["US"]).await), [("US", true, "")]);
    let after = seen(&shop, &abroad).await;
    let value = &after["discountAllocations"][0]["discountApplication"]["value"];
    assert_eq!(value, &json!({ "amount": "5.4" }), "at the rate of the market");
    assert_ne!(sums(&after), before);
    assert_eq!(
        told(&shop.type_codes(&of_ada, &["US"]).await),
        [("US", false, "DISCOUNT_CUSTOMER_NOT_ELIGIBLE")]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_discounts_that_exclude_each_other_the_best_is_taken() {
    let shop = shop().await;
    shop.discount(&coded("SMALL", off_order(Value::Amount(300)))).await;
    shop.discount(&coded("LARGE", off_order(Value::Amount(400)))).await;
    let together = NewDiscount { combines_with: WITH_ALL, ..off_order(Value::Amount(100)) };
    shop.discount(&coded("FIRST", together.clone())).await;
    shop.discount(&coded("SECOND", together)).await;
    let cart = cart(&shop, Json::Null).await;
    let payload = shop.type_codes(&cart, &["SMALL", "LARGE", "FIRST"]).await;
    assert_eq!(
        told(&payload),
        [
            ("SMALL", false, "DISCOUNT_CODE_NOT_HONOURED"),
            ("LARGE", true, ""),
            ("FIRST", false, "DISCOUNT_CODE_NOT_HONOURED")
        ]
    );
    assert_eq!(sums(&seen(&shop, &cart).await).1, "30.99");
    let payload = shop.type_codes(&cart, &["FIRST", "SECOND"]).await;
    assert_eq!(told(&payload), [("FIRST", true, ""), ("SECOND", true, "")]);
    let both = seen(&shop, &cart).await;
    assert_eq!(sums(&both).1, "32.99");
    assert_eq!(shares(&both["discountAllocations"]).len(), 4, "each is told for each line");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_keeps_its_discounts_however_they_change() {
    let shop = shop().await;
    let mug = product(&shop, "mug").await;
    let (_, token) = signed_in(&shop, "ada@example.com").await;
    let off =
        NewDiscount { combines_with: WITH_ALL, usage_limit: Some(5), ..off_order(Value::Percentage(1_000)) };
    let ten = shop.discount(&coded("TEN", off)).await;
    let each = NewDiscount {
        combines_with: WITH_ALL,
        title: "A euro off mugs".to_owned(),
        ..off_products(Value::Amount(100), Spread::Each, &[mug])
    };
    let euro = shop.discount(&each).await;
    let ship =
        shop.discount(&coded("SHIP", NewDiscount { combines_with: WITH_ALL, ..free_shipping() })).await;
    let ready = shop.ready_cart(&shop.variant_id("mug").await, 2, "manual").await;
    let identity = ("buyerIdentity", "CartBuyerIdentityInput!", json!({ "customerAccessToken": token }));
    shop.change_cart("cartBuyerIdentityUpdate", &[("cartId", "ID!", json!(ready.id)), identity]).await;
    shop.type_codes(&ready.id, &["ten", "SHIP"]).await;
    // 25.00, less 2.00 for the mugs, less a tenth of 23.00.
    assert_eq!(sums_of_total(&shop, &ready.id).await, "20.7");
    shop.pay(&ready.id, "20.7", "manual").await;
    shop.buy(&ready.id).await;
    for id in [ten, euro, ship] {
        assert_eq!(shop.discount_row(id).await.usage_count, 1);
        delete(&shop.app, &Actor::System, id).await.unwrap();
    }
    let application = "__typename allocationMethod targetSelection targetType
        value { ... on MoneyV2 { amount } ... on PricingPercentageValue { percentage } }
        ... on DiscountCodeApplication { code applicable } ... on AutomaticDiscountApplication { title }";
    let query = format!(
        "query($token: String!) {{ customer(customerAccessToken: $token) {{ orders(first: 1) {{ nodes {{
          totalPrice {{ amount }} subtotalPrice {{ amount }}
          discountApplications(first: 5) {{ nodes {{ {application} }} }}
          shippingDiscountAllocations {{ allocatedAmount {{ amount }} discountApplication {{ {application} }} }}
          lineItems(first: 5) {{ nodes {{ originalTotalPrice {{ amount }} discountedTotalPrice {{ amount }}
            discountAllocations {{ allocatedAmount {{ amount }} discountApplication {{ {application} }} }} }} }} }} }} }} }}"
    );
    let order = shop.ask(&query, json!({ "token": token })).await["customer"]["orders"]["nodes"][0].clone();
    assert_eq!(order["totalPrice"]["amount"], "20.7");
    assert_eq!(order["subtotalPrice"]["amount"], "20.7");
    let applications = order["discountApplications"]["nodes"].as_array().unwrap();
    let names: Vec<_> =
        applications.iter().map(|one| one["code"].as_str().or(one["title"].as_str()).unwrap()).collect();
    assert_eq!(names, ["ten", "A euro off mugs", "SHIP"]);
    assert_eq!(applications[0]["__typename"], "DiscountCodeApplication");
    assert_eq!(applications[0]["value"], json!({ "percentage": 10.0 }));
    assert_eq!(applications[1]["__typename"], "AutomaticDiscountApplication");
    assert_eq!(applications[1]["value"], json!({ "amount": "1.0" }));
    assert_eq!(applications[2]["targetType"], "SHIPPING_LINE");
    let line = &order["lineItems"]["nodes"][0];
    assert_eq!(line["originalTotalPrice"]["amount"], "25.0");
    assert_eq!(line["discountedTotalPrice"]["amount"], "20.7");
    let allocated = |list: &Json| -> Vec<String> {
        let all = list.as_array().unwrap().iter();
        all.map(|one| one["allocatedAmount"]["amount"].as_str().unwrap().to_owned()).collect()
    };
    assert_eq!(allocated(&line["discountAllocations"]), ["2.3", "2.0"]);
    assert_eq!(allocated(&order["shippingDiscountAllocations"]), ["4.9"]);
}

async fn sums_of_total(shop: &TestShop, cart: &str) -> String {
    sums(&seen(shop, cart).await).1
}
