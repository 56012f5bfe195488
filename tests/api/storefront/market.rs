//! Prices in other markets: lists, pages and carts, and the order that comes of them.

use chrono::TimeDelta;
use entity::market::RoundingMode;
use entity::price_list::CompareAtMode;
use entity::{market_region, order_transaction, price, variant_unit_price};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use serde_json::{Value, json};
use tradepost::actor::Actor;
use tradepost::market::{self as commands, NewMarket, NewPriceList, NewQuantityRule, NewRate};
use tradepost::money::Money;
use tradepost::pricing::{FixedPrice, delete_fixed_prices, save_fixed_prices};

use crate::support::market::{currency, market, price_list, rounding};
use crate::support::{ProductSpec, TestShop, refusals};

/// A mug for 12.50 that was 20.00.
pub(super) async fn shop_with_mug() -> (TestShop, String) {
    let shop = TestShop::open().await;
    let mut mug = ProductSpec::new("mug").price("12.50");
    mug.variants[0].compare_at = "20.00".to_owned();
    shop.have(&[mug, ProductSpec::new("tea").price("4.00")]).await;
    let variant = shop.variant_id("mug").await;
    (shop, variant)
}

/// What the mug costs in a country: its price and what that is compared with, on its page and in a list.
async fn price_in(shop: &TestShop, country: &str) -> (String, String, String) {
    let money = "{ amount currencyCode }";
    let fields = format!(
        "priceRange {{ minVariantPrice {money} maxVariantPrice {money} }} \
         compareAtPriceRange {{ minVariantPrice {money} }} \
         variants(first: 1) {{ nodes {{ price {money} compareAtPrice {money} }} }}"
    );
    let query = format!(
        "query($country: CountryCode) @inContext(country: $country) {{ \
           product(handle: \"mug\") {{ {fields} }} \
           products(first: 10, sortKey: PRICE, reverse: true) {{ nodes {{ handle {fields} }} }} }}"
    );
    let answer = shop.ask(&query, json!({ "country": country })).await;
    let page = answer["product"].clone();
    let listed = &answer["products"]["nodes"][0];
    assert_eq!(listed["handle"], "mug");
    assert_eq!(page["priceRange"], listed["priceRange"]);
    let variant = &page["variants"]["nodes"][0];
    assert_eq!(variant["price"], page["priceRange"]["minVariantPrice"]);
    assert_eq!(variant["price"], page["priceRange"]["maxVariantPrice"]);
    let compared = &page["compareAtPriceRange"]["minVariantPrice"];
    assert!(variant["compareAtPrice"].is_null() || variant["compareAtPrice"] == *compared);
    let text = |value: &Value| value.as_str().unwrap_or("none").to_owned();
    (
        text(&variant["price"]["amount"]),
        text(&variant["compareAtPrice"]["amount"]),
        text(&variant["price"]["currencyCode"]),
    )
}

pub(super) async fn assert_price(shop: &TestShop, country: &str, expected: (&str, &str, &str)) {
    let found = price_in(shop, country).await;
    assert_eq!((found.0.as_str(), found.1.as_str(), found.2.as_str()), expected, "{country}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_are_converted_and_rounded_as_the_market_says() {
    let (shop, _) = shop_with_mug().await;
    for country in ["DE", "US", "JP"] {
        assert_price(&shop, country, ("12.5", "20.0", "EUR")).await;
    }
    shop.sell_abroad().await;
    shop.rate("KWD", 331_000_000).await;
    shop.sell_in(&market("kw", "KWD", &["KW"])).await;
    let swiss = NewMarket {
        rounding: rounding(RoundingMode::Down, 5, 0),
        adjust_bp: -333,
        ..market("ch", "CHF", &["CH"])
    };
    shop.rate("CHF", 930_000_000).await;
    shop.sell_in(&swiss).await;
    assert_price(&shop, "DE", ("12.5", "20.0", "EUR")).await;
    // 13.50 and 21.60
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    // 2043.75 and 3270
    assert_price(&shop, "JP", ("2050.0", "3270.0", "JPY")).await;
    // 4.1375 and 6.62
    assert_price(&shop, "KW", ("4.138", "6.62", "KWD")).await;
    // 12.08375 x 0.93 = 11.2379 and 19.334 x 0.93 = 17.9806
    assert_price(&shop, "CH", ("11.2", "17.95", "CHF")).await;
    // No market has it: it is served at home.
    assert_price(&shop, "BR", ("12.5", "20.0", "EUR")).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn prices_of_a_list_come_before_its_percentage_and_that_before_the_market() {
    let (shop, _) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    let now = shop.app.clock.now();
    let fixed = shop.list_prices(&price_list(us, "USD")).await;
    shop.fix_price(fixed, "tea", "USD", 333).await;
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    shop.fix_price(fixed, "mug", "USD", 1_111).await;
    // A price of the list's own is not rounded, and compared with what the list says only.
    assert_price(&shop, "US", ("11.11", "none", "USD")).await;
    assert_price(&shop, "DE", ("12.5", "20.0", "EUR")).await;

    // A list with a higher priority and a percentage: nothing behind it counts. 12.50 - 20 % = 10.00, 10.80 in dollars.
    let sale = NewPriceList { adjust_bp: Some(-2_000), priority: 5, ..price_list(us, "USD") };
    let id = shop.list_prices(&sale).await;
    assert_price(&shop, "US", ("10.99", "16.99", "USD")).await;
    let hidden = NewPriceList { id: Some(id), compare_at: CompareAtMode::Hidden, ..sale.clone() };
    shop.list_prices(&hidden).await;
    assert_price(&shop, "US", ("10.99", "none", "USD")).await;
    let over = NewPriceList { id: Some(id), ends_at: Some(now), ..sale.clone() };
    shop.list_prices(&over).await;
    assert_price(&shop, "US", ("11.11", "none", "USD")).await;
    let coming = NewPriceList { id: Some(id), starts_at: Some(now + TimeDelta::hours(1)), ..sale };
    shop.list_prices(&coming).await;
    assert_price(&shop, "US", ("11.11", "none", "USD")).await;

    let mug = shop.first_variant("mug").await;
    delete_fixed_prices(&shop.app, &Actor::System, fixed, &[mug]).await.unwrap();
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    shop.fix_price(fixed, "mug", "USD", 1).await;
    commands::delete_price_list(&shop.app, &Actor::System, fixed).await.unwrap();
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    let left = price::Entity::find().filter(price::Column::PriceListId.eq(fixed)).all(shop.app.db.fresh());
    assert_eq!(left.await.unwrap(), []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_new_rate_counts_from_its_moment_and_a_deleted_market_is_served_at_home() {
    let (shop, _) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    let now = shop.app.clock.now();
    let rate = |rate_e9, effective_at| NewRate {
        from: currency("EUR"),
        to: currency("USD"),
        rate_e9,
        effective_at: Some(effective_at),
    };
    let tomorrow = rate(3_000_000_000, now + TimeDelta::days(1));
    commands::save_rate(&shop.app, &Actor::System, tomorrow).await.unwrap();
    assert_price(&shop, "US", ("13.99", "21.99", "USD")).await;
    let other = shop.second_node().await;
    other.markets().await.unwrap();
    commands::save_rate(&shop.app, &Actor::System, rate(2_000_000_000, now)).await.unwrap();
    assert_price(&shop, "US", ("24.99", "39.99", "USD")).await;
    let seen = async || {
        let settings = other.markets().await.unwrap();
        commands::resolve(&settings, "US", shop.app.clock.now()).prices.conversion.rate_e9
    };
    for _ in 0..110 {
        if seen().await == 2_000_000_000 {
            break;
        }
        tokio::time::sleep(std::time::Duration::from_millis(10)).await;
    }
    assert_eq!(seen().await, 2_000_000_000, "another node sees it within a second");

    commands::delete_market(&shop.app, &Actor::System, us).await.unwrap();
    assert_price(&shop, "US", ("12.5", "20.0", "EUR")).await;
    let regions = market_region::Entity::find().filter(market_region::Column::MarketId.eq(us));
    assert_eq!(regions.all(shop.app.db.fresh()).await.unwrap(), []);
}

/// The amounts of a cart as the API tells them.
fn costs(cart: &Value) -> (&str, &str, &str) {
    let total = &cart["cost"]["totalAmount"];
    let line = &cart["lines"]["nodes"][0]["cost"];
    (
        line["amountPerQuantity"]["amount"].as_str().unwrap(),
        total["amount"].as_str().unwrap(),
        total["currencyCode"].as_str().unwrap(),
    )
}

async fn move_to(shop: &TestShop, cart: &str, country: &str) -> Value {
    let identity = json!({ "countryCode": country });
    let arguments = [("cartId", "ID!", json!(cart)), ("buyerIdentity", "CartBuyerIdentityInput!", identity)];
    let payload = shop.change_cart("cartBuyerIdentityUpdate", &arguments).await;
    assert_eq!(payload["userErrors"], json!([]), "{payload:#}");
    payload["cart"].clone()
}

async fn stored_currencies(shop: &TestShop) -> Vec<(String, String)> {
    let carts = entity::cart::Entity::find().order_by_asc(entity::cart::Column::Id).all(shop.app.db.fresh());
    carts.await.unwrap().into_iter().map(|cart| (cart.country, cart.currency)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_goes_to_the_market_of_its_buyer() {
    let (shop, mug) = shop_with_mug().await;
    shop.sell_abroad().await;
    let lines = json!([{ "merchandiseId": mug, "quantity": 2 }]);
    let cart = shop.make_cart(json!({ "lines": lines })).await;
    assert_eq!(costs(&cart), ("12.5", "25.0", "EUR"));
    let id = cart["id"].as_str().unwrap();
    assert_eq!(costs(&move_to(&shop, id, "US").await), ("13.99", "27.98", "USD"));
    assert_eq!(costs(&shop.cart(id).await), ("13.99", "27.98", "USD"));
    assert_eq!(stored_currencies(&shop).await, [("US".to_owned(), "USD".to_owned())]);
    assert_eq!(costs(&move_to(&shop, id, "JP").await), ("2050.0", "4100.0", "JPY"));
    assert_eq!(costs(&move_to(&shop, id, "BR").await), ("12.5", "25.0", "EUR"));
    assert_eq!(stored_currencies(&shop).await, [("BR".to_owned(), "EUR".to_owned())]);

    // By the context of the request, by the input, and the input before the context.
    let create = "mutation($input: CartInput) @inContext(country: JP) { cartCreate(input: $input) {
        cart { cost { totalAmount { amount currencyCode } } buyerIdentity { countryCode } } } }";
    for (identity, country, amount, code) in
        [(Value::Null, "JP", "2050.0", "JPY"), (json!({ "countryCode": "US" }), "US", "13.99", "USD")]
    {
        let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 1 }], "buyerIdentity": identity });
        let made = shop.ask(create, json!({ "input": input })).await["cartCreate"]["cart"].clone();
        assert_eq!(made["cost"]["totalAmount"], json!({ "amount": amount, "currencyCode": code }));
        assert_eq!(made["buyerIdentity"]["countryCode"], country);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cart_follows_its_market_and_its_next_change_stores_the_currency() {
    let (shop, mug) = shop_with_mug().await;
    let lines = json!([{ "merchandiseId": mug, "quantity": 1 }]);
    let cart = shop.make_cart(json!({ "lines": lines, "buyerIdentity": { "countryCode": "US" } })).await;
    assert_eq!(costs(&cart), ("12.5", "12.5", "EUR"));
    shop.sell_abroad().await;
    let id = cart["id"].as_str().unwrap();
    assert_eq!(costs(&shop.cart(id).await), ("13.99", "13.99", "USD"));
    assert_eq!(
        stored_currencies(&shop).await,
        [("US".to_owned(), "EUR".to_owned())],
        "a look changes nothing"
    );
    let add = [("cartId", "ID!", json!(id)), ("lines", "[CartLineInput!]!", lines)];
    let added = shop.change_cart("cartLinesAdd", &add).await;
    assert_eq!(costs(&added["cart"]), ("13.99", "27.98", "USD"));
    assert_eq!(stored_currencies(&shop).await, [("US".to_owned(), "USD".to_owned())]);
}

const ADDRESS: &str =
    "cartDeliveryAddressesAdd(cartId: $id, addresses: [{ selected: true, address: { deliveryAddress: {
    firstName: \"Grace\", lastName: \"Hopper\", address1: \"1 Main St\", city: \"Ithaca\", zip: \"14850\",
    provinceCode: \"NY\", countryCode: US } } }])";

/// Makes a cart of two mugs for a buyer in the United States.
async fn american_cart(shop: &TestShop, mug: &str) -> Value {
    let input = json!({
        "lines": [{ "merchandiseId": mug, "quantity": 2 }],
        "buyerIdentity": { "email": "grace@example.com", "countryCode": "US" },
    });
    let id = shop.make_cart(input).await["id"].clone();
    let query = format!("mutation($id: ID!) {{ {ADDRESS} {{ userErrors {{ code }} }} }}");
    let added = shop.ask(&query, json!({ "id": id })).await;
    assert_eq!(added["cartDeliveryAddressesAdd"]["userErrors"], json!([]));
    shop.cart(id.as_str().unwrap()).await
}

async fn agree(shop: &TestShop, cart: &str, amount: &str, code: &str) -> Vec<(String, String)> {
    let query = "mutation($id: ID!, $payment: CartPaymentInput!) {
        cartPaymentUpdate(cartId: $id, payment: $payment) { userErrors { code field message } } }";
    let payment = json!({ "amount": { "amount": amount, "currencyCode": code },
        "providerPaymentMethod": { "provider": "test", "token": "approve" } });
    let answer =
        shop.ask(query, json!({ "id": cart, "payment": payment })).await["cartPaymentUpdate"].clone();
    refusals(&answer).into_iter().map(|(code, field)| (code.to_owned(), field)).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_order_abroad_is_paid_in_its_own_currency_to_the_cent() {
    let (shop, mug) = shop_with_mug().await;
    shop.sell_abroad().await;
    let cart = american_cart(&shop, &mug).await;
    // Two at 13.99, and air for 25.00 euros: 27.00 dollars, ending on .99.
    assert_eq!(costs(&cart), ("13.99", "54.97", "USD"));
    let options = &cart["deliveryGroups"]["nodes"][0]["deliveryOptions"];
    assert_eq!(
        options,
        &json!([{ "handle": "air", "title": "air", "estimatedCost": { "amount": "26.99" } }])
    );
    let id = cart["id"].as_str().unwrap();
    let field = "payment.amount.currencyCode".to_owned();
    assert_eq!(agree(&shop, id, "54.97", "EUR").await, [("INVALID_PAYMENT".to_owned(), field)]);
    assert_eq!(agree(&shop, id, "54.97", "USD").await, []);
    let outcome = shop.buy(id).await;
    let orders = shop.orders().await;
    assert_eq!((orders[0].currency.as_str(), orders[0].total_minor), ("USD", 5_497));
    assert_eq!((orders[0].subtotal_minor, orders[0].shipping_minor), (2_798, 2_699));
    let paid = order_transaction::Entity::find().all(shop.app.db.fresh()).await.unwrap();
    assert_eq!(paid.len(), 1);
    assert_eq!((paid[0].currency.as_str(), paid[0].amount_minor), ("USD", orders[0].total_minor));

    // Whatever becomes of the market, the order stays what it was.
    shop.rate("USD", 5_000_000_000).await;
    let (number, key) = outcome["orderId"].as_str().unwrap().split_once("?key=").unwrap();
    let query = "query($id: ID!, $key: String!) { order(id: $id, key: $key) { currencyCode
        totalPrice { amount currencyCode } totalShippingPrice { amount }
        lineItems(first: 1) { nodes { originalTotalPrice { amount currencyCode } } } } }";
    let order =
        shop.ask(query, json!({ "id": format!("{number}?key={key}"), "key": key })).await["order"].clone();
    let expected = json!({
        "currencyCode": "USD",
        "totalPrice": { "amount": "54.97", "currencyCode": "USD" },
        "totalShippingPrice": { "amount": "26.99" },
        "lineItems": { "nodes": [{ "originalTotalPrice": { "amount": "27.98", "currencyCode": "USD" } }] },
    });
    assert_eq!(order, expected);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_agreed_at_another_rate_buys_nothing() {
    let (shop, mug) = shop_with_mug().await;
    shop.sell_abroad().await;
    let cart = american_cart(&shop, &mug).await;
    let id = cart["id"].as_str().unwrap();
    assert_eq!(agree(&shop, id, "54.97", "USD").await, []);
    shop.rate("USD", 2_000_000_000).await;
    let submitted = shop.submit(id, "late").await["result"].clone();
    assert_eq!(submitted["errors"][0]["code"], "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT", "{submitted:#}");
    assert_eq!(costs(&shop.cart(id).await), ("24.99", "99.97", "USD"));
    move_to(&shop, id, "DE").await;
    let submitted = shop.submit(id, "elsewhere").await["result"].clone();
    assert_eq!(submitted["errors"][0]["code"], "PAYMENTS_UNACCEPTABLE_PAYMENT_AMOUNT", "{submitted:#}");
    assert_eq!(shop.orders().await, []);
    assert_eq!(shop.level("mug").await.available, 100);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn breaks_and_quantity_rules_hold_where_they_were_set() {
    let (shop, mug) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    let list = shop.list_prices(&price_list(us, "USD")).await;
    let id = shop.first_variant("mug").await;
    let dollars = |minor| Money::new(minor, currency("USD"));
    let breaks = [
        FixedPrice { min_quantity: 6, ..FixedPrice::of(id, dollars(1_200)) },
        FixedPrice { min_quantity: 12, ..FixedPrice::of(id, dollars(1_000)) },
    ];
    save_fixed_prices(&shop.app, &Actor::System, list, &breaks).await.unwrap();
    let rule = NewQuantityRule { variant_id: id, minimum: 3, maximum: Some(24), increment: 3 };
    commands::save_quantity_rules(&shop.app, &Actor::System, list, &[rule]).await.unwrap();

    let home = shop.make_cart(json!({ "lines": [{ "merchandiseId": mug, "quantity": 1 }] })).await;
    assert_eq!(costs(&home), ("12.5", "12.5", "EUR"));
    let input = json!({ "lines": [{ "merchandiseId": mug, "quantity": 3 }], "buyerIdentity": { "countryCode": "US" } });
    let cart = shop.make_cart(input).await;
    assert_eq!(costs(&cart), ("13.99", "41.97", "USD"));
    let cart_id = cart["id"].as_str().unwrap();
    let line = cart["lines"]["nodes"][0]["id"].clone();
    for (quantity, code) in [(1, "MINIMUM_NOT_MET"), (4, "INVALID_INCREMENT"), (27, "MAXIMUM_EXCEEDED")] {
        let change = json!([{ "id": line, "quantity": quantity }]);
        let argument = ("lines", "[CartLineUpdateInput!]!", change);
        shop.refuses(cart_id, "cartLinesUpdate", argument, &[(code, "lines")]).await;
    }
    for (quantity, code) in [(1, "INVALID_INCREMENT"), (24, "MAXIMUM_EXCEEDED")] {
        let new = json!([{ "merchandiseId": mug, "quantity": quantity }]);
        let argument = ("lines", "[CartLineInput!]!", new);
        shop.refuses(cart_id, "cartLinesAdd", argument, &[(code, "lines.0.quantity")]).await;
    }
    // Two parts of the input that are right together.
    let two = json!([{ "merchandiseId": mug, "quantity": 1 }, { "merchandiseId": mug, "quantity": 2 }]);
    let arguments = [("cartId", "ID!", json!(cart_id)), ("lines", "[CartLineInput!]!", two)];
    assert_eq!(costs(&shop.change_cart("cartLinesAdd", &arguments).await["cart"]), ("12.0", "72.0", "USD"));
    let change = json!([{ "id": line, "quantity": 12 }]);
    let arguments = [("cartId", "ID!", json!(cart_id)), ("lines", "[CartLineUpdateInput!]!", change)];
    assert_eq!(
        costs(&shop.change_cart("cartLinesUpdate", &arguments).await["cart"]),
        ("10.0", "120.0", "USD")
    );

    commands::delete_quantity_rules(&shop.app, &Actor::System, list, &[id]).await.unwrap();
    let change = json!([{ "id": line, "quantity": 1 }]);
    let arguments = [("cartId", "ID!", json!(cart_id)), ("lines", "[CartLineUpdateInput!]!", change)];
    assert_eq!(
        costs(&shop.change_cart("cartLinesUpdate", &arguments).await["cart"]),
        ("13.99", "13.99", "USD")
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_variant_tells_its_unit_price_its_breaks_and_its_rule_in_each_market() {
    let shop = TestShop::open().await;
    shop.import(
        "Handle,Variant Price,Unit Price Total Measure,Unit Price Total Measure Unit,Unit Price Base Measure,\
         Unit Price Base Measure Unit\noil,10.90,0.75,l,100,ml\nsoap,3.00,,,,\n",
    )
    .await;
    let (us, _) = shop.sell_abroad().await;
    let list = shop.list_prices(&price_list(us, "USD")).await;
    let id = shop.first_variant("oil").await;
    let price = FixedPrice { min_quantity: 6, ..FixedPrice::of(id, Money::new(900, currency("USD"))) };
    save_fixed_prices(&shop.app, &Actor::System, list, &[price]).await.unwrap();
    let rule = NewQuantityRule { variant_id: id, minimum: 2, maximum: Some(60), increment: 2 };
    commands::save_quantity_rules(&shop.app, &Actor::System, list, &[rule]).await.unwrap();
    let query = "query($country: CountryCode, $handle: String!) @inContext(country: $country) {
        product(handle: $handle) { variants(first: 1) { nodes { unitPrice { amount currencyCode }
          unitPriceMeasurement { measuredType quantityUnit quantityValue referenceUnit referenceValue }
          quantityRule { minimum maximum increment }
          quantityPriceBreaks(first: 5) { nodes { minimumQuantity price { amount currencyCode } } } } } } }";
    let variant = |country: &'static str, handle: &'static str| {
        let shop = &shop;
        async move {
            let answer = shop.ask(query, json!({ "country": country, "handle": handle })).await;
            answer["product"]["variants"]["nodes"][0].clone()
        }
    };
    let measurement = json!({ "measuredType": "VOLUME", "quantityUnit": "L", "quantityValue": 0.75,
        "referenceUnit": "ML", "referenceValue": 100 });
    let any = json!({ "minimum": 1, "maximum": null, "increment": 1 });
    let at_home = json!({
        "unitPrice": { "amount": "1.45", "currencyCode": "EUR" }, "unitPriceMeasurement": measurement,
        "quantityRule": any, "quantityPriceBreaks": { "nodes": [] } });
    assert_eq!(variant("DE", "oil").await, at_home);
    // 11.77 ends on .99: 11.99, and a tenth of a litre of it costs 1.599.
    let abroad = json!({
        "unitPrice": { "amount": "1.6", "currencyCode": "USD" }, "unitPriceMeasurement": measurement,
        "quantityRule": { "minimum": 2, "maximum": 60, "increment": 2 },
        "quantityPriceBreaks": { "nodes": [
            { "minimumQuantity": 6, "price": { "amount": "9.0", "currencyCode": "USD" } }] } });
    assert_eq!(variant("US", "oil").await, abroad);
    let without = json!({ "unitPrice": null, "unitPriceMeasurement": null, "quantityRule": any,
        "quantityPriceBreaks": { "nodes": [] } });
    assert_eq!(variant("DE", "soap").await, without);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_are_filtered_by_the_prices_of_the_market() {
    let shop = TestShop::open().await;
    shop.have(&[ProductSpec::new("a").price("12.00"), ProductSpec::new("b").price("13.00")]).await;
    shop.collect("all", &["a", "b"]).await;
    shop.sell_abroad().await;
    // In dollars 12.99 and 13.99, in yen 1970 and 2130.
    let query = "query($country: CountryCode, $price: PriceRangeFilter!) @inContext(country: $country) {
        collection(handle: \"all\") { products(first: 5, filters: [{ price: $price }]) { nodes { handle } } } }";
    for (country, min, max, expected) in [
        ("DE", 12.0, 12.99, &["a"][..]),
        ("US", 12.99, 12.99, &["a"]),
        ("US", 13.0, 20.0, &["b"]),
        ("US", 12.99, 13.99, &["a", "b"]),
        ("JP", 1971.0, 2130.0, &["b"]),
        ("JP", 0.0, 1969.0, &[]),
    ] {
        let price = json!({ "min": min, "max": max });
        let answer = shop.ask(query, json!({ "country": country, "price": price })).await;
        let found = answer["collection"]["products"]["nodes"].as_array().unwrap().clone();
        let found: Vec<&str> = found.iter().map(|node| node["handle"].as_str().unwrap()).collect();
        assert_eq!(found, expected, "{country} {min} {max}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn other_markets_take_no_further_statements() {
    let (shop, mug) = shop_with_mug().await;
    let (us, _) = shop.sell_abroad().await;
    let list = shop.list_prices(&price_list(us, "USD")).await;
    shop.fix_price(list, "tea", "USD", 333).await;
    let query = |country: &str| {
        format!(
            "query @inContext(country: {country}) {{ products(first: 10) {{ nodes {{ id
               priceRange {{ minVariantPrice {{ amount }} }} variants(first: 5) {{ nodes {{ price {{ amount }} }} }} }} }} }}"
        )
    };
    let home = shop.statements_of(&query("DE"), json!({})).await;
    assert_eq!(shop.statements_of(&query("US"), json!({})).await, home);
    let cart = american_cart(&shop, &mug).await;
    let add = "mutation($id: ID!, $lines: [CartLineInput!]!) { cartLinesAdd(cartId: $id, lines: $lines) {
        cart { id lines(first: 10) { nodes { id cost { totalAmount { amount } } } } } userErrors { code } } }";
    let lines = json!([{ "merchandiseId": shop.variant_id("tea").await, "quantity": 1 }]);
    // The least of some: what the server does beside a request is counted too.
    let mut count = u64::MAX;
    for _ in 0..4 {
        count = count.min(shop.statements_of_first(add, json!({ "id": cart["id"], "lines": lines })).await);
    }
    assert!(count <= 8, "{count}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn measures_are_imported_and_forgotten_with_the_file() {
    let shop = TestShop::open().await;
    let head = "Handle,Variant Price,Unit Price Total Measure,Unit Price Total Measure Unit,Unit Price Base Measure,\
                Unit Price Base Measure Unit\n";
    let report =
        shop.import(&format!("{head}oil,10.90,0.75,l,100,ml\nsoap,3.00,,,,\nsalt,1.00,1,kg,1,l\n")).await;
    assert_eq!(report.errors.len(), 1);
    assert_eq!(report.errors[0].code, "UNIT_MISMATCH");
    let measures = || async { variant_unit_price::Entity::find().all(shop.app.db.fresh()).await.unwrap() };
    let found = measures().await;
    assert_eq!(found.len(), 1);
    let price = Money::new(1_090, currency("EUR"));
    let unit = tradepost::pricing::UnitPrice::of(&found[0], price).unwrap();
    assert_eq!((found[0].quantity_milli, found[0].reference_value, unit.price.minor), (750, 100, 145));
    shop.import(&format!("{head}oil,10.90,500,ml,1,l\n")).await;
    let found = measures().await;
    assert_eq!((found.len(), found[0].quantity_milli, found[0].reference_value), (1, 500_000, 1));
    shop.import("Handle,Variant Price\noil,10.90\n").await;
    assert_eq!(measures().await, []);
}
